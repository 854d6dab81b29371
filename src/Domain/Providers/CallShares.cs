namespace Webrana.Domain.Providers;

/// <summary>
/// How one minute's calls are shared between uses, in order of importance: a use may take its own part, and whatever the more important
/// ones have left of theirs only at the end; what they are owed is kept for them. Nobody less important can keep a destroy waiting.
/// </summary>
public static class CallShares
{
    /// <summary>Percent of the minute kept for each use, most important first: destroy and create, actions, polls, metrics, reconciling.</summary>
    public static readonly IReadOnlyList<int> Percent = [30, 20, 20, 20, 10];

    /// <summary>Whether a call of <paramref name="use"/> may be made now.</summary>
    /// <param name="use">Index into <see cref="Percent"/>.</param>
    /// <param name="used">Calls made in this minute, by use.</param>
    /// <param name="limit">Calls the minute allows.</param>
    /// <param name="elapsed">How much of the minute has passed, 0 to 1. What is kept for others shrinks with it: an unused reserve flows down.</param>
    public static bool Allows(int use, IReadOnlyList<int> used, int limit, double elapsed)
    {
        var free = limit - used.Sum();
        for (var other = 0; other < use; other++)
        {
            var reserve = limit * Percent[other] / 100 - used[other];
            free -= (int)(Math.Max(0, reserve) * (1 - Math.Clamp(elapsed, 0, 1)));
        }

        return free > 0;
    }
}
