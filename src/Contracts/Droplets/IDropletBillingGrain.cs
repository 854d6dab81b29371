using Orleans.Concurrency;

namespace Webrana.Contracts.Droplets;

/// <summary>
/// What a server's owner and the shop may change about its subscription. The same grain as <see cref="IDropletGrain"/>, key
/// <c>droplet:{instanceId}</c>.
/// </summary>
[Alias("droplet-billing")]
public interface IDropletBillingGrain : IGrainWithStringKey
{
    /// <summary>What is paid, what is planned and what threatens; null while there is no subscription.</summary>
    [AlwaysInterleave, ResponseTimeout(AnswerWithin.Short), Alias("billing")]
    Task<ServerBilling?> Billing();

    /// <summary>Pays further periods now: ahead of time, in grace, or to bring a suspended server back. Each period is one charge, in order.</summary>
    [Alias("renew")]
    Task<Result<ServerBilling, RenewError>> Renew(RenewServer command);

    /// <summary>Another length from the next period on, at the price of today; the present length takes the wish back.</summary>
    [Alias("switch-period")]
    Task<Result<ServerBilling, SwitchError>> SwitchPeriod(SwitchPeriod command);

    /// <summary>Brings a hibernated server back from its image: the price is held now and charged when it runs.</summary>
    [Alias("restore")]
    Task<Result<ActionReceipt, RenewError>> Restore(RestoreServer command);

    /// <summary>Told by the plan: periods that start from a date on cost something else. The owner is mailed. Told twice it changes nothing.</summary>
    [Alias("price-announced")]
    Task PriceAnnounced(AnnouncedPrice price);

    /// <summary>The owner opened this server's page: a warning shown there has reached its reader.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("warning-seen")]
    Task WarningSeen();

    /// <summary>Suspends it for a reason that money does not lift. False: its state does not allow it.</summary>
    [Alias("block")]
    Task<bool> Block(BlockServer command);

    /// <summary>Takes that reason back. False: there is none.</summary>
    [Alias("unblock")]
    Task<bool> Unblock(string actor);

    /// <summary>Told by the meter: this much was sent beyond the quota of a month, in all. Told twice it counts once.</summary>
    /// <param name="month">Year × 12 + month − 1, in Jakarta.</param>
    /// <param name="megabytes">Of 10⁶ bytes.</param>
    [Alias("transfer-over")]
    Task TransferOver(int month, long megabytes);
}

/// <param name="OperationId">The caller's id of this intent.</param>
/// <param name="Periods">1 to <see cref="MostPeriods"/>.</param>
/// <param name="Actor">Who asks.</param>
[GenerateSerializer, Immutable, Alias("renew-server")]
public sealed record RenewServer([property: Id(0)] string OperationId, [property: Id(1)] int Periods, [property: Id(2)] string Actor)
{
    /// <summary>The most periods that one call pays.</summary>
    public const int MostPeriods = 12;
}

/// <summary>Why nothing was paid. Where several periods were asked for and the money ended in between, those before it are paid.</summary>
[GenerateSerializer, Alias("renew-error")]
public enum RenewError
{
    NotFound,
    InvalidState,

    /// <summary>Suspended for a reason that money does not lift.</summary>
    Blocked,
    InsufficientBalance,
    OutstandingDebt,
    TemporarilyUnavailable,

    /// <summary>More than this customer may have; the detail says which limit, what is allowed and what it would come to.</summary>
    LimitReached,
}

/// <param name="Period">Wanted from the next period on.</param>
[GenerateSerializer, Immutable, Alias("switch-period")]
public sealed record SwitchPeriod([property: Id(0)] BillingPeriod Period, [property: Id(1)] string Actor);

/// <summary>Why the length stays.</summary>
[GenerateSerializer, Alias("switch-error")]
public enum SwitchError
{
    NotFound,
    InvalidState,

    /// <summary>The plan is not sold by this period.</summary>
    PeriodNotAllowed,
    TemporarilyUnavailable,
}

/// <param name="OperationId">The caller's id of this intent; also the action's id.</param>
[GenerateSerializer, Immutable, Alias("restore-server")]
public sealed record RestoreServer([property: Id(0)] string OperationId, [property: Id(1)] string Actor);

