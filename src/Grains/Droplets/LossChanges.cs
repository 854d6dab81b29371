using Webrana.Contracts;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>Pure: what the loss of a server makes of its record and its money, decided once and in one write.</summary>
public static class LossChanges
{
    private const string LossPurpose = "lost";

    /// <summary>The running action does not find its droplet; null when it did not before either.</summary>
    public static DropletState? ActionMisses(this DropletState state, long nowReal) =>
        state.Action is { MissingSinceReal: null } action ? state with { Action = action with { MissingSinceReal = nowReal } } : null;

    /// <summary>It finds it again; null when it was not missed.</summary>
    public static DropletState? ActionFinds(this DropletState state) =>
        state.Action is { MissingSinceReal: not null } action ? state with { Action = action with { MissingSinceReal = null } } : null;

    /// <summary>
    /// Lost through no fault of the owner's: every second that is ahead comes back, whatever the period. Null while a charge or what comes back
    /// of a change of plan is under way: a period that is charged behind the loss would pay for nothing, and of two refunds one would be forgotten.
    /// </summary>
    public static DropletState? LostGivingBack(this DropletState state, InstanceId instance, DateTimeOffset now)
    {
        if (state.Renewing is not null || state.Returning is not null || state.PlanChange is { Applied: true })
            return null;
        if (state.Lost(Notice.ServerLost($"droplet:{instance}:lost", instance, state.Name), now.ToUnixTimeMilliseconds()) is not { } lost)
            return null;
        if (state.Subscribed() is not { } subscription)
            return lost;
        var refund = state.Refund(
            instance, Refunds.OnLoss(state.Order!.PriceIdr, subscription, now), LossPurpose, ReferenceType.Refund, Sentences.LossRefund(state.Name), now);
        return refund is null
            ? lost
            : (lost with { Returning = refund }).Tell(notice: Notice.Refunded($"droplet:{instance}:lost-refund", refund.TotalIdr, state.Name));
    }
}
