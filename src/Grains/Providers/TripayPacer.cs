namespace Webrana.Grains.Providers;

/// <summary>
/// Spaces calls evenly and lets a short burst pass (the generic cell rate algorithm). Plain arithmetic over a monotonic clock that is
/// passed in; not thread-safe, because a grain has one thread.
/// </summary>
/// <param name="perSecond">Calls a second in the long run.</param>
/// <param name="burst">Calls that may come at once after a pause.</param>
public sealed class TripayPacer(int perSecond, int burst)
{
    readonly TimeSpan _interval = TimeSpan.FromSeconds(1) / perSecond;
    TimeSpan _next;

    /// <summary>How long to wait before the call; null when that would be longer than <paramref name="patience"/>, and nothing is taken.</summary>
    public TimeSpan? Take(TimeSpan now, TimeSpan patience)
    {
        var arrival = _next > now ? _next : now;
        var wait = arrival - now - (_interval * (burst - 1));
        if (wait > patience) return null;
        _next = arrival + _interval;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
