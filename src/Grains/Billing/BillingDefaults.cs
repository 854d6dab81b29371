using Webrana.Contracts.Billing;
using Webrana.Domain.Billing;

namespace Webrana.Grains.Billing;

/// <summary>What holds until an admin says otherwise, and the way between minutes as stored and the rules.</summary>
public static class BillingDefaults
{
    private const int BasisPointsPerPercent = 100;

    /// <summary>Version 0. Add-ons at the provider's dollar prices with a third on top, as the demo's plans.</summary>
    public static BillingSettings Settings { get; } = new(
        0, 16_600, new AddonPrices(27, 40, 1_350, 220),
        View(RenewalPolicy.For(BillingCycle.Daily)), View(RenewalPolicy.For(BillingCycle.Monthly)), View(RenewalPolicy.For(BillingCycle.Yearly)), null, null);

    /// <summary>Why a change is refused, or null.</summary>
    public static BillingSettingsError? Check(BillingSettings settings)
    {
        if (settings.UsdRateIdr is < 1_000 or > 1_000_000 || !Rates(settings.Addons).IsUsable)
            return BillingSettingsError.InvalidRate;
        return Usable(settings.Daily, BillingCycle.Daily) && Usable(settings.Monthly, BillingCycle.Monthly) && Usable(settings.Yearly, BillingCycle.Yearly)
            ? null
            : BillingSettingsError.InvalidPolicy;
    }

    /// <summary>Contract → domain.</summary>
    public static AddonRates Rates(AddonPrices addons) => new(
        addons.WeeklyBackupsPercent * BasisPointsPerPercent, addons.DailyBackupsPercent * BasisPointsPerPercent, addons.ImageGbMonthIdr, addons.TransferGbIdr);

    /// <summary>A policy as the rules know it; what admins do not set is the default's.</summary>
    public static RenewalPolicy Policy(PeriodPolicy view, BillingCycle cycle) => RenewalPolicy.For(cycle) with
    {
        Grace = TimeSpan.FromMinutes(view.GraceMinutes),
        Suspended = TimeSpan.FromMinutes(view.SuspendedMinutes),
        Restorable = TimeSpan.FromMinutes(view.RestorableMinutes),
        Notices = [.. view.NoticeMinutes.Select(minutes => TimeSpan.FromMinutes(minutes))],
    };

    private static bool Usable(PeriodPolicy policy, BillingCycle cycle) => Policy(policy, cycle).IsUsable(cycle);

    private static PeriodPolicy View(RenewalPolicy policy) => new(
        (int)policy.Grace.TotalMinutes, (int)policy.Suspended.TotalMinutes, (int)policy.Restorable.TotalMinutes,
        [.. policy.Notices.Select(notice => (int)notice.TotalMinutes)]);
}
