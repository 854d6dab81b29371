using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Webrana.DigitalOcean.Transport;

namespace Webrana.DigitalOcean;

/// <summary>Registration of the client.</summary>
public static class DigitalOceanServiceCollectionExtensions
{
    /// <summary>Adds <see cref="DigitalOceanClientFactory"/>. Tokens and base URLs are given per client: several accounts at once.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Optional changes to the defaults.</param>
    public static IServiceCollection AddDigitalOcean(this IServiceCollection services, Action<DigitalOceanOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<DigitalOceanOptions>();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddSingleton<DigitalOceanClientFactory>();

        var reads = services.AddHttpClient(DigitalOceanHttp.ReadClient)
            .ConfigureHttpClient(DigitalOceanHttp.LeaveTimeoutsToUs)
            .UseSocketsHttpHandler((handler, provider) => Configure(handler, provider, TimeSpan.FromMinutes(2)))
            .RedactLoggedHeaders(["Authorization"]);
        reads.AddResilienceHandler("digitalocean-read", ReadPipeline.Configure);
        // Inside the retries, so that an answer that breaks off is asked for again.
        reads.AddHttpMessageHandler(() => new WholeAnswerHandler());

        // No retries here, and no pooled connections either: a write on a connection that the server is just closing has an unknown
        // outcome, and two minutes of looking for a droplet cost more than a handshake.
        services.AddHttpClient(DigitalOceanHttp.WriteClient)
            .ConfigureHttpClient(DigitalOceanHttp.LeaveTimeoutsToUs)
            .UseSocketsHttpHandler((handler, provider) => Configure(handler, provider, TimeSpan.Zero))
            .RedactLoggedHeaders(["Authorization"]);
        return services;
    }

    static void Configure(SocketsHttpHandler handler, IServiceProvider provider, TimeSpan connectionLifetime)
    {
        handler.PooledConnectionLifetime = connectionLifetime;
        handler.ConnectTimeout = provider.GetRequiredService<IOptions<DigitalOceanOptions>>().Value.ConnectTimeout;
        handler.AutomaticDecompression = DecompressionMethods.All;
        // A redirect would carry the token to a host nobody chose.
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
    }
}
