namespace Webrana.DigitalOcean;

/// <summary>
/// The token's request budget as the last answer told it. Zero remaining may mean the hourly (5,000) or the burst (250 a minute) window;
/// null where the answer carried no such header.
/// </summary>
/// <param name="Limit">Requests per sliding hour.</param>
/// <param name="Remaining">Requests left.</param>
/// <param name="OldestLeavesAt">When the oldest counted request leaves the sliding window: one request comes back then, not all.</param>
public sealed record RateLimit(int? Limit, int? Remaining, DateTimeOffset? OldestLeavesAt)
{
    /// <summary>An answer that carried no rate-limit headers.</summary>
    public static RateLimit Untold { get; } = new(null, null, null);
}
