namespace Webrana.Domain.Billing;

/// <summary>What happens to a server whose next period is not paid, and when; and when its owner hears of it beforehand.</summary>
/// <param name="Grace">From the due date until suspension; the server runs on.</param>
/// <param name="Suspended">From suspension until hibernation; the server is off, its disk is where it was.</param>
/// <param name="RetryEvery">Between attempts during grace. Money arriving is tried at once besides.</param>
public sealed record RenewalPolicy(TimeSpan Grace, TimeSpan Suspended, TimeSpan RetryEvery)
{
    /// <summary>From hibernation until termination: so long the image is kept, and one click brings the server back.</summary>
    public TimeSpan Restorable { get; init; } = TimeSpan.FromDays(14);

    /// <summary>
    /// When the owner is told of what is to come, from the due date: before it negative, ascending, all within the period and its grace.
    /// The due date's own notice is the refused charge's.
    /// </summary>
    public IReadOnlyList<TimeSpan> Notices { get; init; } = [];

    /// <summary>How long before hibernation and before termination a warning goes out. Neither comes before that warning was read this long ago.</summary>
    public TimeSpan LastWarning { get; init; } = TimeSpan.FromHours(24);

    /// <summary>A warning that reached nobody for this long is shown to admins; one <see cref="LastWarning"/> later the way is free.</summary>
    public TimeSpan Undeliverable { get; init; } = TimeSpan.FromHours(72);

    /// <summary>
    /// The longest that a payment under way may put off a suspension, a hibernation or a termination, each once a period: unbounded it would be a
    /// way not to pay.
    /// </summary>
    public static readonly TimeSpan PaymentPatience = TimeSpan.FromHours(2);

    /// <summary>After an outage of ours nobody is suspended sooner than this.</summary>
    public static readonly TimeSpan AfterOutage = TimeSpan.FromHours(24);

    /// <summary>The shop's default for a cycle: the shorter the period, the shorter the patience, because a suspended server costs as much as a running one.</summary>
    public static RenewalPolicy For(BillingCycle cycle) => cycle switch
    {
        BillingCycle.Daily => Daily,
        BillingCycle.Yearly => Yearly,
        _ => Monthly,
    };

    /// <summary>Whether the times make sense for a cycle: ordered, inside the period and its grace, and leaving room for the warnings.</summary>
    public bool IsUsable(BillingCycle cycle)
    {
        var period = cycle switch { BillingCycle.Daily => TimeSpan.FromDays(1), BillingCycle.Yearly => TimeSpan.FromDays(365), _ => TimeSpan.FromDays(28) };
        return Grace >= TimeSpan.Zero && Grace < period && RetryEvery >= TimeSpan.FromMinutes(15) && LastWarning >= TimeSpan.FromHours(1)
            && Suspended >= LastWarning && Suspended <= Longest && Restorable >= LastWarning && Restorable <= Longest
            && Notices.Count <= MostNotices && Notices.All(notice => notice > -period && notice < Grace && notice != TimeSpan.Zero)
            && Notices.Zip(Notices.Skip(1)).All(pair => pair.First < pair.Second);
    }

    /// <summary>Same times, same notices.</summary>
    public bool Equals(RenewalPolicy? other) => other is not null
        && (Grace, Suspended, RetryEvery, Restorable, LastWarning, Undeliverable)
            == (other.Grace, other.Suspended, other.RetryEvery, other.Restorable, other.LastWarning, other.Undeliverable)
        && Notices.SequenceEqual(other.Notices);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Grace, Suspended, RetryEvery, Restorable, Notices.Count);

    private const int MostNotices = 12;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private static readonly RenewalPolicy Daily = new(TimeSpan.FromHours(6), TimeSpan.FromHours(24), TimeSpan.FromHours(2))
    {
        Restorable = TimeSpan.FromDays(7),
        Notices = [TimeSpan.FromHours(-12), TimeSpan.FromHours(-3), TimeSpan.FromHours(3)],
    };

    private static readonly RenewalPolicy Monthly = new(TimeSpan.FromHours(48), TimeSpan.FromDays(5), TimeSpan.FromHours(6))
    {
        Notices = [TimeSpan.FromDays(-7), TimeSpan.FromDays(-3), TimeSpan.FromDays(-1), TimeSpan.FromDays(1)],
    };

    private static readonly RenewalPolicy Yearly = new(TimeSpan.FromDays(5), TimeSpan.FromDays(14), TimeSpan.FromHours(12))
    {
        Restorable = TimeSpan.FromDays(30),
        Notices = [TimeSpan.FromDays(-30), TimeSpan.FromDays(-14), TimeSpan.FromDays(-7), TimeSpan.FromDays(-3), TimeSpan.FromDays(-1), TimeSpan.FromDays(3)],
    };
}
