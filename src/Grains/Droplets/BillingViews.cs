using Webrana.Contracts.Billing;
using Webrana.Contracts.Droplets;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;
using Webrana.Grains.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>The record ⇄ the pure rules of subscriptions.</summary>
public static class BillingViews
{
    /// <summary>The subscription as the pure rules know it; null before the capture.</summary>
    public static Subscription? Subscribed(this DropletState state) => state is { Subscription: { } part, Order: { } order }
        ? new Subscription(
            DropletViews.Cycle(order.Period),
            DropletViews.Time(part.AnchorAt),
            part.AnchorPeriod,
            part.PaidPeriod,
            part.AutoRenew,
            Time(part.TriedAt),
            Time(part.SuspendedAt),
            part.Noticed,
            Time(part.WarnedAt))
        {
            HibernatedAt = Time(part.HibernatedAt),
            SparedUntil = Time(part.SparedUntil),
            PaymentAwaited = part.PaymentAwaited,
            DeliveredAt = Time(part.DeliveredAt),
            ConfirmedAt = Time(part.ConfirmedAt),
            EscalatedAt = Time(part.EscalatedAt),
            Blocked = state.Block is not null,
        }
        : null;

    /// <summary>The subscription as stored; what only the record knows (policy, plans) stays as it was.</summary>
    public static SubscriptionPart Part(this Subscription subscription, SubscriptionPart? before = null) => new(
        subscription.AnchorAt.ToUnixTimeMilliseconds(),
        subscription.AnchorPeriod,
        subscription.PaidPeriod,
        subscription.AutoRenew,
        Ms(subscription.TriedAt),
        Ms(subscription.SuspendedAt))
    {
        Noticed = subscription.Noticed,
        WarnedAt = Ms(subscription.WarnedAt),
        HibernatedAt = Ms(subscription.HibernatedAt),
        SparedUntil = Ms(subscription.SparedUntil),
        PaymentAwaited = subscription.PaymentAwaited,
        DeliveredAt = Ms(subscription.DeliveredAt),
        ConfirmedAt = Ms(subscription.ConfirmedAt),
        EscalatedAt = Ms(subscription.EscalatedAt),
        Policy = before?.Policy,
        Switch = before?.Switch,
        Move = before?.Move,
    };

    /// <summary>The policy in force for the present period.</summary>
    public static RenewalPolicy Policy(this DropletState state)
    {
        var cycle = DropletViews.Cycle(state.Order!.Period);
        return state.Subscription?.Policy is { } own ? BillingDefaults.Policy(own.View(), cycle) : RenewalPolicy.For(cycle);
    }

    /// <summary>What is paid now, and what is planned.</summary>
    public static Terms Terms(this DropletState state)
    {
        var (order, part) = (state.Order!, state.Subscription);
        return new Terms(DropletViews.Cycle(order.Period), order.PriceIdr)
        {
            PriceVersion = order.PriceVersion,
            Switch = part?.Switch is { } wish ? new PeriodSwitch(DropletViews.Cycle(wish.Period), wish.PriceIdr, wish.Version) : null,
            Move = part?.Move is { } move ? new PriceMove(move.Version, DropletViews.Time(move.From), move.DailyIdr, move.MonthlyIdr, move.YearlyIdr) : null,
        };
    }

    /// <summary>Whether a subscription runs, in whatever state its server is.</summary>
    public static bool IsBilled(this InstancePhase phase) => phase.IsLive() || phase == InstancePhase.Hibernated;

    /// <summary>Why it is suspended.</summary>
    public static SuspensionReason Reason(this DropletState state) => state switch
    {
        { Block: not null } => SuspensionReason.Blocked,
        { Subscription: { SuspendedAt: not null, AutoRenew: true } } => SuspensionReason.Unpaid,
        { Subscription.SuspendedAt: not null } => SuspensionReason.NotRenewed,
        _ => SuspensionReason.None,
    };

    /// <summary>Domain → contract.</summary>
    public static BillingPeriod Period(BillingCycle cycle) => cycle switch
    {
        BillingCycle.Daily => BillingPeriod.Daily,
        BillingCycle.Yearly => BillingPeriod.Yearly,
        _ => BillingPeriod.Monthly,
    };

