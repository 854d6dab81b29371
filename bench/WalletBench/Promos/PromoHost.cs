using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Orleans.Configuration;
using Webrana.Data;
using Webrana.Data.Hosting;
using Webrana.Grains;
using Webrana.Sandbox.Postgres;

namespace Webrana.WalletBench.Promos;

/// <summary>One silo with the product's grains over the database under test; the stampede runs two of these processes and kills one.</summary>
internal static class PromoHost
{
    /// <summary>What a silo of the benchmark is made of.</summary>
    public static WebApplication Build(string postgres, string cluster)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        // Never called: no deposit is made here. The options are read all the same.
        builder.Configuration["Tripay:MerchantCode"] = "T0001";
        builder.Configuration["Tripay:ApiKey"] = "DEV-bench";
        builder.Configuration["Tripay:PrivateKey"] = "bench";
        builder.Configuration["DigitalOcean:Token"] = "bench";
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        var sources = new DataSources(postgres);
        builder.Services.AddWebranaData(sources);
        builder.UseOrleans(silo =>
        {
            silo.UseWebranaClustering(sources);
            silo.UseWebranaStorage(sources);
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "webrana"));
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            });
            silo.ConfigureEndpoints(IPAddress.Loopback, FreePort.Next(), FreePort.Next());
            silo.Services.AddGrainServices(builder.Configuration);
        });
        return builder.Build();
    }

    public static async Task RunAsync(string postgres, string cluster)
    {
        await using var app = Build(postgres, cluster);
        await app.RunAsync();
    }
}
