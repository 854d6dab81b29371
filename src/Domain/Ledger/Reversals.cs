namespace Webrana.Domain.Ledger;

/// <summary>
/// A credit taken back together with what a promo had added to it. One decision of several lines, because each has its own contra account:
/// see <see cref="Reversals.Lines(Wallet, ReverseCredit)"/>.
/// </summary>
/// <param name="AmountIdr">The credit, positive rupiah.</param>
/// <param name="LotId">The lot that the promo gave; null for none.</param>
/// <param name="BonusIdr">What the promo had given, as a lot or as ordinary money.</param>
/// <param name="LapsedIdr">The part of the lot that has expired already: it was neither spent nor is it there.</param>
/// <param name="BonusMemo">What the promo's lines are about.</param>
public sealed record ReverseCredit(
    string OperationId, long AmountIdr, string? LotId, long BonusIdr, long LapsedIdr, PostingMemo Memo, PostingMemo BonusMemo) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.Reversal;
}

/// <summary>
/// A promo's bonus taken back by itself, because what earned it came to nothing. One decision of several lines: see
/// <see cref="Reversals.Lines(Wallet, TakeBackGrant)"/>.
/// </summary>
/// <param name="LotId">The lot: the operation id of the grant.</param>
/// <param name="BonusIdr">What was granted, positive rupiah.</param>
/// <param name="LapsedIdr">The part of the lot that has expired already: it was neither spent nor is it there.</param>
/// <param name="LeaveSpent">True: what was spent stays spent. False: it is taken out of ordinary money, and what is missing is owed.</param>
public sealed record TakeBackGrant(string OperationId, string LotId, long BonusIdr, long LapsedIdr, bool LeaveSpent, PostingMemo Memo)
    : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.TakeBack;
}

/// <summary>The unspent rest of a lot taken back.</summary>
/// <param name="MayBeGone">
/// True: a lot of which nothing is there is a line of nothing, not a refusal. The operation then has happened all the same, and what comes
/// back to the lot later is left alone. Under a grant's own id it forestalls the grant: that id is used up.
/// </param>
public sealed record TakeBackLot(string OperationId, string LotId, PostingMemo Memo, bool MayBeGone = false) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.TakeBack;
}

/// <summary>Ordinary money taken back; there must be enough of it.</summary>
/// <param name="AmountIdr">Positive rupiah.</param>
public sealed record TakeBackMoney(string OperationId, long AmountIdr, PostingMemo Memo) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.Reversal;
}

/// <summary>A shortfall lent to the wallet, so that it can be taken out in the next line: the customer's debt.</summary>
/// <param name="AmountIdr">Positive rupiah.</param>
public sealed record Owe(string OperationId, long AmountIdr, PostingMemo Memo) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.Debt;
}

/// <summary>Ordinary money that pays a debt.</summary>
/// <param name="AmountIdr">Positive rupiah, at most the debt.</param>
public sealed record Repay(string OperationId, long AmountIdr, PostingMemo Memo) : LedgerCommand(OperationId, Memo)
{
    /// <inheritdoc/>
    public override LedgerKind Kind => LedgerKind.Repayment;
}

/// <summary>How a refunded deposit or promo leaves a wallet, how what was used is paid without money, and how a debt is paid.</summary>
public static class Reversals
{
    /// <summary>
    /// The lines of a reversal, in the order in which the balance never falls below zero; the last one carries the command's own id. Unspent
    /// bonus goes first; the rest comes out of ordinary money, and what is missing is owed. Bonus money of other promos is left alone: it was
    /// never cash, and must not become cash by paying for some.
    /// </summary>
    public static IEnumerable<LedgerCommand> Lines(Wallet wallet, ReverseCredit reverse)
    {
        var unspent = Unspent(wallet, reverse.LotId);
        var spent = Math.Max(0, reverse.BonusIdr - unspent - reverse.LapsedIdr);
        var missing = checked(reverse.AmountIdr + spent) - OrdinaryIdr(wallet);
        if (unspent > 0) yield return new TakeBackLot($"{reverse.OperationId}:bonus", reverse.LotId!, reverse.BonusMemo);
        if (missing > 0)
            yield return new Owe($"{reverse.OperationId}:owed", missing, Receivable(reverse.Memo.ReferenceId, "Utang: saldo yang sudah terpakai dari isi saldo yang dikembalikan"));
        if (spent > 0)
            yield return new TakeBackMoney($"{reverse.OperationId}:spent", spent, reverse.BonusMemo with { Description = $"{reverse.BonusMemo.Description} (sudah terpakai)" });
        yield return new TakeBackMoney(reverse.OperationId, reverse.AmountIdr, reverse.Memo);
    }

    /// <summary>
    /// The lines of a bonus taken back by itself, the command's own last: it is there even when nothing was left, so that the command happens
    /// once. Only the lot is touched unless what was spent is wanted back as well.
    /// </summary>
    public static IEnumerable<LedgerCommand> Lines(Wallet wallet, TakeBackGrant taken)
    {
        var spent = taken.LeaveSpent ? 0 : Math.Max(0, taken.BonusIdr - Unspent(wallet, taken.LotId) - taken.LapsedIdr);
        var missing = spent - OrdinaryIdr(wallet);
        if (spent > 0 && missing > 0)
            yield return new Owe($"{taken.OperationId}:owed", missing, Receivable(taken.Memo.ReferenceId, "Utang: bonus yang sudah terpakai dari isi saldo yang dikembalikan"));
        if (spent > 0)
            yield return new TakeBackMoney($"{taken.OperationId}:spent", spent, taken.Memo with { Description = $"{taken.Memo.Description} (sudah terpakai)" });
        yield return new TakeBackLot(taken.OperationId, taken.LotId, taken.Memo, MayBeGone: true);
    }

    /// <summary>
    /// The lines of a debit for what was used already: what the wallet has not is lent to it first, so that the debit itself is whole. Decided
    /// after expired lots were booked.
    /// </summary>
    public static IEnumerable<LedgerCommand> Lines(Wallet wallet, Debit debit)
    {
        var missing = debit.AmountIdr - Math.Max(0, wallet.AvailableIdr);
        if (missing > 0 && debit.AmountIdr > 0)
            yield return new Owe($"{debit.OperationId}:owed", missing, Receivable(debit.Memo.ReferenceId, "Utang: sudah dipakai, belum dibayar"));
        yield return debit;
    }

    /// <summary>The payment of debt that is due now; null when nothing is owed or nothing is there to pay with.</summary>
    public static Repay? Due(Wallet wallet)
    {
        var amountIdr = Math.Min(wallet.DebtIdr, OrdinaryIdr(wallet));
        return amountIdr > 0 ? new Repay($"repay:{wallet.Version}", amountIdr, Receivable($"{wallet.Version}", "Pelunasan utang")) : null;
    }

    /// <summary>Money that is neither held nor bonus.</summary>
    public static long OrdinaryIdr(Wallet wallet)
    {
        var ordinary = wallet.AvailableIdr;
        foreach (var lot in wallet.Lots) ordinary -= lot.RemainingIdr;
        return ordinary;
    }

    private static long Unspent(Wallet wallet, string? lotId) => wallet.Lots.FirstOrDefault(lot => lot.Id == lotId)?.RemainingIdr ?? 0;

    private static PostingMemo Receivable(string referenceId, string description) => new("REFUND", referenceId, "RECEIVABLE", description);
}
