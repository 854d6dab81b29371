using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;
using Webrana.Data;
using Webrana.Data.Clock;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Sandbox.DigitalOcean;
using Webrana.Silo.Hosting;
using Webrana.Silo.Seeding;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Common;

/// <summary>
/// The product's grains on an in-process cluster over real PostgreSQL and the real provider simulator. Business time is the sandbox's
/// clock: it flows, and tests turn it forward. Waits that guard against the provider's lag are shortened, never left out.
/// </summary>
public sealed class WebranaCluster : IAsyncDisposable
{
    long _clockVersion;

    WebranaCluster(InProcessTestCluster cluster, TestDatabase database, DataSources sources, DigitalOceanSimulator cloud, BusinessClock clock) =>
        (Orleans, Database, Sources, Cloud, Clock) = (cluster, database, sources, cloud, clock);

    /// <summary>How long a test waits for what must come: a bound against hanging, for two busy cores, and no promise of the product's.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public InProcessTestCluster Orleans { get; }

    public TestDatabase Database { get; }

    public DataSources Sources { get; }

    public DigitalOceanSimulator Cloud { get; }

    public BusinessClock Clock { get; }

    public IGrainFactory Grains => Orleans.Client;

    public FailPoints FailPoints => Services.GetRequiredService<FailPoints>();

    public IServiceProvider Services => Orleans.GetSiloServiceProvider(null);

    /// <param name="settings">Configuration beside the defaults below.</param>
    /// <param name="simulator">Changes to the provider simulator.</param>
    /// <param name="configure">Changes to the silo, such as filters that break calls.</param>
    /// <param name="silos">How many.</param>
    public static async Task<WebranaCluster> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, Action<DigitalOceanSimulatorOptions>? simulator = null,
        Action<ISiloBuilder>? configure = null, short silos = 1)
    {
        var database = await MigratedDatabase.CreateAsync();
        var clock = new BusinessClock();
        var cloudOptions = new DigitalOceanSimulatorOptions { Clock = new FastClock(), ActionSeconds = 0.1 * FastClock.Factor, DropletLimit = 1_000 };
        simulator?.Invoke(cloudOptions);
        var cloud = await DigitalOceanSimulator.StartAsync(cloudOptions);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Defaults(cloud)).AddInMemoryCollection(settings ?? new Dictionary<string, string?>()).Build();
        var sources = new DataSources(new DataOptions { ConnectionString = database.AppConnectionString });

        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(clock);
            silo.Services.AddSingleton<TimeProvider>(clock);
            silo.Services.AddSingleton<IConfiguration>(configuration);
            silo.AddWebranaGrains(configuration, sources);
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                // A silo that was killed is missed within seconds; one that only waits for its turn on a busy machine is not declared dead.
                options.ProbeTimeout = TimeSpan.FromSeconds(2);
                options.NumMissedProbesLimit = 3;
                options.NumVotesForDeathDeclaration = 1;
            });
            silo.Services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning));
            configure?.Invoke(silo);
        });
        builder.ConfigureClient(client => client.AddOutgoingGrainCallFilter<AskedAgain>());
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new WebranaCluster(cluster, database, sources, cloud, clock);
    }

    static Dictionary<string, string?> Defaults(DigitalOceanSimulator cloud) => new()
    {
        ["DigitalOcean:BaseUrl"] = cloud.BaseUrl.ToString(),
        ["DigitalOcean:Token"] = cloud.Token,
        ["Ssh:Directory"] = cloud.BaseUrl.ToString(),
        ["DigitalOcean:WatchIntervalMs"] = "100",
        ["DigitalOcean:CallsPerMinute"] = "100000",
        ["DigitalOcean:CallsPerHour"] = "1000000",
        ["DigitalOcean:PermitBlock"] = "1000",
        ["Tripay:MerchantCode"] = "T0001",
        ["Tripay:ApiKey"] = "DEV-test",
        ["Tripay:PrivateKey"] = "test-private-key",
        ["Webrana:Install"] = "test",
        ["Droplets:ListLagMs"] = "500",
        ["Droplets:SendWindowMs"] = "1000",
        ["Droplets:NotFoundMs"] = "1500",
        ["Droplets:ShutdownMs"] = "3000",
        // A real sshd answers here: only who waits for one that never answers waits so long.
        ["Droplets:SshPatienceMs"] = "5000",
        ["Droplets:ReaccessMs"] = "8000",
        ["DigitalOcean:Client:WriteTimeout"] = "00:00:02",
        ["Droplets:PollMs"] = "100",
        ["Droplets:LookMs"] = "1000",
        ["Droplets:BackstopMs"] = "1500",
        ["Droplets:RetryFirstMs"] = "100",
        ["Droplets:RetryMostMs"] = "400",
        // Woken by the tests themselves unless they ask for more.
        ["Sweeping:IntervalMs"] = "500",
    };

    public IDropletGrain Droplet(InstanceId instance) => Grains.GetGrain<IDropletGrain>(GrainKeys.Droplet(instance));

    public IWalletGrain Wallet(UserId user) => Grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(user));

    public IPlanGrain Plan(string planId) => Grains.GetGrain<IPlanGrain>(GrainKeys.Plan(planId));

    /// <summary>Puts the demo's price list in place.</summary>
    public async Task SeedPlansAsync()
    {
        foreach (var (planId, plan) in PlanCatalogue.Demo)
            await Plan(planId).Create(plan);
    }

    /// <summary>Starts the sixteen sweepers, as the host does.</summary>
    public Task StartSweepersAsync() => Task.WhenAll(
        Enumerable.Range(0, ISweeperGrain.Shards).Select(shard => Grains.GetGrain<ISweeperGrain>(GrainKeys.Sweeper(shard)).EnsureRunning()));

    /// <summary>Works off what is due now in all shards.</summary>
    public async Task<int> SweepAsync()
    {
        var woken = await Task.WhenAll(
            Enumerable.Range(0, ISweeperGrain.Shards).Select(shard => Grains.GetGrain<ISweeperGrain>(GrainKeys.Sweeper(shard)).Sweep()));
        return woken.Sum();
    }

    /// <summary>Turns business time forward: in the database, here and at the provider.</summary>
    public async Task TurnAsync(TimeSpan by)
    {
        var offset = Clock.Offset + by;
        await Database.ExecuteAsync($"UPDATE business_clock SET offset_ms = {(long)offset.TotalMilliseconds}, version = version + 1");
        Cloud.MoveClock(by);
        Clock.Apply(++_clockVersion, offset);
    }

    /// <summary>Turns business time to a moment. It flows: where it has passed that moment by itself nothing is turned, least of all back.</summary>
    public Task TurnToAsync(DateTimeOffset to) => to - Clock.GetUtcNow() is var by && by > TimeSpan.Zero ? TurnAsync(by) : Task.CompletedTask;

    /// <summary>
    /// Out of a month's last day in Jakarta: what is counted by the month begins anew at its end, and a test that turns some hours on would meet
    /// that end on one day of thirty.
    /// </summary>
    public Task TurnPastMonthEndAsync()
    {
        var here = Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(7));
        var soon = here.AddDays(1);
        return soon.Month == here.Month ? Task.CompletedTask : TurnToAsync(new DateTimeOffset(soon.Year, soon.Month, 1, 0, 5, 0, soon.Offset));
    }

    public async ValueTask DisposeAsync()
    {
        await Orleans.DisposeAsync();
        await Cloud.DisposeAsync();
        await Sources.DisposeAsync();
        await Database.DisposeAsync();
    }
}
