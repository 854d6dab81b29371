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
/// <param name="WarnedAt">When the last warning before hibernation or termination was sent; null when it was not.</param>
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
    /// <summary>Since when it is hibernated (an image is all that is left); null when it is not.</summary>
    public DateTimeOffset? HibernatedAt { get; init; }

    /// <summary>
    /// Not to be suspended before this: a payment is under way, or we were away ourselves. Of a suspended or hibernated one: not to be put away, or
    /// destroyed, before this.
    /// </summary>
    public DateTimeOffset? SparedUntil { get; init; }

    /// <summary>A payment under way was waited for already: once before it is suspended, once before it is put away, once before it is destroyed.</summary>
    public bool PaymentAwaited { get; init; }

    /// <summary>When the last warning reached its reader: taken by the mail server, or opened in the panel.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>When it was last asked for whether the warning reached anybody.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>When the undelivered warning was shown to admins.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>Suspended for a reason that money does not lift: nothing is charged.</summary>
    public bool Blocked { get; init; }

    /// <summary>
    /// Whether a payment under way would still put the next loss off. Also where it does not renew by itself: whoever is just paying may press the
    /// button as soon as the money is there. Not where money changes nothing.
    /// </summary>
    public bool AwaitsPayment => !PaymentAwaited && !Blocked;

    /// <summary>The subscription of a server that just began to run: period 1 is paid and starts now.</summary>
    public static Subscription Begin(BillingCycle cycle, DateTimeOffset now, bool autoRenew) => new(cycle, now, 1, 1, autoRenew, null, null);

    /// <summary>The period that is due next.</summary>
    public int NextPeriod => PaidPeriod + 1;

    /// <summary>When the next period starts and is charged, never before.</summary>
    public DateTimeOffset DueAt => StartOf(NextPeriod);

    /// <summary>Length of the last paid period, in milliseconds.</summary>
    public long PaidPeriodMs => (DueAt - StartOf(PaidPeriod)).Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>Start of a period from the anchor's on.</summary>
    public DateTimeOffset StartOf(int period) => BillingCalendar.PeriodStart(AnchorAt, Cycle, period - AnchorPeriod);

    /// <summary>
    /// When the next period would start if it were paid now: at the old due date, whenever the money comes. After a suspension at payment,
    /// less the time the server ran unpaid: grace is charged, the days it was off are not.
    /// </summary>
    public DateTimeOffset NextStart(DateTimeOffset now) => SuspendedAt is { } suspended && suspended > DueAt ? now - (suspended - DueAt) : SuspendedAt is null ? DueAt : now;

    /// <summary>The next period is paid; see <see cref="NextStart"/>.</summary>
    /// <param name="now">When it was paid.</param>
    /// <param name="cycle">Its length, where that changes with it.</param>
    public Subscription Renewed(DateTimeOffset now, BillingCycle? cycle = null)
    {
        var anew = SuspendedAt is not null || (cycle ?? Cycle) != Cycle;
        return this with
        {
            Cycle = cycle ?? Cycle,
            AnchorAt = anew ? NextStart(now) : AnchorAt,
            AnchorPeriod = anew ? NextPeriod : AnchorPeriod,
            PaidPeriod = NextPeriod,
            TriedAt = null,
            Noticed = 0,
            SparedUntil = null,
            PaymentAwaited = false,
            SuspendedAt = null,
            HibernatedAt = null,
            WarnedAt = null,
            DeliveredAt = null,
            ConfirmedAt = null,
            EscalatedAt = null,
        };
    }

    /// <summary>What to do now, and when to look again if there is nothing.</summary>
    public RenewalStep Next(RenewalPolicy policy, DateTimeOffset now)
    {
        if (HibernatedAt is { } asleep)
            return BeforeTheEnd(policy, asleep + policy.Restorable, RenewalStep.Terminate, now);
        if (SuspendedAt is { } since)
            return BeforeTheEnd(policy, since + policy.Suspended, RenewalStep.Hibernate, now);
        if (now < DueAt)
            return Blocked ? RenewalStep.WaitUntil(DueAt) : NoticeOr(policy, now, DueAt);
        if (!AutoRenew || Blocked)
            return SparedUntil is { } spared && now < spared ? RenewalStep.WaitUntil(spared) : RenewalStep.Suspend;

        var graceEnds = SparedUntil is { } longer && longer > DueAt + policy.Grace ? longer : DueAt + policy.Grace;
        // At the end of grace it is tried once more: the money may have come through a door that did not tell us.
        if (TriedAt is not { } tried || now >= tried + policy.RetryEvery || (now >= graceEnds && tried < graceEnds))
            return RenewalStep.Charge;
        if (now >= graceEnds)
            return RenewalStep.Suspend;
        var retry = tried + policy.RetryEvery;
        return NoticeOr(policy, now, retry < graceEnds ? retry : graceEnds);
    }

    // However late we come, what cannot be undone keeps its distance from a warning that somebody read; where nobody could be reached, from
    // the moment an admin could see that.
    private RenewalStep BeforeTheEnd(RenewalPolicy policy, DateTimeOffset planned, RenewalStep end, DateTimeOffset now)
    {
        var ends = SparedUntil is { } spared ? Later(planned, spared) : planned;
        if (WarnedAt is not { } warned)
            return now >= ends - policy.LastWarning ? RenewalStep.Warn : RenewalStep.WaitUntil(ends - policy.LastWarning);
        if ((DeliveredAt ?? EscalatedAt) is { } known)
        {
            var free = Later(ends, Later(known, warned) + policy.LastWarning);
            // As at the end of grace: the money may have come through a door that did not tell us, and what is paid for is not put away.
            return now >= free && end.Kind == RenewalKind.Hibernate && AutoRenew && !Blocked && !(TriedAt >= free) ? RenewalStep.Charge : At(free, end, now);
        }

        if (now >= warned + policy.Undeliverable)
            return RenewalStep.Escalate;
        var ask = Later(ends, warned + policy.LastWarning);
        if (ConfirmedAt is { } asked && asked + ConfirmEvery > ask)
            ask = asked + ConfirmEvery;
        return At(ask < warned + policy.Undeliverable ? ask : warned + policy.Undeliverable, RenewalStep.Confirm, now);
    }

    private static readonly TimeSpan ConfirmEvery = TimeSpan.FromMinutes(30);

    private static RenewalStep At(DateTimeOffset when, RenewalStep step, DateTimeOffset now) => now >= when ? step : RenewalStep.WaitUntil(when);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>How many notices of the next period are behind us at a moment.</summary>
    public int NoticesPassed(RenewalPolicy policy, DateTimeOffset now) => policy.Notices.Count(notice => DueAt + notice <= now);

    // Several notices overtaken at once (an outage, a turned clock) are one: told as things stand, never replayed.
    private RenewalStep NoticeOr(RenewalPolicy policy, DateTimeOffset now, DateTimeOffset next)
    {
        var passed = NoticesPassed(policy, now);
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

    public static RenewalStep Hibernate => new(RenewalKind.Hibernate, default);

    public static RenewalStep Confirm => new(RenewalKind.Confirm, default);

    public static RenewalStep Escalate => new(RenewalKind.Escalate, default);

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

    /// <summary>Destroy what is left.</summary>
    Terminate,

    /// <summary>Tell the owner what is due, and what is missing for it.</summary>
    Remind,

    /// <summary>Tell the owner that the server is about to be put away or destroyed.</summary>
    Warn,

    /// <summary>Keep an image and destroy the server.</summary>
    Hibernate,

    /// <summary>Ask whether the warning reached anybody.</summary>
    Confirm,

    /// <summary>It did not for long: show it to admins.</summary>
    Escalate,
}
