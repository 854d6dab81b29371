namespace Webrana.Domain.Billing;

/// <summary>How long one charge lasts.</summary>
public enum BillingCycle
{
    Daily,
    Monthly,
    Yearly,
}

/// <summary>
/// The calendar of subscriptions: civil dates of Asia/Jakarta, stored in UTC. Every period is computed from the anchor, never from the
/// period before it: repeated addition would turn 31 Jan → 28 Feb → 28 Mar, the anchor gives 31 Mar.
/// </summary>
public static class BillingCalendar
{
    /// <summary>Asia/Jakarta: UTC+7 the whole year, without daylight saving since 1964. Fixed, so that no tz database can move a due date.</summary>
    public static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    /// <summary>When the <paramref name="periods"/>-th period after the anchor's starts (0: the anchor itself), at the anchor's time of day in Jakarta.</summary>
    /// <param name="anchor">Start of the anchor's period.</param>
    /// <param name="cycle">The length of one period.</param>
    /// <param name="periods">How many periods later; not negative.</param>
    public static DateTimeOffset PeriodStart(DateTimeOffset anchor, BillingCycle cycle, int periods)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(periods);
        var local = anchor.ToOffset(Jakarta);
        var start = cycle switch
        {
            BillingCycle.Daily => local.AddDays(periods),
            // Both clamp to the last day of a shorter month, counted from the anchor each time.
            BillingCycle.Monthly => local.AddMonths(periods),
            BillingCycle.Yearly => local.AddYears(periods),
            _ => throw new ArgumentOutOfRangeException(nameof(cycle), cycle, "Not a billing cycle."),
        };
        return start.ToUniversalTime();
    }
}
