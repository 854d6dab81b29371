namespace Webrana.Domain.Billing;

/// <summary>What comes back when an owner deletes a server in the middle of a paid period.</summary>
public enum RefundPolicy
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The whole days that are still ahead; a day that has begun is used.</summary>
    UnusedDays,
}

/// <summary>The shop's refunds.</summary>
public static class Refunds
{
    /// <summary>The default for a cycle: a day is too short to give any of it back.</summary>
    public static RefundPolicy DefaultFor(BillingCycle cycle) => cycle == BillingCycle.Daily ? RefundPolicy.None : RefundPolicy.UnusedDays;

    /// <summary>What comes back of a server's paid periods at its deletion, and how many days that is. A suspended server has used all it paid for.</summary>
    public static (long AmountIdr, int Days) OnDeletion(RefundPolicy policy, long priceIdr, Subscription subscription, DateTimeOffset now)
    {
        if (policy == RefundPolicy.None || subscription.SuspendedAt is not null)
            return (0, 0);
        var ahead = subscription.PaidAhead(now);
        return (
            ahead.Sum(period => Proration.UnusedDaysIdr(priceIdr, period.From, period.Until, now)),
            ahead.Sum(period => Proration.UnusedDays(period.From, period.Until, now)));
    }

    /// <summary>What comes back when we lost the server: every second that is ahead, whatever the period. It was not the customer's choice.</summary>
    public static long OnLoss(long priceIdr, Subscription subscription, DateTimeOffset now) => subscription.SuspendedAt is not null
        ? 0
        : subscription.PaidAhead(now).Sum(period => Proration.UnusedIdr(priceIdr, period.From, period.Until, now));
}
