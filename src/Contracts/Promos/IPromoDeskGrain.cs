namespace Webrana.Contracts.Promos;

/// <summary>
/// Answers questions about all promos at once: which one is best for an amount, what a draft would have cost. Holds copies of the
/// definitions that are at most a few seconds old, so typing an amount costs next to nothing; nothing is reserved here. Key
/// <c>promo-desk:0</c> (<see cref="GrainKeys.PromoDesk"/>); it lives on every silo.
/// </summary>
[Alias("promo-desk")]
public interface IPromoDeskGrain : IGrainWithStringKey
{
    /// <summary>
    /// The exact bonus a deposit of this amount would be given now. Without a code always a success: the best promo, or none, and what a
    /// little more would bring. With a code: that promo alone, or why it does not apply (the reasons a customer may know are
    /// <see cref="PromoError.BelowMinimumDeposit"/>, <see cref="PromoError.WrongChannel"/>, <see cref="PromoError.UsedUpByUser"/>;
    /// everything else comes back as <see cref="PromoError.NotFound"/> and is <c>promo_code_invalid</c>).
    /// </summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("evaluate")]
    Task<Result<PromoOffer, PromoError>> Evaluate(PromoClaim claim);

    /// <summary>
    /// The first question about a code: true when nothing is left of its promo and this deposit has no place in it, said out of memory. Whoever is
    /// refused so costs no statement and wakes no deposit (ADR 11). False says nothing yet.
    /// </summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("is-gone")]
    Task<bool> IsGone(string code, DepositId deposit);

    /// <summary>Public promos that are on or start soon, highest priority first; codes of public promos are meant to be seen.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("list-public")]
    Task<IReadOnlyList<PromoView>> ListPublic();

    /// <summary>
    /// Replays paid deposits (for welcome and referral promos: people) of the last days against a draft, as if it had been on all the time.
    /// <see cref="PromoError.InvalidDefinition"/> when the draft contradicts itself. Changes nothing.
    /// </summary>
    [Alias("preview")]
    Task<Result<PromoPreview, PromoError>> Preview(PreviewPromo question);
}

/// <param name="Grant">What the deposit is given; null when no promo applies.</param>
/// <param name="Next">What a larger deposit would bring; null when more brings nothing new. Only public promos are hinted at.</param>
[GenerateSerializer, Immutable, Alias("promo-offer")]
public sealed record PromoOffer([property: Id(0)] PromoGrant? Grant, [property: Id(1)] PromoHint? Next);

/// <summary>"Add <paramref name="AddIdr"/> for a bonus of <paramref name="BonusIdr"/>."</summary>
/// <param name="AddIdr">How much more to deposit, in rupiah.</param>
/// <param name="BonusIdr">The whole bonus of that larger deposit, in rupiah.</param>
[GenerateSerializer, Immutable, Alias("promo-hint")]
public sealed record PromoHint(
    [property: Id(0)] string PromoId,
    [property: Id(1)] string Name,
    [property: Id(2)] long AddIdr,
    [property: Id(3)] long BonusIdr);

/// <param name="Draft">Its dates and its toggle are not asked: the question is what it would have cost had it been on.</param>
/// <param name="Days">How far back, 1 to 90.</param>
/// <param name="MostTakers">How many people are named at most; a file names them all.</param>
[GenerateSerializer, Immutable, Alias("preview-promo")]
public sealed record PreviewPromo([property: Id(0)] PromoDefinition Draft, [property: Id(1)] int Days = 90, [property: Id(2)] int MostTakers = 100);

/// <param name="DepositCount">Paid deposits (or people) that were looked at.</param>
/// <param name="UsageCount">Usages it would have had.</param>
/// <param name="PersonCount">People who would have got something.</param>
/// <param name="CostIdr">What it would have given, in rupiah.</param>
/// <param name="LimitReachedAt">When its usages or its budget would have been all taken; null when they lasted.</param>
/// <param name="LargestTakers">As many as were asked for, largest first.</param>
[GenerateSerializer, Immutable, Alias("promo-preview")]
public sealed record PromoPreview(
    [property: Id(0)] int Days,
    [property: Id(1)] long DepositCount,
    [property: Id(2)] long UsageCount,
    [property: Id(3)] long PersonCount,
    [property: Id(4)] long CostIdr,
    [property: Id(5)] DateTimeOffset? LimitReachedAt,
    [property: Id(6)] IReadOnlyList<PromoTaker> LargestTakers);

/// <param name="DepositedIdr">Amount of the deposits it would have applied to, in rupiah.</param>
/// <param name="BonusIdr">What the person would have got, in rupiah.</param>
[GenerateSerializer, Immutable, Alias("promo-taker")]
public sealed record PromoTaker(
    [property: Id(0)] UserId User,
    [property: Id(1)] long UsageCount,
    [property: Id(2)] long DepositedIdr,
    [property: Id(3)] long BonusIdr);
