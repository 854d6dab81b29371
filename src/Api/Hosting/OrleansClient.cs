using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Webrana.Api.Ops;
using Webrana.Data;
using Webrana.Data.Hosting;

namespace Webrana.Api.Hosting;

/// <summary>The connection to the silos.</summary>
internal static partial class OrleansClient
{
    /// <summary>A silo that became ready is known to every API after this; restart the next one no sooner.</summary>
    public static readonly TimeSpan GatewayRefresh = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Finds the silos through PostgreSQL and keeps trying while they start. Hosted services start concurrently, so that the process
    /// answers /health/live meanwhile.
    /// </summary>
    public static IHostApplicationBuilder AddOrleansClient(this IHostApplicationBuilder builder, DataSources sources)
    {
        builder.Services.Configure<HostOptions>(options => options.ServicesStartConcurrently = true);
#pragma warning disable RS0030 // The one place of an API that takes its randomness from nowhere; safe for all threads.
        builder.Services.TryAddSingleton(Random.Shared);
#pragma warning restore RS0030
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options =>
            {
                options.ClusterId = builder.Configuration["Silo:ClusterId"] ?? "webrana";
                options.ServiceId = builder.Configuration["Silo:ServiceId"] ?? "webrana";
            });
            client.UseWebranaClustering(sources);
            client.AddActivityPropagation();
            client.AddOutgoingGrainCallFilter<RepeatedCalls>();
            // A timeout proves nothing about the call: it goes on, and the next one joins it.
            client.Configure<ClientMessagingOptions>(options => options.CancelRequestOnTimeout = false);
            // By default a client looks for new silos once a minute: in a rolling restart of two, the second would be stopped before
            // anybody knows that the first is back, and every call would fail in between.
            client.Configure<Orleans.Configuration.GatewayOptions>(options => options.GatewayListRefreshPeriod = GatewayRefresh);
            client.AddDashboardWhereWanted(builder.Configuration);
            client.UseConnectionRetryFilter(async (exception, cancellation) =>
            {
                await Task.Delay(RetryEvery, TimeProvider.System, cancellation);
                return true;
            });
        });
        return builder;
    }
}
