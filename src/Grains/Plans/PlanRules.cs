using Webrana.Contracts.Plans;

namespace Webrana.Grains.Plans;

/// <summary>What may be sold.</summary>
public static class PlanRules
{
    /// <summary>Above this a price is a slip of the keyboard: one billion rupiah.</summary>
    public const long MaximumPriceIdr = 1_000_000_000;

    /// <summary>How long before running subscriptions move to a new price their owners are told, at least.</summary>
    public static readonly TimeSpan PriceNotice = TimeSpan.FromDays(14);

    /// <summary>Why cost and stock are refused, or null.</summary>
    public static PlanError? Check(int? providerCostUsdCents, int? stockLimit) =>
        providerCostUsdCents is < 0 or > 10_000_000 || stockLimit is < 0 or > 1_000_000 ? PlanError.InvalidPlan : null;

    /// <summary>Why a definition is refused, or null.</summary>
    public static PlanError? Check(string slug, DefinePlan plan)
    {
        var usable = slug is { Length: > 0 and <= 40 }
            && slug.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && plan.ProviderSize is { Length: > 0 and <= 60 }
            && plan is { Vcpus: > 0, MemoryMb: > 0, DiskGb: > 0, TransferTb: >= 0 };
        return !usable ? PlanError.InvalidPlan
            : Check(plan.Name, plan.Regions) ?? Check(plan.ProviderCostUsdCents, plan.StockLimit) ?? Check(plan.Prices);
    }

    /// <summary>Why a name or region list is refused, or null.</summary>
    public static PlanError? Check(string name, IReadOnlyList<string> regions) =>
        name is { Length: > 0 and <= 60 } && regions.Count is > 0 and <= 30 && regions.All(region => region is { Length: > 0 and <= 20 })
            ? null
            : PlanError.InvalidPlan;

    /// <summary>Why prices are refused, or null. A period that is sold needs its price; the month's is always needed.</summary>
    public static PlanError? Check(PlanPrices prices)
    {
        long?[] all = [prices.HourlyIdr, prices.DailyIdr, prices.MonthlyIdr, prices.YearlyIdr];
        if (all.Any(price => price is <= 0 or > MaximumPriceIdr))
            return PlanError.InvalidPrice;
        return (prices.AllowDaily && prices.DailyIdr is null) || (prices.AllowYearly && prices.YearlyIdr is null) ? PlanError.PriceMissing : null;
    }
}