    /// <summary>What a forecast needs to know.</summary>
    public static SubscriptionView? Forecastable(this DropletState state, Contracts.InstanceId instance)
    {
        if (!state.Phase.IsBilled() || state.IsRestoring || state.Subscribed() is not { } subscription || state.Order is not { } order)
            return null;
        var part = state.Subscription!;
        return new SubscriptionView(
            instance, state.Name, order.Period, order.PriceIdr, subscription.AnchorAt, subscription.AnchorPeriod, subscription.PaidPeriod,
            subscription.AutoRenew, subscription.TriedAt, subscription.SuspendedAt, subscription.WarnedAt)
        {
            Priority = state.Priority,
            DueAt = subscription.DueAt,
            Waits = state.Phase.IsLive() && state.WaitsForMoney(),
            Policy = part.Policy?.View(),
            Planned = new PlannedTerms(order.PriceVersion, part.Switch?.Period, part.Switch?.PriceIdr ?? 0, part.Switch?.Version ?? 0, part.Move?.View()),
            Addons = state.Meter is { } meter
                ? new AddonUse(meter.AtMs, (int)meter.Backups, meter.ImageMb, meter.WeeklyMs, meter.DailyMs, meter.ImageMbMs, meter.TransferMb)
                : null,
            HibernatedAt = subscription.HibernatedAt,
            SparedUntil = subscription.SparedUntil,
            DeliveredAt = subscription.DeliveredAt,
            EscalatedAt = subscription.EscalatedAt,
            Blocked = subscription.Blocked,
            Noticed = subscription.Noticed,
        };
    }

    /// <summary>The next period was refused, or the server is suspended for want of it, and money would be taken.</summary>
    public static bool WaitsForMoney(this DropletState state) =>
        state is { Block: null, Subscription: { AutoRenew: true } part } && (part.TriedAt is not null || part.SuspendedAt is not null);

    /// <summary>Stored → contract.</summary>
    public static AnnouncedPrice View(this MovePart move) => new(move.Version, DropletViews.Time(move.From), move.DailyIdr, move.MonthlyIdr, move.YearlyIdr);

    /// <summary>A view as the runway plays it forward.</summary>
    public static RunwayServer Server(this SubscriptionView view, AddonRates rates)
    {
        var cycle = DropletViews.Cycle(view.Period);
        var subscription = new Subscription(
            cycle, view.AnchorAt, view.AnchorPeriod, view.PaidPeriod, view.AutoRenew, view.TriedAt, view.SuspendedAt, view.Noticed, view.WarnedAt)
        {
            HibernatedAt = view.HibernatedAt, SparedUntil = view.SparedUntil, DeliveredAt = view.DeliveredAt, EscalatedAt = view.EscalatedAt, Blocked = view.Blocked,
        };
        return new RunwayServer(view.Server.ToString(), view.PriceIdr, subscription)
        {
            Priority = (int)view.Priority,
            Policy = view.Policy is { } policy ? BillingDefaults.Policy(policy, cycle) : null,
            Terms = new Terms(cycle, view.PriceIdr)
            {
                PriceVersion = view.Planned.PriceVersion,
                Switch = view.Planned.SwitchTo is { } period ? new PeriodSwitch(DropletViews.Cycle(period), view.Planned.SwitchPriceIdr, view.Planned.SwitchVersion) : null,
                Move = view.Planned.Move is { } move ? new PriceMove(move.Version, move.From, move.DailyIdr, move.MonthlyIdr, move.YearlyIdr) : null,
            },
            Meter = view.Addons is { } use
                ? new AddonMeter(use.AtMs, (BackupsPlan)use.Backups, use.ImageMb) { WeeklyMs = use.WeeklyMs, DailyMs = use.DailyMs, ImageMbMs = use.ImageMbMs, TransferMb = use.TransferMb }
                : null,
            Rates = rates,
        };
    }

    private static DateTimeOffset? Time(long? ms) => ms is { } at ? DropletViews.Time(at) : null;

    private static long? Ms(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();
}
