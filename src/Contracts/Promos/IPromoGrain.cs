using Orleans.Concurrency;

namespace Webrana.Contracts.Promos;

/// <summary>
/// One promo: its rule and the usages it hands out, decided by one writer. A usage is reserved when a deposit is made, committed when the
/// bonus was given, and released when the deposit came to nothing; limits hold in PostgreSQL, whatever runs twice. A subject (a deposit)
/// has at most one usage of a promo. Key <c>promo:{promoId}</c>; ids are lower-case letters, digits and dashes, chosen by the caller.
/// Admins' lists: state name <see cref="StateNames.Promo"/>, statuses <c>ACTIVE</c>, <c>OFF</c> and <c>ARCHIVED</c>, newest first.
/// Usages and history are read from <c>Webrana.Data.Promos.PromoQueries</c>.
/// </summary>
[Alias("promo")]
public interface IPromoGrain : IGrainWithStringKey
{
    /// <summary>Creates the promo and claims its code. The same definition again is answered as the first time.</summary>
    [Alias("create")]
    Task<Result<PromoView, PromoError>> Create(CreatePromo command);

    /// <summary>
    /// Replaces the whole definition as one new version. Type and id never change; usages keep what they were promised. A PATCH reads the
    /// definition, applies its members and sends it with the version it read: <see cref="PromoError.VersionConflict"/> says somebody else was faster.
    /// </summary>
    [Alias("change")]
    Task<Result<PromoView, PromoError>> Change(ChangePromo command);

    /// <summary>
    /// Deletes: the promo applies no more and leaves the lists of the living; its usages, versions and code stay explained for ever.
    /// Repeating it changes nothing.
    /// </summary>
    [Alias("archive")]
    Task<Result<PromoView, PromoError>> Archive(string actor);

    [ReadOnly, Alias("get")]
    Task<Result<PromoView, PromoError>> Get();

    /// <summary>What a deposit would be given now. Reserves nothing.</summary>
    [Alias("quote")]
    Task<Result<PromoGrant, PromoError>> Quote(PromoClaim claim);

    /// <summary>
    /// True when it is known without asking anybody that nothing is left of the promo of this code and that the subject has no place. False says
    /// nothing: <see cref="Quote"/> and <see cref="Reserve"/> do.
    /// </summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("is-gone")]
    Task<bool> IsGone(string subjectId, string code);

    /// <summary>Takes one usage for the subject. Asked again for a live usage it answers the first grant.</summary>
    [Alias("reserve")]
    Task<Result<PromoGrant, PromoError>> Reserve(string subjectId, PromoClaim claim);

    /// <summary>
    /// Takes one usage of a referral promo for a reward that was decided already: only the limits (total, budget, the referrer's month) are
    /// asked. <see cref="PromoError.NotForDeposits"/> for any other type.
    /// </summary>
    /// <param name="subjectId"><c>referral:{refereeId}</c> for the inviter, <c>referee:{refereeId}</c> for the invited.</param>
    [Alias("reserve-reward")]
    Task<Result<PromoGrant, PromoError>> ReserveReward(string subjectId, UserId user, long amountIdr);

    /// <summary>The bonus was given: the usage is used up for good.</summary>
    [Alias("commit")]
    Task<Result<Done, PromoError>> Commit(string subjectId);

    /// <summary>What was given was taken back with the refund of the deposit that earned it. The usage stays used: once per person is once.</summary>
    /// <param name="keptIdr">What was left to its owner, who had spent it.</param>
    [Alias("take-back")]
    Task<Result<Done, PromoError>> TakeBack(string subjectId, long keptIdr = 0);

    /// <summary>Nothing was given: the usage is free again. A committed usage stays.</summary>
    [Alias("release")]
    Task<Result<Done, PromoError>> Release(string subjectId);
}

/// <param name="Actor">Who does it, for the history (<c>admin:{userId}</c>).</param>
/// <param name="GenerateCode">True: the definition names no code and gets one of at least 50 random bits.</param>
[GenerateSerializer, Immutable, Alias("create-promo")]
public sealed record CreatePromo(
    [property: Id(0)] PromoDefinition Definition,
    [property: Id(1)] string Actor,
    [property: Id(2)] bool GenerateCode = false);

