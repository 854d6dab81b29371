using CsCheck;
using System.Text.Json;
using Webrana.Domain.Ledger;

namespace Webrana.Domain.Tests.Ledger;

public sealed class LedgerRulesTests
{
    private static readonly PostingMemo Memo = new("VPS_PAYMENT", "i1", "REVENUE", "Basic 1");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Amounts_must_be_positive(long amount)
    {
        var wallet = Holding(100);
        Assert.Equal(LedgerRefusal.InvalidAmount, LedgerRules.Decide(wallet, new Credit("a", amount, Memo), 0).Refusal);
        Assert.Equal(LedgerRefusal.InvalidAmount, LedgerRules.Decide(wallet, new GrantBonus("a", amount, null, null, Memo), 0).Refusal);
        Assert.Equal(LedgerRefusal.InvalidAmount, LedgerRules.Decide(wallet, new Debit("a", amount, Memo), 0).Refusal);
        Assert.Equal(LedgerRefusal.InvalidAmount, LedgerRules.Decide(wallet, new PlaceHold("a", "h", amount, Memo), 0).Refusal);
        Assert.Equal(LedgerRefusal.InvalidAmount, LedgerRules.Decide(wallet, new Refund("a", amount, 10, [], Memo), 0).Refusal);
    }

    [Fact]
    public void A_credit_that_would_overflow_is_refused()
    {
        Assert.Equal(LedgerRefusal.InvalidAmount, LedgerRules.Decide(Holding(1), new Credit("a", long.MaxValue, Memo), 0).Refusal);
        Assert.Null(LedgerRules.Decide(Wallet.Empty, new Credit("a", long.MaxValue, Memo), 0).Refusal);
    }

    [Fact]
    public void Bonus_is_spent_first_soonest_expiry_first()
    {
        var wallet = After(Wallet.Empty,
            new Credit("cash", 100, Memo), new GrantBonus("late", 50, 300, "p", Memo), new GrantBonus("never", 50, null, "p", Memo), new GrantBonus("soon", 50, 200, "p", Memo));
        var decision = LedgerRules.Decide(wallet, new Debit("d", 120, Memo), 100);
        Assert.Equal(["soon", "late", "never"], decision.Line!.Lots.Select(lot => lot.Id));
        Assert.Equal([50L, 50, 20], decision.Line.Lots.Select(lot => lot.RemainingIdr));
        Assert.Equal(30, decision.After.BonusIdrAt(100));
    }

    // What is paid out by bank is ordinary money that is not on hold.
    [Fact]
    public void Bonus_never_leaves_the_shop()
    {
        var wallet = After(Wallet.Empty, new Credit("cash", 100, Memo), new GrantBonus("b", 50, 200, "p", Memo), new PlaceHold("h", "h", 70, Memo));
        foreach (var nowMs in new[] { 100L, 300L })
        {
            Assert.Equal(LedgerRefusal.InsufficientBalance, LedgerRules.Decide(wallet, new Debit("out", 81, Memo, CashOnly: true), nowMs).Refusal);
            var paid = LedgerRules.Decide(wallet, new Debit("out", 80, Memo, CashOnly: true), nowMs);
            Assert.Empty(paid.Line!.Lots);
        }

        var unheld = After(Wallet.Empty, new Credit("cash", 100, Memo), new GrantBonus("b", 50, 200, "p", Memo));
        Assert.Equal(LedgerRefusal.InsufficientBalance, LedgerRules.Decide(unheld, new Debit("out", 101, Memo, CashOnly: true), 100).Refusal);
        Assert.Equal(50, LedgerRules.Decide(unheld, new Debit("out", 100, Memo, CashOnly: true), 100).After.BonusIdrAt(100));
    }

    [Fact]
    public void Expired_bonus_is_not_spent_though_its_expiry_is_not_booked_yet()
    {
        var wallet = After(Wallet.Empty, new Credit("cash", 10, Memo), new GrantBonus("b", 50, 200, "p", Memo));
        Assert.Equal(LedgerRefusal.InsufficientBalance, LedgerRules.Decide(wallet, new Debit("d", 11, Memo), 200).Refusal);
        var expiry = Assert.Single(LedgerRules.DueExpiries(wallet, 200));
        var booked = LedgerRules.Decide(wallet, expiry, 200);
        Assert.Equal((10, -50), (booked.After.BalanceIdr, booked.Line!.AmountIdr));
        Assert.Empty(LedgerRules.DueExpiries(booked.After, 200));
        Assert.Equal(LedgerRefusal.LotNotExpired, LedgerRules.Decide(wallet, expiry, 199).Refusal);
    }

