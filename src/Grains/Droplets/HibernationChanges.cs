using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;
using Webrana.Grains.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>Pure changes around hibernation: image → server gone → hibernated → on its way back → running, or gone for good.</summary>
public static class HibernationChanges
{
    /// <summary>An image is to be taken; the server is suspended and whole, and paying still brings it back as it is.</summary>
    public static DropletState? Imaging(this DropletState state, InstanceId instance, long now) =>
        state is not { Phase: InstancePhase.Suspended, Renewing: null, Subscription: { SuspendedAt: not null } part, Hibernation: null }
            ? null
            : state with { Hibernation = new HibernationPart(string.Create(CultureInfo.InvariantCulture, $"webrana-{instance}-{part.PaidPeriod}"), now) };

    /// <summary>One more try at the image, as an action like any other.</summary>
    public static DropletState? TakingImage(this DropletState state, long now)
    {
        if (state is not { Phase: InstancePhase.Suspended, Action: null, Hibernation: { Stage: HibernationStage.Imaging } image })
            return null;
        var acting = state.Acting(
            string.Create(CultureInfo.InvariantCulture, $"hibernate-{state.Subscription!.PaidPeriod}-{image.Tries + 1}"), ActionKind.Snapshot, "system", now);
        return acting with { Action = acting.Action! with { Name = image.Name }, Hibernation = image with { Tries = image.Tries + 1 } };
    }

    /// <summary>The image is there: from here on the server goes. Not where money is being asked for, or waited for.</summary>
    public static DropletState? PuttingAway(this DropletState state, string imageId, long sizeMb, long now) =>
        state is not { Phase: InstancePhase.Suspended, Renewing: null, Ahead: null, Action: null, Hibernation: { Stage: HibernationStage.Imaging } image, Droplet: { } droplet }
        || state.Subscription?.SparedUntil > now
            ? null
            : state with
            {
                Phase = InstancePhase.Hibernating,
                PowerWish = PowerWish.None,
                PowerTries = null,
                Hibernation = image with { Stage = HibernationStage.Kept, ImageId = imageId, SizeMb = sizeMb, OldDropletId = droplet.Id },
            };

    /// <summary>Nothing but the image is left, for the first time or again after a failed way back.</summary>
    public static DropletState? Hibernated(this DropletState state, Notice? notice, long now)
    {
        if (state is not { Phase: InstancePhase.Hibernating, Hibernation: { } image, Subscription: { } part })
            return null;
        var first = part.HibernatedAt is null;
        var next = (state with
        {
            Phase = InstancePhase.Hibernated,
            Droplet = null,
            Access = null,
            Hibernation = image with { Restore = null },
            Subscription = first
                ? part with { HibernatedAt = now, WarnedAt = null, DeliveredAt = null, ConfirmedAt = null, EscalatedAt = null, PaymentAwaited = false }
                // Its owner wanted it back, and the end may have passed meanwhile: there is time to press once more.
                : part with { SparedUntil = Math.Max(part.SparedUntil ?? 0, now + (long)state.Policy().LastWarning.TotalMilliseconds) },
        }).MeteringBackups(BackupsPlan.None, now).MeteringImages(image.SizeMb, now);
        return notice is null ? next : next.Tell(notice: notice);
    }

    /// <summary>The way back is wished for: stored before its price is held, with the terms of today.</summary>
    public static DropletState? Restoring(this DropletState state, string operationId, string actor, long now)
    {
        if (state is not { Phase: InstancePhase.Hibernated, Block: null, Hibernation: { Restore: null } image, Subscription: { } part })
            return null;
        var terms = state.Terms().For(state.Subscribed()!.NextStart(DropletViews.Time(now)));
        return state with
        {
            Hibernation = image with { Restores = image.Restores + 1, Restore = new RestorePart(operationId, actor, now, part.PaidPeriod + 1) },
            Order = state.Order! with { PriceIdr = terms.PriceIdr, Period = BillingViews.Period(terms.Cycle), PriceVersion = terms.PriceVersion },
            // The anchor of the paid period stays what it was; only the next one is of the new length.
            Subscription = part with { Switch = terms.Switch is null ? null : part.Switch, Move = terms.Move is null ? null : part.Move },
        };
    }

    /// <summary>The money is not there: nothing is wished for any more.</summary>
    public static DropletState? RestoreRefused(this DropletState state, string operationId) =>
        state is { Phase: InstancePhase.Hibernated, Hibernation: { Restore: { } restore } image } && restore.OperationId == operationId
            ? state with { Hibernation = image with { Restore = null } }
            : null;

    /// <summary>Money held: it is made as an order is, only of the image.</summary>
    public static DropletState? RestoreHeld(this DropletState state, long deadline) =>
        state is not { Phase: InstancePhase.Hibernated, Hibernation.Restore: { } restore }
            ? null
            : (state with { Phase = InstancePhase.Held, Hold = HoldState.Held, Creation = new CreationPart { Deadline = deadline } }).Tell(restore.Activity());

    /// <summary>It could not be made: whatever was made is destroyed, the money goes back, the image is still there.</summary>
    public static DropletState? RestoreFailed(this DropletState state, string reason, long now) =>
        !state.Phase.IsProvisioning() || state.Hibernation?.Restore is not { } restore
            ? null
            : (state with { Phase = InstancePhase.Hibernating })
                .Remember(restore.Activity() with { Status = ActivityStatus.Errored, CompletedAt = now, Message = reason });

    /// <summary>It runs again and is paid for: the period began when it was found running.</summary>
    public static DropletState? Restored(this DropletState state, PolicyPart? policy, Notice notice, string operation, long now)
    {
        if (state is not { Phase: InstancePhase.Capturing, Hibernation: { Restore: { } restore } image } || state.Subscribed() is not { } subscription)
            return null;
        var began = DropletViews.Time(state.Creation.ReadyAt!.Value);
        return (state.Charged(restore.Period, operation, state.Order!.PriceIdr, DropletViews.Time(now)) with
        {
            Phase = InstancePhase.Running,
            Hold = HoldState.Captured,
            Subscription = subscription.Renewed(began).Part(state.Subscription) with { Policy = policy },
            Hibernation = image with { Stage = HibernationStage.Discarding, Restore = null },
        }).Remember(restore.Activity() with { Status = ActivityStatus.Completed, CompletedAt = now }).Tell(notice: notice);
    }

    /// <summary>The image is deleted.</summary>
    public static DropletState? Discarded(this DropletState state, long now) => state.Hibernation is { Stage: HibernationStage.Discarding }
        ? (state with { Hibernation = null }).MeteringImages(0, now)
        : null;
}
