using Webrana.Contracts.Monitoring;

namespace Webrana.Grains.Monitoring;

/// <summary>The last answer of each kind of read, by span. What could not be read again stays, with its age.</summary>
internal sealed class MetricsCache
{
    // Memory and disk grow only by a resize: they are asked for once an hour and shared by all spans.
    public static readonly TimeSpan TotalsFresh = TimeSpan.FromHours(1);

    public static readonly IReadOnlyList<Reading> Series =
        [Reading.Cpu, Reading.MemoryAvailable, Reading.DiskFree, Reading.PublicOut, Reading.PublicIn, Reading.Load1];

    public static readonly IReadOnlyList<Reading> Totals = [Reading.MemoryTotal, Reading.DiskSize];

    private readonly Dictionary<(MetricsRange? Range, Reading What), (DateTimeOffset At, ReadSeries Series)> _kept = [];

    public void Keep(MetricsRange? range, Reading what, ReadSeries series, DateTimeOffset at) => _kept[(range, what)] = (at, series);

    public ReadSeries? Find(MetricsRange? range, Reading what) => _kept.TryGetValue((range, what), out var kept) ? kept.Series : null;

    public bool IsFresh(MetricsRange? range, Reading what, TimeSpan fresh, DateTimeOffset now) =>
        _kept.TryGetValue((range, what), out var kept) && now - kept.At < fresh;

    /// <summary>When the oldest series of a span was read; null when one is missing altogether.</summary>
    public DateTimeOffset? ReadAt(MetricsRange range) =>
        Series.All(what => _kept.ContainsKey((range, what))) ? Series.Min(what => _kept[(range, what)].At) : null;
}