    [Fact]
    public void Who_gives_the_account_up_lets_every_lot_lapse_before_its_time_and_keeps_the_rest()
    {
        var wallet = After(Wallet.Empty, new Credit("cash", 10, Memo), new GrantBonus("soon", 50, 200, "p", Memo), new GrantBonus("never", 7, null, "p", Memo));
        foreach (var expiry in LedgerRules.EarlyExpiries(wallet).ToList())
        {
            var lapsed = LedgerRules.Decide(wallet, expiry, 100);
            Assert.Equal((LedgerKind.BonusExpiry, "PROMO_EXPENSE"), (lapsed.Line!.Kind, lapsed.Line.Memo.ContraAccount));
            wallet = lapsed.After;
        }

        Assert.Equal((10, 0), (wallet.BalanceIdr, wallet.Lots.Count));
        Assert.Empty(LedgerRules.EarlyExpiries(wallet));
    }

    [Fact]
    public void A_held_lot_does_not_expire_and_comes_back_with_the_release()
    {
        var wallet = After(Wallet.Empty, new GrantBonus("b", 50, 200, "p", Memo), new PlaceHold("h", "h1", 50, Memo));
        Assert.Empty(LedgerRules.DueExpiries(wallet, 500));
        var captured = LedgerRules.Decide(wallet, new CaptureHold("c", "h1", Memo), 500);
        Assert.Equal(0, captured.After.BalanceIdr);

        var released = LedgerRules.Decide(wallet, new ReleaseHold("r", "h1", Memo), 500).After;
        Assert.Single(LedgerRules.DueExpiries(released, 500));
        Assert.Equal("b", Assert.Single(released.Lots).Id);
    }

    [Fact]
    public void A_lot_that_expires_again_after_a_release_gets_an_operation_of_its_own()
    {
        var wallet = After(Wallet.Empty, new GrantBonus("b", 50, 200, "p", Memo), new PlaceHold("h", "h1", 20, Memo));
        var first = Assert.Single(LedgerRules.DueExpiries(wallet, 300));
        wallet = LedgerRules.Decide(wallet, first, 300).After;
        wallet = LedgerRules.Decide(wallet, new ReleaseHold("r", "h1", Memo), 300).After;
        var second = Assert.Single(LedgerRules.DueExpiries(wallet, 300));
        Assert.NotEqual(first.OperationId, second.OperationId);
        Assert.Equal(0, LedgerRules.Decide(wallet, second, 300).After.BalanceIdr);
    }

    [Fact]
    public void A_hold_is_captured_or_released_once_and_its_name_is_its_own()
    {
        var wallet = After(Holding(100), new PlaceHold("h", "h1", 60, Memo));
        Assert.Equal(LedgerRefusal.HoldExists, LedgerRules.Decide(wallet, new PlaceHold("x", "h1", 10, Memo), 0).Refusal);
        Assert.Equal(LedgerRefusal.InsufficientBalance, LedgerRules.Decide(wallet, new Debit("x", 41, Memo), 0).Refusal);
        var captured = After(wallet, new CaptureHold("c", "h1", Memo));
        Assert.Equal((40, 0), (captured.BalanceIdr, captured.HeldIdr));
        Assert.Equal(LedgerRefusal.HoldNotFound, LedgerRules.Decide(captured, new ReleaseHold("r", "h1", Memo), 0).Refusal);
        Assert.Equal(LedgerRefusal.HoldNotFound, LedgerRules.Decide(captured, new CaptureHold("r", "h1", Memo), 0).Refusal);
    }

    [Fact]
    public void A_partial_refund_gives_ordinary_money_back_first_and_bonus_to_its_lot()
    {
        var wallet = After(Wallet.Empty, new Credit("cash", 40, Memo), new GrantBonus("b", 60, null, "p", Memo));
        var spent = LedgerRules.Decide(wallet, new Debit("d", 100, Memo), 0);
        var refunded = LedgerRules.Decide(spent.After, new Refund("r", 50, 100, spent.Line!.Lots, Memo), 0).After;
        Assert.Equal((50, 10), (refunded.BalanceIdr, refunded.BonusIdrAt(0)));
        Assert.Equal(LedgerRefusal.InvalidAmount, LedgerRules.Decide(spent.After, new Refund("r", 101, 100, spent.Line.Lots, Memo), 0).Refusal);
    }

