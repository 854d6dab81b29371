namespace Webrana.Domain.Deposits;

/// <summary>
/// When a deposit looks at the gateway by itself. Callbacks and the shared scan of paid transactions are faster; this is what still
/// works when both are lost.
/// </summary>
public static class DepositSchedule
{
    /// <summary>The first look, and the shortest distance between two.</summary>
    public static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(60);

    /// <summary>The longest distance between two looks while the customer may still pay.</summary>
    public static readonly TimeSpan LongestPoll = TimeSpan.FromMinutes(60);

    /// <summary>Payments made in the last second reach the gateway's books a little after the expiry.</summary>
    public static readonly TimeSpan ExpiryGrace = TimeSpan.FromMinutes(5);

    /// <summary>
    /// This long after the expiry an unpaid transaction is expired for us even where the gateway does not say so. Money that arrives
    /// later is credited all the same.
    /// </summary>
    public static readonly TimeSpan GiveUpAfterExpiry = TimeSpan.FromHours(1);

    /// <summary>How long after the expiry a late bank settlement is still looked for.</summary>
    public static readonly TimeSpan LateSettlement = TimeSpan.FromHours(48);

    /// <summary>The next look at a payment that is still open: distances grow with age, and one look falls just after the expiry.</summary>
    public static DateTimeOffset NextPoll(DateTimeOffset createdAt, DateTimeOffset expiresAt, DateTimeOffset now)
    {
        var afterExpiry = expiresAt + ExpiryGrace;
        var next = now + Clamp(now - createdAt);
        return now < afterExpiry && afterExpiry < next ? afterExpiry : next;
    }

    /// <summary>The next look at a payment that expired, or null when no settlement is expected any more.</summary>
    public static DateTimeOffset? NextLateLook(DateTimeOffset expiresAt, DateTimeOffset now)
    {
        var sinceExpiry = now - expiresAt;
        if (sinceExpiry >= LateSettlement) return null;
        var distance = sinceExpiry < TimeSpan.FromHours(1) ? TimeSpan.FromHours(1) : sinceExpiry;
        var next = now + distance;
        var last = expiresAt + LateSettlement;
        return next < last ? next : last;
    }

    /// <summary>True when an unpaid transaction counts as expired without the gateway saying so.</summary>
    public static bool IsOverdue(DateTimeOffset expiresAt, DateTimeOffset now) => now >= expiresAt + GiveUpAfterExpiry;

    /// <summary>How long to wait after the n-th failure in a row: 5 s doubling to 5 minutes.</summary>
    public static TimeSpan Backoff(int failures) =>
        TimeSpan.FromSeconds(Math.Min(300, 5L << Math.Clamp(failures - 1, 0, 10)));

    static TimeSpan Clamp(TimeSpan age) => age < FirstPoll ? FirstPoll : age > LongestPoll ? LongestPoll : age;
}
