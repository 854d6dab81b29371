using System.Text.Json.Serialization;

namespace Webrana.Wire.Promos;

/// <summary><c>GET /internal/promos/{id}/usage?limit=&amp;cursor=</c>, newest first; <c>/usage.csv</c> is all of it as a file.</summary>
/// <param name="Total">Usages in all: reserved, given and taken back.</param>
/// <param name="Amount">What the reserved and given ones are worth, and what of the taken back ones was left to their owners, in IDR.</param>
/// <param name="Items">This page.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record PromoUsagePage(long Total, long Amount, IReadOnlyList<PromoUsage> Items, string? NextCursor = null);

/// <summary>One usage of a promo.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Email">Their address; null when the account is gone.</param>
/// <param name="DepositId">For which top-up; null for a welcome bonus and a referral.</param>
/// <param name="Amount">IDR.</param>
/// <param name="Status">Whether it is given yet.</param>
/// <param name="ReservedAt">When the place was taken.</param>
/// <param name="UsedAt">When it was given; null until then.</param>
/// <param name="Cause">What it was given for.</param>
/// <param name="TakenBackAt">When it was taken back; null where it was not.</param>
/// <param name="Kept">IDR that had been spent by then and was left to its owner. Only an inviter's reward is left.</param>
public sealed record PromoUsage(
    string UserId, string? Email, string? DepositId, long Amount, PromoUsageStatus Status, DateTimeOffset ReservedAt, DateTimeOffset? UsedAt,
    PromoUsageCause Cause = PromoUsageCause.Deposit, DateTimeOffset? TakenBackAt = null, long Kept = 0);

/// <summary>What a promo is given for.</summary>
[JsonConverter(typeof(WireEnumConverter<PromoUsageCause>))]
public enum PromoUsageCause
{
    /// <summary>A top-up of one's own.</summary>
    [JsonStringEnumMemberName("DEPOSIT")] Deposit,

    /// <summary>A confirmed address.</summary>
    [JsonStringEnumMemberName("WELCOME")] Welcome,

    /// <summary>A friend's top-up, to who invited.</summary>
    [JsonStringEnumMemberName("REFERRAL")] Referral,

    /// <summary>A top-up of one's own, to who was invited.</summary>
    [JsonStringEnumMemberName("REFEREE")] Referee,
}

/// <summary>Where a usage stands.</summary>
[JsonConverter(typeof(WireEnumConverter<PromoUsageStatus>))]
public enum PromoUsageStatus
{
    /// <summary>A place is kept while the payment is awaited.</summary>
    [JsonStringEnumMemberName("RESERVED")] Reserved,

    /// <summary>The money was given.</summary>
    [JsonStringEnumMemberName("COMMITTED")] Committed,

    /// <summary>Given, and taken back with the refund of the top-up that earned it. The place stays used.</summary>
    [JsonStringEnumMemberName("TAKEN_BACK")] TakenBack,
}

/// <summary><c>POST /internal/promos/preview</c>: what a draft would have done had it been on for the last 90 days. Nothing is stored.</summary>
/// <param name="Days">How far back.</param>
/// <param name="DepositCount">Paid top-ups (for welcome bonuses and referrals: people) that were looked at.</param>
/// <param name="UsageCount">How often it would have been given.</param>
/// <param name="UserCount">To how many people.</param>
/// <param name="Cost">IDR given in all.</param>
/// <param name="LimitReachedAt">When the budget or the number of usages would have been used up; null: they lasted.</param>
/// <param name="Takers">Who would have got most, largest first, at most 100.</param>
public sealed record PromoPreview(
    int Days, long DepositCount, long UsageCount, long UserCount, long Cost, DateTimeOffset? LimitReachedAt, IReadOnlyList<PromoTaker> Takers);

/// <summary>One person in a <see cref="PromoPreview"/>.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Email">Their address; null when the account is gone.</param>
/// <param name="UsageCount">How often.</param>
/// <param name="DepositAmount">IDR of the top-ups it would have applied to.</param>
/// <param name="Amount">IDR they would have got.</param>
public sealed record PromoTaker(string UserId, string? Email, long UsageCount, long DepositAmount, long Amount);

/// <summary>One version of a promo, newest first: <c>GET /internal/promos/{id}/versions</c>.</summary>
/// <param name="Version">1 for the first.</param>
/// <param name="ChangedAt">When.</param>
/// <param name="Actor"><c>admin:{userId}</c> or <c>system</c>.</param>
/// <param name="Fields">As they were from then on.</param>
/// <param name="Archived">The promo was archived by this version.</param>
/// <param name="ActorEmail">The admin's address; null for the system and for an account that is gone.</param>
public sealed record PromoVersion(
    int Version, DateTimeOffset ChangedAt, string Actor, PromoFields Fields, bool Archived = false, string? ActorEmail = null);