    [Fact]
    public void Many_partial_refunds_give_back_what_one_whole_would_have_and_no_more() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 40].List[1, 12]).Sample((cash, first, second, parts) =>
        {
            var wallet = After(
                Wallet.Empty, new Credit("cash", cash + 1, Memo), new GrantBonus("b1", first, 500, "p", Memo), new GrantBonus("b2", second, 900, "q", Memo));
            var all = wallet.BalanceIdr;
            var spent = LedgerRules.Decide(wallet, new Debit("d", all, Memo), 0);
            var (left, returned) = (spent.After, 0L);
            foreach (var (part, number) in parts.Select((part, number) => (part, number)))
            {
                var decision = LedgerRules.Decide(left, new Refund($"r{number}", part, all, spent.Line!.Lots, Memo, returned), 0);
                Assert.Equal(part > all - returned, decision.Refusal == LedgerRefusal.InvalidAmount);
                if (decision.Refusal is not null) continue;
                (left, returned) = (decision.After, returned + part);
            }

            if (returned == 0) return;
            var whole = LedgerRules.Decide(spent.After, new Refund("r", returned, all, spent.Line!.Lots, Memo), 0).After;
            Assert.Equal((whole.BalanceIdr, whole.BonusIdrAt(0)), (left.BalanceIdr, left.BonusIdrAt(0)));
            Assert.Equal(whole.Lots.OrderBy(lot => lot.Id).Select(lot => (lot.Id, lot.RemainingIdr)), left.Lots.OrderBy(lot => lot.Id).Select(lot => (lot.Id, lot.RemainingIdr)));
        });

    [Fact]
    public void The_same_id_is_the_same_operation_only_with_the_same_kind_amount_and_reference()
    {
        var posted = PostedOperation.Of(LedgerRules.Decide(Holding(100), new Debit("d", 10, Memo), 0).Line!);
        Assert.True(posted.IsFor(new Debit("d", 10, Memo with { Description = "said differently" })));
        Assert.False(posted.IsFor(new Debit("d", 11, Memo)));
        Assert.False(posted.IsFor(new Debit("d", 10, Memo with { ReferenceId = "i2" })));
        Assert.False(posted.IsFor(new Debit("d", 10, Memo with { ReferenceType = "RENEWAL" })));
        Assert.False(posted.IsFor(new Credit("d", 10, Memo)));

        var hold = PostedOperation.Of(LedgerRules.Decide(Holding(100), new PlaceHold("h", "h1", 10, Memo), 0).Line!);
        Assert.False(hold.IsFor(new PlaceHold("h", "h2", 10, Memo)));
        Assert.False(hold.IsFor(new PlaceHold("h", "h1", 11, Memo)));
    }

    [Fact]
    public void Lots_and_holds_survive_json()
    {
        var wallet = After(Wallet.Empty, new GrantBonus("b", 50, 200, "p", Memo), new PlaceHold("h", "h1", 20, Memo));
        Assert.Equal(wallet.Lots, JsonSerializer.Deserialize<EquatableList<Lot>>(JsonSerializer.Serialize(wallet.Lots)));
        Assert.Equal(wallet.Holds, JsonSerializer.Deserialize<EquatableList<Hold>>(JsonSerializer.Serialize(wallet.Holds)));
        Assert.Equal(wallet.Holds.GetHashCode(), JsonSerializer.Deserialize<EquatableList<Hold>>(JsonSerializer.Serialize(wallet.Holds)).GetHashCode());
        Assert.True(default(EquatableList<Lot>) == new EquatableList<Lot>([]));
        Assert.True(wallet.Lots != default);
    }

    private static Wallet Holding(long idr) => After(Wallet.Empty, new Credit("opening", idr, Memo));

    private static Wallet After(Wallet wallet, params LedgerCommand[] commands) =>
        commands.Aggregate(wallet, (before, command) =>
        {
            var decision = LedgerRules.Decide(before, command, 0);
            Assert.Null(decision.Refusal);
            return decision.After;
        });
}
