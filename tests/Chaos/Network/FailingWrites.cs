using System.Collections.Concurrent;

namespace Webrana.Chaos.Network;

/// <summary>On which side of PostgreSQL's commit a write fails.</summary>
public enum CommitMoment
{
    /// <summary>Nothing of it is there.</summary>
    Before,

    /// <summary>It is there, and whoever wrote it never hears of it.</summary>
    After,
}

/// <summary>
/// Which writes fail, counted over all processes and connections: of the pools that are named, every n-th, in turn before and behind its
/// commit. The processes see what a broken database looks like, an exception of their own driver; no code of theirs takes part.
/// </summary>
public sealed class FailingWrites
{
    private readonly ConcurrentDictionary<string, int> _everyNth = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _writes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Pool, CommitMoment Moment), int> _struck = [];

    /// <summary>From now on, and counted from here.</summary>
    /// <param name="pool">As the connections name it: <c>ledger</c>, <c>state</c>, <c>idempotency</c>.</param>
    public void Begin(string pool, int everyNth)
    {
        _struck[(pool, CommitMoment.Before)] = _struck[(pool, CommitMoment.After)] = 0;
        _everyNth[pool] = everyNth;
    }

    /// <summary>No write fails any more; what was counted stays.</summary>
    public void End() => _everyNth.Clear();

    /// <summary>How many really failed so since <see cref="Begin"/>.</summary>
    public int Struck(string pool, CommitMoment moment) => _struck.GetValueOrDefault((pool, moment));

    /// <summary>A write of the pool is about to be committed: how it fails, or null.</summary>
    public CommitMoment? Next(string pool)
    {
        if (!_everyNth.TryGetValue(pool, out var nth))
            return null;
        var number = _writes.AddOrUpdate(pool, 1, (_, count) => count + 1);
        if (number % nth != 0)
            return null;
        return number / nth % 2 == 0 ? CommitMoment.After : CommitMoment.Before;
    }

    /// <summary>One failed so.</summary>
    public void Strike(string pool, CommitMoment moment) => _struck.AddOrUpdate((pool, moment), 1, (_, count) => count + 1);
}
