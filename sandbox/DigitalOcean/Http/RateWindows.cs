namespace Webrana.Sandbox.DigitalOcean.Http;

/// <summary>What one request did to the token's budget.</summary>
internal readonly record struct RateVerdict(bool Allowed, int Limit, int Remaining, long ResetUnixSeconds, int RetryAfterSeconds);

/// <summary>
/// The provider's windows per token, on the machine's clock: 5,000 in a sliding hour and 250 in a sliding minute. A refused request is
/// not counted. Remaining 0 may mean either window.
/// </summary>
internal sealed class RateWindows(TimeProvider clock)
{
    readonly Lock _gate = new();
    readonly Dictionary<string, Queue<long>> _sent = [];

    public RateVerdict Spend(string key, int perHour, int perMinute) => Spend(key, (3_600_000, perHour), (60_000, perMinute));

    /// <summary>A window of its own, such as ten key lists a minute.</summary>
    public RateVerdict SpendOnly(string key, int perMinute) => Spend(key, (60_000, perMinute), (60_000, perMinute));

    RateVerdict Spend(string key, (long Ms, int Limit) wide, (long Ms, int Limit) narrow)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            if (!_sent.TryGetValue(key, out var sent))
                _sent[key] = sent = new Queue<long>();
            while (sent.TryPeek(out var oldest) && oldest <= now - wide.Ms)
                sent.Dequeue();
            var recent = sent.Where(at => at > now - narrow.Ms).ToList();
            var allowed = sent.Count < wide.Limit && recent.Count < narrow.Limit;
            var freesAt = sent.Count >= wide.Limit ? sent.Peek() + wide.Ms : recent.Count >= narrow.Limit ? recent[0] + narrow.Ms : now;
            if (allowed)
                sent.Enqueue(now);
            var reset = sent.TryPeek(out var first) ? first + wide.Ms : now;
            return new RateVerdict(
                allowed, wide.Limit, allowed ? wide.Limit - sent.Count : 0, reset / 1000, (int)Math.Max(1, (freesAt - now + 999) / 1000));
        }
    }
}
