using Webrana.Contracts;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>Who waits for which action. In memory: a droplet whose wait is forgotten asks again by itself.</summary>
internal sealed class ActionWatch
{
    /// <summary>Pages of 200 read at most in one go; what is older is found by its own droplet.</summary>
    public const int MostPages = 5;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private readonly Dictionary<long, (InstanceId Instance, DateTimeOffset Since)> _waiting = [];

    public void Add(InstanceId instance, long actionId, DateTimeOffset now) => _waiting[actionId] = (instance, now);

    public void Remove(long actionId) => _waiting.Remove(actionId);

    public bool IsEmpty(DateTimeOffset now)
    {
        foreach (var (id, entry) in _waiting.ToList())
        {
            if (now - entry.Since > Longest)
                _waiting.Remove(id);
        }

        return _waiting.Count == 0;
    }

    /// <summary>The watched actions of a page that have ended.</summary>
    public IReadOnlyList<(InstanceId Instance, DropletAction Action)> Finished(IReadOnlyList<DropletAction> page) =>
        [.. page.Where(action => action.IsFinished && _waiting.ContainsKey(action.Id)).Select(action => (_waiting[action.Id].Instance, action))];

    /// <summary>Whether something is waited for that is older than everything on this page (pages come newest first).</summary>
    public bool ReachesBelow(IReadOnlyList<DropletAction> page) =>
        page.Count > 0 && _waiting.Keys.Any(id => id < page.Min(action => action.Id));
}
