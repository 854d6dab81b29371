namespace Webrana.Domain.Billing;

/// <summary>
/// What a server's owner has paid for and owes next. Period numbers start at 1 (the order's capture) and never repeat, so that
/// (instance, period number) names one charge for ever.
/// </summary>
/// <param name="Cycle">Length of a period.</param>
/// <param name="AnchorAt">Start of period <paramref name="AnchorPeriod"/>; all later ones are computed from it.</param>
/// <param name="AnchorPeriod">The period that starts at the anchor: 1, or the one that ended a suspension.</param>
/// <param name="PaidPeriod">The last period that is paid.</param>
/// <param name="AutoRenew">Off: nothing is charged at the due date, and the server is suspended there.</param>
/// <param name="TriedAt">When the next period was last refused for lack of money; null when it was not.</param>
/// <param name="SuspendedAt">Since when it is suspended; null when it is not.</param>
public sealed record Subscription(
    BillingCycle Cycle,
    DateTimeOffset AnchorAt,
    int AnchorPeriod,
    int PaidPeriod,
    bool AutoRenew,
    DateTimeOffset? TriedAt,
    DateTimeOffset? SuspendedAt)
{
    /// <summary>The subscription of a server that just began to run: period 1 is paid and starts now.</summary>
    public static Subscription Begin(BillingCycle cycle, DateTimeOffset now, bool autoRenew) => new(cycle, now, 1, 1, autoRenew, null, null);

    /// <summary>The period that is due next.</summary>
    public int NextPeriod => PaidPeriod + 1;

    /// <summary>When the next period starts and is charged, never before.</summary>
    public DateTimeOffset DueAt => StartOf(NextPeriod);

    /// <summary>Start of a period from the anchor's on.</summary>
    public DateTimeOffset StartOf(int period) => BillingCalendar.PeriodStart(AnchorAt, Cycle, period - AnchorPeriod);

    /// <summary>The next period is paid. It starts at the old due date, whenever the money came; after a suspension it starts now.</summary>
    public Subscription Renewed(DateTimeOffset now) => SuspendedAt is null
        ? this with { PaidPeriod = NextPeriod, TriedAt = null }
        : this with { PaidPeriod = NextPeriod, TriedAt = null, SuspendedAt = null, AnchorAt = now, AnchorPeriod = NextPeriod };

    /// <summary>What to do now, and when to look again if there is nothing.</summary>
    public RenewalStep Next(RenewalPolicy policy, DateTimeOffset now)
    {
        if (SuspendedAt is { } since)
            return now >= since + policy.Kept ? RenewalStep.Terminate : RenewalStep.WaitUntil(since + policy.Kept);
        if (now < DueAt)
            return RenewalStep.WaitUntil(DueAt);
        if (!AutoRenew)
            return RenewalStep.Suspend;

        var graceEnds = DueAt + policy.Grace;
        // At the end of grace it is tried once more: the money may have come through a door that did not tell us.
        if (TriedAt is not { } tried || now >= tried + policy.RetryEvery || (now >= graceEnds && tried < graceEnds))
            return RenewalStep.Charge;
        if (now >= graceEnds)
            return RenewalStep.Suspend;
        var retry = tried + policy.RetryEvery;
        return RenewalStep.WaitUntil(retry < graceEnds ? retry : graceEnds);
    }
}

/// <summary>The next step of a subscription.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">For <see cref="RenewalKind.Wait"/>: when to look again.</param>
public readonly record struct RenewalStep(RenewalKind Kind, DateTimeOffset At)
{
    public static RenewalStep Charge => new(RenewalKind.Charge, default);

    public static RenewalStep Suspend => new(RenewalKind.Suspend, default);

    public static RenewalStep Terminate => new(RenewalKind.Terminate, default);

    public static RenewalStep WaitUntil(DateTimeOffset at) => new(RenewalKind.Wait, at);
}

/// <summary>Kinds of <see cref="RenewalStep"/>.</summary>
public enum RenewalKind
{
    /// <summary>Nothing until the given time.</summary>
    Wait,

    /// <summary>Debit the next period.</summary>
    Charge,

    /// <summary>Power off and keep.</summary>
    Suspend,

    /// <summary>Destroy.</summary>
    Terminate,
}
