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
/// <param name="Noticed">How many notices of the next period's schedule are behind us, sent or overtaken.</param>
/// <param name="WarnedAt">When the last warning before termination went out; null when it did not.</param>
public sealed record Subscription(
    BillingCycle Cycle,
    DateTimeOffset AnchorAt,
    int AnchorPeriod,
    int PaidPeriod,
    bool AutoRenew,
    DateTimeOffset? TriedAt,
    DateTimeOffset? SuspendedAt,
    int Noticed = 0,
    DateTimeOffset? WarnedAt = null)
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
        ? this with { PaidPeriod = NextPeriod, TriedAt = null, Noticed = 0 }
        : this with { PaidPeriod = NextPeriod, TriedAt = null, Noticed = 0, SuspendedAt = null, WarnedAt = null, AnchorAt = now, AnchorPeriod = NextPeriod };

    /// <summary>What to do now, and when to look again if there is nothing.</summary>
    public RenewalStep Next(RenewalPolicy policy, DateTimeOffset now)
    {
        if (SuspendedAt is { } since)
            return AfterSuspension(policy, since, now);
        if (now < DueAt)
            return NoticeOr(policy, now, DueAt);
        if (!AutoRenew)
            return RenewalStep.Suspend;

        var graceEnds = DueAt + policy.Grace;
        // At the end of grace it is tried once more: the money may have come through a door that did not tell us.
        if (TriedAt is not { } tried || now >= tried + policy.RetryEvery || (now >= graceEnds && tried < graceEnds))
            return RenewalStep.Charge;
        if (now >= graceEnds)
            return RenewalStep.Suspend;
        var retry = tried + policy.RetryEvery;
        return NoticeOr(policy, now, retry < graceEnds ? retry : graceEnds);
    }

    // However late we come, destruction keeps its distance from the warning.
    private RenewalStep AfterSuspension(RenewalPolicy policy, DateTimeOffset since, DateTimeOffset now)
    {
        var ends = since + policy.Kept;
        var warnAt = ends - policy.LastWarning;
        if (WarnedAt is not { } warned)
            return now >= warnAt ? RenewalStep.Warn : RenewalStep.WaitUntil(warnAt);
        if (warned + policy.LastWarning > ends)
            ends = warned + policy.LastWarning;
        return now >= ends ? RenewalStep.Terminate : RenewalStep.WaitUntil(ends);
    }

    // Several notices overtaken at once (an outage, a turned clock) are one: told as things stand, never replayed.
    private RenewalStep NoticeOr(RenewalPolicy policy, DateTimeOffset now, DateTimeOffset next)
    {
        var passed = policy.Notices.Count(notice => DueAt + notice <= now);
        if (passed > Noticed)
            return RenewalStep.Remind(passed);
        return passed < policy.Notices.Count && DueAt + policy.Notices[passed] is var notice && notice < next
            ? RenewalStep.WaitUntil(notice)
            : RenewalStep.WaitUntil(next);
    }
}

/// <summary>The next step of a subscription.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">For <see cref="RenewalKind.Wait"/>: when to look again.</param>
/// <param name="Notices">For <see cref="RenewalKind.Remind"/>: how many notices are behind us once this one is sent.</param>
public readonly record struct RenewalStep(RenewalKind Kind, DateTimeOffset At, int Notices = 0)
{
    public static RenewalStep Charge => new(RenewalKind.Charge, default);

    public static RenewalStep Suspend => new(RenewalKind.Suspend, default);

    public static RenewalStep Terminate => new(RenewalKind.Terminate, default);

    public static RenewalStep Warn => new(RenewalKind.Warn, default);

    public static RenewalStep Remind(int notices) => new(RenewalKind.Remind, default, notices);

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

    /// <summary>Tell the owner what is due, and what is missing for it.</summary>
    Remind,

    /// <summary>Tell the owner that the server is about to be destroyed.</summary>
    Warn,
}
