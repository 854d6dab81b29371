using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Dashboard;
using Orleans.Runtime;
using Orleans.TestingHost;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Api.Ops;
using Webrana.Contracts;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Sweeping;
using Webrana.Data;
using Webrana.Grains.Notifications;
using Webrana.Sandbox.DigitalOcean;
using Webrana.Sandbox.Postgres;
using Webrana.Sandbox.Tripay;
using Webrana.Silo.Hosting;
using Webrana.Silo.Seeding;
using Webrana.Testing;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Tests.Support;

/// <summary>
/// The whole product but its Web, in one process: the API on real Kestrel, the grains on an in-process cluster, real PostgreSQL, both
/// providers' simulators. Only the way between API and silo (in-process instead of TCP) and the mail server are not the real ones.
/// </summary>
public sealed class ApiHost : IAsyncDisposable
{
    /// <summary>How long a test waits for what must come: a bound against hanging, for two busy cores, and no promise of the product's.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public const string PrivateKey = "test-private-key-0001";
    public const string PreviousPrivateKey = "test-private-key-0000";

    /// <summary>Opens a second account at the provider.</summary>
    public const string SecondProviderToken = "token-of-the-second-account";

    readonly InProcessTestCluster _cluster;
    readonly WebApplication _app;
    readonly List<HttpClient> _clients = [];

