using Orleans.Concurrency;

namespace Webrana.Contracts.Wallets;

/// <summary>
/// One customer's rupiah wallet. Every command carries an operation id that the caller made and stored before calling: the same id is
/// answered with the first outcome and moves nothing again; the same id with another kind, amount or reference is
/// <see cref="WalletError.OperationConflict"/>. A refusal is not recorded: an id refused for lack of money may succeed later.
/// <see cref="WalletError.OutcomeUnknown"/> says nothing about the money: ask again with the same id.
/// </summary>
[Alias("wallet")]
public interface IWalletGrain : IGrainWithStringKey
{
    /// <summary>The last committed figures. Never waits for a command in progress.</summary>
    [AlwaysInterleave, ResponseTimeout(AnswerWithin.Short), Alias("get")]
    Task<WalletView> Get();

    /// <summary>Adds ordinary money (a confirmed deposit, a cashback, a refund without lots, an adjustment upwards).</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("credit")]
    Task<Result<PostingReceipt, WalletError>> Credit(CreditCommand command);

    /// <summary>Adds bonus money as a lot of its own, with its source and expiry.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("grant-bonus")]
    Task<Result<PostingReceipt, WalletError>> GrantBonus(GrantBonusCommand command);

    /// <summary>Takes money out of what is available (balance − held), bonus lots first, soonest expiry first.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("debit")]
    Task<Result<PostingReceipt, WalletError>> Debit(DebitCommand command);

    /// <summary>Sets money aside for an order. Changes <c>held</c> only and writes no customer-visible transaction.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("hold")]
    Task<Result<PostingReceipt, WalletError>> Hold(HoldCommand command);

    /// <summary>Turns a hold into the single debit it was made for. The amount is the hold's, in full.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("capture")]
    Task<Result<PostingReceipt, WalletError>> Capture(CaptureCommand command);

    /// <summary>Gives a hold back in full.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("release")]
    Task<Result<PostingReceipt, WalletError>> Release(ReleaseCommand command);

    /// <summary>
    /// Takes back a credit whose money went back to the customer outside: unspent bonus of it first, then ordinary money. What is not there
    /// any more becomes the customer's debt: until later money has paid it, by itself and first, every debit and hold is refused with
    /// <see cref="WalletError.OutstandingDebt"/>. Other bonus lots are never touched: bonus money is not cash.
    /// </summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("reverse")]
    Task<Result<ReversalReceipt, WalletError>> Reverse(ReverseCommand command);

    /// <summary>
    /// Takes a promo's bonus back by itself: what is left of its lot, whenever it is asked and at most once. What was spent of it stays spent, or is
    /// taken out of ordinary money with the shortfall as a debt, as the command says. Held shares count as spent; no other lot is touched. Repeated,
    /// it answers what came of it the first time. Only for a bonus that was given: see <see cref="ForestallBonus"/>.
    /// </summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("take-back-bonus")]
    Task<Result<BonusReturn, WalletError>> TakeBackBonus(TakeBackBonusCommand command);

    /// <summary>
    /// Makes sure that a bonus is never given: its operation id is used up by a row that moves nothing, and a grant that comes after it is refused.
    /// <see cref="WalletError.OperationConflict"/> when it was given already.
    /// </summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("forestall-bonus")]
    Task<Result<PostingReceipt, WalletError>> ForestallBonus(ForestallBonusCommand command);

    /// <summary>
    /// Gives spent money of one debit or captured hold back, to the lots it came from: ordinary money first, then bonus in the reverse order of
    /// spending. A lot that expired meanwhile comes back and lapses with a row of its own. Each spending is refunded at most once for one
    /// purpose, whole or in part, and never beyond what was spent: the operation id is made from both.
    /// <see cref="WalletError.HoldNotFound"/> when there was no such spending. One caller owns a spending and asks for one refund at a time.
    /// </summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("refund")]
    Task<Result<PostingReceipt, WalletError>> Refund(RefundCommand command);

    /// <summary>What refunds would come to now: how much ordinary money, how much bonus, and what of that would lapse at once. Changes nothing.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("preview-refunds")]
    Task<RefundPreview> PreviewRefunds(IReadOnlyList<RefundCommand> refunds);

