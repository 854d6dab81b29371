using CsCheck;
using Webrana.Domain.Ledger;

namespace Webrana.Domain.Tests.Ledger;

public sealed class ReversalTests
{
    const long Day = 86_400_000;

    static PostingMemo Memo(string contra) => new("DEPOSIT", "d", contra, "test");

    static (Wallet Wallet, List<LedgerLine> Lines) Apply(Wallet wallet, LedgerCommand command, long nowMs = 0)
    {
        var lines = new List<LedgerLine>();
        foreach (var line in command switch
        {
            ReverseCredit reverse => Reversals.Lines(wallet, reverse).ToList(),
            Debit { OnCredit: true } used => Reversals.Lines(wallet, used).ToList(),
            TakeBackGrant taken => Reversals.Lines(wallet, taken).ToList(),
            _ => [command],
        })
        {
            var decision = LedgerRules.Decide(wallet, line, nowMs);
            Assert.Null(decision.Refusal);
            wallet = decision.After;
            lines.Add(decision.Line!);
        }

        return (wallet, lines);
    }

    static Wallet Opened(long depositIdr, long bonusIdr, long spentIdr)
    {
        var wallet = Apply(Wallet.Empty, new Credit("tripay:1", depositIdr, Memo("GATEWAY"))).Wallet;
        if (bonusIdr > 0) wallet = Apply(wallet, new GrantBonus("promo:1", bonusIdr, null, "p", Memo("PROMO_EXPENSE"))).Wallet;
        return spentIdr > 0 ? Apply(wallet, new Debit("spend", spentIdr, Memo("REVENUE"))).Wallet : wallet;
    }

    static ReverseCredit Reverse(long depositIdr, long bonusIdr, bool isLot = true, long lapsedIdr = 0) =>
        new("refund:1", depositIdr, isLot ? "promo:1" : null, bonusIdr, lapsedIdr, Memo("GATEWAY"), Memo("PROMO_EXPENSE"));

    [Theory]
    [InlineData(0, 0, 0)]          // Nothing spent: everything goes, nothing is owed.
    [InlineData(15_000, 0, 15_000)] // Half of the bonus and more was spent: it is owed, because the cash was paid back in full.
    [InlineData(120_000, 0, 120_000)]
    public void What_was_spent_is_owed(long spentIdr, long balanceIdr, long debtIdr)
    {
        var (wallet, lines) = Apply(Opened(100_000, 20_000, spentIdr), Reverse(100_000, 20_000));
        Assert.Equal((balanceIdr, debtIdr), (wallet.BalanceIdr, wallet.DebtIdr));
        Assert.Equal(-100_000, lines.Where(line => line.Memo.ContraAccount == "GATEWAY").Sum(line => line.AmountIdr));
        Assert.Equal(-20_000, lines.Where(line => line.Memo.ContraAccount == "PROMO_EXPENSE").Sum(line => line.AmountIdr));
        Assert.Equal("refund:1", lines[^1].OperationId);
        Assert.Empty(wallet.Lots);
    }

    [Fact]
    public void What_was_used_is_paid_whole_and_what_is_not_there_is_owed_as_it_was_foretold() =>
        Gen.Select(Gen.Long[0, 90], Gen.Long[0, 40], Gen.Long[1, 150], Gen.Long[0, 60], Gen.Long[0, 60]).Sample((cash, bonus, used, refund, debt) =>
        {
            // Owes from before, or has money: both at once cannot be.
            var wallet = Apply(Wallet.Empty, new Credit("tripay:1", 100 + cash, Memo("GATEWAY"))).Wallet;
            wallet = Apply(wallet, new Debit("order", 100, Memo("REVENUE"))).Wallet;
            if (debt > 0) wallet = Apply(wallet, new ReverseCredit("refund:1", cash + debt, null, 0, 0, Memo("GATEWAY"), Memo("PROMO_EXPENSE"))).Wallet;
            if (bonus > 0) wallet = Apply(wallet, new GrantBonus("promo:1", bonus, null, "p", Memo("PROMO_EXPENSE"))).Wallet;
            var foretold = Webrana.Domain.Billing.EndOfService.OwedIdr(used, wallet.AvailableIdr, wallet.DebtIdr, refund, 0);

            if (refund > 0) wallet = Apply(wallet, new Refund("back", refund, 100, [], Memo("REVENUE"))).Wallet;
            if (Reversals.Due(wallet) is { } repayment) wallet = Apply(wallet, repayment).Wallet;
            var before = wallet;
            var (after, lines) = Apply(wallet, new Debit("last", used, Memo("REVENUE"), OnCredit: true));

            Assert.Equal(("last", -used), (lines[^1].OperationId, lines[^1].AmountIdr));
            Assert.Equal(foretold, after.DebtIdr - before.DebtIdr);
            Assert.Equal(before.AvailableIdr - used + foretold, after.BalanceIdr);
            Assert.True(after.BalanceIdr >= 0 && after.Lots.All(lot => lot.RemainingIdr > 0));
        });

