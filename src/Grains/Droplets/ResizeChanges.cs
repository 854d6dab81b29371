using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>Pure changes of a server's record around a change of plan.</summary>
public static class ResizeChanges
{
    /// <summary>Agreed and stored; what it costs is not held yet.</summary>
    public static DropletState? PlanChangeAgreed(this DropletState state, PlanChangePart change) =>
        state.PlanChange is not null || state.Action is not null || state.Renewing is not null || state.Ahead is not null || state.Returning is not null
        || state.Phase is not (InstancePhase.Running or InstancePhase.Off)
            ? null
            : state with { PlanChange = change };

    /// <summary>The difference is held, or there is none to hold: the action begins, once nothing else runs.</summary>
    public static DropletState? Resizing(this DropletState state, string id, long now)
    {
        if (state.PlanChange is not { Applied: false } change || change.Id != id || state.Action is not null
            || state.Phase is not (InstancePhase.Running or InstancePhase.Off))
        {
            return null;
        }

        var on = state.Phase == InstancePhase.Running;
        var acting = (state with { PlanChange = change with { Hold = change.DifferenceIdr > 0 ? HoldState.Held : HoldState.None } })
            .Acting(id, ActionKind.Resize, change.Actor, now);
        return acting with { Action = acting.Action! with { WasOn = on, Step = on ? ResizeStep.ShutDown : ResizeStep.Resize, StepAt = now } };
    }

    /// <summary>The money was refused: it never was.</summary>
    public static DropletState? PlanChangeDropped(this DropletState state, string id) =>
        state.PlanChange is { Applied: false } change && change.Id == id && state.Action?.Id != id ? state with { PlanChange = null } : null;

    /// <summary>On to the next step, with nothing sent yet.</summary>
    public static DropletState? Stepped(this DropletState state, string id, ResizeStep step, long now) =>
        state.Action is { Step: not null } action && action.Id == id ? state with { Action = action.At(step, now) } : null;

    /// <summary>It will not be: what is left is to switch on what was switched off, and to give the money back.</summary>
    public static DropletState? ResizeGivenUp(this DropletState state, string id, string reason, long now)
    {
        if (state.Action is not { Step: { } step } action || action.Id != id)
            return null;
        var failing = action with { Failure = action.Failure ?? reason };
        var off = action.WasOn && step is ResizeStep.PowerOff or ResizeStep.Resize;
        return state with { Action = failing.At(off ? ResizeStep.PowerOn : ResizeStep.Settle, now) };
    }

    /// <summary>The provider has made it: plan and price are the new ones from here on, and what comes back is written down.</summary>
    public static DropletState? PlanApplied(this DropletState state, InstanceId instance, string id, string description, DateTimeOffset at)
    {
        if (state.PlanChange is not { Applied: false } change || change.Id != id || state.Action is not { } action || action.Id != id)
            return null;
        var returning = change.DifferenceIdr < 0
            ? state.Refund(instance, -change.DifferenceIdr, change.Id, ReferenceType.PlanChange, description, at)
            : null;
        // The price of what was paid so far is the old one: written down before it changes.
        var payments = state.PaidFor(instance, at).Select(payment => new PaymentPart(payment.Period, payment.OperationId, payment.AmountIdr, payment.ReturnedIdr));
        var changed = state with
        {
            ChargedIdr = state.ChargedSoFar,
            Payments = [.. payments],
            Returning = returning,
            PlanChange = change with { Applied = true },
            Order = state.Order! with
            {
                PlanId = change.PlanId,
                PriceVersion = change.PriceVersion,
                PriceIdr = change.PriceIdr,
                ProviderSize = change.ProviderSize,
                Vcpus = change.Vcpus,
                MemoryMb = change.MemoryMb,
                DiskGb = change.DiskGb,
                TransferTb = change.TransferTb,
            },
            // What was planned was another plan's: its prices do not come to this one. This one's may have been announced meanwhile.
            Subscription = state.Subscription is { } part ? part with { Switch = null, Move = null } : null,
            Action = action.At(action.WasOn ? ResizeStep.PowerOn : ResizeStep.Settle, at.ToUnixTimeMilliseconds()),
        };
        return change.Announced is { } move ? changed.Announcing(instance, move) : changed;
    }

    /// <summary>Its money is where it belongs.</summary>
    /// <param name="charged">Operation id of the capture; null when nothing was taken.</param>
    public static DropletState? PlanChangeSettled(this DropletState state, string id, string? charged, DateTimeOffset now)
    {
        if (state.PlanChange is not { } change || change.Id != id)
            return null;
        var next = charged is null ? state : state.Charged(state.Subscription!.PaidPeriod, charged, change.DifferenceIdr, now);
        return next with { PlanChange = null };
    }

    private static ActionPart At(this ActionPart action, ResizeStep step, long now) => action with
    {
        Step = step,
        StepAt = now,
        Stage = ActionStage.Requested,
        Attempts = 0,
        BusySince = null,
        Waiting = false,
        ProviderId = null,
        QuietAtReal = 0,
        Succeeded = false,
        ProviderSaid = null,
        EndedAt = null,
    };
}
