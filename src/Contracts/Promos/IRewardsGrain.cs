using Orleans.Concurrency;
using Webrana.Contracts.Sweeping;

namespace Webrana.Contracts.Promos;

/// <summary>
/// What a person gets once in a life: the welcome bonus, and the reward for having been invited (theirs and the inviter's). Decides once
/// per person, not once per account: normalised e-mail and phone are claimed for ever as keyed hashes. Key <c>rewards:{userId}</c>.
/// The review queue is the list of state name <see cref="StateNames.Rewards"/> with status <c>REVIEW</c>, oldest decisions first to be read
/// through <see cref="GetReview"/> and <see cref="GetWelcomeReview"/>.
/// </summary>
[Alias("rewards")]
public interface IRewardsGrain : IGrainWithStringKey, IDueGrain
{
    /// <summary>
    /// The person's e-mail address was confirmed: whatever welcome bonus applies is given behind this call. Told by the account's grain when
    /// its contact says confirmed; repeating it gives nothing twice.
    /// </summary>
    [Alias("email-confirmed")]
    Task<Result<Done, RewardsError>> EmailConfirmed(PersonFacts person);

    /// <summary>A deposit of this person was paid and credited: told by the deposit's grain, at least once, durable when it returns.</summary>
    [Alias("deposit-paid")]
    Task<Result<Done, RewardsError>> DepositPaid(DepositId deposit, long amountIdr);

    /// <summary>
    /// Nothing is left of this deposit at the gateway: a reward for it is taken back behind this call, one that was not given yet never is, and a
    /// later word that it was paid changes nothing. Told by the deposit's grain, at least once, durable when it returns.
    /// </summary>
    [Alias("deposit-refunded")]
    Task<Result<Done, RewardsError>> DepositRefunded(DepositId deposit);

    /// <summary>What this person earned by inviting others. Names are masked.</summary>
    /// <param name="limit">1 to 200 entries.</param>
    /// <param name="cursor">From the page before; null for the first.</param>
    [ResponseTimeout(AnswerWithin.Short), Alias("get-referrals")]
    Task<ReferralSummary> GetReferrals(int limit, string? cursor);

    /// <summary>
    /// Forgets address and number: the account is closed. What was claimed stays claimed by its keyed hashes, so that a new account of the same
    /// person gets no second welcome. Safe to repeat.
    /// </summary>
    [Alias("forget")]
    Task<Result<Done, RewardsError>> Forget();

    /// <summary>The entry of the review queue; <see cref="RewardsError.NotFound"/> when nothing waits for a decision.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("get-review")]
    Task<Result<ReferralReview, RewardsError>> GetReview();

    /// <summary>An admin's decision about a flagged referral: pay it (behind this call) or refuse it for good. Repeating the same decision changes nothing.</summary>
    [Alias("decide-review")]
    Task<Result<Done, RewardsError>> DecideReview(DecideReview decision);

    /// <summary>The welcome that waits for a person, in the same queue; <see cref="RewardsError.NotFound"/> when none does.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("get-welcome-review")]
    Task<Result<WelcomeReview, RewardsError>> GetWelcomeReview();

    /// <summary>
    /// An admin's decision about a doubted welcome: give what is on at this moment (behind this call), or nothing for good. Repeating the same
    /// decision changes nothing.
    /// </summary>
    [Alias("decide-welcome")]
    Task<Result<Done, RewardsError>> DecideWelcome(DecideReview decision);
}

/// <summary>What is known of a person for "one grant per person".</summary>
/// <param name="ReferredBy">Who invited them; null for nobody.</param>
[GenerateSerializer, Immutable, Alias("person-facts")]
public sealed record PersonFacts(
    [property: Id(0)] UserId User,
    [property: Id(1)] string Email,
    [property: Id(2)] string? Phone,
    [property: Id(3)] UserId? ReferredBy);

/// <summary>How far an invitation has come.</summary>
[GenerateSerializer, Alias("referral-stage")]
public enum ReferralStage
{
    /// <summary>Registered; the first cash-funded deposit of the minimum is still to come.</summary>
    Joined,

    /// <summary>A person looks at it first (shared phone or device).</summary>
    InReview,

    /// <summary>Decided; the wallets are being credited.</summary>
    Paying,
    Paid,

    /// <summary>Nothing is given: the same person, the month's cap, no referral promo at that time, or a reviewer said no.</summary>
    Refused,

    /// <summary>The deposit that earned it was given back: whatever was given is taken back, behind this word.</summary>
    TakenBack,
}

