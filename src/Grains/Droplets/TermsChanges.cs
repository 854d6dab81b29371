using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>Pure answers and changes around what a subscription will cost.</summary>
public static class TermsChanges
{
    /// <summary>A price is announced; its mail goes out with the same write.</summary>
    public static DropletState? Announcing(this DropletState state, MovePart move, Notice? notice)
    {
        if ((state.Subscription is { } part ? part.Move : state.Announced) is { } known && known.Version >= move.Version)
            return null;
        var next = state.Subscription is null ? state with { Announced = move } : state with { Subscription = state.Subscription with { Move = move } };
        return notice is null ? next : next.Tell(notice: notice);
    }

    /// <summary>What paying so many periods now costs: each by the terms that hold when it starts, the first with the add-ons used so far.</summary>
    public static long CostOf(this DropletState state, int periods, DateTimeOffset now, AddonRates rates)
    {
        var (terms, subscription, total) = (state.Terms(), state.Subscribed()!, 0L);
        if (state.Meter is { } meter)
        {
            total = meter.ToMeter().Advance(now.ToUnixTimeMilliseconds())
                .Owed(rates, terms.PriceIdr, subscription.PaidPeriodMs).Sum(addon => addon.AmountIdr);
        }

        for (var period = 0; period < periods; period++)
        {
            terms = terms.For(subscription.NextStart(now));
            total = checked(total + terms.PriceIdr);
            subscription = subscription.Renewed(now, terms.Cycle);
        }

        return total;
    }

    /// <summary>The wish to pay ahead is over: its line is the receipt of a repeated call.</summary>
    public static DropletState? AheadDone(this DropletState state, AheadPart ahead, long now) =>
        state.Recent.Any(line => line.Id == ahead.OperationId) ? null : state.Remember(new ActivityPart
        {
            Id = ahead.OperationId,
            Kind = ActionKind.Renew,
            Status = state.Subscription!.PaidPeriod >= ahead.UntilPeriod ? ActivityStatus.Completed : ActivityStatus.Errored,
            StartedAt = now,
            CompletedAt = now,
            Actor = ahead.Actor,
            Message = state.Subscription.PaidPeriod >= ahead.UntilPeriod ? null : Reasons.NotEnoughBalance,
        });

    /// <summary>The subscription for its page; null while there is none.</summary>
    public static ServerBilling? Billing(this DropletState state, DateTimeOffset now, AddonRates rates)
    {
        if (!state.Phase.IsBilled() && state.Phase != InstancePhase.Hibernating && !state.IsRestoring)
            return null;
        if (state.Subscribed() is not { } subscription || state.Order is not { } order)
            return null;
        var policy = state.Policy();
        var terms = state.Terms().For(subscription.NextStart(now));
        var addons = state.Meter is { } meter
            ? meter.ToMeter().Advance(now.ToUnixTimeMilliseconds()).Owed(rates, order.PriceIdr, subscription.PaidPeriodMs)
            : [];
        return new ServerBilling(
            order.Period, order.PriceIdr, subscription.StartOf(subscription.PaidPeriod), subscription.DueAt, subscription.AutoRenew, state.Priority,
            BillingViews.Period(terms.Cycle), terms.PriceIdr,
            state.Subscription!.Move is { } move ? DropletViews.Time(move.From) : null,
            [.. addons.Select(addon => new AddonLine((AddonType)(int)addon.Kind, addon.AmountIdr, addon.Quantity))],
            addons.Sum(addon => addon.AmountIdr),
            state.Reason(), state.Block?.Reason,
            subscription.SuspendedAt is null && subscription.HibernatedAt is null && now >= subscription.DueAt
                ? Later(subscription.DueAt + (subscription.AutoRenew ? policy.Grace : TimeSpan.Zero), subscription.SparedUntil)
                : null,
            subscription is { SuspendedAt: { } since, HibernatedAt: null } ? Later(since + policy.Suspended, (subscription.DeliveredAt ?? subscription.EscalatedAt) + policy.LastWarning) : null,
            subscription.HibernatedAt is { } asleep ? Later(asleep + policy.Restorable, (subscription.DeliveredAt ?? subscription.EscalatedAt) + policy.LastWarning) : null,
            subscription is { WarnedAt: not null, DeliveredAt: null });
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other is { } second && second > one ? second : one;
}
