using System.Text.Json.Serialization;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Promos;
using Webrana.Domain.Deposits;
using Webrana.Grains.Common;

namespace Webrana.Grains.Deposits;

/// <summary>
/// One top-up as it is stored. Immutable: every step computes the next one and writes it. Amounts in rupiah, times in unix ms.
/// </summary>
public sealed record DepositState : IDurable<DepositState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyName("deposit")] public Guid DepositId { get; init; }

    [JsonPropertyName("owner")] public Guid Owner { get; init; }

    [JsonPropertyName("merchantRef")] public string MerchantRef { get; init; } = "";

    [JsonPropertyName("amount")] public long AmountIdr { get; init; }

    /// <summary>What the promo adds; nothing once it was lost or taken back.</summary>
    [JsonIgnore] public long BonusAmountIdr => Promo is { Stage: not (PromoStage.Lost or PromoStage.TakenBack) } promo ? promo.AmountIdr : 0;

    [JsonPropertyName("promoCode")] public string? PromoCode { get; init; }

    /// <summary>What the code, or the best promo, promised; null when none applied.</summary>
    [JsonPropertyName("promo")] public DepositPromo? Promo { get; init; }

    [JsonPropertyName("method")] public string MethodCode { get; init; } = "";

    [JsonPropertyName("methodName")] public string MethodName { get; init; } = "";

    /// <summary>What the channel list said the fee would be; shown until the gateway's own figure is known.</summary>
    [JsonPropertyName("quotedFee")] public long QuotedFeeIdr { get; init; }

    /// <summary>Who pays, as told to the gateway; forgotten once a gateway transaction exists or was given up.</summary>
    [JsonPropertyName("customer")] public DepositCustomer? Customer { get; init; }

    [JsonPropertyName("createdAt")] public long CreatedAtMs { get; init; }

    [JsonPropertyName("updatedAt")] public long UpdatedAtMs { get; init; }

    [JsonPropertyName("expiresAt")] public long ExpiresAtMs { get; init; }

    /// <summary>Every gateway transaction that carries our merchant reference, the one shown to the customer first.</summary>
    [JsonPropertyName("payments")] public IReadOnlyList<DepositPayment> Payments { get; init; } = [];

    /// <summary>How to pay; forgotten once nothing can be paid any more, which keeps settled rows small.</summary>
    [JsonPropertyName("instructions")] public IReadOnlyList<StoredInstruction> Instructions { get; init; } = [];

    /// <summary>When to look for a transaction whose creation was not answered; null once one is known or the search was given up.</summary>
    [JsonPropertyName("lookupAt")] public long? LookupAtMs { get; init; }

    /// <summary>True when no gateway transaction came to be.</summary>
    [JsonPropertyName("givenUp")] public bool GivenUp { get; init; }

    /// <summary>Failures in a row of whatever is being tried.</summary>
    [JsonPropertyName("failures")] public int Failures { get; init; }

    /// <summary>Nothing is tried by itself before this.</summary>
    [JsonPropertyName("retryAt")] public long? RetryAtMs { get; init; }

    /// <summary>What a person must look at (<see cref="DepositReviews"/>); null when all agrees.</summary>
    [JsonPropertyName("review")] public string? Review { get; init; }

    /// <summary>True once the deposit was created.</summary>
    [JsonIgnore] public bool Exists => MerchantRef.Length > 0;

    /// <summary>What the wallet was credited and keeps, over all payments: the gateway's side of the trial balance.</summary>
    [JsonPropertyName("credited")] public long CreditedIdr => Payments.Sum(payment => payment.CreditedIdr - payment.ReversedIdr);

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => new(
        Owner.ToString("D"), DepositFlow.StatusOf(this).ToString().ToUpperInvariant(), DepositFlow.DueAt(this), CreatedAtMs);
}

/// <summary>One transaction at the gateway.</summary>
public sealed record DepositPayment
{
    [JsonPropertyName("reference")] public string Reference { get; init; } = "";

    [JsonPropertyName("stage"), JsonConverter(typeof(JsonStringEnumConverter<PaymentStage>))] public PaymentStage Stage { get; init; }

    /// <summary>True when we know of it by our own create or search, not only because somebody named it.</summary>
    [JsonPropertyName("ours")] public bool Ours { get; init; }

    /// <summary>Amount plus fee as the gateway answered; null until it was asked about a reference that we did not create.</summary>
    [JsonPropertyName("toPay")] public long? ToPayIdr { get; init; }