    /// <summary>Books the rest of every lot whose time has come, one row each. Answers how many. Safe to repeat.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("book-expiries")]
    Task<int> BookExpiries();

    /// <summary>
    /// Lets every lot lapse now, whatever its time, one row each as an expiry has: its owner closes the account. Safe to repeat.
    /// </summary>
    /// <returns>True when no bonus is left that is not held.</returns>
    [ResponseTimeout(AnswerWithin.Short), Alias("lapse-bonus")]
    Task<bool> LapseBonus();
}

/// <param name="AmountIdr">The credit that is taken back, positive rupiah.</param>
/// <param name="Bonus">What a promo had added to it; null for nothing.</param>
[GenerateSerializer, Immutable, Alias("reverse-command")]
public sealed record ReverseCommand(
    [property: Id(0)] string OperationId,
    [property: Id(1)] long AmountIdr,
    [property: Id(2)] ReversedBonus? Bonus,
    [property: Id(3)] PostingReference Reference);

/// <param name="OperationId">Of the grant: the lot's id.</param>
/// <param name="AmountIdr">What was granted, in rupiah.</param>
/// <param name="IsLot">False for a cashback, which is ordinary money.</param>
[GenerateSerializer, Immutable, Alias("reversed-bonus")]
public sealed record ReversedBonus(
    [property: Id(0)] string OperationId,
    [property: Id(1)] string PromoId,
    [property: Id(2)] long AmountIdr,
    [property: Id(3)] bool IsLot);

/// <param name="AmountIdr">The credit that is taken back, in rupiah.</param>
/// <param name="OwedIdr">The customer's whole debt now, in rupiah.</param>
[GenerateSerializer, Immutable, Alias("reversal-receipt")]
public sealed record ReversalReceipt([property: Id(0)] string OperationId, [property: Id(1)] long AmountIdr, [property: Id(2)] long OwedIdr);

/// <param name="GrantOperationId">Of the grant: the lot's id.</param>
/// <param name="AmountIdr">What was granted, positive rupiah.</param>
/// <param name="LeaveSpent">True: what was spent of it is left. False: it is taken as well, and owed where it is not there.</param>
[GenerateSerializer, Immutable, Alias("take-back-bonus-command")]
public sealed record TakeBackBonusCommand(
    [property: Id(0)] string GrantOperationId,
    [property: Id(1)] long AmountIdr,
    [property: Id(2)] bool LeaveSpent,
    [property: Id(3)] PostingReference Reference)
{
    /// <summary>The id under which it happens once.</summary>
    public string OperationId => $"take-back:{GrantOperationId}";
}

/// <summary>What taking a bonus back came to, in rupiah.</summary>
/// <param name="TakenIdr">What was left of the lot.</param>
/// <param name="KeptIdr">What had been spent and was left to its owner; 0 when it was taken as well.</param>
/// <param name="OwedIdr">What its owner owes for it.</param>
/// <param name="DebtIdr">The owner's whole debt now.</param>
[GenerateSerializer, Immutable, Alias("bonus-return")]
public sealed record BonusReturn(
    [property: Id(0)] string OperationId,
    [property: Id(1)] long TakenIdr,
    [property: Id(2)] long KeptIdr,
    [property: Id(3)] long OwedIdr,
    [property: Id(4)] long DebtIdr);

/// <param name="OperationId">Of the grant that must not happen.</param>
[GenerateSerializer, Immutable, Alias("forestall-bonus-command")]
public sealed record ForestallBonusCommand([property: Id(0)] string OperationId, [property: Id(1)] PostingReference Reference);

/// <param name="SpentOperationId">The debit, or the capture of a hold, whose money comes back.</param>
/// <param name="AmountIdr">Positive rupiah, at most what was spent and not given back yet.</param>
/// <param name="Purpose">Why, for spendings of which parts come back more than once; null for the one refund of a spending.</param>
[GenerateSerializer, Immutable, Alias("refund-command")]
public sealed record RefundCommand(
    [property: Id(0)] string SpentOperationId,
    [property: Id(1)] long AmountIdr,
    [property: Id(2)] PostingReference Reference,
    [property: Id(3)] string? Purpose = null)
{
    /// <summary>The id under which it happens once.</summary>
    public string OperationId => Purpose is null ? $"refund:{SpentOperationId}" : $"refund:{SpentOperationId}:{Purpose}";
}

