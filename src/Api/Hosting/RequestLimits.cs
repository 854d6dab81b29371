using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;

namespace Webrana.Api.Hosting;

/// <summary>How much one user, and one address without a token, may ask. Configuration section <c>RequestLimits</c>; per API process.</summary>
public sealed class RequestLimitOptions
{
    public const string Section = "RequestLimits";

    /// <summary>Requests of one user per minute, all tokens and logins together. Default 6,000.</summary>
    public int PerUserAMinute { get; set; } = 6_000;

    /// <summary>Requests without a token from one address per minute. Default 1,200. Trusted proxies that speak for themselves (the Web) are not counted.</summary>
    public int PerAddressAMinute { get; set; } = 1_200;
}

/// <summary>A flood from one side costs that side its answers, and nobody else theirs. Health and the gateway's callbacks are not counted: their callers cannot slow down.</summary>
internal static class RequestLimits
{
    public static IServiceCollection AddRequestLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<RequestLimitOptions>(configuration.GetSection(RequestLimitOptions.Section));
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RequestLimitOptions>, IOptions<EdgeOptions>>((limiter, options, edge) =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => PartitionOf(http, options.Value, edge.Value));
            limiter.OnRejected = async (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : TimeSpan.FromSeconds(1);
                await Refusal.Wait(ProblemKinds.TooManyRequests, wait).ExecuteAsync(rejected.HttpContext);
            };
        });
        return services.AddRateLimiter(_ => { });
    }

    private static RateLimitPartition<string> PartitionOf(HttpContext http, RequestLimitOptions options, EdgeOptions edge)
    {
        if (http.Request.Path.StartsWithSegments("/health") || http.Request.Path.StartsWithSegments("/webhooks"))
            return RateLimitPartition.GetNoLimiter("");
        if (http.User.TryGetUserId(out var user))
            return Bucket($"user:{user}", options.PerUserAMinute);
        return edge.IsTrusted(http.Connection.RemoteIpAddress)
            ? RateLimitPartition.GetNoLimiter("")
            : Bucket($"address:{RequestOrigin.Of(http).Address}", options.PerAddressAMinute);
    }

    // A bucket that refills every second: a burst of a page's requests passes, a stream of them is held to the rate.
    private static RateLimitPartition<string> Bucket(string key, int aMinute) => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = Math.Max(1, aMinute / 2),
        TokensPerPeriod = Math.Max(1, aMinute / 60),
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
    });
}