    [Fact]
    public void Other_bonus_money_never_pays_for_cash()
    {
        var wallet = Apply(Opened(100_000, 0, 100_000), new GrantBonus("other", 50_000, null, "q", Memo("PROMO_EXPENSE"))).Wallet;
        (wallet, _) = Apply(wallet, Reverse(100_000, 0));
        Assert.Equal((50_000, 100_000, 50_000), (wallet.BalanceIdr, wallet.DebtIdr, wallet.Lots[0].RemainingIdr));
        Assert.Equal(LedgerRefusal.OutstandingDebt, LedgerRules.Decide(wallet, new Debit("x", 1, Memo("REVENUE")), 0).Refusal);
        Assert.Equal(LedgerRefusal.OutstandingDebt, LedgerRules.Decide(wallet, new PlaceHold("x", "h", 1, Memo("REVENUE")), 0).Refusal);
    }

    [Fact]
    public void What_has_lapsed_is_not_owed()
    {
        var wallet = Apply(Wallet.Empty, new Credit("tripay:1", 100, Memo("GATEWAY"))).Wallet;
        wallet = Apply(wallet, new GrantBonus("promo:1", 20, Day, "p", Memo("PROMO_EXPENSE"))).Wallet;
        wallet = Apply(wallet, new Debit("spend", 5, Memo("REVENUE"))).Wallet;
        wallet = Apply(wallet, Assert.Single(LedgerRules.DueExpiries(wallet, Day)), Day).Wallet;
        (wallet, _) = Apply(wallet, Reverse(100, 20, lapsedIdr: 15));
        Assert.Equal((0, 5), (wallet.BalanceIdr, wallet.DebtIdr));
    }

    static TakeBackGrant TakeBack(long bonusIdr, bool leaveSpent, long lapsedIdr = 0) =>
        new("take-back:promo:1", "promo:1", bonusIdr, lapsedIdr, leaveSpent, new PostingMemo("PROMO", "p", "PROMO_EXPENSE", "test"));

    [Theory]
    [InlineData(0, true, 100, 0, 20)]   // Nothing spent: all of the bonus goes, and only the bonus.
    [InlineData(15, true, 100, 0, 5)]   // What was spent is left to its owner.
    [InlineData(70, true, 50, 0, 0)]    // All of it was spent: nothing goes, the money stays.
    [InlineData(15, false, 85, 0, 20)]  // Or it is taken out of ordinary money,
    [InlineData(115, false, 0, 15, 20)] // and owed where that is not there.
    public void A_bonus_taken_back_by_itself_is_what_is_left_of_it_and_what_was_spent_only_where_it_is_wanted(
        long spentIdr, bool leaveSpent, long balanceIdr, long debtIdr, long backIdr)
    {
        var (wallet, lines) = Apply(Opened(100, 20, spentIdr), TakeBack(20, leaveSpent));
        Assert.Equal((balanceIdr, debtIdr), (wallet.BalanceIdr, wallet.DebtIdr));
        Assert.Equal(-backIdr, lines.Where(line => line.Memo.ContraAccount == "PROMO_EXPENSE").Sum(line => line.AmountIdr));
        Assert.Equal(("take-back:promo:1", LedgerKind.TakeBack), (lines[^1].OperationId, lines[^1].Kind));
        Assert.Empty(wallet.Lots);
    }

