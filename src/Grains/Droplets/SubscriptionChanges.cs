using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;
using Webrana.Grains.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>Pure changes of a server's record around its subscription and its name.</summary>
public static class SubscriptionChanges
{
    /// <summary>The charge that was begun is in the ledger: the period is paid, a suspended server comes back.</summary>
    /// <param name="policy">What the period that begins goes by; null for the defaults.</param>
    public static DropletState? Renewed(this DropletState state, RenewingPart begun, PolicyPart? policy, long now, InstanceId instance)
    {
        // A charge of a period that was paid before pays for no other.
        if (state.Renewing != begun || state.Subscribed() is not { } subscription || subscription.NextPeriod != begun.Period)
            return null;
        var terms = state.Terms().For(subscription.NextStart(DropletViews.Time(begun.StartedAt)));
        var renewed = subscription.Renewed(DropletViews.Time(begun.StartedAt), begun.CycleOf(state));
        var back = state.Phase == InstancePhase.Suspended && state.Block is null;
        var total = begun.TotalOf(state);
        var notice = Notice.Renewed(
            string.Create(CultureInfo.InvariantCulture, $"droplet:{instance}:renewed:{begun.Period}"), instance, state.Name, total, renewed.DueAt);
        var paid = (state.Charged(begun.Period, MoneyChanges.ChargeOf(instance, begun.Period), begun.PriceOf(state), DropletViews.Time(now)) with
        {
            Renewing = null,
            // The period comes back on deletion; add-ons were used, and do not.
            ChargedIdr = checked(state.ChargedSoFar + total),
            Order = state.Order! with { PriceIdr = begun.PriceOf(state), Period = begun.LengthOf(state), PriceVersion = begun.PriceIdr is null ? state.Order!.PriceVersion : begun.PriceVersion },
            Subscription = renewed.Part(state.Subscription) with
            {
                Policy = policy,
                Switch = terms.Switch is null ? null : state.Subscription!.Switch,
                Move = terms.Move is null ? null : state.Subscription!.Move,
            },
            Ahead = state.Ahead is { } ahead && ahead.UntilPeriod > begun.Period ? ahead : null,
            Hibernation = state.Hibernation is { } image ? image with { Stage = HibernationStage.Discarding } : null,
        }).Tell(Line(begun, now, ActivityStatus.Completed, null), notice);
        // That it is paid is told now; that it is on, when it is.
        return back ? paid.ComingBack(string.Create(CultureInfo.InvariantCulture, $"droplet:{instance}:restored:{begun.Period}")) : paid;
    }

    /// <summary>Not enough money: noted, told once for this period, tried again by the policy. Add-ons that were paid before it are paid.</summary>
    /// <param name="paid">Of the begun charge's add-ons.</param>
    public static DropletState? NotPaid(this DropletState state, RenewingPart begun, IReadOnlyCollection<AddonPart> paid, Notice notice, long now)
    {
        if (state.Renewing != begun || state.Subscription is not { } part)
            return null;
        var unpaid = begun.Metered is { } metered ? metered.ToMeter().Without([.. paid.Select(addon => addon.Kind)]) : null;
        var next = state with
        {
            Renewing = null,
            Ahead = null,
            ChargedIdr = paid.Count == 0 ? state.ChargedIdr : state.ChargedSoFar + paid.Sum(addon => addon.AmountIdr),
            Meter = unpaid is null || state.Meter is null ? state.Meter : state.Meter.With(state.Meter.ToMeter().With(unpaid)),
            // Paid ahead of its time nothing is late.
            Subscription = state.Subscribed()!.DueAt.ToUnixTimeMilliseconds() > now && part.SuspendedAt is null
                ? part
                // This tells how things stand: notices that were overtaken by it are not told after it.
                : part with { TriedAt = now, Noticed = Math.Max(part.Noticed, state.Subscribed()!.NoticesPassed(state.Policy(), DropletViews.Time(now))) },
        };
        return next.Subscription!.TriedAt is not null && part.TriedAt is null && part.SuspendedAt is null
            ? next.Tell(Line(begun, now, ActivityStatus.InProgress, Reasons.NotEnoughBalance), notice)
            : next;
    }

