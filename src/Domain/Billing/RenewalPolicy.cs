namespace Webrana.Domain.Billing;

/// <summary>What happens to a server whose next period is not paid, and when; and when its owner hears of it beforehand.</summary>
/// <param name="Grace">From the due date until suspension; the server runs on.</param>
/// <param name="Kept">From suspension until termination; the disk is kept.</param>
/// <param name="RetryEvery">Between attempts during grace. Money arriving is tried at once besides.</param>
public sealed record RenewalPolicy(TimeSpan Grace, TimeSpan Kept, TimeSpan RetryEvery)
{
    /// <summary>
    /// When the owner is told of what is to come, from the due date: before it negative, ascending, all within the period and its grace.
    /// The due date's own notice is the refused charge's.
    /// </summary>
    public IReadOnlyList<TimeSpan> Notices { get; init; } = [];

    /// <summary>How long before termination the last warning goes out. Nothing is destroyed without one that is this old.</summary>
    public TimeSpan LastWarning { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The shop's default for a cycle: the shorter the period, the shorter the patience.</summary>
    public static RenewalPolicy For(BillingCycle cycle) => cycle switch
    {
        BillingCycle.Daily => Daily,
        BillingCycle.Yearly => Yearly,
        _ => Monthly,
    };

    private static readonly RenewalPolicy Daily = new(TimeSpan.FromHours(6), TimeSpan.FromDays(3), TimeSpan.FromHours(2))
    {
        Notices = [TimeSpan.FromHours(-12), TimeSpan.FromHours(-3), TimeSpan.FromHours(3)],
    };

    private static readonly RenewalPolicy Monthly = new(TimeSpan.FromHours(48), TimeSpan.FromDays(14), TimeSpan.FromHours(6))
    {
        Notices = [TimeSpan.FromDays(-7), TimeSpan.FromDays(-3), TimeSpan.FromDays(-1), TimeSpan.FromDays(1)],
    };

    private static readonly RenewalPolicy Yearly = new(TimeSpan.FromDays(7), TimeSpan.FromDays(30), TimeSpan.FromHours(12))
    {
        Notices = [TimeSpan.FromDays(-30), TimeSpan.FromDays(-14), TimeSpan.FromDays(-7), TimeSpan.FromDays(-3), TimeSpan.FromDays(-1), TimeSpan.FromDays(3)],
    };
}