/// <param name="FromVersion">The <see cref="PromoView.Version"/> this change was made from.</param>
/// <param name="Actor">Who does it, for the history (<c>admin:{userId}</c>).</param>
[GenerateSerializer, Immutable, Alias("change-promo")]
public sealed record ChangePromo(
    [property: Id(0)] int FromVersion,
    [property: Id(1)] PromoDefinition Definition,
    [property: Id(2)] string Actor);

/// <summary>Who wants a promo for what.</summary>
/// <param name="AmountIdr">The deposit's amount without the channel's fee, in rupiah.</param>
/// <param name="MethodCode">Payment channel; null while none is chosen: the promo's channels are not asked then.</param>
/// <param name="Code">What the customer typed; null when the promo applies by itself. A promo with a code answers <see cref="PromoError.NotFound"/> to a claim without it.</param>
/// <param name="NumberIsCleared">True: a reviewer found nothing wrong with a phone number that another account gave too; it is not compared.</param>
[GenerateSerializer, Immutable, Alias("promo-claim")]
public sealed record PromoClaim(
    [property: Id(0)] UserId User,
    [property: Id(1)] long AmountIdr,
    [property: Id(2)] string? MethodCode,
    [property: Id(3)] string? Code,
    [property: Id(4)] bool NumberIsCleared = false);

/// <param name="AmountIdr">What is given, in rupiah.</param>
/// <param name="IsBonus">True: a lot of bonus money; false: ordinary balance.</param>
/// <param name="BonusExpiryDays">How long a lot lasts, in days; null for ever.</param>
/// <param name="IsWelcome">True: the bonus of a newcomer; the customer's row says so.</param>
[GenerateSerializer, Immutable, Alias("promo-grant")]
public sealed record PromoGrant(
    [property: Id(0)] string PromoId,
    [property: Id(1)] string Name,
    [property: Id(2)] long AmountIdr,
    [property: Id(3)] bool IsBonus,
    [property: Id(4)] int? BonusExpiryDays,
    [property: Id(5)] bool IsWelcome = false);

/// <summary>
/// Why a promo call was refused. Customers may be told <see cref="BelowMinimumDeposit"/>, <see cref="WrongChannel"/> and
/// <see cref="UsedUpByUser"/>; every other reason is <c>promo_code_invalid</c> to them, or codes could be told from guesses.
/// </summary>
[GenerateSerializer, Alias("promo-error")]
public enum PromoError
{
    NotFound,

    /// <summary>The id was defined differently.</summary>
    OperationConflict,

    /// <summary>Another promo has (or had) this code.</summary>
    CodeTaken,

    /// <summary>The definition contradicts itself (a percentage above 100, an end before the start); the detail says how.</summary>
    InvalidDefinition,

    /// <summary>The promo was changed since the version this change was made from.</summary>
    VersionConflict,

    /// <summary>An archived promo is not changed any more.</summary>
    Archived,
    NotActive,
    NotStarted,
    Ended,

    /// <summary>The detail names the smallest amount in rupiah, digits only.</summary>
    BelowMinimumDeposit,

    /// <summary>It applies to other payment channels.</summary>
    WrongChannel,
    NotNewUser,

    /// <summary>This kind of promo is not claimed by a deposit.</summary>
    NotForDeposits,

    /// <summary>The value comes to nothing for this deposit.</summary>
    NothingToGive,

    /// <summary>No usage or not enough budget is left.</summary>
    SoldOut,

    /// <summary>This person had it as often as it is given: by account, or by a mailbox that had it in another account.</summary>
    UsedUpByUser,

    /// <summary>
    /// Another account gave the same phone number and had it. A number is not proven, so this is <c>promo_code_invalid</c> to customers:
    /// nobody learns from typing a number whether its owner was here.
    /// </summary>
    SharedNumber,
}
