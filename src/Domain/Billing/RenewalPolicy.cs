namespace Webrana.Domain.Billing;

/// <summary>What happens to a server whose next period is not paid, and when.</summary>
/// <param name="Grace">From the due date until suspension; the server runs on.</param>
/// <param name="Kept">From suspension until termination; the disk is kept.</param>
/// <param name="RetryEvery">Between attempts during grace. Money arriving is tried at once besides.</param>
public sealed record RenewalPolicy(TimeSpan Grace, TimeSpan Kept, TimeSpan RetryEvery)
{
    /// <summary>The shop's default for a cycle: the shorter the period, the shorter the patience.</summary>
    public static RenewalPolicy For(BillingCycle cycle) => cycle switch
    {
        BillingCycle.Daily => new(TimeSpan.FromHours(6), TimeSpan.FromDays(3), TimeSpan.FromHours(2)),
        BillingCycle.Yearly => new(TimeSpan.FromDays(7), TimeSpan.FromDays(30), TimeSpan.FromHours(12)),
        _ => new(TimeSpan.FromHours(48), TimeSpan.FromDays(14), TimeSpan.FromHours(6)),
    };
}