    [Fact]
    public void A_lapsed_bonus_leaves_nothing_to_take_and_nothing_to_owe()
    {
        var wallet = Apply(Wallet.Empty, new GrantBonus("promo:1", 20, Day, "p", Memo("PROMO_EXPENSE"))).Wallet;
        wallet = Apply(wallet, new Debit("spend", 5, Memo("REVENUE"))).Wallet;
        wallet = Apply(wallet, Assert.Single(LedgerRules.DueExpiries(wallet, Day)), Day).Wallet;
        var (left, lines) = Apply(wallet, TakeBack(20, leaveSpent: true, lapsedIdr: 15));
        Assert.Equal((0, 0, 0L), (left.BalanceIdr, left.DebtIdr, Assert.Single(lines).AmountIdr));
        (left, _) = Apply(wallet, TakeBack(20, leaveSpent: false, lapsedIdr: 15));
        Assert.Equal((0, 5), (left.BalanceIdr, left.DebtIdr));
    }

    // Whatever is held, spent, lapsed or owed: other lots and cash are untouched when what was spent is left, and the books add up either way.
    [Fact]
    public void Taking_a_bonus_back_touches_its_own_lot_alone_and_never_more_than_was_given() =>
        Gen.Select(Gen.Long[0, 60], Gen.Long[1, 40], Gen.Long[0, 40], Gen.Long[0, 100], Gen.Bool, Gen.Bool).Sample((cash, bonus, other, spent, isHeld, leaveSpent) =>
        {
            var wallet = Wallet.Empty;
            if (cash > 0) wallet = Apply(wallet, new Credit("tripay:1", cash, Memo("GATEWAY"))).Wallet;
            wallet = Apply(wallet, new GrantBonus("promo:1", bonus, null, "p", Memo("PROMO_EXPENSE"))).Wallet;
            if (other > 0) wallet = Apply(wallet, new GrantBonus("promo:2", other, null, "q", Memo("PROMO_EXPENSE"))).Wallet;
            spent = Math.Min(spent, wallet.AvailableIdr);
            if (spent > 0) wallet = Apply(wallet, isHeld ? new PlaceHold("hold", "h", spent, Memo("REVENUE")) : new Debit("spend", spent, Memo("REVENUE"))).Wallet;
            var before = wallet;
            var unspent = before.Lots.FirstOrDefault(lot => lot.Id == "promo:1")?.RemainingIdr ?? 0;

            var (after, lines) = Apply(wallet, TakeBack(bonus, leaveSpent));

            var promo = -lines.Where(line => line.Memo.ContraAccount == "PROMO_EXPENSE").Sum(line => line.AmountIdr);
            Assert.Equal(leaveSpent ? unspent : bonus, promo);
            Assert.Equal(before.BalanceIdr - promo + after.DebtIdr, after.BalanceIdr);
            Assert.Equal(before.Lots.Where(lot => lot.Id != "promo:1"), after.Lots);
            Assert.Equal(before.HeldIdr, after.HeldIdr);
            Assert.True(Reversals.OrdinaryIdr(after) >= 0 && (after.DebtIdr == 0 || Reversals.OrdinaryIdr(after) == 0));
        });

    [Fact]
    public void The_next_money_pays_the_debt_first()
    {
        var (wallet, _) = Apply(Opened(100_000, 0, 80_000), Reverse(100_000, 0));
        Assert.Null(Reversals.Due(wallet));
        wallet = Apply(wallet, new Credit("tripay:2", 50_000, Memo("GATEWAY"))).Wallet;
        wallet = Apply(wallet, Reversals.Due(wallet)!).Wallet;
        Assert.Equal((0, 30_000), (wallet.BalanceIdr, wallet.DebtIdr));
        wallet = Apply(wallet, new Credit("tripay:3", 50_000, Memo("GATEWAY"))).Wallet;
        wallet = Apply(wallet, Reversals.Due(wallet)!).Wallet;
        Assert.Equal((20_000, 0), (wallet.BalanceIdr, wallet.DebtIdr));
        Assert.Null(LedgerRules.Decide(wallet, new Debit("x", 1, Memo("REVENUE")), 0).Refusal);
    }

