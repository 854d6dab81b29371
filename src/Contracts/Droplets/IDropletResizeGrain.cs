using Orleans.Concurrency;

namespace Webrana.Contracts.Droplets;

/// <summary>
/// Another plan for a running subscription. The same grain as <see cref="IDropletGrain"/>, key <c>droplet:{instanceId}</c>; progress is an
/// action like any other. The price difference of the time still paid for is agreed when it is asked for, held, and taken or given back only
/// when the provider has made the change.
/// </summary>
[Alias("droplet-resize")]
public interface IDropletResizeGrain : IGrainWithStringKey
{
    /// <summary>What a plan would cost from this second on, and what would become of the server. Changes nothing.</summary>
    [AlwaysInterleave, Alias("quote-resize")]
    Task<Result<ResizeQuote, ResizeError>> QuoteResize(string planId, bool growDisk);

    /// <summary>Starts it: shut down → resize → power on. The same operation id is answered with the first receipt.</summary>
    [Alias("resize")]
    Task<Result<ActionReceipt, ResizeError>> Resize(ResizeDroplet command);
}

/// <param name="OperationId">The caller's id of this intent; also the action's id.</param>
/// <param name="GrowDisk">Also take the plan's bigger disk: for good, afterwards only plans with at least that disk fit.</param>
/// <param name="Actor">Who asks: <c>user:{id}</c> or <c>admin:{id}</c>.</param>
/// <param name="MaxChargeIdr">Refuse when more than this would be charged now; null: whatever it comes to.</param>
[GenerateSerializer, Immutable, Alias("resize-droplet")]
public sealed record ResizeDroplet(
    [property: Id(0)] string OperationId,
    [property: Id(1)] string PlanId,
    [property: Id(2)] bool GrowDisk,
    [property: Id(3)] string Actor,
    [property: Id(4)] long? MaxChargeIdr = null);

/// <summary>A change of plan as it would be agreed now.</summary>
/// <param name="CurrentPriceIdr">Rupiah per period today.</param>
/// <param name="PriceIdr">Rupiah per period afterwards, from the next renewal on.</param>
/// <param name="DifferenceIdr">For the time already paid for: positive is charged, negative comes back. To the second, rounded down to whole rupiah.</param>
/// <param name="PaidUntil">Until when the difference counts.</param>
/// <param name="DiskGb">The disk afterwards.</param>
/// <param name="DiskGrows">It grows, for good.</param>
/// <param name="AvailableIdr">What the wallet can pay with now.</param>
[GenerateSerializer, Immutable, Alias("resize-quote")]
public sealed record ResizeQuote(
    [property: Id(0)] string PlanId,
    [property: Id(1)] string PlanName,
    [property: Id(2)] long CurrentPriceIdr,
    [property: Id(3)] long PriceIdr,
    [property: Id(4)] long DifferenceIdr,
    [property: Id(5)] DateTimeOffset PaidUntil,
    [property: Id(6)] int Vcpus,
    [property: Id(7)] int MemoryMb,
    [property: Id(8)] int DiskGb,
    [property: Id(9)] bool DiskGrows,
    [property: Id(10)] int TransferTb,
    [property: Id(11)] long AvailableIdr);

/// <summary>Why a change of plan was refused; the server is untouched and nothing was charged.</summary>
[GenerateSerializer, Alias("resize-error")]
public enum ResizeError
{
    NotFound,

    /// <summary>Another action runs; the detail names it.</summary>
    ActionInProgress,

    /// <summary>The server is neither running nor off, or its renewal is due: that comes first.</summary>
    InvalidState,

    /// <summary>Not sold.</summary>
    PlanUnavailable,

    /// <summary>The plan is not sold by the subscription's period.</summary>
    PeriodNotAllowed,

    /// <summary>Not to be had in the server's region now.</summary>
    RegionUnavailable,

    /// <summary>It has this plan already.</summary>
    SamePlan,

    /// <summary>The plan's disk is smaller than the server's: disks only grow.</summary>
    DiskTooSmall,

    /// <summary>The difference is more than the caller agreed to.</summary>
    PriceChanged,
    InsufficientBalance,
    OutstandingDebt,
    OperationConflict,

    /// <summary>The provider or the ledger could not be asked; nothing was changed.</summary>
    TemporarilyUnavailable,

    /// <summary>More than this customer may have; the detail says which limit, what is allowed and what it would come to.</summary>
    LimitReached,

    /// <summary>There may be no more servers of that plan.</summary>
    SoldOut,
}
