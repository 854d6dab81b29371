using System.Text.Json.Serialization;

namespace Webrana.Wire.Wallets;

/// <summary>
/// One line of <c>GET /api/v1/wallet/transactions?referenceType=&amp;limit=&amp;cursor=</c>, newest first. Never changed once written.
/// A hold writes none; its capture writes the single debit.
/// </summary>
/// <param name="Id">Opaque.</param>
/// <param name="WalletId">The wallet it belongs to.</param>
/// <param name="Type">Direction.</param>
/// <param name="Amount">IDR, signed: positive for a credit, negative for a debit.</param>
/// <param name="BalanceBefore">IDR.</param>
/// <param name="BalanceAfter">IDR: <c>balanceBefore + amount</c>.</param>
/// <param name="ReferenceType">What caused it.</param>
/// <param name="ReferenceId">Of the deposit, order, instance or promo; null when there is none.</param>
/// <param name="Description">For people.</param>
/// <param name="CreatedAt">When it was booked.</param>
/// <param name="Cause">Why, where the reference alone does not say it; a panel has the words in its reader's language. Null otherwise.</param>
public sealed record Transaction(
    string Id, string WalletId, TransactionType Type, long Amount, long BalanceBefore, long BalanceAfter,
    ReferenceType ReferenceType, string? ReferenceId, string? Description, DateTimeOffset CreatedAt, TransactionCause? Cause = null);

/// <summary>Why a <see cref="Transaction"/> was booked, where its reference does not say it.</summary>
[JsonConverter(typeof(WireEnumConverter<TransactionCause>))]
public enum TransactionCause
{
    /// <summary>A referral's reward was taken back, because the top-up that earned it was paid back.</summary>
    [JsonStringEnumMemberName("REWARD_TAKEN_BACK")] RewardTakenBack,

    /// <summary>The part of it that had been spent, out of ordinary money.</summary>
    [JsonStringEnumMemberName("REWARD_SPENT")] RewardSpent,

    /// <summary>What was missing for that: a debt.</summary>
    [JsonStringEnumMemberName("REWARD_OWED")] RewardOwed,
}

/// <summary>Direction of a <see cref="Transaction"/>.</summary>
[JsonConverter(typeof(WireEnumConverter<TransactionType>))]
public enum TransactionType
{
    [JsonStringEnumMemberName("CREDIT")] Credit,
    [JsonStringEnumMemberName("DEBIT")] Debit,
}

/// <summary>What caused a <see cref="Transaction"/>.</summary>
[JsonConverter(typeof(WireEnumConverter<ReferenceType>))]
public enum ReferenceType
{
    /// <summary>A top-up was paid.</summary>
    [JsonStringEnumMemberName("DEPOSIT")] Deposit,

    /// <summary>The first period of a server.</summary>
    [JsonStringEnumMemberName("VPS_PAYMENT")] VpsPayment,

    /// <summary>A further period of a server.</summary>
    [JsonStringEnumMemberName("RENEWAL")] Renewal,

    /// <summary>Bonus or cashback.</summary>
    [JsonStringEnumMemberName("PROMO")] Promo,

    /// <summary>A payment that was given back.</summary>
    [JsonStringEnumMemberName("REFUND")] Refund,

    /// <summary>An admin's correction, with its reason as the description.</summary>
    [JsonStringEnumMemberName("ADJUSTMENT")] Adjustment,

    [JsonStringEnumMemberName("PLAN_CHANGE")] PlanChange,
    [JsonStringEnumMemberName("ADDON")] Addon,
    [JsonStringEnumMemberName("BONUS_EXPIRY")] BonusExpiry,
}