/// <summary>What refunds would come to, in rupiah.</summary>
/// <param name="OrdinaryIdr">Ordinary money.</param>
/// <param name="BonusIdr">Bonus money that can be spent again.</param>
/// <param name="LapsesIdr">Bonus money whose time is over: it comes back and lapses at once.</param>
[GenerateSerializer, Immutable, Alias("refund-preview")]
public sealed record RefundPreview([property: Id(0)] long OrdinaryIdr, [property: Id(1)] long BonusIdr, [property: Id(2)] long LapsesIdr);

/// <summary>What a wallet holds, in rupiah. <c>Balance</c> includes <c>Bonus</c> and equals the sum of all transactions.</summary>
/// <param name="AvailableIdr">Balance minus held: what an order or renewal may use.</param>
/// <param name="BonusIdr">Unexpired bonus lots, held ones included.</param>
/// <param name="DebtIdr">What the customer owes after a refund of spent money: no order and no renewal until the next money has paid it.</param>
/// <param name="Lots">The lots behind <paramref name="BonusIdr"/> that are not held, soonest expiry first.</param>
[GenerateSerializer, Immutable, Alias("wallet-view")]
public sealed record WalletView(
    [property: Id(0)] UserId Owner,
    [property: Id(1)] long BalanceIdr,
    [property: Id(2)] long HeldIdr,
    [property: Id(3)] long AvailableIdr,
    [property: Id(4)] long BonusIdr,
    [property: Id(5)] long Version,
    [property: Id(6)] DateTimeOffset? CreatedAt,
    [property: Id(7)] DateTimeOffset? UpdatedAt,
    [property: Id(8)] long DebtIdr = 0,
    [property: Id(9)] IReadOnlyList<BonusLot>? Lots = null);

/// <summary>Bonus money that is neither spent, held nor expired.</summary>
/// <param name="Source">Where it came from, for people (<c>Promo Deposit 10%</c>).</param>
/// <param name="ExpiresAt">When the rest lapses; null: never.</param>
[GenerateSerializer, Immutable, Alias("bonus-lot")]
public sealed record BonusLot(
    [property: Id(0)] string LotId,
    [property: Id(1)] string Source,
    [property: Id(2)] long RemainingIdr,
    [property: Id(3)] DateTimeOffset? ExpiresAt,
    [property: Id(4)] string? PromoId);

/// <summary>The committed posting of one operation.</summary>
/// <param name="Sequence">The row's number within the wallet.</param>
/// <param name="BalanceAfterIdr">Balance after this posting, in rupiah.</param>
/// <param name="AlreadyDone">True when the operation had been committed before this call.</param>
[GenerateSerializer, Immutable, Alias("posting-receipt")]
public sealed record PostingReceipt(
    [property: Id(0)] string OperationId,
    [property: Id(1)] long Sequence,
    [property: Id(2)] long AmountIdr,
    [property: Id(3)] long BalanceAfterIdr,
    [property: Id(4)] long HeldAfterIdr,
    [property: Id(5)] bool AlreadyDone);

/// <summary>What a posting is about, as customers and auditors see it.</summary>
[GenerateSerializer, Alias("reference-type")]
public enum ReferenceType
{
    Deposit,
    VpsPayment,
    Renewal,
    Promo,
    Refund,
    Adjustment,
    PlanChange,
    Addon,
    BonusExpiry,
}

/// <summary>The other side of every posting; compared with its own independent subledger by the trial balance.</summary>
[GenerateSerializer, Alias("contra-account")]
public enum ContraAccount
{
    /// <summary>Money received through the payment gateway: equals PAID deposits.</summary>
    Gateway,

    /// <summary>Sales: equals charged periods and add-ons minus refunds.</summary>
    Revenue,

    /// <summary>Bonuses given: equals promo usages minus expired lots.</summary>
    PromoExpense,

