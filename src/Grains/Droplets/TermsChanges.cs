using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>Pure answers and changes around what a subscription will cost.</summary>
public static class TermsChanges
{
    /// <summary>
    /// A price of a plan is announced. A server of that plan plans it and tells its owner in the same write; one on its way to that plan keeps it
    /// with the change. A server that has left the plan, however late it hears of it, has nothing to do with its prices.
    /// </summary>
    public static DropletState? PriceAnnounced(this DropletState state, InstanceId instance, AnnouncedPrice price)
    {
        if (state.Order is not { } order || state.Phase.IsOver() || state.Phase is InstancePhase.Terminating or InstancePhase.Lost)
            return null;
        var move = new MovePart(price.Version, price.From.ToUnixTimeMilliseconds(), price.DailyIdr, price.MonthlyIdr, price.YearlyIdr);
        if (state.PlanChange is { Applied: false } change && price.PlanId == change.PlanId)
        {
            return change.PriceVersion < move.Version && (change.Announced is not { } heard || heard.Version < move.Version)
                ? state with { PlanChange = change with { Announced = move } }
                : null;
        }

        var isOwn = price.PlanId is null || price.PlanId == order.PlanId;
        return isOwn && order.PriceVersion < move.Version ? state.Announcing(instance, move) : null;
    }

    /// <summary>A price of its own plan; its mail goes out with the same write, unless it changes nothing for this server.</summary>
    public static DropletState? Announcing(this DropletState state, InstanceId instance, MovePart move)
    {
        if ((state.Subscription is { } part ? part.Move : state.Announced) is { } known && known.Version >= move.Version)
            return null;
        var next = state.Subscription is null ? state with { Announced = move } : state with { Subscription = state.Subscription with { Move = move } };
        return state.PriceNotice(instance, move) is { } notice ? next.Tell(notice: notice) : next;
    }

    /// <summary>Another length of period is wished for, at a price of that plan: void where the server has changed its plan meanwhile.</summary>
    public static DropletState? Switching(this DropletState state, string planId, SwitchPart wish) =>
        state.Phase.IsLive() && state.Order?.PlanId == planId && state.Subscription is { } part && part.Switch != wish
            ? state with { Subscription = part with { Switch = wish } }
            : null;

    private static Notice? PriceNotice(this DropletState state, InstanceId instance, MovePart move)
    {
        var (order, from) = (state.Order!, DropletViews.Time(move.From));
        var cycle = state.Subscription?.Switch is { } wish ? wish.Period : order.Period;
        var next = new PriceMove(move.Version, from, move.DailyIdr, move.MonthlyIdr, move.YearlyIdr).PriceOf(DropletViews.Cycle(cycle));
        // Named by plan too: versions of two plans are alike, and one notice must not pass for the other.
        return next is null || next == order.PriceIdr ? null : Notice.PriceChange(
            string.Create(CultureInfo.InvariantCulture, $"droplet:{instance}:price:{order.PlanId}:{move.Version}"),
            instance, state.Name, order.PriceIdr, next.Value, state.FirstRenewalFrom(from));
    }

    /// <summary>The first period that starts at the new price.</summary>
    private static DateTimeOffset FirstRenewalFrom(this DropletState state, DateTimeOffset from)
    {
        if (state.Subscribed() is not { } subscription)
            return from;
        var period = subscription.NextPeriod;
        while (subscription.StartOf(period) < from)
            period++;
        return subscription.StartOf(period);
    }

    /// <summary>What paying so many periods now costs: each by the terms that hold when it starts, the first with the add-ons used so far.</summary>
    public static long CostOf(this DropletState state, int periods, DateTimeOffset now, AddonRates rates) => state.CostsOf(periods, now, rates)[^1];

    /// <summary>The same for one period, for two, and so on: an announced price or another length may take effect among them.</summary>
    private static long[] CostsOf(this DropletState state, int periods, DateTimeOffset now, AddonRates rates)
    {
        var costs = new long[periods];
        var (terms, subscription, total) = (state.Terms(), state.Subscribed()!, 0L);
        if (state.Meter is { } meter)
        {
            total = meter.ToMeter().Advance(now.ToUnixTimeMilliseconds())
                .Owed(rates, terms.PriceIdr, subscription.PaidPeriodMs).Sum(addon => addon.AmountIdr);
        }

        for (var period = 0; period < periods; period++)
        {
            terms = terms.For(subscription.NextStart(now));
            costs[period] = total = checked(total + terms.PriceIdr);
            subscription = subscription.Renewed(now, terms.Cycle);
        }

        return costs;
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
            subscription is { SuspendedAt: { } since, HibernatedAt: null } ? EndOf(subscription, since + policy.Suspended, policy) : null,
            subscription.HibernatedAt is { } asleep ? EndOf(subscription, asleep + policy.Restorable, policy) : null,
            subscription is { WarnedAt: not null, DeliveredAt: null },
            state.CostsOf(RenewServer.MostPeriods, now, rates));
    }

    private static DateTimeOffset EndOf(Subscription subscription, DateTimeOffset planned, RenewalPolicy policy) =>
        Later(Later(planned, subscription.SparedUntil), (subscription.DeliveredAt ?? subscription.EscalatedAt) + policy.LastWarning);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other is { } second && second > one ? second : one;
}
