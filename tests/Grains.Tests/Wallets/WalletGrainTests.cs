using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.Data.Wallets;

namespace Webrana.Grains.Tests.Wallets;

public sealed class WalletGrainTests(SharedWalletCluster shared) : IClassFixture<SharedWalletCluster>
{
    private readonly Guid _id = Guid.NewGuid();

    private WalletCluster Cluster => shared.Cluster;

    private IWalletGrain Wallet => Cluster.Wallet(_id);

    [Fact]
    public async Task A_new_wallet_is_empty_and_has_no_row()
    {
        var view = await Wallet.Get();
        Assert.Equal((0L, 0L, 0L, 0L, 0L), (view.BalanceIdr, view.HeldIdr, view.AvailableIdr, view.BonusIdr, view.Version));
        Assert.Null(view.CreatedAt);
        Assert.Equal(0, await shared.Database.Database.ScalarAsync<long>($"SELECT count(*) FROM wallets WHERE wallet_id = '{_id}'"));
    }

    [Fact]
    public async Task Money_in_and_out_is_written_with_its_running_balance()
    {
        Ok(await Wallet.Credit(Say.Credit("c", 200_000)));
        var receipt = Ok(await Wallet.Debit(Say.Debit("d", 75_000)));
        Assert.Equal(("d", 2L, -75_000L, 125_000L, 0L, false), (receipt.OperationId, receipt.Sequence, receipt.AmountIdr, receipt.BalanceAfterIdr, receipt.HeldAfterIdr, receipt.AlreadyDone));

        var page = await new LedgerQueries(shared.Database.Sources).HistoryAsync(_id, 10, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([("VPS_PAYMENT", -75_000L, 200_000L, 125_000L, "REVENUE"), ("DEPOSIT", 200_000L, 0L, 200_000L, "GATEWAY")],
            page.Rows.Select(row => (row.ReferenceType, row.AmountIdr, row.BalanceBeforeIdr, row.BalanceAfterIdr, row.ContraAccount)));
        await shared.Database.AssertBooksAreRightAsync();
    }

    [Fact]
    public async Task A_hold_sets_aside_shows_nowhere_and_its_capture_is_the_single_debit()
    {
        Ok(await Wallet.Credit(Say.Credit("c", 100)));
        Ok(await Wallet.Hold(Say.Hold("h", "order-1", 60)));
        var view = await Wallet.Get();
        Assert.Equal((100L, 60L, 40L), (view.BalanceIdr, view.HeldIdr, view.AvailableIdr));
        Assert.Equal(WalletError.InsufficientBalance, (await Wallet.Debit(Say.Debit("d", 41))).Error);
        Ok(await Wallet.Capture(Say.Capture("k", "order-1")));
        Assert.Equal(WalletError.HoldNotFound, (await Wallet.Release(Say.Release("r", "order-1"))).Error);

        view = await Wallet.Get();
        Assert.Equal((40L, 0L, 40L), (view.BalanceIdr, view.HeldIdr, view.AvailableIdr));
        var page = await new LedgerQueries(shared.Database.Sources).HistoryAsync(_id, 10, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([-60L, 100L], page.Rows.Select(row => row.AmountIdr));
    }

    [Fact]
    public async Task A_released_hold_is_free_again()
    {
        Ok(await Wallet.Credit(Say.Credit("c", 100)));
        Ok(await Wallet.Hold(Say.Hold("h", "order-1", 100)));
        Ok(await Wallet.Release(Say.Release("r", "order-1")));
        Ok(await Wallet.Debit(Say.Debit("d", 100)));
        Assert.Equal(0, (await Wallet.Get()).BalanceIdr);
    }

    [Fact]
    public async Task The_same_id_is_answered_again_and_moves_nothing()
    {
        Ok(await Wallet.Credit(Say.Credit("c", 100)));
        var first = Ok(await Wallet.Debit(Say.Debit("d", 30)));
        var again = Ok(await Wallet.Debit(Say.Debit("d", 30)));
        Assert.Equal(first with { AlreadyDone = true }, again);

        // Long forgotten in memory, never by the ledger.
        for (var n = 0; n < 50; n++) Ok(await Wallet.Credit(Say.Credit($"filler{n}", 1)));
        Assert.Equal(first with { AlreadyDone = true }, Ok(await Wallet.Debit(Say.Debit("d", 30))));
        Assert.Equal(120, (await Wallet.Get()).BalanceIdr);
    }

    [Fact]
    public async Task The_same_id_for_something_else_is_a_conflict_recent_or_old()
    {
        Ok(await Wallet.Credit(Say.Credit("c", 1000)));
        Ok(await Wallet.Debit(Say.Debit("d", 30)));
        await Conflicts();
        for (var n = 0; n < 50; n++) Ok(await Wallet.Credit(Say.Credit($"filler{n}", 1)));
        await Conflicts();

        async Task Conflicts()
        {
            Assert.Equal(WalletError.OperationConflict, (await Wallet.Debit(Say.Debit("d", 31))).Error);
            Assert.Equal(WalletError.OperationConflict, (await Wallet.Debit(Say.Debit("d", 30, "another"))).Error);
            Assert.Equal(WalletError.OperationConflict, (await Wallet.Credit(Say.Credit("d", 30))).Error);
        }
    }

    [Fact]
    public async Task The_same_id_at_the_same_moment_happens_once()
    {
        Ok(await Wallet.Credit(Say.Credit("c", 1000)));
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Wallet.Debit(Say.Debit("same", 10))));
        Assert.Single(all, result => !Ok(result).AlreadyDone);
        Assert.Equal(990, (await Wallet.Get()).BalanceIdr);
    }

