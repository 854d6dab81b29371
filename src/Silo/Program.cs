using System.Runtime;
using Webrana.Silo.Hosting;

// `migrate` brings the database to this build's schema and ends; without a word the silo does the same and then serves.
if (args is ["migrate", .. var rest])
{
    await SiloHost.Migrate(rest);
    return;
}

// Everybody whose grains live here waits while it collects: the oldest generation beside the work where it can (ADR 66).
GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
var app = SiloHost.Build(args);
await SiloHost.Migrate(app.Configuration, app.Services.GetRequiredService<ILoggerFactory>(), app.Lifetime.ApplicationStopping);
await app.RunAsync();
