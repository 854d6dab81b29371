using System.Text.Json.Serialization;

namespace Webrana.Wire.Admin;

/// <summary>Why a payment needs a person.</summary>
[JsonConverter(typeof(WireEnumConverter<PaymentCaseKind>))]
public enum PaymentCaseKind
{
    /// <summary>Paid after its time; credited all the same.</summary>
    [JsonStringEnumMemberName("LATE")] Late,

    /// <summary>A second payment of one deposit; each was credited.</summary>
    [JsonStringEnumMemberName("PAID_TWICE")] PaidTwice,

    /// <summary>The gateway names another sum than ours; nothing was credited.</summary>
    [JsonStringEnumMemberName("WRONG_AMOUNT")] WrongAmount,

    /// <summary>Signed by the gateway, and about no deposit of ours; nothing was credited.</summary>
    [JsonStringEnumMemberName("UNMATCHED")] Unmatched,

    /// <summary>The gateway says something that does not fit; nothing was credited.</summary>
    [JsonStringEnumMemberName("OTHER")] Other,
}

/// <summary>How a case ends.</summary>
[JsonConverter(typeof(WireEnumConverter<PaymentResolution>))]
public enum PaymentResolution
{
    /// <summary>The money is put into a customer's wallet, once, as much as the gateway itself says was paid.</summary>
    [JsonStringEnumMemberName("CREDIT")] Credit,

    /// <summary>The money was sent back to whoever paid, by bank transfer.</summary>
    [JsonStringEnumMemberName("REFUND_OUTSIDE")] RefundOutside,

    /// <summary>Nothing has to be done.</summary>
    [JsonStringEnumMemberName("DISMISS")] Dismiss,
}

/// <summary>One payment that a person should look at: <c>GET /internal/payment-cases?resolved=&amp;limit=&amp;cursor=</c>, newest first.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Kind">Why.</param>
/// <param name="Reference">The gateway's.</param>
/// <param name="MerchantRef">Our invoice number as the gateway named it; null when it named none.</param>
/// <param name="DepositId">The deposit it is about; null when there is none.</param>
/// <param name="UserId">Whose deposit; null when there is none.</param>
/// <param name="Email">Their address.</param>
/// <param name="Expected">What our row asked for, IDR.</param>
/// <param name="Amount">What the gateway said, fee included, IDR.</param>
/// <param name="Detail">What does not fit.</param>
/// <param name="OpenedAt">When it was seen.</param>
/// <param name="Status"><c>OPEN</c>, <c>CREDITING</c> (begun; resolve again, it happens once) or <c>RESOLVED</c>.</param>
/// <param name="Resolution">How it ended; null while open.</param>
/// <param name="Credited">What was put into a wallet.</param>
/// <param name="BankReference">Of the transfer that sent it back.</param>
/// <param name="Reason">As the person gave it.</param>
/// <param name="ResolvedBy">Who.</param>
/// <param name="ResolvedAt">When.</param>
public sealed record PaymentCase(
    string Id, PaymentCaseKind Kind, string Reference, string? MerchantRef, string? DepositId, string? UserId, string? Email, long? Expected, long? Amount,
    string? Detail, DateTimeOffset OpenedAt, string Status, PaymentResolution? Resolution, long? Credited, string? BankReference, string? Reason,
    string? ResolvedBy, DateTimeOffset? ResolvedAt);

/// <summary>
/// <c>POST /internal/payment-cases/{id}/resolve</c> → <see cref="PaymentCase"/>. Refused: 409 <c>already_decided</c>, 409 <c>payment_not_paid</c> (the
/// gateway does not say that it was paid), 422 <c>validation_failed</c>, 503 <c>gateway_unavailable</c>.
/// </summary>
/// <param name="Resolution">How.</param>
/// <param name="Reason">1 to 200 characters.</param>
/// <param name="UserId">For <c>CREDIT</c>: whose wallet; the deposit's owner where there is a deposit.</param>
/// <param name="BankReference">For <c>REFUND_OUTSIDE</c>: of the transfer, 1 to 100 characters.</param>
public sealed record ResolvePaymentCaseRequest(PaymentResolution Resolution, string Reason, string? UserId = null, string? BankReference = null);

/// <summary>One day of the gateway against the ledger: <c>GET /internal/settlement?day=2026-11-29</c>, days of Jakarta.</summary>
/// <param name="Day">Which.</param>
/// <param name="GatewayCount">Payments that the gateway says were paid that day.</param>
/// <param name="GatewayPaid">What customers paid, fees included, IDR.</param>
/// <param name="GatewayFees">Fees, the customers' and ours.</param>
/// <param name="GatewayReceived">What the gateway owes us for the day.</param>
/// <param name="LedgerCount">Credits of the gateway's payments of that day.</param>
/// <param name="LedgerCredited">What was credited for them, IDR.</param>
/// <param name="Difference">What customers paid less their fees, less what was credited; 0 when they agree.</param>
/// <param name="Lines">Payments on one side only, or with another sum.</param>
public sealed record Settlement(
    string Day, int GatewayCount, long GatewayPaid, long GatewayFees, long GatewayReceived, int LedgerCount, long LedgerCredited, long Difference,
    IReadOnlyList<SettlementLine> Lines);

/// <summary>A payment on which gateway and ledger do not agree.</summary>
/// <param name="Reference">The gateway's.</param>
/// <param name="MerchantRef">Our invoice number as the gateway has it.</param>
/// <param name="Gateway">What it says was paid less the customer's fee; null when it knows no such payment of that day.</param>
/// <param name="Ledger">What was credited; null when nothing was.</param>
public sealed record SettlementLine(string Reference, string? MerchantRef, long? Gateway, long? Ledger);
