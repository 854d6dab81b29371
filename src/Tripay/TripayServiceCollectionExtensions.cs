using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Webrana.Tripay;

/// <summary>Registers the Tripay client.</summary>
public static class TripayServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="TripayClient"/> and its HTTP pipeline. The options may also be configured elsewhere (bind section
    /// <see cref="TripayOptions.Section"/>); they are checked at start. The client may be kept for long: connections are renewed below it.
    /// </summary>
    public static IHttpClientBuilder AddTripay(this IServiceCollection services, Action<TripayOptions>? configure = null)
    {
        var options = services.AddOptions<TripayOptions>();
        if (configure is not null) options.Configure(configure);
        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TripayOptions>, TripayOptionsValidator>());

        var builder = services.AddHttpClient<TripayClient>(TripayClient.HttpClientName)
            .ConfigureHttpClient((provider, http) =>
            {
                http.Timeout = Backstop(provider.GetRequiredService<IOptions<TripayOptions>>().Value);
                http.MaxResponseContentBufferSize = 4 * 1024 * 1024;
            })
            .UseSocketsHttpHandler((handler, provider) =>
            {
                var tripay = provider.GetRequiredService<IOptions<TripayOptions>>().Value;
                handler.ConnectTimeout = TimeSpan.FromMilliseconds(tripay.ConnectTimeoutMs);
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
                handler.AutomaticDecompression = DecompressionMethods.All;
                handler.UseCookies = false;

                // A 307 or 308 would send a create a second time.
                handler.AllowAutoRedirect = false;
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The factory's request log prints query strings; the client logs outcomes itself.
            .RemoveAllLoggers();
        builder.AddResilienceHandler("tripay", (pipeline, context) => Configure(pipeline, context.ServiceProvider.GetRequiredService<IOptions<TripayOptions>>().Value));
        return builder;
    }

    // The pipeline's timeouts end when the headers are there; a body that never ends is cut off here.
    static TimeSpan Backstop(TripayOptions options)
    {
        var readMs = ((options.ReadRetries + 1L) * options.ReadTimeoutMs) + ((options.ReadRetryDelayMs * 2L) << Math.Min(options.ReadRetries, 16));
        return TimeSpan.FromMilliseconds(Math.Max(readMs, options.CreateTimeoutMs) + 5_000L);
    }

    static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, TripayOptions options)
    {
        // Sockets live in real time, whatever the business clock says.
        pipeline.TimeProvider = TimeProvider.System;
        if (options.ReadRetries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = options.ReadRetries,
                Delay = TimeSpan.FromMilliseconds(options.ReadRetryDelayMs),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(
                    IsRead(arguments.Context) && HttpClientResiliencePredicates.IsTransient(arguments.Outcome)),
            });
        }
        pipeline.AddTimeout(new TimeoutStrategyOptions
        {
            TimeoutGenerator = arguments => ValueTask.FromResult(
                TimeSpan.FromMilliseconds(IsRead(arguments.Context) ? options.ReadTimeoutMs : options.CreateTimeoutMs)),
        });
    }

    // Named positively: whatever is not surely a read is never repeated.
    static bool IsRead(ResilienceContext context) => context.GetRequestMessage()?.Method == HttpMethod.Get;
}