    /// <summary>Refund shortfalls owed by customers.</summary>
    Receivable,

    /// <summary>Corrections made by admins, each with a reason.</summary>
    Adjustment,

    /// <summary>Balances paid out by bank transfer: equals the payouts that the desk has booked.</summary>
    Payout,
}

/// <summary>The business object behind a posting and the sentence the customer reads.</summary>
[GenerateSerializer, Immutable, Alias("posting-reference")]
public sealed record PostingReference(
    [property: Id(0)] ReferenceType Type,
    [property: Id(1)] string Id,
    [property: Id(2)] ContraAccount Contra,
    [property: Id(3)] string Description);

/// <param name="AmountIdr">Positive rupiah.</param>
[GenerateSerializer, Immutable, Alias("credit-command")]
public sealed record CreditCommand(
    [property: Id(0)] string OperationId,
    [property: Id(1)] long AmountIdr,
    [property: Id(2)] PostingReference Reference);

/// <param name="AmountIdr">Positive rupiah.</param>
/// <param name="ExpiresAt">When the unspent rest lapses; null for never.</param>
[GenerateSerializer, Immutable, Alias("grant-bonus-command")]
public sealed record GrantBonusCommand(
    [property: Id(0)] string OperationId,
    [property: Id(1)] long AmountIdr,
    [property: Id(2)] DateTimeOffset? ExpiresAt,
    [property: Id(3)] PostingReference Reference);

/// <param name="AmountIdr">Positive rupiah; the row shows it negative.</param>
/// <param name="CashOnly">True: bonus money is neither counted nor touched, because it is never paid out.</param>
/// <param name="OnCredit">True for what was used already: what is not there becomes the customer's debt, and an older debt does not refuse it.</param>
/// <param name="Quiet">True where the caller itself tells open pages that the wallet changed.</param>
[GenerateSerializer, Immutable, Alias("debit-command")]
public sealed record DebitCommand(
    [property: Id(0)] string OperationId,
    [property: Id(1)] long AmountIdr,
    [property: Id(2)] PostingReference Reference,
    [property: Id(3)] bool CashOnly = false,
    [property: Id(4)] bool OnCredit = false,
    [property: Id(5)] bool Quiet = false);

/// <param name="HoldId">The caller's name of the hold, unique within the wallet.</param>
/// <param name="AmountIdr">Positive rupiah.</param>
[GenerateSerializer, Immutable, Alias("hold-command")]
public sealed record HoldCommand(
    [property: Id(0)] string OperationId,
    [property: Id(1)] string HoldId,
    [property: Id(2)] long AmountIdr,
    [property: Id(3)] PostingReference Reference);

/// <summary>Captures hold <paramref name="HoldId"/> in full.</summary>
[GenerateSerializer, Immutable, Alias("capture-command")]
public sealed record CaptureCommand(
    [property: Id(0)] string OperationId,
    [property: Id(1)] string HoldId,
    [property: Id(2)] PostingReference Reference);

/// <summary>Releases hold <paramref name="HoldId"/> in full.</summary>
[GenerateSerializer, Immutable, Alias("release-command")]
public sealed record ReleaseCommand(
    [property: Id(0)] string OperationId,
    [property: Id(1)] string HoldId,
    [property: Id(2)] PostingReference Reference);

/// <summary>Why a wallet command was refused.</summary>
[GenerateSerializer, Alias("wallet-error")]
public enum WalletError
{
    /// <summary>Less is available than asked. Said only after the ledger was asked.</summary>
    InsufficientBalance,

    /// <summary>This operation id was used for something else.</summary>
    OperationConflict,

    /// <summary>No such hold, or it was already captured or released by another operation.</summary>
    HoldNotFound,

    /// <summary>Zero, negative, or too large to add.</summary>
    InvalidAmount,

    /// <summary>Too many commands are waiting; nothing was done. Try again shortly.</summary>
    Overloaded,

    /// <summary>Money of a refunded deposit was spent and not yet paid back: nothing is ordered or renewed meanwhile.</summary>
    OutstandingDebt,

    /// <summary>The database did not say whether it happened. Ask again with the same operation id.</summary>
    OutcomeUnknown,
}