/// <summary>What a person earned by inviting.</summary>
/// <param name="EarnedIdr">All of it, in rupiah; of rewards that were taken back, what had been spent and was left.</param>
/// <param name="JoinedCount">People who registered through the link.</param>
/// <param name="PaidCount">Invitations that were paid.</param>
/// <param name="PaidThisMonth">Of these, in the current calendar month (Jakarta).</param>
/// <param name="Offer">The referral promo that is on; null when inviting earns nothing at present.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
[GenerateSerializer, Immutable, Alias("referral-summary")]
public sealed record ReferralSummary(
    [property: Id(0)] long EarnedIdr,
    [property: Id(1)] long JoinedCount,
    [property: Id(2)] long PaidCount,
    [property: Id(3)] long PaidThisMonth,
    [property: Id(4)] ReferralOffer? Offer,
    [property: Id(5)] IReadOnlyList<ReferralEntry> Entries,
    [property: Id(6)] string? Next);

/// <param name="ReferrerValue">Rupiah or percent, by <paramref name="ValueType"/>, for the inviter.</param>
/// <param name="RefereeValue">The same for the invited; 0 for nothing.</param>
/// <param name="MonthlyCap">Paid referrals per calendar month; null: no cap.</param>
/// <param name="MaxDiscountIdr">The most that a percentage gives to either, in rupiah; null: no cap.</param>
[GenerateSerializer, Immutable, Alias("referral-offer")]
public sealed record ReferralOffer(
    [property: Id(0)] string PromoId,
    [property: Id(1)] string Name,
    [property: Id(2)] PromoValueType ValueType,
    [property: Id(3)] long ReferrerValue,
    [property: Id(4)] long RefereeValue,
    [property: Id(5)] long? MinDepositIdr,
    [property: Id(6)] int? MonthlyCap,
    [property: Id(7)] long? MaxDiscountIdr = null);

/// <param name="MaskedName">Enough to recognise a friend, not enough to learn a stranger (<c>B•••</c>).</param>
/// <param name="MaskedEmail">The same for the address (<c>b•••@gmail.com</c>).</param>
/// <param name="EarnedIdr">What the inviter got for it, in rupiah; 0 until paid, and what was left of it where it was taken back.</param>
[GenerateSerializer, Immutable, Alias("referral-entry")]
public sealed record ReferralEntry(
    [property: Id(0)] string MaskedName,
    [property: Id(1)] string MaskedEmail,
    [property: Id(2)] DateTimeOffset JoinedAt,
    [property: Id(3)] ReferralStage Stage,
    [property: Id(4)] long EarnedIdr,
    [property: Id(5)] DateTimeOffset? PaidAt);

/// <summary>Why a referral waits for a person.</summary>
[GenerateSerializer, Alias("referral-doubt")]
public enum ReferralDoubt
{
    /// <summary>Inviter and invited gave the same phone number, or the invited one's is another account's.</summary>
    SharedPhone,

    /// <summary>Both signed in from the same address with the same browser.</summary>
    SharedDevice,

    /// <summary>Both paid from the same account, where the gateway tells. Tripay does not, at present.</summary>
    SharedPayer,

    /// <summary>They invited each other, directly or around a circle.</summary>
    Ring,

    /// <summary>A friend's deposit was given back after the inviter had spent the reward for it, which was left to them (ADR 48).</summary>
    KeptBefore,
}

/// <summary>A referral that a person must decide.</summary>
[GenerateSerializer, Immutable, Alias("referral-review")]
public sealed record ReferralReview(
    [property: Id(0)] UserId Referee,
    [property: Id(1)] UserId Referrer,
    [property: Id(2)] string PromoId,
    [property: Id(3)] string PromoName,
    [property: Id(4)] DepositId Deposit,
    [property: Id(5)] long DepositIdr,
    [property: Id(6)] long ReferrerIdr,
    [property: Id(7)] long RefereeIdr,
    [property: Id(8)] IReadOnlyList<ReferralDoubt> Doubts,
    [property: Id(9)] DateTimeOffset FlaggedAt);

/// <summary>A welcome bonus that a person must decide.</summary>
/// <param name="Other">The account that gave the same number, if it is still there.</param>
/// <param name="AmountIdr">What the promo named then.</param>
[GenerateSerializer, Immutable, Alias("welcome-review")]
public sealed record WelcomeReview(
    [property: Id(0)] UserId User,
    [property: Id(1)] UserId? Other,
    [property: Id(2)] string PromoId,
    [property: Id(3)] string PromoName,
    [property: Id(4)] long AmountIdr,
    [property: Id(5)] IReadOnlyList<ReferralDoubt> Doubts,
    [property: Id(6)] DateTimeOffset FlaggedAt);

/// <param name="Pay">True: give what was promised; false: give nothing, for good.</param>
/// <param name="Actor">Who decided (<c>admin:{userId}</c>).</param>
/// <param name="Note">Why; kept with the decision.</param>
[GenerateSerializer, Immutable, Alias("decide-review")]
public sealed record DecideReview([property: Id(0)] bool Pay, [property: Id(1)] string Actor, [property: Id(2)] string Note);

/// <summary>Why a rewards call was refused.</summary>
[GenerateSerializer, Alias("rewards-error")]
public enum RewardsError
{
    /// <summary>Nothing is known of this person, or nothing waits for a decision.</summary>
    NotFound,

    /// <summary>It was decided the other way already.</summary>
    AlreadyDecided,
}
