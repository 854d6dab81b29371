using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>Pure changes of a server's record around its subscription and its name.</summary>
public static class SubscriptionChanges
{
    /// <summary>The charge that was begun is in the ledger: the period is paid, a suspended server comes back.</summary>
    public static DropletState? Renewed(this DropletState state, RenewingPart begun, long now, InstanceId instance)
    {
        if (state.Renewing != begun || state.Subscribed() is not { } subscription)
            return null;
        var renewed = subscription.Renewed(DropletViews.Time(begun.StartedAt));
        var back = state.Phase == InstancePhase.Suspended;
        var notice = Notice.Renewed(
            string.Create(CultureInfo.InvariantCulture, $"droplet:{instance}:renewed:{begun.Period}"), instance, state.Name, state.Order!.PriceIdr, renewed.DueAt);
        return (state.Charged(begun.Period, MoneyChanges.ChargeOf(instance, begun.Period), state.Order!.PriceIdr, DropletViews.Time(now)) with
        {
            Renewing = null,
            Subscription = renewed.Part(),
            Phase = back ? InstancePhase.Off : state.Phase,
            PowerWish = back ? PowerWish.On : state.PowerWish,
        }).Tell(Line(begun, now, ActivityStatus.Completed, null), notice);
    }

    /// <summary>Not enough money: noted, told once for this period, tried again by the policy.</summary>
    public static DropletState? NotPaid(this DropletState state, RenewingPart begun, Notice notice, long now)
    {
        if (state.Renewing != begun || state.Subscription is not { } part)
            return null;
        var next = state with { Renewing = null, Subscription = part with { TriedAt = now } };
        return part.TriedAt is null && part.SuspendedAt is null
            ? next.Tell(Line(begun, now, ActivityStatus.InProgress, Reasons.NotEnoughBalance), notice)
            : next;
    }

    /// <summary>Grace is over, or it was not to be renewed: powered off and kept.</summary>
    public static DropletState? Suspended(this DropletState state, Notice notice, long now)
    {
        if (state.Phase is not (InstancePhase.Running or InstancePhase.Off) || state.Subscription is not { } part)
            return null;
        var reason = part.AutoRenew ? Reasons.NotEnoughBalance : Reasons.RenewalOff;
        return (state with
        {
            Phase = InstancePhase.Suspended,
            Subscription = part with { SuspendedAt = now },
            PowerWish = state.Phase == InstancePhase.Running || state.Action is not null ? PowerWish.Off : PowerWish.None,
        }).Tell(Line(new RenewingPart(part.PaidPeriod + 1, now), now, ActivityStatus.Errored, reason, "unpaid"), notice);
    }

    /// <summary>A notice of the period due at <paramref name="due"/> was given, or overtaken by the next one.</summary>
    public static DropletState? Reminded(this DropletState state, DateTimeOffset due, int notices, Notice? notice)
    {
        if (state.Subscribed() is not { } subscription || subscription.DueAt != due || state.Subscription!.Noticed >= notices)
            return null;
        var next = state with { Subscription = state.Subscription with { Noticed = notices } };
        return notice is null ? next : next.Tell(notice: notice);
    }

    /// <summary>The last warning before termination.</summary>
    public static DropletState? Warned(this DropletState state, Notice notice, long now) =>
        state.Subscription is { SuspendedAt: not null, WarnedAt: null } part
            ? (state with { Subscription = part with { WarnedAt = now } }).Tell(notice: notice)
            : null;

    /// <summary>The switch, before or after the first capture.</summary>
    public static DropletState WithAutoRenew(this DropletState state, bool on) => state with
    {
        Order = state.Order! with { AutoRenew = on },
        Subscription = state.Subscription is null ? null : state.Subscription with { AutoRenew = on },
    };

    /// <summary>Another name, claimed before.</summary>
    public static DropletState? Renamed(this DropletState state, string name, string actor, long now) => state.Name == name ? null : (state with
    {
        Name = name,
        NamesDirty = true,
    }).Tell(new ActivityPart
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"rename-{state.OutboxSeq + 1}"),
        Kind = ActionKind.Rename,
        Status = ActivityStatus.Completed,
        StartedAt = now,
        CompletedAt = now,
        Actor = actor,
        Message = $"{state.Name} → {name}",
    });

    private static ActivityPart Line(RenewingPart begun, long now, ActivityStatus status, string? message, string prefix = "renew") => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{begun.Period}"),
        Kind = ActionKind.Renew,
        Status = status,
        StartedAt = begun.StartedAt,
        CompletedAt = status == ActivityStatus.InProgress ? null : now,
        Actor = "system",
        Message = message,
    };
}
