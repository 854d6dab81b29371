using System.Diagnostics;
using System.Globalization;

namespace Webrana.Chaos.Driver;

/// <summary>A request that failed for its customer.</summary>
/// <param name="Asked">Method and path.</param>
/// <param name="Why">The status, or what became of the connection.</param>
/// <param name="After">From its sending to that.</param>
public sealed record FailedRequest(DateTimeOffset At, string Asked, string Why, TimeSpan After)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{At:HH:mm:ss.fff} {Asked}: {Why} after {After.TotalSeconds:0.0} s");
}

/// <summary>What came of all requests of customers in a stretch of time.</summary>
/// <param name="Requests">How many were sent.</param>
/// <param name="PassedOn">Times the door asked another API, because one took no connection.</param>
/// <param name="Failed">Those that failed for their customers.</param>
/// <param name="LongestPause">The longest time in which nobody was answered.</param>
public sealed record TrafficFigures(long Requests, long PassedOn, IReadOnlyList<FailedRequest> Failed, TimeSpan LongestPause)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Requests} requests, {Failed.Count} failed, {PassedOn} passed on to another API, longest pause {LongestPause.TotalSeconds:0.0} s");
}

/// <summary>
/// Every request of every customer as they would see it: reads, signing in and repeats as well. It failed when it was taken and cut, when nobody took
/// it, or when the answer was the product's own failure (5xx). A refusal (4xx) is an answer: among them a token that has to be renewed, a limit, and
/// `idempotency_in_progress`.
/// </summary>
public sealed class Traffic
{
    private readonly Lock _gate = new();
    private readonly List<FailedRequest> _failed = [];
    private long _requests, _passedOn, _lastAnswer = Stopwatch.GetTimestamp();
    private TimeSpan _longestPause;

    /// <summary>Counts from now on.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _failed.Clear();
            (_requests, _passedOn) = (0, 0);
            (_longestPause, _lastAnswer) = (TimeSpan.Zero, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>What came since then; a pause that still lasts counts.</summary>
    public TrafficFigures Figures
    {
        get
        {
            lock (_gate)
                return new TrafficFigures(_requests, _passedOn, [.. _failed], Longest(Stopwatch.GetTimestamp()));
        }
    }

    internal void Sent()
    {
        lock (_gate)
            _requests++;
    }

    internal void IsPassedOn()
    {
        lock (_gate)
            _passedOn++;
    }

    internal void Answered()
    {
        lock (_gate)
        {
            var now = Stopwatch.GetTimestamp();
            (_longestPause, _lastAnswer) = (Longest(now), now);
        }
    }

    internal void Fails(FailedRequest request)
    {
        lock (_gate)
            _failed.Add(request);
    }

    private TimeSpan Longest(long now) => Stopwatch.GetElapsedTime(_lastAnswer, now) is var pause && pause > _longestPause ? pause : _longestPause;
}