    // Deposits with and without bonus, spending, holds, lapses, refunds of deposits, and a clock: nothing is made and nothing vanishes.
    [Fact]
    public void Whatever_happens_money_is_conserved_over_all_accounts_and_no_lot_is_negative() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[1, 100], Gen.Int[0, 40]).List[1, 40].Sample(acts =>
        {
            var (wallet, nowMs) = (Wallet.Empty, 0L);
            var accounts = new Dictionary<string, long>();
            var deposits = new List<(string Id, long AmountIdr, long BonusIdr)>();
            var lapsed = new Dictionary<string, long>();
            for (var n = 0; n < acts.Count; n++)
            {
                var (kind, size, extra) = acts[n];
                switch (kind)
                {
                    case 0:
                        deposits.Add(($"{n}", size, extra));
                        Do(new Credit($"tripay:{n}", size, Memo("GATEWAY")));
                        if (extra > 0) Do(new GrantBonus($"promo:{n}", extra, extra % 2 == 0 ? nowMs + (extra * Day) : null, "p", Memo("PROMO_EXPENSE")));
                        break;
                    case 1:
                        Do(new Debit($"debit:{n}", size, Memo("REVENUE")));
                        break;
                    case 2:
                        Do(new PlaceHold($"hold:{n}", $"h{n}", size, Memo("REVENUE")));
                        break;
                    case 3 when wallet.Holds.Count > 0:
                        Do(extra % 2 == 0
                            ? new CaptureHold($"capture:{n}", wallet.Holds[0].Id, Memo("REVENUE"))
                            : new ReleaseHold($"release:{n}", wallet.Holds[0].Id, Memo("REVENUE")));
                        break;
                    case 4:
                        nowMs += size * Day / 4;
                        foreach (var expiry in LedgerRules.DueExpiries(wallet, nowMs).ToList()) Do(expiry);
                        break;
                    case 5 when deposits.Count > 0:
                        var (id, amountIdr, bonusIdr) = deposits[size % deposits.Count];
                        deposits.RemoveAt(size % deposits.Count);
                        var reverse = new ReverseCredit(
                            $"refund:{id}", amountIdr, bonusIdr > 0 ? $"promo:{id}" : null, bonusIdr, lapsed.GetValueOrDefault($"promo:{id}"), Memo("GATEWAY"), Memo("PROMO_EXPENSE"));
                        foreach (var line in Reversals.Lines(wallet, reverse).ToList())
                            if (!Do(line)) return false; // A reversal is never refused.
                        break;
                }

                if (Reversals.Due(wallet) is { } repayment && !Do(repayment)) return false;
                if (wallet.Lots.Any(lot => lot.RemainingIdr <= 0) || wallet.BalanceIdr < 0 || wallet.HeldIdr < 0 || wallet.HeldIdr > wallet.BalanceIdr) return false;
                if (Reversals.OrdinaryIdr(wallet) < 0 || (wallet.DebtIdr > 0 && Reversals.OrdinaryIdr(wallet) > 0)) return false;
                if (accounts.Values.Sum() != wallet.BalanceIdr || accounts.GetValueOrDefault("RECEIVABLE") != wallet.DebtIdr) return false;
            }

            return accounts.GetValueOrDefault("GATEWAY") == deposits.Sum(deposit => deposit.AmountIdr);

            bool Do(LedgerCommand command)
            {
                var decision = LedgerRules.Decide(wallet, command, nowMs);
                if (decision.Line is not { } line) return false;
                wallet = decision.After;
                accounts[line.Memo.ContraAccount] = accounts.GetValueOrDefault(line.Memo.ContraAccount) + line.AmountIdr;
                if (line.Kind == LedgerKind.BonusExpiry) lapsed[line.Memo.ReferenceId] = lapsed.GetValueOrDefault(line.Memo.ReferenceId) - line.AmountIdr;
                return true;
            }
        });
}
