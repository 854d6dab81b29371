using Orleans.Concurrency;

namespace Webrana.Contracts.Promos;

/// <summary>
/// One promo: its definition, and the usages it hands out. A usage is reserved when a deposit is made, committed when the bonus was
/// given, and released when the deposit came to nothing; limits hold in PostgreSQL, whatever runs twice. A subject (a deposit) has at
/// most one usage of a promo. Key <c>promo:{promoId}</c>.
/// </summary>
[Alias("promo")]
public interface IPromoGrain : IGrainWithStringKey
{
    /// <summary>Creates the promo and claims its code. The same definition again is answered as the first time.</summary>
    [Alias("define")]
    Task<Result<PromoView, PromoError>> Define(DefinePromo command);

    [ReadOnly, Alias("get")]
    Task<Result<PromoView, PromoError>> Get();

    /// <summary>What a deposit would be given now. Reserves nothing.</summary>
    [Alias("quote")]
    Task<Result<PromoGrant, PromoError>> Quote(UserId user, long depositIdr);

    /// <summary>Takes one usage for the subject. Asked again for a live usage it answers the first grant.</summary>
    [Alias("reserve")]
    Task<Result<PromoGrant, PromoError>> Reserve(string subjectId, UserId user, long depositIdr);

    /// <summary>The bonus was given: the usage is used up for good.</summary>
    [Alias("commit")]
    Task<Result<Done, PromoError>> Commit(string subjectId);

    /// <summary>Nothing was given: the usage is free again. A committed usage stays.</summary>
    [Alias("release")]
    Task<Result<Done, PromoError>> Release(string subjectId);
}

/// <summary>What a promo gives, and for what. The plan's names.</summary>
[GenerateSerializer, Alias("promo-type")]
public enum PromoType
{
    /// <summary>Bonus money, as a lot with an expiry.</summary>
    DepositBonus,

    /// <summary>Ordinary money back.</summary>
    DepositCashback,

    /// <summary>Bonus money for a person's first deposit.</summary>
    NewUserBonus,

    /// <summary>Paid for a referral; no deposit can claim it.</summary>
    ReferralBonus,
}

/// <summary>How <c>Value</c> is read.</summary>
[GenerateSerializer, Alias("promo-value-type")]
public enum PromoValueType
{
    /// <summary>Rupiah.</summary>
    Fixed,

    /// <summary>Whole percent of the deposit, rounded down to the rupiah.</summary>
    Percentage,
}

/// <param name="Code">What customers type; letters, digits and dashes, compared without case. Null: no code.</param>
/// <param name="Value">Rupiah or whole percent, by <paramref name="ValueType"/>.</param>
/// <param name="MaxDiscountIdr">Most a percentage gives, in rupiah.</param>
/// <param name="MinDepositIdr">Smallest deposit it applies to, in rupiah.</param>
/// <param name="MaxUsageTotal">Usages over all users; null: no limit.</param>
/// <param name="LotDays">How long bonus money lasts, in days; null for ever.</param>
[GenerateSerializer, Immutable, Alias("define-promo")]
public sealed record DefinePromo(
    [property: Id(0)] string Name,
    [property: Id(1)] string? Code,
    [property: Id(2)] PromoType Type,
    [property: Id(3)] PromoValueType ValueType,
    [property: Id(4)] long Value,
    [property: Id(5)] long? MaxDiscountIdr,
    [property: Id(6)] long? MinDepositIdr,
    [property: Id(7)] long? MaxUsageTotal,
    [property: Id(8)] int MaxUsagePerUser,
    [property: Id(9)] bool IsActive,
    [property: Id(10)] DateTimeOffset? StartsAt,
    [property: Id(11)] DateTimeOffset? EndsAt,
    [property: Id(12)] bool ForNewUsersOnly,
    [property: Id(13)] int? LotDays);

/// <summary>Whether a promo applies now.</summary>
[GenerateSerializer, Alias("promo-status")]
public enum PromoStatus
{
    On,
    Soon,
    Ended,
    SoldOut,
    Off,
}

/// <param name="UsageCount">Reserved and committed usages.</param>
/// <param name="GrantedIdr">What those usages are worth, in rupiah.</param>
[GenerateSerializer, Immutable, Alias("promo-view")]
public sealed record PromoView(
    [property: Id(0)] string PromoId,
    [property: Id(1)] DefinePromo Definition,
    [property: Id(2)] PromoStatus Status,
    [property: Id(3)] long UsageCount,
    [property: Id(4)] long GrantedIdr,
    [property: Id(5)] DateTimeOffset CreatedAt);

/// <param name="AmountIdr">What is given, in rupiah.</param>
/// <param name="IsBonus">True: a lot of bonus money; false: ordinary balance.</param>
/// <param name="LotDays">How long a lot lasts, in days; null for ever.</param>
[GenerateSerializer, Immutable, Alias("promo-grant")]
public sealed record PromoGrant(
    [property: Id(0)] string PromoId,
    [property: Id(1)] string Name,
    [property: Id(2)] long AmountIdr,
    [property: Id(3)] bool IsBonus,
    [property: Id(4)] int? LotDays);

/// <summary>Why a promo call was refused. Customers are told one thing for all of the reasons that end in "not for you".</summary>
[GenerateSerializer, Alias("promo-error")]
public enum PromoError
{
    NotFound,

    /// <summary>The id was defined differently.</summary>
    OperationConflict,

    /// <summary>Another promo has this code.</summary>
    CodeTaken,

    /// <summary>The definition contradicts itself (a percentage above 100, an end before the start).</summary>
    InvalidDefinition,
    NotActive,
    NotStarted,
    Ended,
    BelowMinimumDeposit,
    NotNewUser,

    /// <summary>This kind of promo is not claimed by a deposit.</summary>
    NotForDeposits,

    /// <summary>The value comes to nothing for this deposit.</summary>
    NothingToGive,
    SoldOut,
    UsedUpByUser,
}
