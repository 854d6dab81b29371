using System.Text.Json.Serialization;

namespace Webrana.Wire.Promos;

/// <summary>What a promo gives, and for what.</summary>
[JsonConverter(typeof(WireEnumConverter<PromoType>))]
public enum PromoType
{
    /// <summary>Bonus money for a top-up: spent first, with an expiry where the promo sets one.</summary>
    [JsonStringEnumMemberName("DEPOSIT_BONUS")] DepositBonus,

    /// <summary>Ordinary balance for a top-up, without expiry.</summary>
    [JsonStringEnumMemberName("DEPOSIT_CASHBACK")] DepositCashback,

    /// <summary>Bonus money for a new person: when the e-mail is confirmed, or with <c>minDeposit</c> together with the first top-up of at least that much.</summary>
    [JsonStringEnumMemberName("NEW_USER_BONUS")] NewUserBonus,

    /// <summary>Bonus money for the person who invited, and <c>refereeValue</c> for the invited one, after the invited one's first top-up.</summary>
    [JsonStringEnumMemberName("REFERRAL_BONUS")] ReferralBonus,
}

/// <summary>How <c>value</c> is read.</summary>
[JsonConverter(typeof(WireEnumConverter<PromoValueType>))]
public enum PromoValueType
{
    /// <summary>Whole rupiah.</summary>
    [JsonStringEnumMemberName("FIXED")] Fixed,

    /// <summary>Whole percent of the top-up's amount without fee, rounded down to the rupiah.</summary>
    [JsonStringEnumMemberName("PERCENTAGE")] Percentage,
}

/// <summary>Whether a promo applies now. Derived from its rules every time it is read, never stored.</summary>
[JsonConverter(typeof(WireEnumConverter<PromoStatus>))]
public enum PromoStatus
{
    [JsonStringEnumMemberName("ON")] On,

    /// <summary><c>startDate</c> is to come.</summary>
    [JsonStringEnumMemberName("SOON")] Soon,

    /// <summary><c>endDate</c> has passed.</summary>
    [JsonStringEnumMemberName("ENDED")] Ended,

    /// <summary><c>maxUsageTotal</c> or <c>budget</c> is used up.</summary>
    [JsonStringEnumMemberName("SOLD_OUT")] SoldOut,

    /// <summary><c>isActive</c> is false.</summary>
    [JsonStringEnumMemberName("OFF")] Off,

    /// <summary>Deleted after it was used: kept, so that past usages stay explained.</summary>
    [JsonStringEnumMemberName("ARCHIVED")] Archived,
}

/// <summary>Top-ups from <paramref name="MinDeposit"/> on are given <paramref name="Value"/>; the highest tier reached counts.</summary>
/// <param name="MinDeposit">IDR; grows from tier to tier.</param>
/// <param name="Value">Rupiah or whole percent, as the promo's <c>valueType</c> says; grows from tier to tier.</param>
public sealed record PromoTier(long MinDeposit, long Value);