    [Fact]
    public async Task Two_bodies_under_one_id_at_the_same_moment_one_wins_the_other_conflicts()
    {
        Ok(await Wallet.Credit(Say.Credit("c", 1000)));
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Wallet.Debit(Say.Debit("same", n % 2 == 0 ? 10 : 20))));
        Assert.Equal(10, all.Count(result => result.IsOk));
        Assert.Equal(10, all.Count(result => result.Error == WalletError.OperationConflict));
    }

    [Fact]
    public async Task A_refused_id_may_succeed_later()
    {
        Assert.Equal(WalletError.InsufficientBalance, (await Wallet.Debit(Say.Debit("renewal", 50))).Error);
        Ok(await Wallet.Credit(Say.Credit("c", 50)));
        Assert.False(Ok(await Wallet.Debit(Say.Debit("renewal", 50))).AlreadyDone);
    }

    [Fact]
    public async Task Of_200_parallel_debits_of_the_full_balance_exactly_one_succeeds()
    {
        Ok(await Wallet.Credit(Say.Credit("c", 500)));
        var all = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Wallet.Debit(Say.Debit($"d{n}", 500))));
        Assert.Equal(1, all.Count(result => result.IsOk));
        Assert.Equal(199, all.Count(result => result.Error == WalletError.InsufficientBalance));
        Assert.Equal(0, (await Wallet.Get()).BalanceIdr);
        await shared.Database.AssertBooksAreRightAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(long.MinValue)]
    public async Task Amounts_that_are_none_are_refused(long amount)
    {
        Assert.Equal(WalletError.InvalidAmount, (await Wallet.Credit(Say.Credit("c", amount))).Error);
        Assert.Equal(WalletError.InvalidAmount, (await Wallet.Debit(Say.Debit("d", amount))).Error);
        Assert.Equal(WalletError.InvalidAmount, (await Wallet.Hold(Say.Hold("h", "o", amount))).Error);
        Assert.Equal(WalletError.InvalidAmount, (await Wallet.GrantBonus(Say.Bonus("b", amount))).Error);
    }

    [Fact]
    public async Task Bonus_is_spent_first_and_what_expires_is_written_off_before_the_next_spending()
    {
        Ok(await Wallet.Credit(Say.Credit("c", 100)));
        Ok(await Wallet.GrantBonus(Say.Bonus("b", 50, Cluster.Clock.GetUtcNow() + TimeSpan.FromDays(30))));
        Ok(await Wallet.Debit(Say.Debit("d", 20)));
        Assert.Equal((130L, 30L), ((await Wallet.Get()).BalanceIdr, (await Wallet.Get()).BonusIdr));

        Cluster.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(0, (await Wallet.Get()).BonusIdr);
        Assert.Equal(WalletError.InsufficientBalance, (await Wallet.Debit(Say.Debit("d2", 101))).Error);
        Ok(await Wallet.Debit(Say.Debit("d3", 100)));
        Assert.Equal(0, (await Wallet.Get()).BalanceIdr);
        Assert.Equal(-30, await shared.Database.Database.ScalarAsync<long>($"SELECT amount FROM wallet_transactions WHERE wallet_id = '{_id}' AND reference_type = 'BONUS_EXPIRY'"));
        await shared.Database.AssertBooksAreRightAsync();
    }

    [Fact]
    public async Task A_command_whose_values_the_database_refuses_fails_alone()
    {
        Ok(await Wallet.Credit(Say.Credit("c", 1000)));
        var good = Enumerable.Range(0, 20).Select(n => Wallet.Debit(Say.Debit($"g{n}", 1))).ToList();
        var poison = Wallet.Debit(Say.Debit("poison\0", 1)); // U+0000 is no text to PostgreSQL
        var more = Enumerable.Range(20, 20).Select(n => Wallet.Debit(Say.Debit($"g{n}", 1))).ToList();
        await Assert.ThrowsAsync<ArgumentException>(() => poison);
        foreach (var result in await Task.WhenAll(good.Concat(more))) Ok(result);
        Assert.Equal(960, (await Wallet.Get()).BalanceIdr);
        await shared.Database.AssertBooksAreRightAsync();
    }

    [Fact]
    public async Task Operation_ids_have_a_size()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Wallet.Credit(Say.Credit(" ", 1)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Wallet.Credit(Say.Credit(new string('x', 201), 1)));
    }

    internal static PostingReceipt Ok(Result<PostingReceipt, WalletError> result)
    {
        Assert.True(result.IsOk, $"refused: {result.Error}");
        return result.Value!;
    }
}
