using System.Net;
using Orleans.Configuration;
using Webrana.Data;
using Webrana.Data.Hosting;
using Webrana.Grains.Wallets;
using Webrana.Sandbox.Postgres;

namespace Webrana.WalletBench.Hosting;

/// <summary>A silo with nothing but the product's wallets, inside the host's process or as a process of its own.</summary>
internal static class BenchSilo
{
    /// <summary>The cluster of a silo that runs as a process of its own.</summary>
    public const string Apart = "bench-apart";

    public static async Task RunAsync(BenchOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        await using var sources = new DataSources(options.Postgres!);
        builder.Services.AddSingleton(TimeProvider.System).AddWebranaData(sources);
        builder.UseOrleans(silo => Configure(silo, builder.Configuration, sources, Apart));
        await builder.Build().RunAsync();
    }

    public static void Configure(ISiloBuilder silo, IConfiguration configuration, DataSources sources, string cluster)
    {
        silo.UseWebranaClustering(sources);
        silo.UseWebranaStorage(sources);
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "webrana"));
        silo.ConfigureEndpoints(IPAddress.Loopback, FreePort.Next(), FreePort.Next());
        silo.Services.AddWallets(configuration);
    }

    /// <summary>The way to it, as the API has one: a client that finds the silo through PostgreSQL and keeps trying while it starts.</summary>
    public static async Task<IHost> ConnectAsync(DataSources sources)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.UseOrleansClient(client =>
        {
            client.UseWebranaClustering(sources);
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (Apart, "webrana"));
            client.UseConnectionRetryFilter(async (_, cancellation) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellation);
                return true;
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
