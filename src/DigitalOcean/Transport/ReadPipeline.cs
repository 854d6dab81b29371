using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;

namespace Webrana.DigitalOcean.Transport;

/// <summary>Retries of reads. Only GET goes this way; a write through here would be a second droplet on somebody's bill.</summary>
internal static class ReadPipeline
{
    public static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> builder, ResilienceHandlerContext context)
    {
        var options = context.ServiceProvider.GetRequiredService<IOptions<DigitalOceanOptions>>().Value;
        builder.TimeProvider = options.Clock;
        builder
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = options.ReadRetries,
                Delay = options.ReadRetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldRetryAfterHeader = false,
                ShouldHandle = args => ValueTask.FromResult(IsWorthRetrying(args.Outcome, options)),
                DelayGenerator = args => ValueTask.FromResult(
                    args.Outcome.Result is { StatusCode: HttpStatusCode.TooManyRequests } limited ? RetryAfter.Of(limited, options.Clock) : null),
            })
            .AddTimeout(options.ReadAttemptTimeout);
    }

    static bool IsWorthRetrying(Outcome<HttpResponseMessage> outcome, DigitalOceanOptions options) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException or IOException } => true,
        { Result: { StatusCode: HttpStatusCode.TooManyRequests } limited } =>
            RetryAfter.Of(limited, options.Clock) is not { } wait || wait <= options.LongestRetryAfter,
        { Result: { } response } => (int)response.StatusCode is 408 or >= 500,
        _ => false,
    };
}

/// <summary>Reads the whole answer inside the attempt, so that one that breaks off counts as failed and is asked for again.</summary>
internal sealed class WholeAnswerHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            await response.Content.LoadIntoBufferAsync(DigitalOceanHttp.LongestAnswerBytes, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
