namespace Webrana.Domain.Ledger;

/// <summary>
/// The wallet's rules: pure, checked, without clock or I/O. Bonus money is spent first, soonest expiry first; a hold takes its shares out
/// of their lots and names them, so that a held lot does not expire; a refund gives back to the lots it came from.
/// </summary>
public static class LedgerRules
{
    /// <summary>Decides one command over one wallet. Never throws for input: what cannot be is a refusal.</summary>
    public static Decision Decide(Wallet wallet, LedgerCommand command, long nowMs) => command switch
    {
        Credit credit => CreditOf(wallet, credit),
        GrantBonus grant => Grant(wallet, grant),
        Debit debit => DebitOf(wallet, debit, nowMs),
        PlaceHold hold => Place(wallet, hold, nowMs),
        CaptureHold capture => Capture(wallet, capture),
        ReleaseHold release => Release(wallet, release),
        ExpireLot expire => Expire(wallet, expire, nowMs),
        Refund refund => RefundOf(wallet, refund),
        TakeBackLot taken => TakeBack(wallet, taken),
        TakeBackMoney taken => TakeBack(wallet, taken),
        Owe owe => OweOf(wallet, owe),
        Repay repay => RepayOf(wallet, repay),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Unknown ledger command."),
    };

    /// <summary>
    /// The lots whose time has come, each with the command that takes back its rest. A spending command is decided after these, so that
    /// expired money is never spent; the operation id is made from the lot, so that it happens once whoever notices first.
    /// </summary>
    public static IEnumerable<ExpireLot> DueExpiries(Wallet wallet, long nowMs)
    {
        foreach (var lot in wallet.Lots)
        {
            if (lot.IsExpiredAt(nowMs))
            {
                yield return new ExpireLot($"expire:{lot.Id}:{wallet.Version}", lot.Id, new PostingMemo("BONUS_EXPIRY", lot.Id, "PROMO_EXPENSE", lot.Source));
            }
        }
    }

    /// <summary>Every lot that is there, each with the command that lets it lapse before its time.</summary>
    public static IEnumerable<ExpireLot> EarlyExpiries(Wallet wallet) => wallet.Lots.Select(lot =>
        new ExpireLot($"expire:{lot.Id}:{wallet.Version}", lot.Id, new PostingMemo("BONUS_EXPIRY", lot.Id, "PROMO_EXPENSE", lot.Source), Early: true));

    private static Decision CreditOf(Wallet wallet, Credit credit) =>
        !CanAdd(wallet, credit.AmountIdr)
            ? Refused(wallet, LedgerRefusal.InvalidAmount)
            : Done(wallet, credit, credit.AmountIdr, 0, wallet.Lots, wallet.Holds, null, []);

    private static Decision Grant(Wallet wallet, GrantBonus grant)
    {
        if (!CanAdd(wallet, grant.AmountIdr)) return Refused(wallet, LedgerRefusal.InvalidAmount);
        var lot = new Lot(grant.OperationId, grant.Memo.Description, grant.AmountIdr, grant.ExpiresAtMs, grant.PromoId);
        return Done(wallet, grant, grant.AmountIdr, 0, [.. wallet.Lots, lot], wallet.Holds, null, [lot]);
    }

    private static Decision DebitOf(Wallet wallet, Debit debit, long nowMs)
    {
        if (debit.AmountIdr <= 0) return Refused(wallet, LedgerRefusal.InvalidAmount);
        if (wallet.DebtIdr > 0 && !debit.OnCredit) return Refused(wallet, LedgerRefusal.OutstandingDebt);
        if (Spendable(wallet, nowMs) < debit.AmountIdr) return Refused(wallet, LedgerRefusal.InsufficientBalance);
        if (debit.CashOnly)
        {
            // A lot that has lapsed and is not booked yet is no ordinary money either.
            return wallet.BalanceIdr - wallet.HeldIdr - wallet.Lots.Sum(lot => lot.RemainingIdr) < debit.AmountIdr
                ? Refused(wallet, LedgerRefusal.InsufficientBalance)
                : Done(wallet, debit, -debit.AmountIdr, 0, wallet.Lots, wallet.Holds, null, []);
        }

        var (lots, taken) = LotBook.Take(wallet.Lots, debit.AmountIdr, nowMs);
        return Done(wallet, debit, -debit.AmountIdr, 0, lots, wallet.Holds, null, taken);
    }

    private static Decision Place(Wallet wallet, PlaceHold hold, long nowMs)
    {
        if (hold.AmountIdr <= 0) return Refused(wallet, LedgerRefusal.InvalidAmount);
        if (wallet.DebtIdr > 0) return Refused(wallet, LedgerRefusal.OutstandingDebt);
        if (wallet.FindHold(hold.HoldId) is not null) return Refused(wallet, LedgerRefusal.HoldExists);
        if (Spendable(wallet, nowMs) < hold.AmountIdr) return Refused(wallet, LedgerRefusal.InsufficientBalance);
        var (lots, taken) = LotBook.Take(wallet.Lots, hold.AmountIdr, nowMs);
        return Done(wallet, hold, 0, hold.AmountIdr, lots, [.. wallet.Holds, new Hold(hold.HoldId, hold.AmountIdr, taken)], hold.HoldId, taken);
    }

