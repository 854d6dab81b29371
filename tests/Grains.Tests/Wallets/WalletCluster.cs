using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.Data;
using Webrana.Data.Hosting;
using Webrana.Data.Migrations;
using Webrana.Data.Wallets;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Wallets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Wallets;

/// <summary>A database with the product's schema, shared by the clusters of one test class.</summary>
public sealed class WalletDatabase : IAsyncLifetime
{
    private TestDatabase? _database;
    private DataSources? _sources;

    public TestDatabase Database => _database!;

    /// <summary>Pools of the test itself, for looking at rows.</summary>
    public DataSources Sources => _sources!;

    public DataOptions Options => new() { ConnectionString = Database.AppConnectionString, OwnerConnectionString = Database.OwnerConnectionString };

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresFixture.Shared.CreateDatabaseAsync("wallets");
        await new Migrator(Options, NullLogger<Migrator>.Instance).MigrateAsync();
        _sources = new DataSources(Options);
    }

    /// <summary>Fails with the names of the broken invariants and some of their wallets.</summary>
    public async Task AssertBooksAreRightAsync()
    {
        var broken = await new LedgerInvariants(Sources).CheckAsync();
        Assert.True(broken.Count == 0, string.Join("; ", broken.Select(one => $"{one.Name}: {one.Count}, e.g. {one.Examples[0]}")));
        // Nothing but wallets lives here: no deposit and no server could explain the other accounts.
        Assert.Equal(0, (await new LedgerQueries(Sources).TrialBalanceAsync()).Accounts.Single(account => account.Account == "WALLETS").DifferenceIdr);
    }

    public async ValueTask DisposeAsync()
    {
        if (_sources is not null) await _sources.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }
}

/// <summary>One silo over a given database. Several of them with different cluster ids are a split brain.</summary>
public sealed class WalletCluster : IAsyncDisposable
{
    private readonly DataSources _sources;
    private readonly InProcessTestCluster _cluster;

    private WalletCluster(DataSources sources, InProcessTestCluster cluster, FakeTimeProvider clock) => (_sources, _cluster, Clock) = (sources, cluster, clock);

    /// <summary>Business time.</summary>
    public FakeTimeProvider Clock { get; }

    /// <summary>The silo's ledger, whose fail points tests arm.</summary>
    public LedgerStore Ledger => _cluster.Silos[0].ServiceProvider.GetRequiredService<LedgerStore>();

    /// <param name="options">The database.</param>
    /// <param name="configure">Changes to the wallets.</param>
    /// <param name="askAgain">False for who wants to hear that no answer came within the time that is promised: on a busy machine it may not come for anybody.</param>
    public static async Task<WalletCluster> StartAsync(DataOptions options, Action<WalletOptions>? configure = null, bool askAgain = true)
    {
        var sources = new DataSources(options);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ClusterId = $"c{Guid.NewGuid():n}";
        builder.Options.ServiceId = "webrana";
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseWebranaStorage(sources);
            silo.Services.AddWebranaData(sources);
            silo.Services.AddWallets(new ConfigurationBuilder().Build());
            silo.Services.AddSingleton<TimeProvider>(clock);
            silo.AddActivityPropagation();
            if (configure is not null) silo.Services.Configure(configure);
        });
        builder.ConfigureClient(client =>
        {
            client.AddActivityPropagation();
            if (askAgain) client.AddOutgoingGrainCallFilter<AskedAgain>();
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new WalletCluster(sources, cluster, clock);
    }

    public IWalletGrain Wallet(Guid id) => _cluster.Client.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(id)));

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _sources.DisposeAsync();
    }
}

/// <summary>One silo and its database for tests that only differ by wallet.</summary>
public sealed class SharedWalletCluster : IAsyncLifetime
{
    private WalletCluster? _cluster;

    public WalletDatabase Database { get; } = new();

    public WalletCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        _cluster = await WalletCluster.StartAsync(Database.Options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>Commands in few words.</summary>
internal static class Say
{
    public static PostingReference About(string id = "i1", ReferenceType type = ReferenceType.VpsPayment, ContraAccount contra = ContraAccount.Revenue) =>
        new(type, id, contra, "a line");

    public static CreditCommand Credit(string operation, long amount, string about = "d1") =>
        new(operation, amount, About(about, ReferenceType.Deposit, ContraAccount.Gateway));

    public static DebitCommand Debit(string operation, long amount, string about = "i1") => new(operation, amount, About(about));

    public static HoldCommand Hold(string operation, string hold, long amount) => new(operation, hold, amount, About());

    public static CaptureCommand Capture(string operation, string hold) => new(operation, hold, About());

    public static ReleaseCommand Release(string operation, string hold) => new(operation, hold, About());

    public static GrantBonusCommand Bonus(string operation, long amount, DateTimeOffset? expires = null) =>
        new(operation, amount, expires, About("WELCOME25", ReferenceType.Promo, ContraAccount.PromoExpense));
}
