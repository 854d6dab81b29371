namespace Webrana.Wire.Admin;

/// <summary>A plan as an admin sees it: <c>GET /internal/plans</c>, <c>/internal/plans/{id}</c>. Prices in whole rupiah.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Name">For people.</param>
/// <param name="Size">DigitalOcean's size slug: <c>s-1vcpu-1gb</c>.</param>
/// <param name="Vcpus">Virtual processors.</param>
/// <param name="MemoryMb">MiB.</param>
/// <param name="DiskGb">GiB.</param>
/// <param name="TransferTb">TB a month.</param>
/// <param name="PriceHourly">For reference.</param>
/// <param name="PriceDaily">Or null.</param>
/// <param name="PriceMonthly">Required.</param>
/// <param name="PriceYearly">Or null.</param>
/// <param name="AllowDaily">May be ordered by the day.</param>
/// <param name="AllowMonthly">May be ordered by the month.</param>
/// <param name="AllowYearly">May be ordered by the year.</param>
/// <param name="Regions">Slugs where it may be ordered.</param>
/// <param name="Hidden">Not shown to customers.</param>
/// <param name="Retired">No new orders, for good; servers already bought go on and renew.</param>
/// <param name="SortOrder">Smaller comes first.</param>
/// <param name="PriceVersion">Grows by one with every change of prices; servers keep the price they were sold at.</param>
/// <param name="ProviderCostUsd">What the provider takes for a month, in dollars; null where nobody said.</param>
/// <param name="ProviderCost">The same in IDR at the rate of the billing settings.</param>
/// <param name="MarginMonthly">IDR left of a month's price; may be negative.</param>
/// <param name="MarginPercent">The same in whole percent of the price, rounded down.</param>
/// <param name="StockLimit">How many servers of it there may be; null: any number.</param>
/// <param name="Sold">How many there are.</param>
/// <param name="MovesAt">When running servers move to the present prices; null: they keep theirs.</param>
public sealed record AdminPlan(
    string Id, string Name, string Size, int Vcpus, int MemoryMb, int DiskGb, int TransferTb,
    long? PriceHourly, long? PriceDaily, long PriceMonthly, long? PriceYearly,
    bool AllowDaily, bool AllowMonthly, bool AllowYearly, IReadOnlyList<string> Regions,
    bool Hidden, bool Retired, int SortOrder, int PriceVersion,
    decimal? ProviderCostUsd = null, long? ProviderCost = null, long? MarginMonthly = null, int? MarginPercent = null,
    int? StockLimit = null, int Sold = 0, DateTimeOffset? MovesAt = null);

/// <summary><c>POST /internal/plans</c> → 201 <see cref="AdminPlan"/>. Refused: 422 <c>invalid_plan</c>, <c>invalid_price</c>, <c>price_missing</c>, 409 <c>already_exists</c>.</summary>
/// <param name="Id">Slug: lower-case letters, digits and dashes, for ever (<c>basic-1</c>).</param>
/// <param name="Name">1 to 60 characters.</param>
/// <param name="Size">DigitalOcean's size slug.</param>
/// <param name="Vcpus">At least 1.</param>
/// <param name="MemoryMb">MiB, at least 512.</param>
/// <param name="DiskGb">GiB, at least 10.</param>
/// <param name="TransferTb">TB a month.</param>
/// <param name="Regions">At least one slug.</param>
/// <param name="PriceMonthly">IDR, above zero.</param>
/// <param name="PriceHourly">For reference.</param>
/// <param name="PriceDaily">Needed to allow days.</param>
/// <param name="PriceYearly">Needed to allow years.</param>
/// <param name="AllowDaily">May be ordered by the day.</param>
/// <param name="AllowMonthly">May be ordered by the month.</param>
/// <param name="AllowYearly">May be ordered by the year; left out: where there is a price for it.</param>
/// <param name="Hidden">Not shown to customers yet.</param>
/// <param name="SortOrder">Smaller comes first.</param>
/// <param name="ProviderCostUsd">What the provider takes for a month, in dollars and cents.</param>
/// <param name="StockLimit">How many servers of it there may be; left out: any number.</param>
/// <param name="Reason">Why: 1 to 200 characters, for the audit log; may be left out.</param>
public sealed record CreatePlanRequest(
    string Id, string Name, string Size, int Vcpus, int MemoryMb, int DiskGb, int TransferTb, IReadOnlyList<string> Regions,
    long PriceMonthly, long? PriceHourly = null, long? PriceDaily = null, long? PriceYearly = null,
    bool AllowDaily = false, bool AllowMonthly = true, bool? AllowYearly = null,
    bool Hidden = false, int SortOrder = 0, decimal? ProviderCostUsd = null, int? StockLimit = null, string? Reason = null);

/// <summary><c>PATCH /internal/plans/{id}</c> → <see cref="AdminPlan"/>; a null field is left as it is. <c>DELETE /internal/plans/{id}</c> → 204 retires it.</summary>
/// <param name="Name">1 to 60 characters.</param>
/// <param name="Regions">At least one slug.</param>
/// <param name="Hidden">Not shown to customers.</param>
/// <param name="SortOrder">Smaller comes first.</param>
/// <param name="ProviderCostUsd">In dollars and cents; negative takes it back.</param>
/// <param name="StockLimit">Negative takes it back: any number.</param>
/// <param name="Reason">Why: 1 to 200 characters, for the audit log; may be left out.</param>
public sealed record UpdatePlanRequest(
    string? Name = null, IReadOnlyList<string>? Regions = null, bool? Hidden = null, int? SortOrder = null,
    decimal? ProviderCostUsd = null, int? StockLimit = null, string? Reason = null);

/// <summary>
/// <c>PATCH /internal/plans/{id}/pricing</c> → <see cref="AdminPlan"/>; a null field is left as it is. Prices are whole rupiah above zero.
/// Refused: 422 <c>price_missing</c> (a period is allowed without a price), 422 <c>invalid_price</c>.
/// </summary>
/// <param name="PriceHourly">For reference.</param>
/// <param name="PriceDaily">Per day.</param>
/// <param name="PriceMonthly">Per month.</param>
/// <param name="PriceYearly">Per year.</param>
/// <param name="AllowDaily">May be ordered by the day.</param>
/// <param name="AllowMonthly">May be ordered by the month.</param>
/// <param name="AllowYearly">May be ordered by the year.</param>
/// <param name="MovesRunningAt">Running servers renew at these prices from this date on, at least 14 days ahead, and their owners are told now; left out: they keep theirs.</param>
/// <param name="Reason">Why: 1 to 200 characters, for the audit log; may be left out.</param>
public sealed record PlanPricing(
    long? PriceHourly = null, long? PriceDaily = null, long? PriceMonthly = null, long? PriceYearly = null,
    bool? AllowDaily = null, bool? AllowMonthly = null, bool? AllowYearly = null, DateTimeOffset? MovesRunningAt = null, string? Reason = null);
