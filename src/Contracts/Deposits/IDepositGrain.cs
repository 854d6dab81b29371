using Orleans.Concurrency;
using Webrana.Contracts.Sweeping;

namespace Webrana.Contracts.Deposits;

/// <summary>
/// One top-up from creation to settlement, and the only place that credits a payment. Whatever tells it about money (a callback, a
/// poll, an admin) is only a hint: it credits after the gateway's own transaction detail agrees with the amount and reference stored
/// here, with operation id <c>tripay:{reference}</c>, once.
/// </summary>
[Alias("deposit")]
public interface IDepositGrain : IGrainWithStringKey, IDueGrain
{
    /// <summary>Creates the deposit and its gateway transaction. Called again it answers the first outcome.</summary>
    [ResponseTimeout(AnswerWithin.Long), Alias("create")]
    Task<Result<DepositView, DepositError>> Create(CreateDeposit command);

    /// <summary>What is known; <see cref="DepositError.NotFound"/> when never created.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("get")]
    Task<Result<DepositView, DepositError>> Get();

    /// <summary>
    /// The gateway says something about this deposit (a verified callback whose inbox row is durable, or a line of the PAID list).
    /// Returns as soon as the notice is taken; the rest follows. <see cref="DepositError.NotFound"/> asks the gateway to retry (it may
    /// have called before our own create was committed).
    /// </summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("payment-noticed")]
    Task<Result<Done, DepositError>> PaymentNoticed(PaymentNotice notice);
}

/// <param name="AmountIdr">What the customer wants in the wallet, in whole rupiah, before the channel's fee.</param>
/// <param name="MethodCode">Gateway channel code (<c>BRIVA</c>, <c>QRIS</c>).</param>
/// <param name="PromoCode">As typed, or null: the best promo without a code applies by itself. A code that does not apply refuses the deposit.</param>
[GenerateSerializer, Immutable, Alias("create-deposit")]
public sealed record CreateDeposit(
    [property: Id(0)] UserId Owner,
    [property: Id(1)] long AmountIdr,
    [property: Id(2)] string MethodCode,
    [property: Id(3)] string? PromoCode,
    [property: Id(4)] string CustomerName,
    [property: Id(5)] string CustomerEmail,
    [property: Id(6)] string? CustomerPhone);

/// <summary>What the gateway said, not yet believed.</summary>
[GenerateSerializer, Immutable, Alias("payment-notice")]
public sealed record PaymentNotice(
    [property: Id(0)] string Reference,
    [property: Id(1)] string MerchantRef,
    [property: Id(2)] string Status,
    [property: Id(3)] long TotalAmountIdr);

/// <summary>Where a deposit stands. The gateway's UNPAID is <see cref="Pending"/>.</summary>
[GenerateSerializer, Alias("deposit-status")]
public enum DepositStatus
{
    Pending,
    Paid,
    Expired,
    Failed,
    Refund,
}

/// <summary>A deposit as its owner may see it; amounts in rupiah.</summary>
/// <param name="TotalCreditIdr">Amount plus bonus: what the wallet gets.</param>
/// <param name="AmountToPayIdr">What the customer transfers: amount plus customer fee.</param>
[GenerateSerializer, Immutable, Alias("deposit-view")]
public sealed record DepositView(
    [property: Id(0)] DepositId DepositId,
    [property: Id(1)] UserId Owner,
    [property: Id(2)] string MerchantRef,
    [property: Id(3)] long AmountIdr,
    [property: Id(4)] long BonusAmountIdr,
    [property: Id(5)] long TotalCreditIdr,
    [property: Id(6)] DepositStatus Status,
    [property: Id(7)] string MethodCode,
    [property: Id(8)] string MethodName,
    [property: Id(9)] string? PaymentRef,
    [property: Id(10)] string? PayCode,
    [property: Id(11)] string? QrString,
    [property: Id(12)] string? CheckoutUrl,
    [property: Id(13)] long CustomerFeeIdr,
    [property: Id(14)] long AmountToPayIdr,
    [property: Id(15)] DateTimeOffset ExpiresAt,
    [property: Id(16)] DateTimeOffset? PaidAt,
    [property: Id(17)] DateTimeOffset CreatedAt,
    [property: Id(18)] DateTimeOffset UpdatedAt,
    [property: Id(19)] IReadOnlyList<PaymentInstruction> Instructions,
    [property: Id(20)] DepositBonus? Bonus = null);

