using System.Text.Json.Serialization;

namespace Webrana.Wire.Promos;

/// <summary><c>GET /api/v1/referral?limit=&amp;cursor=</c>: what this customer gives to friends, and what came of it.</summary>
/// <param name="Code">The code friends register with.</param>
/// <param name="Link">The registration page with the code in it.</param>
/// <param name="Earned">IDR credited so far.</param>
/// <param name="JoinedCount">People who registered with the code and confirmed their address.</param>
/// <param name="RewardedCount">Of these, those that were rewarded.</param>
/// <param name="Offer">What inviting earns now; null: nothing at present.</param>
/// <param name="Items">Who came, newest first.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record Referral(
    string Code, string Link, long Earned, long JoinedCount, long RewardedCount, ReferralOffer? Offer, IReadOnlyList<ReferredFriend> Items, string? NextCursor = null);

/// <summary>The referral promo that is on.</summary>
/// <param name="Name">For people.</param>
/// <param name="ValueType">How the values are read.</param>
/// <param name="Value">For whoever invites.</param>
/// <param name="RefereeValue">For the invited; 0: nothing.</param>
/// <param name="MinDeposit">What the friend's first top-up must reach, in IDR; null: any.</param>
/// <param name="MonthlyCap">Rewarded friends per calendar month; null: any number.</param>
/// <param name="RewardedThisMonth">Of these, already rewarded.</param>
/// <param name="MaxDiscount">The most that a percentage gives to either, in IDR; null: no limit.</param>
public sealed record ReferralOffer(
    string Name, PromoValueType ValueType, long Value, long RefereeValue, long? MinDeposit, int? MonthlyCap, long RewardedThisMonth, long? MaxDiscount = null);

/// <summary>A person who registered with the code, masked: enough to recognise a friend, too little to find a stranger.</summary>
/// <param name="Name"><c>B•••</c>; <c>•••</c> of an account that was closed.</param>
/// <param name="Email"><c>b•••@gmail.com</c>; <c>•••</c> of an account that was closed.</param>
/// <param name="Status">How far it came.</param>
/// <param name="Amount">IDR earned from this friend; what was left of it where it was taken back.</param>
/// <param name="JoinedAt">When they registered.</param>
/// <param name="RewardedAt">When it was credited; null until then.</param>
public sealed record ReferredFriend(string Name, string Email, ReferralStatus Status, long Amount, DateTimeOffset JoinedAt, DateTimeOffset? RewardedAt);

/// <summary>How far a referral came.</summary>
[JsonConverter(typeof(WireEnumConverter<ReferralStatus>))]
public enum ReferralStatus
{
    /// <summary>Registered; the first top-up of the minimum is still to come.</summary>
    [JsonStringEnumMemberName("JOINED")] Joined,

    /// <summary>A person looks at it first.</summary>
    [JsonStringEnumMemberName("IN_REVIEW")] InReview,

    /// <summary>Decided; the money is on its way.</summary>
    [JsonStringEnumMemberName("PAYING")] Paying,

    /// <summary>The reward is in the wallet.</summary>
    [JsonStringEnumMemberName("PAID")] Paid,

    /// <summary>Nothing is given.</summary>
    [JsonStringEnumMemberName("REFUSED")] Refused,

    /// <summary>The friend's top-up was paid back, and the reward for it taken back; what had been spent of it is left.</summary>
    [JsonStringEnumMemberName("TAKEN_BACK")] TakenBack,
}
