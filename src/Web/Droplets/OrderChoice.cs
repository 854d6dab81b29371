using Webrana.Web.Catalogue;
using Webrana.Web.Formatting;
using Webrana.Wire.Plans;

namespace Webrana.Web.Droplets;

/// <summary>Why a choice on the order page cannot be made; the page has a sentence for each.</summary>
public enum Obstacle
{
    /// <summary>Nothing in the way.</summary>
    None,

    /// <summary>The region is not offered now.</summary>
    RegionClosed,

    /// <summary>The plan is not sold in the chosen region.</summary>
    NotInRegion,

    /// <summary>The system does not fit on the plan's disk.</summary>
    DiskTooSmall,

    /// <summary>The system is not offered now.</summary>
    ImageClosed,

    /// <summary>The plan is not sold for that long.</summary>
    PeriodNotSold,

    /// <summary>All servers of the plan are sold.</summary>
    SoldOut,
}

/// <summary>The four choices of an order, and what follows from them. Pure: the page shows it, the API decides.</summary>
public static class OrderChoice
{
    /// <summary>Whether a region can be chosen.</summary>
    public static Obstacle Of(Region region) => region.Available ? Obstacle.None : Obstacle.RegionClosed;

    /// <summary>Whether a system can be chosen.</summary>
    public static Obstacle Of(Image image) => image.Available ? Obstacle.None : Obstacle.ImageClosed;

    /// <summary>Whether a plan can be chosen with this region and system.</summary>
    public static Obstacle Of(Plan plan, string? region, Image? image)
    {
        if (plan.Regions.Count == 0) return Obstacle.SoldOut;
        if (region is not null && !plan.Regions.Contains(region)) return Obstacle.NotInRegion;
        return image is not null && image.MinDiskGb > plan.DiskGb ? Obstacle.DiskTooSmall : Obstacle.None;
    }

    /// <summary>The price for a period, or null when the plan is not sold for that long.</summary>
    public static long? Price(Plan plan, BillingPeriod period) => period switch
    {
        BillingPeriod.Daily => plan.AllowDaily ? plan.PriceDaily : null,
        BillingPeriod.Monthly => plan.AllowMonthly ? plan.PriceMonthly : null,
        _ => plan.AllowYearly ? plan.PriceYearly : null,
    };

    /// <summary>How much less a year costs than twelve months, in whole percent rounded down; null when it is no less.</summary>
    public static int? YearlySavingPercent(Plan plan)
    {
        if (plan is not { AllowYearly: true, AllowMonthly: true, PriceYearly: { } year, PriceMonthly: > 0 }) return null;
        var months = checked(plan.PriceMonthly * 12);
        var percent = (int)((months - year) * 100 / months);
        return percent > 0 ? percent : null;
    }

    /// <summary>When the first period ends if it starts now, by the calendar of Jakarta.</summary>
    public static DateTimeOffset RenewsAt(DateTimeOffset now, BillingPeriod period) => period switch
    {
        BillingPeriod.Daily => now.AddDays(1),
        BillingPeriod.Monthly => DateText.AddMonths(now, 1),
        _ => DateText.AddMonths(now, 12),
    };

    /// <summary>A name that is still free: <c>web-01</c>, <c>web-02</c>, …</summary>
    public static string SuggestName(IEnumerable<string> taken)
    {
        var used = taken.ToHashSet(StringComparer.OrdinalIgnoreCase);
        for (var number = 1; ; number++)
        {
            var name = $"web-{number:00}";
            if (!used.Contains(name)) return name;
        }
    }

    /// <summary>The region to start with: Singapore, which is nearest to Indonesia, or else the first that is open.</summary>
    public static string? DefaultRegion(CatalogueSnapshot catalogue) =>
        (catalogue.Regions.FirstOrDefault(region => region.Available && region.Slug.StartsWith("sgp", StringComparison.Ordinal))
            ?? catalogue.Regions.FirstOrDefault(region => region.Available))?.Slug;

    /// <summary>The system to start with: the newest Ubuntu that is supported for years, or else the newest; what is called LTS gets updates longest.</summary>
    public static Image? DefaultImage(CatalogueSnapshot catalogue) =>
        catalogue.Images.Where(image => image.Available && image.Distribution == "Ubuntu")
            .OrderByDescending(image => image.Name.Contains("LTS", StringComparison.Ordinal)).ThenByDescending(image => image.Slug, StringComparer.Ordinal)
            .FirstOrDefault()
        ?? catalogue.Images.FirstOrDefault(image => image.Available);
}