/// <summary>Whether a deposit's bonus is certain.</summary>
[GenerateSerializer, Alias("deposit-bonus-state")]
public enum DepositBonusState
{
    /// <summary>A place is held until <see cref="DepositBonus.HeldUntil"/>: who pays before then gets exactly this.</summary>
    Held,

    /// <summary>The time of the place is over: the bonus is given at payment if a place is left then, else the deposit is credited without it.</summary>
    IfLeft,
    Given,

    /// <summary>No place was left: credited without bonus.</summary>
    Lost,

    /// <summary>The deposit was refunded and its unspent bonus taken back.</summary>
    TakenBack,
}

/// <summary>The promo of a deposit; amounts in rupiah.</summary>
/// <param name="IsLot">True: bonus money with an expiry; false: ordinary balance (cashback).</param>
/// <param name="ExpiryDays">How long a lot lasts from the payment, in days; null: for ever.</param>
/// <param name="HeldUntil">The last moment of the held place; at most 60 minutes after creation.</param>
[GenerateSerializer, Immutable, Alias("deposit-bonus")]
public sealed record DepositBonus(
    [property: Id(0)] string PromoId,
    [property: Id(1)] string PromoName,
    [property: Id(2)] long AmountIdr,
    [property: Id(3)] bool IsLot,
    [property: Id(4)] int? ExpiryDays,
    [property: Id(5)] DepositBonusState State,
    [property: Id(6)] DateTimeOffset HeldUntil);

/// <summary>How to pay, as the gateway words it; steps are plain text.</summary>
[GenerateSerializer, Immutable, Alias("payment-instruction")]
public sealed record PaymentInstruction([property: Id(0)] string Title, [property: Id(1)] IReadOnlyList<string> Steps);

/// <summary>Why a deposit call was refused.</summary>
[GenerateSerializer, Alias("deposit-error")]
public enum DepositError
{
    NotFound,

    /// <summary>The id was used for another deposit.</summary>
    OperationConflict,

    /// <summary>Zero, negative or beyond what a wallet can take.</summary>
    InvalidAmount,

    /// <summary>Below the channel's minimum.</summary>
    AmountBelowMinimum,

    /// <summary>Above the channel's maximum.</summary>
    AmountAboveMaximum,

    /// <summary>No such channel, or it is switched off.</summary>
    PaymentMethodUnavailable,

    /// <summary>The code is unknown, over, or not for this customer: deliberately one answer.</summary>
    PromoCodeInvalid,

    /// <summary>The code asks for a larger deposit; the detail says which.</summary>
    PromoBelowMinimum,

    /// <summary>The code is for other payment channels.</summary>
    PromoWrongChannel,

    /// <summary>This person used the code before.</summary>
    PromoAlreadyUsed,

    /// <summary>The customer has as many unpaid deposits as allowed.</summary>
    TooManyPendingDeposits,

    /// <summary>The gateway refused or could not be reached; no money moved.</summary>
    GatewayUnavailable,

    /// <summary>An admin has stopped new top-ups.</summary>
    DepositsStopped,
}

/// <summary>
/// Our invoice number at the gateway. Fixed length, so that the gateway's signature over merchant code + reference + amount, which has
/// no separators, can never be read two ways.
/// </summary>
public static class MerchantRef
{
    private const string Prefix = "WBR-";

    /// <summary>The one reference of this deposit.</summary>
    public static string For(DepositId deposit) => Prefix + deposit.Value.ToString("N").ToUpperInvariant() + "-D";

    /// <summary>The deposit behind a reference; false for a reference that is not ours.</summary>
    public static bool TryParse(string? text, out DepositId deposit)
    {
        deposit = default;
        if (text is not { Length: 38 } || !text.StartsWith(Prefix, StringComparison.Ordinal) || !text.EndsWith("-D", StringComparison.Ordinal))
            return false;
        var ok = Guid.TryParseExact(text.AsSpan(4, 32), "N", out var value);
        deposit = new DepositId(value);
        return ok;
    }
}
