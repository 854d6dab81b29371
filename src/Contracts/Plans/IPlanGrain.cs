using Orleans.Concurrency;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Sweeping;

namespace Webrana.Contracts.Plans;

/// <summary>
/// One sellable plan: a provider size, its prices per period and which periods are sold. Every price change is a new version; running
/// subscriptions keep the version they were ordered at, or move to the new one at an announced date. Key <c>plan:{slug}</c>.
/// </summary>
[Alias("plan")]
public interface IPlanGrain : IGrainWithStringKey, IDueGrain
{
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("get")]
    Task<Result<PlanView, PlanError>> Get();

    /// <summary>Creates the plan; <see cref="PlanError.AlreadyExists"/> when the slug is taken by another definition.</summary>
    [Alias("create")]
    Task<Result<PlanView, PlanError>> Create(DefinePlan command);

    /// <summary>Changes prices and allowed periods as one new version. Absent members stay.</summary>
    [Alias("set-pricing")]
    Task<Result<PlanView, PlanError>> SetPricing(SetPricing command);

    /// <summary>Changes what is not a price. Absent members stay.</summary>
    [Alias("change")]
    Task<Result<PlanView, PlanError>> Change(ChangePlan command);

    /// <summary>Stops selling for good; running subscriptions go on.</summary>
    [Alias("retire")]
    Task<Result<PlanView, PlanError>> Retire();
}

/// <summary>Rupiah per period; null where the plan has no such price. The hourly price is shown, never charged.</summary>
[GenerateSerializer, Immutable, Alias("plan-prices")]
public sealed record PlanPrices(
    [property: Id(0)] long? HourlyIdr,
    [property: Id(1)] long? DailyIdr,
    [property: Id(2)] long MonthlyIdr,
    [property: Id(3)] long? YearlyIdr,
    [property: Id(4)] bool AllowDaily,
    [property: Id(5)] bool AllowMonthly,
    [property: Id(6)] bool AllowYearly)
{
    /// <summary>The price of one period, or null when the plan is not sold by it.</summary>
    public long? PriceOf(BillingPeriod period) => period switch
    {
        BillingPeriod.Daily => AllowDaily ? DailyIdr : null,
        BillingPeriod.Monthly => AllowMonthly ? MonthlyIdr : null,
        BillingPeriod.Yearly => AllowYearly ? YearlyIdr : null,
        _ => null,
    };
}

/// <summary>A plan as everybody may see it.</summary>
/// <param name="Regions">Region slugs where it is sold.</param>
/// <param name="PriceVersion">Counts up with every price change.</param>
/// <param name="ProviderCostUsdCents">What the provider takes for a month; null where nobody said. For admins.</param>
/// <param name="StockLimit">How many servers of it there may be; null: any number. For admins.</param>
/// <param name="MovesAt">When running subscriptions move to this version of the prices; null: they keep theirs.</param>
[GenerateSerializer, Immutable, Alias("plan-view")]
public sealed record PlanView(
    [property: Id(0)] string PlanId,
    [property: Id(1)] string Name,
    [property: Id(2)] string ProviderSize,
    [property: Id(3)] int Vcpus,
    [property: Id(4)] int MemoryMb,
    [property: Id(5)] int DiskGb,
    [property: Id(6)] int TransferTb,
    [property: Id(7)] PlanPrices Prices,
    [property: Id(8)] int PriceVersion,
    [property: Id(9)] IReadOnlyList<string> Regions,
    [property: Id(10)] bool Hidden,
    [property: Id(11)] int SortOrder,
    [property: Id(12)] bool Retired,
    [property: Id(13)] int? ProviderCostUsdCents = null,
    [property: Id(14)] int? StockLimit = null,
    [property: Id(15)] DateTimeOffset? MovesAt = null);

[GenerateSerializer, Immutable, Alias("define-plan")]
public sealed record DefinePlan(
    [property: Id(0)] string Name,
    [property: Id(1)] string ProviderSize,
    [property: Id(2)] int Vcpus,
    [property: Id(3)] int MemoryMb,
    [property: Id(4)] int DiskGb,
    [property: Id(5)] int TransferTb,
    [property: Id(6)] PlanPrices Prices,
    [property: Id(7)] IReadOnlyList<string> Regions,
    [property: Id(8)] bool Hidden,
    [property: Id(9)] int SortOrder,
    [property: Id(10)] int? ProviderCostUsdCents = null,
    [property: Id(11)] int? StockLimit = null);

/// <summary>Each member optional: null keeps what is.</summary>
/// <param name="MovesAt">
/// From this date on running subscriptions renew at these prices, and their owners are told now; null: only new orders pay them.
/// </param>
[GenerateSerializer, Immutable, Alias("set-pricing")]
public sealed record SetPricing(
    [property: Id(0)] long? HourlyIdr,
    [property: Id(1)] long? DailyIdr,
    [property: Id(2)] long? MonthlyIdr,
    [property: Id(3)] long? YearlyIdr,
    [property: Id(4)] bool? AllowDaily,
    [property: Id(5)] bool? AllowMonthly,
    [property: Id(6)] bool? AllowYearly,
    [property: Id(7)] DateTimeOffset? MovesAt = null);

/// <summary>Each member optional: null keeps what is.</summary>
/// <param name="ProviderCostUsdCents">Negative takes it back.</param>
/// <param name="StockLimit">Negative takes it back: any number.</param>
[GenerateSerializer, Immutable, Alias("change-plan")]
public sealed record ChangePlan(
    [property: Id(0)] string? Name,
    [property: Id(1)] IReadOnlyList<string>? Regions,
    [property: Id(2)] bool? Hidden,
    [property: Id(3)] int? SortOrder,
    [property: Id(4)] int? ProviderCostUsdCents = null,
    [property: Id(5)] int? StockLimit = null);

/// <summary>Why a plan call was refused.</summary>
[GenerateSerializer, Alias("plan-error")]
public enum PlanError
{
    NotFound,
    AlreadyExists,

    /// <summary>A period is allowed without a price.</summary>
    PriceMissing,

    /// <summary>A price is zero, negative or absurdly large.</summary>
    InvalidPrice,

    /// <summary>Slug, name, size or specification is not usable.</summary>
    InvalidPlan,

    /// <summary>Running subscriptions may move to a new price no sooner than their owners have had time to leave.</summary>
    NoticeTooShort,
}
