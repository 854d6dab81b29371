namespace Webrana.Domain.Ledger;

/// <summary>What kind of movement a ledger line is. Stored: never renumber.</summary>
public enum LedgerKind : short
{
    /// <summary>Ordinary money in.</summary>
    Credit = 1,

    /// <summary>Money out, bonus lots first.</summary>
    Debit = 2,

    /// <summary>Bonus money in, as a lot of its own.</summary>
    GrantBonus = 3,

    /// <summary>Money set aside; the balance stays.</summary>
    Hold = 4,

    /// <summary>A hold turned into its debit.</summary>
    Capture = 5,

    /// <summary>A hold given back.</summary>
    Release = 6,

    /// <summary>The unspent rest of a lot lapsed.</summary>
    BonusExpiry = 7,

    /// <summary>Spent money given back, to the lots it came from.</summary>
    Refund = 8,

    /// <summary>The unspent rest of a bonus taken back with its deposit.</summary>
    TakeBack = 9,

    /// <summary>Ordinary money taken back, because it left by another way.</summary>
    Reversal = 10,

    /// <summary>What could not be taken back any more: the customer owes it.</summary>
    Debt = 11,

    /// <summary>Later money that paid a debt.</summary>
    Repayment = 12,
}

/// <summary>What a line is about: stored with it, shown to the customer, compared by the trial balance.</summary>
/// <param name="ReferenceType">The kind of business object (<c>DEPOSIT</c>, <c>RENEWAL</c> …).</param>
/// <param name="ReferenceId">Which one.</param>
/// <param name="ContraAccount">The other side of the posting (<c>GATEWAY</c>, <c>REVENUE</c> …).</param>
/// <param name="Description">The sentence a customer reads.</param>
public sealed record PostingMemo(string ReferenceType, string ReferenceId, string ContraAccount, string Description);

/// <summary>One command to a wallet, with the id under which it happens at most once.</summary>
/// <param name="OperationId">Made and stored by the caller before asking.</param>
public abstract record LedgerCommand(string OperationId, PostingMemo Memo)
{
    /// <summary>The kind of line it makes.</summary>
    public abstract LedgerKind Kind { get; }
}

/// <summary>Ordinary money in.</summary>
/// <param name="AmountIdr">Positive rupiah.</param>
public sealed record Credit(string OperationId, long AmountIdr, PostingMemo Memo) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.Credit;
}

/// <summary>Money out of what is available.</summary>
/// <param name="AmountIdr">Positive rupiah.</param>
/// <param name="CashOnly">Ordinary money alone: what leaves the shop is never bonus.</param>
/// <param name="OnCredit">For what was used already: what is not there is owed (<see cref="Reversals.Lines(Wallet, Debit)"/>), and a debt does not stop it.</param>
public sealed record Debit(string OperationId, long AmountIdr, PostingMemo Memo, bool CashOnly = false, bool OnCredit = false) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.Debit;
}

/// <summary>Bonus money in; the lot's id is the operation id.</summary>
/// <param name="AmountIdr">Positive rupiah.</param>
/// <param name="ExpiresAtMs">When the unspent rest lapses, unix ms; null for never.</param>
/// <param name="PromoId">The promo that gives it.</param>
public sealed record GrantBonus(string OperationId, long AmountIdr, long? ExpiresAtMs, string? PromoId, PostingMemo Memo)
    : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.GrantBonus;
}

/// <summary>Money set aside under a name.</summary>
/// <param name="AmountIdr">Positive rupiah.</param>
public sealed record PlaceHold(string OperationId, string HoldId, long AmountIdr, PostingMemo Memo) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.Hold;
}

/// <summary>A hold turned into the one debit it was made for, in full.</summary>
public sealed record CaptureHold(string OperationId, string HoldId, PostingMemo Memo) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.Capture;
}

/// <summary>A hold given back in full, its shares to their lots.</summary>
public sealed record ReleaseHold(string OperationId, string HoldId, PostingMemo Memo) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.Release;
}

/// <summary>The unspent rest of an expired lot taken back.</summary>
/// <param name="Early">Before its time: the owner gives it up.</param>
public sealed record ExpireLot(string OperationId, string LotId, PostingMemo Memo, bool Early = false) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.BonusExpiry;
}

/// <summary>Spent money given back.</summary>
/// <param name="AmountIdr">Positive rupiah, at most what was spent.</param>
/// <param name="SpentLots">The lot shares of the line being refunded. Bonus was spent first, so it comes back last: ordinary money first.</param>
/// <param name="SpentIdr">The whole amount of the line being refunded, positive.</param>
/// <param name="ReturnedIdr">What of it earlier refunds have given back.</param>
public sealed record Refund(string OperationId, long AmountIdr, long SpentIdr, EquatableList<Lot> SpentLots, PostingMemo Memo, long ReturnedIdr = 0)
    : LedgerCommand(OperationId, Memo)
{
    /// <summary>The lot shares it gives back; the rest is ordinary money.</summary>
    public EquatableList<Lot> Shares => LotBook.ToReturn(SpentLots, AmountIdr, SpentIdr, ReturnedIdr);

    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.Refund;
}