    private static Decision Capture(Wallet wallet, CaptureHold capture)
    {
        if (wallet.FindHold(capture.HoldId) is not { } hold) return Refused(wallet, LedgerRefusal.HoldNotFound);
        return Done(wallet, capture, -hold.AmountIdr, -hold.AmountIdr, wallet.Lots, Without(wallet.Holds, hold), hold.Id, hold.Lots);
    }

    private static Decision Release(Wallet wallet, ReleaseHold release)
    {
        if (wallet.FindHold(release.HoldId) is not { } hold) return Refused(wallet, LedgerRefusal.HoldNotFound);
        return Done(wallet, release, 0, -hold.AmountIdr, LotBook.Return(wallet.Lots, hold.Lots), Without(wallet.Holds, hold), hold.Id, hold.Lots);
    }

    private static Decision Expire(Wallet wallet, ExpireLot expire, long nowMs)
    {
        foreach (var lot in wallet.Lots)
        {
            if (lot.Id == expire.LotId && (expire.Early || lot.IsExpiredAt(nowMs)))
            {
                return Done(wallet, expire, -lot.RemainingIdr, 0, [.. wallet.Lots.Where(other => other.Id != lot.Id)], wallet.Holds, null, [lot]);
            }
        }

        return Refused(wallet, LedgerRefusal.LotNotExpired);
    }

    private static Decision RefundOf(Wallet wallet, Refund refund)
    {
        if (!CanAdd(wallet, refund.AmountIdr) || refund.AmountIdr > refund.SpentIdr - refund.ReturnedIdr) return Refused(wallet, LedgerRefusal.InvalidAmount);
        var back = refund.Shares;
        return Done(wallet, refund, refund.AmountIdr, 0, LotBook.Return(wallet.Lots, back), wallet.Holds, null, back);
    }

    private static Decision TakeBack(Wallet wallet, TakeBackLot taken)
    {
        foreach (var lot in wallet.Lots)
        {
            if (lot.Id == taken.LotId)
                return Done(wallet, taken, -lot.RemainingIdr, 0, [.. wallet.Lots.Where(other => other.Id != lot.Id)], wallet.Holds, null, [lot]);
        }

        return taken.MayBeGone
            ? Done(wallet, taken, 0, 0, wallet.Lots, wallet.Holds, null, [])
            : Refused(wallet, LedgerRefusal.InsufficientBalance);
    }

    private static Decision TakeBack(Wallet wallet, TakeBackMoney taken)
    {
        if (taken.AmountIdr <= 0) return Refused(wallet, LedgerRefusal.InvalidAmount);
        return Reversals.OrdinaryIdr(wallet) < taken.AmountIdr
            ? Refused(wallet, LedgerRefusal.InsufficientBalance)
            : Done(wallet, taken, -taken.AmountIdr, 0, wallet.Lots, wallet.Holds, null, []);
    }

    private static Decision OweOf(Wallet wallet, Owe owe) =>
        !CanAdd(wallet, owe.AmountIdr) || owe.AmountIdr > long.MaxValue - wallet.DebtIdr
            ? Refused(wallet, LedgerRefusal.InvalidAmount)
            : Done(wallet, owe, owe.AmountIdr, 0, wallet.Lots, wallet.Holds, null, [], owe.AmountIdr);

    private static Decision RepayOf(Wallet wallet, Repay repay) =>
        repay.AmountIdr <= 0 || repay.AmountIdr > wallet.DebtIdr || repay.AmountIdr > Reversals.OrdinaryIdr(wallet)
            ? Refused(wallet, LedgerRefusal.InvalidAmount)
            : Done(wallet, repay, -repay.AmountIdr, 0, wallet.Lots, wallet.Holds, null, [], -repay.AmountIdr);

    private static Decision Done(
        Wallet before, LedgerCommand command, long amountIdr, long heldChangeIdr,
        EquatableList<Lot> lots, EquatableList<Hold> holds, string? holdId, EquatableList<Lot> moved, long debtChangeIdr = 0)
    {
        var after = checked(new Wallet(
            before.Version + 1, before.BalanceIdr + amountIdr, before.HeldIdr + heldChangeIdr, lots, holds, before.DebtIdr + debtChangeIdr));
        var line = new LedgerLine(
            after.Version, command.OperationId, command.Kind, amountIdr, heldChangeIdr, after.BalanceIdr, after.HeldIdr, holdId, moved, command.Memo);
        return new Decision(after, line, null);
    }

    private static Decision Refused(Wallet wallet, LedgerRefusal refusal) => new(wallet, null, refusal);

    private static bool CanAdd(Wallet wallet, long amountIdr) => amountIdr > 0 && amountIdr <= long.MaxValue - wallet.BalanceIdr;

    // Expired lots still count in the balance until their expiry is booked, but nobody may spend them.
    private static long Spendable(Wallet wallet, long nowMs)
    {
        var available = wallet.AvailableIdr;
        foreach (var lot in wallet.Lots)
        {
            if (lot.IsExpiredAt(nowMs)) available -= lot.RemainingIdr;
        }

        return available;
    }

    private static EquatableList<Hold> Without(EquatableList<Hold> holds, Hold gone) => [.. holds.Where(hold => hold.Id != gone.Id)];
}
