using System.Net;
using Orleans.Configuration;
using Orleans.Dashboard;
using Webrana.Data;
using Webrana.Data.Clock;
using Webrana.Data.Hosting;
using Webrana.Data.Migrations;
using Webrana.Data.Reconciliation;
using Webrana.ServiceDefaults;
using Webrana.Silo.Seeding;

namespace Webrana.Silo.Hosting;

/// <summary>Builds the silo's process.</summary>
public static class SiloHost
{
    /// <summary>A host ready to run; the database must have been migrated before it starts.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = CreateBuilder(args);
        ProductionGuard.Check(builder.Environment, builder.Configuration);
        var settings = builder.Configuration.GetSection(SiloSettings.Section).Get<SiloSettings>() ?? new SiloSettings();

        // Cheap until used; they live as long as the process.
        var sources = new DataSources(WebranaSilo.ReadDataOptions(builder.Configuration));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(settings.ShutdownSeconds));
        // Hosted services start in this order: the clock first, so that no grain sees the time before it was read.
        builder.AddBusinessClock();
        builder.AddWebranaTelemetry("webrana-silo");
        builder.Services.AddBackgroundCollections(builder.Configuration);
        builder.UseOrleans(silo => Configure(silo, builder.Configuration, sources, settings));
        builder.Services.AddHostedService<ClusterKeeper>();
        builder.Services.AddHostedService<ClockSweeper>();
        builder.Services.AddSingleton<BusinessFiguresQuery>().AddHostedService<BusinessMeter>();

        var app = builder.Build();
        app.UseWebranaMetrics();
        app.MapHealth();
        app.MapFailPoints();
        app.MapClockSkew();
        return app;
    }

    /// <summary>Brings the database to this build's schema.</summary>
    public static async Task Migrate(string[] args, CancellationToken cancellation = default)
    {
        var builder = CreateBuilder(args);
        ProductionGuard.Check(builder.Environment, builder.Configuration);
        using var logging = LoggerFactory.Create(log => log.AddConfiguration(builder.Configuration.GetSection("Logging")).AddJsonConsole());
        await Migrate(builder.Configuration, logging, cancellation);
    }

    /// <summary>The same, with the configuration at hand.</summary>
    public static async Task Migrate(IConfiguration configuration, ILoggerFactory logging, CancellationToken cancellation = default)
    {
        var migrator = new Migrator(WebranaSilo.ReadDataOptions(configuration), logging.CreateLogger<Migrator>())
        {
            AllowClockMoves = configuration.GetValue<bool>("Sandbox:Clock"),
        };
        await migrator.MigrateAsync(cancellation);
    }

    // The content root is where the program lies, so that its settings are found from whatever folder it is started in.
    private static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecretFiles();
        builder.Logging.ClearProviders().AddJsonConsole(console => console.TimestampFormat = "O");
        return builder;
    }

    private static void Configure(ISiloBuilder silo, IConfiguration configuration, DataSources sources, SiloSettings settings)
    {
        silo.UseWebranaClustering(sources);
        silo.AddWebranaGrains(configuration, sources);
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromMilliseconds(settings.ProbeTimeoutMs);
            options.NumMissedProbesLimit = settings.MissedProbes;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            // One neighbour's word is enough: a wrong verdict costs a restart, a late one leaves customers waiting.
            options.NumVotesForDeathDeclaration = 1;
        });
        var ip = settings.AdvertisedAddress();
        silo.ConfigureEndpoints(ip, settings.SiloPort, settings.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(ip));
        silo.Configure<EndpointOptions>(options =>
        {
            if (settings.SiloListenPort > 0)
                options.SiloListeningEndpoint = new IPEndPoint(options.SiloListeningEndpoint?.Address ?? ip, settings.SiloListenPort);
            if (settings.GatewayListenPort > 0)
                options.GatewayListeningEndpoint = new IPEndPoint(options.GatewayListeningEndpoint?.Address ?? ip, settings.GatewayListenPort);
        });
        // Its profiler watches every call of every grain: only where an operator wants to look.
        if (configuration.GetValue<bool>("Dashboard:Enabled"))
            silo.AddDashboard(options => options.HideTrace = true);
        silo.AddStartupTask<SeedPlans>();
        silo.AddStartupTask<SeedPromos>();
    }
}
