using System.Text.Json.Serialization;

namespace Webrana.Wire.Deposits;

/// <summary>
/// <c>POST /api/v1/wallet/deposit</c> → 201 <see cref="Deposit"/>. Refused, with nothing created: 422 <c>invalid_amount</c>, <c>amount_below_minimum</c>,
/// <c>amount_above_maximum</c>, <c>payment_method_unavailable</c>,
/// <c>promo_code_invalid</c>, <c>promo_below_minimum</c>, <c>promo_wrong_channel</c>, <c>promo_already_used</c> (a code is never dropped in silence), 429 <c>too_many_promo_codes</c>, 409 <c>too_many_pending_deposits</c>, 503 <c>gateway_unavailable</c>.
/// </summary>
/// <param name="Amount">IDR to be credited, before fees.</param>
/// <param name="PaymentMethod">A <see cref="PaymentChannel.Code"/>.</param>
/// <param name="PromoCode">Optional.</param>
public sealed record CreateDepositRequest(long Amount, string PaymentMethod, string? PromoCode = null);

/// <summary>A top-up: <c>GET /api/v1/wallet/deposits</c>, <c>/wallet/deposits/{id}</c>; for admins <c>GET /internal/deposits?userId=&amp;status=</c>. Amounts in whole rupiah.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="UserId">Whose wallet it fills.</param>
/// <param name="MerchantRef">Our reference at the gateway.</param>
/// <param name="Amount">What was asked for.</param>
/// <param name="BonusAmount">What a promo adds.</param>
/// <param name="TotalCredit"><c>amount + bonusAmount</c>: what the wallet gets.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="PaymentMethod">The channel's code.</param>
/// <param name="PaymentRef">The gateway's reference.</param>
/// <param name="PayCode">Virtual-account number or shop code; null for QR and redirect channels.</param>
/// <param name="QrString">Content of the QR; null for others.</param>
/// <param name="CheckoutUrl">The gateway's own payment page.</param>
/// <param name="CustomerFee">On top of <paramref name="Amount"/>.</param>
/// <param name="AmountToPay"><c>amount + customerFee</c>.</param>
/// <param name="ExpiresAt">The payment must arrive before.</param>
/// <param name="PaidAt">Null until it is.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="UpdatedAt">Of its last change.</param>
/// <param name="Instructions">How to pay, step by step, where the gateway tells.</param>
/// <param name="Promo">What a promo promises or gave; null: none.</param>
public sealed record Deposit(
    string Id, string UserId, string MerchantRef, long Amount, long BonusAmount, long TotalCredit, DepositStatus Status,
    string? PaymentMethod, string? PaymentRef, string? PayCode, string? QrString, string? CheckoutUrl,
    long CustomerFee, long AmountToPay, DateTimeOffset? ExpiresAt, DateTimeOffset? PaidAt,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<PaymentInstruction>? Instructions = null,
    DepositPromo? Promo = null);

/// <summary>The promo of a <see cref="Deposit"/>.</summary>
/// <param name="PromoId">Which.</param>
/// <param name="Name">For people.</param>
/// <param name="BonusAmount">IDR.</param>
/// <param name="IsBonus">True: bonus money, spent first; false: ordinary balance (cashback).</param>
/// <param name="BonusExpiryDays">How long bonus money lasts from the payment on; null: for ever.</param>
/// <param name="Status">How certain it is.</param>
/// <param name="HeldUntil">Who pays before then gets exactly this; at most 60 minutes after creation.</param>
public sealed record DepositPromo(
    string PromoId, string Name, long BonusAmount, bool IsBonus, int? BonusExpiryDays, DepositPromoStatus Status, DateTimeOffset HeldUntil);

/// <summary>How certain a <see cref="DepositPromo"/> is.</summary>
[JsonConverter(typeof(WireEnumConverter<DepositPromoStatus>))]
public enum DepositPromoStatus
{
    /// <summary>A place is held until <see cref="DepositPromo.HeldUntil"/>.</summary>
    [JsonStringEnumMemberName("HELD")] Held,

    /// <summary>That time is over: given at payment if a place is left then, else the top-up is credited without it.</summary>
    [JsonStringEnumMemberName("IF_LEFT")] IfLeft,
    [JsonStringEnumMemberName("GIVEN")] Given,

    /// <summary>No place was left: credited without bonus.</summary>
    [JsonStringEnumMemberName("LOST")] Lost,

    /// <summary>The top-up was paid back, and its unspent bonus taken back.</summary>
    [JsonStringEnumMemberName("TAKEN_BACK")] TakenBack,
}

/// <summary>One way to pay a deposit (ATM, mobile banking, …).</summary>
/// <param name="Title">Name of the way.</param>
/// <param name="Steps">In order, plain text.</param>
public sealed record PaymentInstruction(string Title, IReadOnlyList<string> Steps);

/// <summary>Where a <see cref="Deposit"/> stands. Only <see cref="Paid"/> has credited the wallet.</summary>
[JsonConverter(typeof(WireEnumConverter<DepositStatus>))]
public enum DepositStatus
{
    [JsonStringEnumMemberName("PENDING")] Pending,
    [JsonStringEnumMemberName("PAID")] Paid,
    [JsonStringEnumMemberName("EXPIRED")] Expired,
    [JsonStringEnumMemberName("FAILED")] Failed,
    [JsonStringEnumMemberName("REFUND")] Refund,
}
