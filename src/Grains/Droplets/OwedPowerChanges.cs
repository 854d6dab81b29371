using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Pure changes around a power state that we owe: off while a server is suspended, on when it is no more or when a change of plan took it off. It
/// is owed until the droplet was seen in it, until the server is to be in the other one, or until its owner's button has taken its place.
/// </summary>
public static class OwedPowerChanges
{
    /// <summary>A server that does not obey for days fills nobody's log: that a try failed is told once in so long.</summary>
    public const long FailureIsToldEveryMs = 24 * 60 * 60_000;

    /// <summary>
    /// Wanted off: it runs, what runs now may leave it on, or it was about to be switched on. One that is suspended already, and tried in vain so
    /// far, keeps its count.
    /// </summary>
    public static DropletState ToBeOff(this DropletState state) =>
        state.Phase != InstancePhase.Running && state.Action is null && state.PowerWish != PowerWish.On ? state : state with
        {
            PowerWish = PowerWish.Off,
            BackOnNoticeId = null,
            PowerTries = state.Phase == InstancePhase.Suspended ? state.PowerTries : null,
        };

    /// <summary>We owe a power state and no action runs: make it one. Nothing to do where it is so already.</summary>
    public static DropletState? FulfilWish(this DropletState state, long now)
    {
        if (state.Action is not null || state.PowerWish == PowerWish.None)
            return null;
        var off = state.PowerWish == PowerWish.Off;
        var action = new ActionPart
        {
            Id = $"{(off ? "suspend" : "resume")}-{state.Subscription?.PaidPeriod ?? 0}-{now}",
            Kind = off ? ActionKind.PowerOff : ActionKind.PowerOn,
            Actor = ActionChanges.System,
            StartedAt = now,
            BackOnNoticeId = off ? null : state.BackOnNoticeId,
            Quiet = state.PowerTries is { } tries && now - tries.ToldAt < FailureIsToldEveryMs,
        };
        var next = state with { PowerWish = PowerWish.None, BackOnNoticeId = null, Action = action };
        return action.Quiet ? next : next.Tell(action.Activity());
    }

    /// <summary>Whether the droplet is in the power state that this action of ours was to bring about; null for an action of anybody else.</summary>
    /// <param name="seen">The droplet; null where it was not looked at, and nothing was brought about.</param>
    public static bool? HasBrought(this ActionPart action, Droplet? seen) => (action.Actor, action.Kind) switch
    {
        (ActionChanges.System, ActionKind.PowerOff) => seen?.Status == DigitalOcean.DropletStatus.Off,
        (ActionChanges.System, ActionKind.PowerOn) => seen?.Status == DigitalOcean.DropletStatus.Active,
        _ => null,
    };

    /// <summary>
    /// After an action: a try that failed is owed again, unless the server is to be in the other state by now; one that its owner switched on
    /// between two tries is owed no more.
    /// </summary>
    /// <param name="state">The record without the action, its phase as the droplet was seen.</param>
    /// <param name="action">The action that ended.</param>
    public static DropletState Owing(this DropletState state, ActionPart action, Droplet? seen, long now)
    {
        if (action.HasBrought(seen) is not { } brought)
        {
            var isOnAlready = action.Kind == ActionKind.PowerOn && state is { Phase: InstancePhase.Running, PowerWish: PowerWish.On, PowerTries: not null };
            return isOnAlready ? state.OwingNothing() : state;
        }

        var isStillWanted = action.Kind == ActionKind.PowerOff
            ? state.Phase == InstancePhase.Suspended
            : state.Phase is InstancePhase.Running or InstancePhase.Off;
        if (!isStillWanted)
            return state;
        if (brought)
            return state with { PowerTries = null };
        return state with
        {
            PowerWish = action.Kind == ActionKind.PowerOff ? PowerWish.Off : PowerWish.On,
            BackOnNoticeId = state.BackOnNoticeId ?? action.BackOnNoticeId,
            PowerTries = new PowerTriesPart((state.PowerTries?.Failures ?? 0) + 1, action.Quiet ? state.PowerTries?.ToldAt ?? now : now),
        };
    }

    /// <summary>
    /// After a change of plan, made or given up: a server that ran before and is not seen on again is owed that. The step that was to switch it on
    /// was the first try, and the line of the change itself says that it failed; that it runs again is told when it does.
    /// </summary>
    /// <param name="done">The record after the action; null where nothing ended.</param>
    /// <param name="action">The action that ended.</param>
    /// <param name="seen">The droplet at its end.</param>
    public static DropletState? OwingOnAfterResize(this DropletState? done, ActionPart? action, Droplet? seen, InstanceId instance, long now) =>
        done is { Phase: InstancePhase.Running or InstancePhase.Off, PowerWish: PowerWish.None }
        && action is { Kind: ActionKind.Resize, WasOn: true } && seen is { Status: not DigitalOcean.DropletStatus.Active }
            ? done with { PowerWish = PowerWish.On, BackOnNoticeId = $"droplet:{instance}:resized:{action.Id}", PowerTries = new PowerTriesPart(1, now) }
            : done;

    /// <summary>Its owner switches it off, by whichever way it came to run: it is not switched on behind that.</summary>
    public static DropletState Pressed(this DropletState state, PowerAction power) =>
        power is PowerAction.Off or PowerAction.Shutdown ? state.OwingNothing() : state;

    private static DropletState OwingNothing(this DropletState state) =>
        state with { PowerWish = PowerWish.None, BackOnNoticeId = null, PowerTries = null };
}
