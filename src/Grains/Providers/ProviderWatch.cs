using Webrana.Contracts;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>Who waits for what at the provider. In memory: a droplet whose wait is forgotten asks again by itself.</summary>
internal sealed class ProviderWatch
{
    // Longer than a droplet takes to ask again.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Dictionary<long, Waiter> _actions = [];
    private readonly Dictionary<long, Waiter> _creations = [];

    public bool IsEmpty => _actions.Count == 0 && _creations.Count == 0;

    public bool HasActions => _actions.Count > 0;

    public void AddAction(InstanceId instance, long actionId, DateTimeOffset now) => _actions[actionId] = new Waiter(instance, null, now);

    public void AddCreation(InstanceId instance, long dropletId, long? createActionId, DateTimeOffset now)
    {
        // Only once its action has ended is a droplet worth a look; without a known action it is at any time.
        if (createActionId is { } action)
        {
            if (!_creations.ContainsKey(dropletId))
                _actions[action] = new Waiter(instance, dropletId, now);
        }
        else
        {
            _creations[dropletId] = new Waiter(instance, dropletId, now);
        }
    }

    /// <summary>Droplets that should be usable by now, by their id at the provider.</summary>
    public IReadOnlyDictionary<long, InstanceId> Ripe() => _creations.ToDictionary(entry => entry.Key, entry => entry.Value.Instance);

    /// <summary>The watched actions of a page that have ended.</summary>
    public IReadOnlyList<EndedAction> Ended(IReadOnlyList<DropletAction> page) =>
    [
        .. page.Where(action => action.IsFinished && _actions.ContainsKey(action.Id))
            .Select(action => new EndedAction(_actions[action.Id].Instance, action.Id, action.Status == ActionStatus.Completed)),
    ];

    /// <summary>An action's end was dealt with; of a creation that succeeded, the droplet is next.</summary>
    public void ActionDone(EndedAction ended, DateTimeOffset now)
    {
        if (_actions.Remove(ended.ActionId, out var waiter) && waiter.Droplet is { } droplet && ended.Succeeded)
            _creations[droplet] = waiter with { Since = now };
    }

    public void CreationDone(long dropletId) => _creations.Remove(dropletId);

    /// <summary>Whether something is waited for that is older than everything on this page (pages come newest first).</summary>
    public bool ReachesBelow(IReadOnlyList<DropletAction> page) =>
        page.Count > 0 && page.Min(action => action.Id) is var oldest && _actions.Keys.Any(id => id < oldest);

    public void Forget(DateTimeOffset now)
    {
        foreach (var waiting in new[] { _actions, _creations })
        {
            foreach (var id in waiting.Where(entry => now - entry.Value.Since > Longest).Select(entry => entry.Key).ToList())
                waiting.Remove(id);
        }
    }

    private sealed record Waiter(InstanceId Instance, long? Droplet, DateTimeOffset Since);
}

/// <param name="Instance">Who waits.</param>
/// <param name="ActionId">The provider's id of the action.</param>
/// <param name="Succeeded">How it ended.</param>
internal sealed record EndedAction(InstanceId Instance, long ActionId, bool Succeeded);
