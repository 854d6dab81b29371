using System.Globalization;
using Webrana.Web.Formatting;
using Webrana.Wire.Admin;

namespace Webrana.Web.Plans;

/// <summary>What an admin types about a plan: all of a new one, or what may change about one that exists.</summary>
/// <param name="plan">The plan that exists; null for a new one.</param>
public sealed class PlanForm(AdminPlan? plan)
{
    /// <summary>The plan that is changed; null for a new one.</summary>
    public AdminPlan? Plan => plan;

    public string Id { get; set; } = plan?.Id ?? "";
    public string Name { get; set; } = plan?.Name ?? "";
    public string Size { get; set; } = plan?.Size ?? "";
    public int Vcpus { get; set; } = plan?.Vcpus ?? 1;
    public int MemoryMb { get; set; } = plan?.MemoryMb ?? 1024;
    public int DiskGb { get; set; } = plan?.DiskGb ?? 25;
    public int TransferTb { get; set; } = plan?.TransferTb ?? 1;
    public string Regions { get; set; } = string.Join(", ", plan?.Regions ?? ["sgp1"]);
    public string PriceMonthly { get; set; } = plan is null ? "" : Rupiah.Digits(plan.PriceMonthly);
    public string Cost { get; set; } = plan?.ProviderCostUsd?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";
    public string Stock { get; set; } = plan?.StockLimit?.ToString(CultureInfo.InvariantCulture) ?? "";
    public int SortOrder { get; set; } = plan?.SortOrder ?? 0;
    public bool Hidden { get; set; } = plan?.Hidden ?? true;

    /// <summary>Why, for the audit log.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Whether it can be sent.</summary>
    public bool IsComplete => Reason.Trim().Length > 0 && Name.Trim().Length > 0 && RegionList.Count > 0 && (Cost.Length == 0 || CostUsd is >= 0) && (Stock.Length == 0 || StockLimit is >= 0)
        && (plan is not null || (Id.Trim().Length > 0 && Size.Trim().Length > 0 && Rupiah.Parse(PriceMonthly) is > 0));

    /// <summary>As a new plan.</summary>
    public CreatePlanRequest ToCreate() => new(
        Id.Trim(), Name.Trim(), Size.Trim(), Vcpus, MemoryMb, DiskGb, TransferTb, RegionList, Rupiah.Parse(PriceMonthly)!.Value,
        Hidden: Hidden, SortOrder: SortOrder, ProviderCostUsd: CostUsd, StockLimit: StockLimit, Reason: Reason.Trim());

    /// <summary>As a change; what was emptied is taken back.</summary>
    public UpdatePlanRequest ToUpdate() => new(Name.Trim(), RegionList, Hidden, SortOrder, CostUsd ?? -1, StockLimit ?? -1, Reason.Trim());

    private List<string> RegionList => [.. Regions.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private decimal? CostUsd => decimal.TryParse(Cost.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cost) ? cost : null;

    private int? StockLimit => int.TryParse(Stock, NumberStyles.None, CultureInfo.InvariantCulture, out var stock) ? stock : null;
}
