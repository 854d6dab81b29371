using Webrana.Contracts.Plans;
using Webrana.Contracts.Providers;
using Webrana.Wire.Admin;
using Webrana.Wire.Plans;

namespace Webrana.Api.Plans;

/// <summary>Plans and the provider's catalogue → the wire.</summary>
internal static class PlanMapping
{
    public static Plan ToWire(this PlanView plan) => new(
        plan.PlanId, plan.Name, plan.Vcpus, plan.MemoryMb, plan.DiskGb, plan.TransferTb,
        plan.Prices.HourlyIdr, plan.Prices.DailyIdr, plan.Prices.MonthlyIdr, plan.Prices.YearlyIdr,
        plan.Prices.AllowDaily, plan.Prices.AllowMonthly, plan.Prices.AllowYearly, plan.Regions);

    public static AdminPlan ToAdminWire(this PlanView plan) => new(
        plan.PlanId, plan.Name, plan.ProviderSize, plan.Vcpus, plan.MemoryMb, plan.DiskGb, plan.TransferTb,
        plan.Prices.HourlyIdr, plan.Prices.DailyIdr, plan.Prices.MonthlyIdr, plan.Prices.YearlyIdr,
        plan.Prices.AllowDaily, plan.Prices.AllowMonthly, plan.Prices.AllowYearly, plan.Regions,
        plan.Hidden, plan.Retired, plan.SortOrder, plan.PriceVersion, plan.ProviderCostUsdCents / 100m, StockLimit: plan.StockLimit, MovesAt: plan.MovesAt);

    public static Region ToWire(this ProviderRegion region) => new(region.Slug, region.Name, region.Available);

    public static Image ToWire(this ProviderImage image) => new(image.Slug, image.Name, image.Distribution, image.MinDiskGb, true);

    public static Contracts.Droplets.BillingPeriod ToContract(this BillingPeriod period) => period switch
    {
        BillingPeriod.Daily => Contracts.Droplets.BillingPeriod.Daily,
        BillingPeriod.Yearly => Contracts.Droplets.BillingPeriod.Yearly,
        _ => Contracts.Droplets.BillingPeriod.Monthly,
    };
}