    ApiHost(InProcessTestCluster cluster, WebApplication app, TestDatabase database, DataSources sources, DigitalOceanSimulator cloud, TripaySimulator gateway, MailSink mails, Outage outage)
    {
        (_cluster, _app, Database, Sources, Cloud, Gateway, Mails, Outage) = (cluster, app, database, sources, cloud, gateway, mails, outage);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    public TestDatabase Database { get; }

    public DataSources Sources { get; }

    public DigitalOceanSimulator Cloud { get; }

    public TripaySimulator Gateway { get; }

    internal MailSink Mails { get; }

    /// <summary>Takes the silos away from this API, and from whoever asks them through <see cref="Cluster"/>.</summary>
    internal Outage Outage { get; }

    public IServiceProvider Services => _app.Services;

    public IClusterClient Cluster => _cluster.Client;

    public static async Task<ApiHost> StartAsync(IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null)
    {
        var database = await MigratedDatabase.CreateAsync();
        var sources = new DataSources(new DataOptions { ConnectionString = database.AppConnectionString, QueriesPoolSize = 20 });
        var port = FreePort.Next();
        // Many tests share one account, and watch it faster than the product would: more in a minute than the provider lets one account ask.
        var cloud = await DigitalOceanSimulator.StartAsync(new DigitalOceanSimulatorOptions
        {
            Tokens = ["sandbox-token", SecondProviderToken], ActionSeconds = 0.2, DropletLimit = 1_000, RequestsPerMinute = 100_000, RequestsPerHour = 1_000_000,
        });
        var gateway = await TripaySimulator.StartAsync(new TripaySimulatorOptions { PrivateKey = PrivateKey, MerchantCode = "T0001" });
        var mails = new MailSink();
        var configuration = Configuration(cloud, gateway, port, settings);
        var outage = new Outage();
        var cluster = await StartClusterAsync(configuration, sources, mails, outage);

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Sandbox", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSingleton(cluster.Client);
        builder.AddWebranaApi(sources);
        new BorrowedClient(builder.Services, configuration).AddDashboardWhereWanted(configuration);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseWebranaApi();
        await app.StartAsync();
        return new ApiHost(cluster, app, database, sources, cloud, gateway, mails, outage);
    }

    /// <summary>Ends a grain's activation: its next call starts a new one.</summary>
    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    /// <summary>A client without a token.</summary>
    public HttpClient Anonymous()
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = Patience };
        _clients.Add(client);
        return client;
    }

    /// <summary>A client with this user's access token.</summary>
    public HttpClient As(UserId user, params string[] roles)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Bearer", Services.GetRequiredService<AccessTokens>().Issue(user, roles.Length == 0 ? [Roles.Customer] : roles).Token);
        return client;
    }

    /// <summary>A confirmed customer, made as the seed makes one.</summary>
    public Task<TestUser> NewCustomerAsync() => NewUserAsync(Roles.Customer);

    /// <summary>A confirmed admin.</summary>
    public Task<TestUser> NewAdminAsync() => NewUserAsync(Roles.Admin);

    /// <summary>A confirmed person at the desk.</summary>
    /// <param name="role">Of <see cref="Roles"/>.</param>
    public Task<TestUser> NewStaffAsync(string role) => NewUserAsync(role);

    async Task<TestUser> NewUserAsync(string role)
    {
        await using var scope = Services.CreateAsyncScope();
        var registration = scope.ServiceProvider.GetRequiredService<Registration>();
        var email = $"{Guid.NewGuid():n}@example.com";
        var (user, refusal) = await registration.CreateAsync(
            new NewPerson(Guid.NewGuid(), email, TestUser.Password, "Budi Santoso", NewNumber(), "id", null) { EmailConfirmed = true, Role = role }, default);
        Assert.Null(refusal);
        Assert.Null(await registration.TellAccountAsync(user!));
        var id = new UserId(user!.Id);
        return new TestUser(id, email, As(id, role));
    }

    // Who shares a number is one person to promos.
    static string NewNumber() => $"0812{Random.Shared.Next(10_000_000, 99_999_999)}";

    /// <summary>A paid transaction of our merchant at the gateway that no deposit of ours knows of: another program of the shop's made it.</summary>
    public async Task<string> ForeignPaymentAsync(long amountIdr)
    {
        var tripay = Orleans().GetRequiredService<Webrana.Tripay.TripayClient>();
        var made = await tripay.CreateTransactionAsync(new Webrana.Tripay.Transactions.CreateTransaction
        {
            Method = "BRIVA", MerchantRef = "KASIR-1", AmountIdr = amountIdr, CustomerName = "Ani", CustomerEmail = "ani@example.com",
            OrderItems = [new Webrana.Tripay.Transactions.TripayOrderItem { Sku = "X", Name = "X", Price = amountIdr, Quantity = 1 }],
            ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(2),
        });
        var transaction = Assert.IsType<Webrana.Tripay.TripayResult<Webrana.Tripay.Transactions.TripayTransaction>.Ok>(made).Value;
        Assert.True(Gateway.Apply(transaction.Reference, Webrana.Sandbox.Tripay.Transactions.PaymentAction.Pay));
        return transaction.Reference;
    }

    IServiceProvider Orleans() => _cluster.GetSiloServiceProvider(null);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _cluster.DisposeAsync();
        await Gateway.DisposeAsync();
        await Cloud.DisposeAsync();
        await Sources.DisposeAsync();
        await Database.DisposeAsync();
    }

    static async Task<InProcessTestCluster> StartClusterAsync(IConfiguration configuration, DataSources sources, MailSink mails, Outage outage)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(configuration);
            silo.AddWebranaGrains(configuration, sources);
            if (configuration.GetValue<bool>(ClusterDashboard.Enabled))
                silo.AddDashboard();
            silo.Services.Replace(ServiceDescriptor.Singleton<IMailSender>(mails));
            silo.Services.AddLogging(log => log.ClearProviders());
        });
        builder.ConfigureClient(client =>
        {
            client.AddActivityPropagation();
            client.Services.AddSingleton(Random.Shared);
            // Before the repeating, whose eight seconds are RepeatedCallsTests'.
            client.AddOutgoingGrainCallFilter(outage);
            client.AddOutgoingGrainCallFilter<RepeatedCalls>();
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        foreach (var (planId, plan) in PlanCatalogue.Demo)
            Assert.True((await cluster.Client.GetGrain<IPlanGrain>(GrainKeys.Plan(planId)).Create(plan)).IsOk);
        await Task.WhenAll(Enumerable.Range(0, ISweeperGrain.Shards)
            .Select(shard => cluster.Client.GetGrain<ISweeperGrain>(GrainKeys.Sweeper(shard)).EnsureRunning()));
        return cluster;
    }

    static IConfigurationRoot Configuration(
        DigitalOceanSimulator cloud, TripaySimulator gateway, int port, IReadOnlyDictionary<string, string?>? settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DigitalOcean:BaseUrl"] = cloud.BaseUrl.ToString(),
            ["DigitalOcean:Token"] = cloud.Token,
            ["DigitalOcean:WatchIntervalMs"] = "100",
            ["DigitalOcean:CallsPerMinute"] = "100000",
            ["DigitalOcean:CallsPerHour"] = "1000000",
            ["DigitalOcean:PermitBlock"] = "1000",
            ["Tripay:BaseUrl"] = gateway.BaseUrl,
            ["Tripay:MerchantCode"] = "T0001",
            ["Tripay:ApiKey"] = "DEV-sandbox-api-key",
            ["Tripay:PrivateKey"] = PrivateKey,
            ["Tripay:PreviousPrivateKey"] = PreviousPrivateKey,
            ["Tripay:CallbackUrl"] = $"http://127.0.0.1:{port}/webhooks/tripay",
            ["Web:PublicUrl"] = "http://panel.test",
            ["Webrana:Install"] = "apitest",
            // Simulated addresses lead nowhere; the simulator knows where their sshd listens.
            ["Ssh:Directory"] = cloud.BaseUrl.ToString(),
            ["Console:AllowedHosts:0"] = "127.0.0.1",
            ["Console:AllowPrivateAddresses"] = "true",
            ["Droplets:ListLagMs"] = "500",
            ["Droplets:SendWindowMs"] = "2000",
            ["Droplets:PollMs"] = "100",
            ["Droplets:LookMs"] = "1000",
            ["Droplets:BackstopMs"] = "1500",
            ["Droplets:RetryFirstMs"] = "100",
            ["Droplets:RetryMostMs"] = "400",
            ["Sweeping:IntervalMs"] = "500",
        }).AddInMemoryCollection(settings ?? new Dictionary<string, string?>()).Build();
}

/// <summary>The cluster's client lives in a host of its own here; what belongs beside it in the API's is registered through this.</summary>
sealed record BorrowedClient(IServiceCollection Services, IConfiguration Configuration) : IClientBuilder;

/// <summary>A confirmed user with a signed-in client.</summary>
public sealed record TestUser(UserId Id, string Email, HttpClient Http)
{
    public const string Password = "kopi-tubruk-77";
}