/// <param name="Version">Of the plan's prices.</param>
/// <param name="From">Periods that start from then on cost this.</param>
/// <param name="PlanId">Whose price it is: a server that has left the plan meanwhile has nothing to do with it. Null, from a silo of before: the server's own.</param>
[GenerateSerializer, Immutable, Alias("announced-price")]
public sealed record AnnouncedPrice(
    [property: Id(0)] int Version,
    [property: Id(1)] DateTimeOffset From,
    [property: Id(2)] long? DailyIdr,
    [property: Id(3)] long? MonthlyIdr,
    [property: Id(4)] long? YearlyIdr,
    [property: Id(5)] string? PlanId = null);

/// <param name="Reason">A sentence for its owner.</param>
[GenerateSerializer, Immutable, Alias("block-server")]
public sealed record BlockServer([property: Id(0)] string Reason, [property: Id(1)] string Actor);

/// <summary>Which server is served first when money is short.</summary>
[GenerateSerializer, Alias("renewal-priority")]
public enum RenewalPriority
{
    First,
    Normal,
    Last,
}

/// <summary>Why a server is suspended.</summary>
[GenerateSerializer, Alias("suspension-reason")]
public enum SuspensionReason
{
    None,

    /// <summary>Its period was not paid; paying brings it back.</summary>
    Unpaid,

    /// <summary>Not to be renewed, and its paid time is over; renewing by hand brings it back.</summary>
    NotRenewed,

    /// <summary>An admin suspended it; money does not bring it back.</summary>
    Blocked,
}

/// <summary>A server's subscription for its page.</summary>
/// <param name="PeriodStartAt">Of the paid period that runs or ran last.</param>
/// <param name="NextPriceIdr">What the next period will cost without add-ons.</param>
/// <param name="NextPeriod">How long it will be.</param>
/// <param name="AddonsIdr">Used so far and charged with the next renewal.</param>
/// <param name="NextPriceFrom">When an announced price takes effect; null for none.</param>
/// <param name="BlockedReason">For the owner; null when money is all that is missing.</param>
/// <param name="SuspendsAt">When it will be switched off if nothing is paid; null when it is off or nothing is due.</param>
/// <param name="HibernatesAt">When a suspended server will be put away.</param>
/// <param name="TerminatesAt">When a hibernated server will be destroyed for good.</param>
/// <param name="CostsIdr">What paying 1 to <see cref="RenewServer.MostPeriods"/> periods now takes, add-ons included. Null, from a silo of before: not said.</param>
[GenerateSerializer, Immutable, Alias("server-billing")]
public sealed record ServerBilling(
    [property: Id(0)] BillingPeriod Period,
    [property: Id(1)] long PriceIdr,
    [property: Id(2)] DateTimeOffset PeriodStartAt,
    [property: Id(3)] DateTimeOffset DueAt,
    [property: Id(4)] bool AutoRenew,
    [property: Id(5)] RenewalPriority Priority,
    [property: Id(6)] BillingPeriod NextPeriod,
    [property: Id(7)] long NextPriceIdr,
    [property: Id(8)] DateTimeOffset? NextPriceFrom,
    [property: Id(9)] IReadOnlyList<AddonLine> Addons,
    [property: Id(10)] long AddonsIdr,
    [property: Id(11)] SuspensionReason Reason,
    [property: Id(12)] string? BlockedReason,
    [property: Id(13)] DateTimeOffset? SuspendsAt,
    [property: Id(14)] DateTimeOffset? HibernatesAt,
    [property: Id(15)] DateTimeOffset? TerminatesAt,
    [property: Id(16)] bool WarningOpen,
    [property: Id(17)] IReadOnlyList<long>? CostsIdr = null);

/// <summary>An add-on in use.</summary>
/// <param name="Quantity">In thousandths of the unit: a period with backups, a GB-month of images, a GB of transfer.</param>
[GenerateSerializer, Immutable, Alias("addon-line")]
public sealed record AddonLine([property: Id(0)] AddonType Type, [property: Id(1)] long AmountIdr, [property: Id(2)] long Quantity);

/// <summary>Kinds of add-ons.</summary>
[GenerateSerializer, Alias("addon-type")]
public enum AddonType
{
    Backups,
    Images,
    Transfer,
}