    [JsonPropertyName("fee")] public long FeeIdr { get; init; }

    [JsonPropertyName("payCode")] public string? PayCode { get; init; }

    [JsonPropertyName("qr")] public string? QrString { get; init; }

    [JsonPropertyName("checkoutUrl")] public string? CheckoutUrl { get; init; }

    [JsonPropertyName("expiresAt")] public long ExpiresAtMs { get; init; }

    /// <summary>The status a notice claims and that has not been confirmed or refuted yet.</summary>
    [JsonPropertyName("noticed")] public string? Noticed { get; init; }

    [JsonPropertyName("nextLookAt")] public long? NextLookAtMs { get; init; }

    [JsonPropertyName("paidAt")] public long? PaidAtMs { get; init; }

    [JsonPropertyName("credited")] public long CreditedIdr { get; init; }

    /// <summary>What was taken out of the wallet again, because the gateway gave the money back.</summary>
    [JsonPropertyName("reversed")] public long ReversedIdr { get; init; }

    /// <summary>What its owner owed in all once it was taken out again; null where it was not, or before this was kept.</summary>
    [JsonPropertyName("owed")] public long? OwedIdr { get; init; }

    /// <summary>True once its owner was told what is owed for it.</summary>
    [JsonPropertyName("debtTold")] public bool DebtTold { get; init; }

    [JsonPropertyName("balanceAfter")] public long BalanceAfterIdr { get; init; }

    /// <summary>True once mail, pages and servers were told of the money.</summary>
    [JsonPropertyName("told")] public bool Told { get; init; }
}

/// <summary>A promo's part in a deposit.</summary>
/// <param name="IsBonus">True: a lot of bonus money; false: ordinary balance.</param>
/// <param name="LotDays">How long a lot lasts, in days; null for ever.</param>
/// <param name="HeldUntilMs">The place is given back then at the latest; null: when the deposit expires.</param>
/// <param name="IsWelcome">True: a newcomer's bonus; false also for what was stored before this was kept.</param>
public sealed record DepositPromo(
    [property: JsonPropertyName("id")] string PromoId,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("amount")] long AmountIdr,
    [property: JsonPropertyName("isBonus")] bool IsBonus,
    [property: JsonPropertyName("lotDays")] int? LotDays,
    [property: JsonPropertyName("stage"), JsonConverter(typeof(JsonStringEnumConverter<PromoStage>))] PromoStage Stage,
    [property: JsonPropertyName("heldUntil")] long? HeldUntilMs = null,
    [property: JsonPropertyName("isWelcome")] bool IsWelcome = false)
{
    internal static DepositPromo Of(PromoGrant grant, PromoStage stage, long? heldUntilMs) =>
        new(grant.PromoId, grant.Name, grant.AmountIdr, grant.IsBonus, grant.BonusExpiryDays, stage, heldUntilMs, grant.IsWelcome);
}

/// <summary>What the gateway wants to know of the payer.</summary>
public sealed record DepositCustomer(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("phone")] string? Phone);

/// <summary>One way to pay, as plain text.</summary>
public sealed record StoredInstruction(
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("steps")] IReadOnlyList<string> Steps)
{
    internal PaymentInstruction ToView() => new(Title, Steps);
}

/// <summary>Why a person should look at a deposit. Nothing is credited or taken because of these.</summary>
public static class DepositReviews
{
    /// <summary>A notice or the gateway's detail names another sum than ours.</summary>
    public const string WrongAmount = "wrong_amount";

    /// <summary>The gateway's detail names another reference or invoice than was asked for.</summary>
    public const string WrongReference = "wrong_reference";

    /// <summary>A notice named a reference that the gateway itself does not know.</summary>
    public const string UnknownReference = "unknown_reference";

    /// <summary>The gateway uses a status word that we do not know.</summary>
    public const string UnknownStatus = "unknown_status";

    /// <summary>The gateway gave the money back after it was credited; it was taken out of the wallet again, what was spent is owed.</summary>
    public const string RefundAfterCredit = "refund_after_credit";

    /// <summary>More than one reference of this deposit was paid; each was credited, because each is the customer's money.</summary>
    public const string PaidTwice = "paid_twice";

    /// <summary>The wallet refused the credit for good: a bug, or an operation id used by somebody else.</summary>
    public const string CreditRefused = "credit_refused";

    /// <summary>More references were named for this deposit than are kept.</summary>
    public const string TooManyReferences = "too_many_references";
}
