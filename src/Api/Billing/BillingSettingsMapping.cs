using Webrana.Contracts.Billing;
using Wired = Webrana.Wire.Admin;

namespace Webrana.Api.Billing;

/// <summary>Billing settings ⇄ the wire.</summary>
internal static class BillingSettingsMapping
{
    public static Wired.BillingSettings ToWire(BillingSettings settings) => new(
        settings.Version, settings.UsdRateIdr, ToWire(settings.Addons), ToWire(settings.Daily), ToWire(settings.Monthly), ToWire(settings.Yearly),
        settings.ChangedAt, settings.ChangedBy);

    public static Wire.Billing.AddonPrices ToWire(AddonPrices addons) =>
        new(addons.WeeklyBackupsPercent, addons.DailyBackupsPercent, addons.ImageGbMonthIdr, addons.TransferGbIdr);

    public static ChangeBillingSettings ToCommand(this Wired.ChangeBillingSettingsRequest body, string actor) => new(
        actor, body.UsdRate,
        body.Addons is { } addons ? new AddonPrices(addons.WeeklyBackupsPercent, addons.DailyBackupsPercent, addons.ImageGbMonth, addons.TransferGb) : null,
        ToContract(body.Daily), ToContract(body.Monthly), ToContract(body.Yearly));

    private static Wired.PeriodPolicy ToWire(PeriodPolicy policy) =>
        new(policy.GraceMinutes, policy.SuspendedMinutes, policy.RestorableMinutes, policy.NoticeMinutes);

    private static PeriodPolicy? ToContract(Wired.PeriodPolicy? policy) => policy is null
        ? null
        : new PeriodPolicy(policy.GraceMinutes, policy.SuspendedMinutes, policy.RestorableMinutes, policy.NoticeMinutes);
}
