using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Grains.Wallets;

/// <summary>
/// One step of a wallet: what its first commands come to over the committed record. Pure. A refusal is a question to the ledger too: it
/// is true only if the wallet is still what it was decided on.
/// </summary>
internal sealed class WalletStep
{
    // One wallet alone may bring this many lines; more would let it crowd out its neighbours in a statement.
    private const int MaxLines = 4000;

    private WalletStep(LedgerItem item, List<(PendingCommand Command, Decision Decision)> decisions) => (Item, Decisions) = (item, decisions);

    /// <summary>What to commit.</summary>
    public LedgerItem Item { get; }

    /// <summary>Each command's decision, in order.</summary>
    public List<(PendingCommand Command, Decision Decision)> Decisions { get; }

    /// <summary>True when it writes anything.</summary>
    public bool Writes => Item.After.Version > Item.Before.Wallet.Version;

    /// <summary>Decides the first <paramref name="count"/> commands, one over the outcome of the other.</summary>
    public static WalletStep Decide(StoredWallet committed, List<PendingCommand> work, int count, DateTimeOffset now)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        var wallet = committed.Wallet;
        var entries = new List<LedgerEntry>(count);
        var decisions = new List<(PendingCommand, Decision)>(count);
        foreach (var pending in work.Take(count))
        {
            if (entries.Count >= MaxLines) break;
            if (pending.Command.Kind is LedgerKind.Debit or LedgerKind.Hold) wallet = BookExpiries(wallet, nowMs, entries);
            var decision = pending.Command switch
            {
                ReverseCredit reverse => Unfold(wallet, reverse, Reversals.Lines(wallet, reverse), nowMs, entries),
                TakeBackGrant taken => Unfold(wallet, taken, Reversals.Lines(wallet, taken), nowMs, entries),
                Debit { OnCredit: true } debit => Unfold(wallet, debit, Reversals.Lines(wallet, debit), nowMs, entries),
                _ => Book(wallet, pending.Command, nowMs, entries),
            };
            decisions.Add((pending, decision));
            wallet = decision.After;

            // What comes back to a lot that has lapsed meanwhile lapses at once, with a row that says so.
            if (pending.Command.Kind is LedgerKind.Refund or LedgerKind.Release) wallet = BookExpiries(wallet, nowMs, entries);

            // Whatever ordinary money there is pays a debt first, in the step that brought it.
            if (Reversals.Due(wallet) is { } repayment) wallet = Book(wallet, repayment, nowMs, entries).After;
        }

        return new WalletStep(new LedgerItem(committed, wallet, entries, now), decisions);
    }

    private static Decision Book(Wallet wallet, LedgerCommand command, long nowMs, List<LedgerEntry> entries)
    {
        var decision = LedgerRules.Decide(wallet, command, nowMs);
        entries.Add(new LedgerEntry(command.OperationId, decision.Line));
        return decision;
    }

    // All lines of a command or none; the last one is the command's own.
    private static Decision Unfold(Wallet wallet, LedgerCommand command, IEnumerable<LedgerCommand> unfolded, long nowMs, List<LedgerEntry> entries)
    {
        var lines = new List<LedgerEntry>();
        var (after, last) = (wallet, default(Decision));
        foreach (var line in unfolded)
        {
            last = Book(after, line, nowMs, lines);
            if (last.Refusal is { } refusal)
            {
                entries.Add(new LedgerEntry(command.OperationId, null));
                return new Decision(wallet, null, refusal);
            }

            after = last.After;
        }

        entries.AddRange(lines);
        return last;
    }

    private static Wallet BookExpiries(Wallet wallet, long nowMs, List<LedgerEntry> entries)
    {
        while (LedgerRules.DueExpiries(wallet, nowMs).FirstOrDefault() is { } expiry)
        {
            var booked = LedgerRules.Decide(wallet, expiry, nowMs);
            entries.Add(new LedgerEntry(expiry.OperationId, booked.Line));
            wallet = booked.After;
        }

        return wallet;
    }
}
