using Webrana.Domain.Ledger;

namespace Webrana.Domain.Tests.Promos;

/// <summary>One wallet under the real rules, with its rows and its purchases.</summary>
sealed class Purse
{
    static readonly PostingMemo Purchase = new("VPS_PAYMENT", "server", "REVENUE", "Server");

    readonly List<(string Operation, long AmountIdr, EquatableList<Lot> Lots)> _bought = [];
    Wallet _wallet = Wallet.Empty;
    int _operations;

    public List<LedgerLine> Lines { get; } = [];

    /// <summary>What lapsed of which lot, and in which row.</summary>
    public List<(string LotId, long AmountIdr, int Row)> Lapses { get; } = [];

    /// <summary>Paid for servers, less what was refunded.</summary>
    public long BoughtIdr { get; private set; }

    public long Account(string contra) => Lines.Where(line => line.Memo.ContraAccount == contra).Sum(line => line.AmountIdr);

    /// <summary>A command that must not be refused; debts are paid in the same step, as the wallet does.</summary>
    public void Do(LedgerCommand command, long nowMs)
    {
        List<LedgerCommand> lines = command switch
        {
            ReverseCredit reverse => [.. Reversals.Lines(_wallet, reverse)],
            TakeBackGrant taken => [.. Reversals.Lines(_wallet, taken)],
            _ => [command],
        };
        foreach (var line in lines) Assert.True(Try(line, nowMs), $"{line} was refused.");
        if (Reversals.Due(_wallet) is { } repayment) Assert.True(Try(repayment, nowMs));
    }

    /// <summary>What lapsed of a lot so far.</summary>
    public long LapsedIdr(string lotId) => Lapses.Where(lapse => lapse.LotId == lotId).Sum(lapse => lapse.AmountIdr);

    /// <summary>What is there of a lot.</summary>
    public long UnspentIdr(string lotId) => _wallet.Lots.FirstOrDefault(lot => lot.Id == lotId)?.RemainingIdr ?? 0;

    public void Lapse(long nowMs)
    {
        while (LedgerRules.DueExpiries(_wallet, nowMs).FirstOrDefault() is { } expiry)
        {
            Do(expiry, nowMs);
            Lapses.Add((expiry.LotId, -Lines[^1].AmountIdr, Lines.Count - 1));
        }
    }

    /// <summary>Buys at once or puts the price on hold; refused when it is not covered, or while something is owed.</summary>
    public void Spend(int amountIdr, long nowMs)
    {
        Lapse(nowMs);
        var affordable = _wallet.DebtIdr == 0 && _wallet.AvailableIdr >= amountIdr;
        var operation = $"buy:{_operations++}";
        var done = Try(amountIdr % 3 == 0 ? new PlaceHold(operation, operation, amountIdr, Purchase) : new Debit(operation, amountIdr, Purchase), nowMs);
        Assert.Equal(affordable, done);
        if (done && amountIdr % 3 != 0) Bought(operation);
    }

    /// <summary>Captures or releases a hold, or refunds a purchase whole or in part.</summary>
    public void MindPurchases(int size, long nowMs)
    {
        if (_wallet.Holds is [var hold, ..] && size % 4 != 0)
        {
            if (size % 2 == 0)
            {
                Do(new CaptureHold($"capture:{hold.Id}", hold.Id, Purchase), nowMs);
                Bought($"capture:{hold.Id}");
            }
            else Do(new ReleaseHold($"release:{hold.Id}", hold.Id, Purchase), nowMs);
        }
        else if (_bought.Count > 0)
        {
            var (operation, spentIdr, lots) = _bought[size % _bought.Count];
            _bought.RemoveAt(size % _bought.Count);
            var amountIdr = Math.Max(1, spentIdr * (size % 5) / 4 > spentIdr ? spentIdr : spentIdr * (size % 5) / 4);
            Do(new Refund($"refund:{operation}", amountIdr, spentIdr, lots, Purchase), nowMs);
            BoughtIdr -= amountIdr;
        }

        Lapse(nowMs);
    }

    /// <summary>Nothing negative, nothing vanished: the rows over all accounts are the wallet.</summary>
    public void AssertSound()
    {
        Assert.All(_wallet.Lots, lot => Assert.True(lot.RemainingIdr > 0));
        Assert.All(_wallet.Holds, hold => Assert.InRange(hold.Lots.Sum(share => share.RemainingIdr), 0, hold.AmountIdr));
        Assert.InRange(_wallet.HeldIdr, 0, _wallet.BalanceIdr);
        Assert.Equal(_wallet.Holds.Sum(hold => hold.AmountIdr), _wallet.HeldIdr);
        Assert.True(Reversals.OrdinaryIdr(_wallet) >= 0);
        Assert.False(_wallet.DebtIdr > 0 && Reversals.OrdinaryIdr(_wallet) > 0, "Money lies beside a debt.");
        Assert.Equal(_wallet.BalanceIdr, Lines.Sum(line => line.AmountIdr));
        Assert.Equal(_wallet.DebtIdr, Account("RECEIVABLE"));
        Assert.Equal(Lines.Count, Lines.Select(line => line.OperationId).Distinct().Count());
    }

    void Bought(string operation)
    {
        var line = Lines.Last(line => line.OperationId == operation);
        _bought.Add((operation, -line.AmountIdr, line.Lots));
        BoughtIdr -= line.AmountIdr;
    }

    bool Try(LedgerCommand command, long nowMs)
    {
        var decision = LedgerRules.Decide(_wallet, command, nowMs);
        if (decision.Line is not { } line) return false;
        _wallet = decision.After;
        Lines.Add(line);
        return true;
    }
}
