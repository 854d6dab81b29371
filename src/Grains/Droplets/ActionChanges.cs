using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>Pure changes of a server's record around its one action.</summary>
public static class ActionChanges
{
    /// <summary>The actor of what we do ourselves.</summary>
    public const string System = "system";

    /// <summary>A budget that is spent for a moment is nothing to tell.</summary>
    public const long WaitIsToldAfterMs = 10_000;

    /// <summary>An action is accepted.</summary>
    public static DropletState Acting(this DropletState state, string id, ActionKind kind, string actor, long now)
    {
        var action = new ActionPart { Id = id, Kind = kind, Actor = actor, StartedAt = now };
        return (state with { Action = action }).Tell(action.Activity());
    }

    /// <summary>The intent of a POST.</summary>
    public static DropletState? ActionSending(this DropletState state, string id, long quietAtReal) =>
        state.With(id, ActionStage.Requested, action => action with { Stage = ActionStage.Sending, QuietAtReal = quietAtReal, Attempts = action.Attempts + 1 });

    /// <summary>Nothing was started; try again later.</summary>
    /// <param name="busySince">Since when another event of the droplet is in the way; null when something else was.</param>
    public static DropletState? ActionRequestedAgain(this DropletState state, string id, long? busySince = null) =>
        state.With(id, ActionStage.Sending, action => action with { Stage = ActionStage.Requested, BusySince = busySince });

    /// <summary>The provider cannot be asked now: whether the droplet is busy is not known any more.</summary>
    public static DropletState? ActionUnasked(this DropletState state, string id) =>
        state.Action is not { BusySince: not null } ? null : state.With(id, ActionStage.Requested, action => action with { BusySince = null });

    /// <summary>
    /// The provider could not be given it for a while, or does not say whether it was. Not where the droplet is busy with another event, which
    /// is waited out in silence; nor where it is not the provider that is waited for: a password that is set over SSH, a new droplet in the
    /// making, the money of a change of plan.
    /// </summary>
    public static DropletState? ActionWaiting(this DropletState state, long now) =>
        state.Action is { Stage: ActionStage.Requested or ActionStage.Sending, Waiting: false, BusySince: null, Replacing: false } action
        && action is not ({ Kind: ActionKind.ResetPassword, ThroughProvider: false } or { Step: ResizeStep.Settle })
        && now - (action.StepAt ?? action.StartedAt) >= WaitIsToldAfterMs
            ? state with { Action = action with { Waiting = true } }
            : null;

    /// <summary>The provider runs it.</summary>
    public static DropletState? ActionRunning(this DropletState state, string id, long providerId)
    {
        var next = state.With(id, ActionStage.Sending, action => action with { Stage = ActionStage.Running, ProviderId = providerId, Waiting = false });
        return next is null ? null : next with { LastActionId = Math.Max(next.LastActionId, providerId) };
    }

    /// <summary>The provider is done with it.</summary>
    /// <param name="said">Why it refused, in its words.</param>
    public static DropletState? ActionEnded(this DropletState state, bool succeeded, long now, string? id = null, string? said = null) =>
        state.Action is not { } action || (id is not null && action.Id != id) || action.Stage == ActionStage.Ended
            ? null
            : state with { Action = action with { Stage = ActionStage.Ended, Succeeded = succeeded, EndedAt = now, ProviderSaid = said, Waiting = false } };

    /// <summary>Over. The power state is what the droplet was seen in; a suspended server stays suspended whatever it does.</summary>
    public static DropletState? ActionDone(this DropletState state, ActivityStatus status, string? message, Droplet? seen, long now)
    {
        if (state.Action is not { } action)
            return null;
        var phase = (state.Phase, seen?.Status) switch
        {
            (InstancePhase.Running or InstancePhase.Off, DigitalOcean.DropletStatus.Active) => InstancePhase.Running,
            (InstancePhase.Running or InstancePhase.Off, DigitalOcean.DropletStatus.Off) => InstancePhase.Off,
            _ => state.Phase,
        };
        var next = state with
        {
            Phase = phase,
            Action = null,
            NameAtProvider = (action.Kind, status) == (ActionKind.Rename, ActivityStatus.Completed) ? action.Name : state.NameAtProvider,
            RenameFailures = (action.Kind, status) switch
            {
                (not ActionKind.Rename, _) => state.RenameFailures,
                (_, ActivityStatus.Completed) => 0,
                _ => state.RenameFailures + 1,
            },
            Droplet = seen is null ? state.Droplet : state.Droplet! with { Ipv4 = seen.PublicIPv4 ?? state.Droplet.Ipv4, Ipv6 = seen.PublicIPv6 },
        };
        next = next.Owing(action, seen, now);
        var isTold = !action.IsSilent && (!action.Quiet || status == ActivityStatus.Completed);
        return isTold ? next.Remember(action.Activity() with { Status = status, CompletedAt = now, Message = message }) : next;
    }

    /// <summary>Gone without our doing: nothing more is charged, and its owner is told.</summary>
    public static DropletState? Lost(this DropletState state, Notice notice, long now)
    {
        if (!state.Phase.IsLive())
            return null;
        var line = state.Action?.Activity() ?? new ActivityPart { Id = $"lost-{now}", Kind = ActionKind.Delete, StartedAt = now, Actor = System };
        return (state.WithoutReplacement() with { Phase = InstancePhase.Lost, Action = null, PowerWish = PowerWish.None })
            .Remember(line with { Status = ActivityStatus.Errored, CompletedAt = now, Message = Reasons.Vanished })
            .Tell(notice: notice);
    }

    private static DropletState? With(this DropletState state, string id, ActionStage stage, Func<ActionPart, ActionPart> change) =>
        state.Action is { } action && action.Id == id && action.Stage == stage ? state with { Action = change(action) } : null;
}
