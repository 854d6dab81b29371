using System.Text.Json.Serialization;

namespace Webrana.Wire.Promos;

/// <summary>A referral or a welcome bonus that a person decides: <c>GET /internal/promos/reviews?limit=&amp;cursor=</c>.</summary>
/// <param name="UserId">The invited person, or whose welcome it is; the review's id together with <paramref name="Kind"/>.</param>
/// <param name="Email">Their address; null when the account is gone.</param>
/// <param name="ReferrerId">Who invited them; for a welcome, the other account with the same phone number, null when it is gone.</param>
/// <param name="ReferrerEmail">That one's address.</param>
/// <param name="PromoId">Which promo.</param>
/// <param name="PromoName">For people.</param>
/// <param name="DepositId">The top-up that would be rewarded; null for a welcome.</param>
/// <param name="DepositAmount">IDR; 0 for a welcome.</param>
/// <param name="ReferrerAmount">IDR that waits for whoever invited; 0 for a welcome.</param>
/// <param name="RefereeAmount">IDR that waits for the person of <paramref name="UserId"/>.</param>
/// <param name="Doubts">Why it waits.</param>
/// <param name="FlaggedAt">Since when.</param>
/// <param name="Kind">What is decided.</param>
public sealed record PromoReview(
    string UserId, string? Email, string? ReferrerId, string? ReferrerEmail, string PromoId, string PromoName, string? DepositId, long DepositAmount,
    long ReferrerAmount, long RefereeAmount, IReadOnlyList<ReferralDoubt> Doubts, DateTimeOffset FlaggedAt, PromoReviewKind Kind = PromoReviewKind.Referral);

/// <summary>What a <see cref="PromoReview"/> is about.</summary>
[JsonConverter(typeof(WireEnumConverter<PromoReviewKind>))]
public enum PromoReviewKind
{
    [JsonStringEnumMemberName("REFERRAL")] Referral,
    [JsonStringEnumMemberName("WELCOME")] Welcome,
}

/// <summary>Why a referral waits for a person.</summary>
[JsonConverter(typeof(WireEnumConverter<ReferralDoubt>))]
public enum ReferralDoubt
{
    [JsonStringEnumMemberName("SHARED_PHONE")] SharedPhone,
    [JsonStringEnumMemberName("SHARED_DEVICE")] SharedDevice,
    [JsonStringEnumMemberName("SHARED_PAYER")] SharedPayer,

    /// <summary>They invited each other, directly or around a circle.</summary>
    [JsonStringEnumMemberName("RING")] Ring,

    /// <summary>The inviter had spent an earlier reward when its top-up was paid back, and it was left to them.</summary>
    [JsonStringEnumMemberName("KEPT_BEFORE")] KeptBefore,
}

/// <summary><c>POST /internal/promos/reviews/{userId}</c> → 204. Refused: 404 when nothing waits, 409 <c>already_decided</c> the other way.</summary>
/// <param name="Pay">True gives what was promised; false gives nothing, for good.</param>
/// <param name="Note">1 to 200 characters; kept in the audit log.</param>
/// <param name="Kind">Which of a person's reviews; left out: the referral.</param>
public sealed record DecideReviewRequest(bool Pay, string Note, PromoReviewKind Kind = PromoReviewKind.Referral);