    /// <summary>Grace is over, or it was not to be renewed: powered off and kept.</summary>
    public static DropletState? Suspended(this DropletState state, Notice notice, long now)
    {
        // Suspended already for another reason, it is from now on unpaid as well.
        if (state.Phase is not (InstancePhase.Running or InstancePhase.Off or InstancePhase.Suspended) || state.Subscription is not { SuspendedAt: null } part)
            return null;
        var reason = part.AutoRenew ? Reasons.NotEnoughBalance : Reasons.RenewalOff;
        return (state.ToBeOff() with
        {
            Phase = InstancePhase.Suspended,
            Subscription = part with { SuspendedAt = now, PaymentAwaited = false },
        }).Tell(Line(new RenewingPart(part.PaidPeriod + 1, now), now, ActivityStatus.Errored, reason, "unpaid"), notice);
    }

    /// <summary>Not to be suspended before a moment.</summary>
    public static DropletState? Spared(this DropletState state, long until, bool forPayment) => state.Subscription is { SuspendedAt: null } part
        ? state with { Subscription = part with { SparedUntil = until, PaymentAwaited = part.PaymentAwaited || forPayment } }
        : null;

    /// <summary>Its owner is paying: not to be put away, or destroyed, before a moment. Once for each of the two.</summary>
    public static DropletState? SparedFromItsEnd(this DropletState state, long until) =>
        state is { Phase: InstancePhase.Suspended or InstancePhase.Hibernated, IsRestoring: false, Subscription: { SuspendedAt: not null, PaymentAwaited: false } part }
            ? state with { Subscription = part with { SparedUntil = until, PaymentAwaited = true } }
            : null;

    /// <summary>A notice of the period due at <paramref name="due"/> was given, or overtaken by the next one.</summary>
    public static DropletState? Reminded(this DropletState state, DateTimeOffset due, int notices, Notice? notice)
    {
        if (state.Subscribed() is not { } subscription || subscription.DueAt != due || state.Subscription!.Noticed >= notices)
            return null;
        var next = state with { Subscription = state.Subscription with { Noticed = notices } };
        return notice is null ? next : next.Tell(notice: notice);
    }

    /// <summary>The last warning before hibernation or termination.</summary>
    public static DropletState? Warned(this DropletState state, Notice notice, long now) =>
        state.Subscription is { SuspendedAt: not null, WarnedAt: null } part
            ? (state with { Subscription = part with { WarnedAt = now, DeliveredAt = null, ConfirmedAt = null, EscalatedAt = null } }).Tell(notice: notice)
            : null;

    /// <summary>Whether the last warning reached its reader was asked for.</summary>
    public static DropletState? Confirmed(this DropletState state, long? deliveredAt, long now) => state.Subscription is { WarnedAt: not null } part
        ? state with { Subscription = part with { DeliveredAt = part.DeliveredAt ?? deliveredAt, ConfirmedAt = now } }
        : null;

    /// <summary>It reached nobody for long, and admins see it now.</summary>
    public static DropletState? Escalated(this DropletState state, long now) => state.Subscription is { WarnedAt: not null, DeliveredAt: null, EscalatedAt: null } part
        ? state with { Subscription = part with { EscalatedAt = now } }
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
        RenameFailures = 0,
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

    /// <summary>What the begun charge is for: fixed when it was begun.</summary>
    public static long PriceOf(this RenewingPart begun, DropletState state) => begun.PriceIdr ?? state.Order!.PriceIdr;

    /// <summary>How long the period that it pays for is.</summary>
    public static BillingPeriod LengthOf(this RenewingPart begun, DropletState state) => begun.PriceIdr is null ? state.Order!.Period : begun.Length;

    /// <summary>The same for the rules.</summary>
    public static BillingCycle CycleOf(this RenewingPart begun, DropletState state) => DropletViews.Cycle(begun.LengthOf(state));

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
