namespace Webrana.Domain.Providers;

/// <summary>What one use did in a window.</summary>
/// <param name="Used">Calls it took.</param>
/// <param name="Wanted">It asked within the window, whether or not it got anything.</param>
public readonly record struct ShareUse(int Used, bool Wanted);

/// <summary>
/// How the calls of a window (a minute, an hour) are shared between uses, in order of importance. Each use is sure of its own share while
/// it asks; what nobody asks for flows to whoever does. Half of every share is kept even while its use is quiet: the first destroy after
/// an idle hour finds calls left, and a storm of creates cannot take the reads that will tell that they are done.
/// </summary>
public static class CallShares
{
    /// <summary>Percent of the window kept for each use, most important first: destroy and create, actions, polls, metrics, reconciling.</summary>
    public static readonly IReadOnlyList<int> Percent = [30, 20, 20, 20, 10];

    /// <summary>How many calls <paramref name="use"/> may take now.</summary>
    /// <param name="use">Index into <see cref="Percent"/>.</param>
    /// <param name="wanted">How many it would like.</param>
    /// <param name="limit">Calls the window allows, all uses together.</param>
    /// <param name="window">What every use did in the window, by index.</param>
    /// <returns>0 to <paramref name="wanted"/>; never more than the window has left.</returns>
    public static int Grant(int use, int wanted, int limit, IReadOnlyList<ShareUse> window)
    {
        var free = limit - window.Sum(one => one.Used);
        var own = ShareOf(use, limit) - window[use].Used;
        var unclaimed = free - Enumerable.Range(0, Percent.Count).Where(other => other != use).Sum(other => Kept(other, limit, window[other]));
        return Math.Clamp(Math.Min(free, Math.Max(own, unclaimed)), 0, wanted);
    }

    private static int ShareOf(int use, int limit) => (int)((long)limit * Percent[use] / 100);

    private static int Kept(int other, int limit, ShareUse did)
    {
        var rest = Math.Max(0, ShareOf(other, limit) - did.Used);
        return did.Wanted ? rest : rest / 2;
    }
}
