using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Data.Tests.Wallets;

public sealed class LedgerQueriesTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly LedgerQueries _queries = new(database.Sources);

    [Fact]
    public async Task History_the_list_of_wallets_the_trial_balance_and_the_invariants_agree()
    {
        await using var ledger = new LedgerStore(database.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        var ids = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).Order().ToList();
        foreach (var id in ids)
        {
            var stored = await ledger.LoadAsync(id);
            var wallet = stored.Wallet;
            var entries = new List<LedgerEntry>();
            foreach (var command in Life())
            {
                var decision = LedgerRules.Decide(wallet, command, 0);
                entries.Add(new LedgerEntry(command.OperationId, decision.Line));
                wallet = decision.After;
            }

            Assert.Equal(CommitOutcome.Committed, (await ledger.CommitAsync(new LedgerItem(stored, wallet, entries, Noon))).Outcome);
        }

        var rows = new List<TransactionRow>();
        long? before = null;
        do
        {
            var page = await _queries.HistoryAsync(ids[0], 3, before, cancellation: TestContext.Current.CancellationToken);
            rows.AddRange(page.Rows);
            before = page.Next;
        }
        while (before is not null);
        Assert.Equal([-30L, -7, -7, -7, -7, -7, 20, 100], rows.Select(row => row.AmountIdr)); // newest first, the hold itself is not shown
        Assert.All(rows, row => Assert.Equal(row.BalanceAfterIdr, row.BalanceBeforeIdr + row.AmountIdr));

        var wallets = new List<WalletRow>();
        Guid? after = null;
        do
        {
            var page = await _queries.WalletsAsync(2, after, TestContext.Current.CancellationToken);
            wallets.AddRange(page.Rows);
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(ids.AsEnumerable().Reverse(), wallets.Select(wallet => wallet.WalletId).Where(ids.Contains));

        var trial = await _queries.TrialBalanceAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("GATEWAY", 500L, 0L), Of("GATEWAY"));
        Assert.Equal(("REVENUE", 0L, 325L), Of("REVENUE"));
        Assert.Equal(("WALLETS", 0L, 275L), Of("WALLETS"));
        Assert.Equal(trial.Accounts.Sum(one => one.DebitIdr), trial.Accounts.Sum(one => one.CreditIdr));
        Assert.Empty(await new LedgerInvariants(database.Sources).CheckAsync(TestContext.Current.CancellationToken));

        (string, long, long) Of(string account) => trial.Accounts.Where(one => one.Account == account).Select(one => (one.Account, one.DebitIdr, one.CreditIdr)).Single();
    }

    [Theory]
    [InlineData("balance_is_sum_of_rows", "UPDATE wallets SET balance = balance + 1 WHERE wallet_id = '{0}'")]
    [InlineData("balance_is_sum_of_rows", "UPDATE wallets SET version = version + 1 WHERE wallet_id = '{0}'")]
    [InlineData("chain_is_unbroken", "UPDATE wallet_transactions SET balance_after = balance_after + 1 WHERE wallet_id = '{0}' AND seq = 1")]
    [InlineData("chain_is_unbroken", "UPDATE wallet_transactions SET seq = 9 WHERE wallet_id = '{0}' AND seq = 1")]
    [InlineData("sales_and_top_ups_have_papers", "DELETE FROM ledger_queue WHERE wallet_id = '{0}'")]
    [InlineData("papers_have_no_gaps", "INSERT INTO papers SELECT 2026, 2, wallet_id, seq, 1, amount, '', '', '', occurred_at, '{{}}', '{{}}' FROM wallet_transactions WHERE wallet_id = '{0}'")]
    [InlineData("rows_have_a_wallet", "DELETE FROM wallets WHERE wallet_id = '{0}'")]
    [InlineData("holds_and_lots_add_up", "UPDATE wallets SET holds = '[{{\"id\":\"x\",\"amount\":5}}]' WHERE wallet_id = '{0}'")]
    [InlineData("holds_and_lots_add_up", "UPDATE wallets SET lots = '[{{\"id\":\"x\",\"remaining\":5000}}]' WHERE wallet_id = '{0}'")]
    public async Task Each_invariant_notices_what_it_is_for(string name, string damage)
    {
        await using var own = new MigratedDatabaseScope();
        await own.Database.InitializeAsync();
        await using var ledger = new LedgerStore(own.Database.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        var stored = await ledger.LoadAsync(Guid.NewGuid());
        var decision = LedgerRules.Decide(stored.Wallet, new Credit("c", 100, Memo("DEPOSIT", "GATEWAY")), 0);
        await ledger.CommitAsync(new LedgerItem(stored, decision.After, [new LedgerEntry("c", decision.Line)], Noon));
        var invariants = new LedgerInvariants(own.Database.Sources);
        Assert.Empty(await invariants.CheckAsync(TestContext.Current.CancellationToken));

        await own.Database.Database.ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, damage, stored.Id));
        var broken = await invariants.CheckAsync(TestContext.Current.CancellationToken);
        Assert.Contains(broken, one => one.Name == name && one.Count == 1 && one.Examples.Contains(stored.Id));
    }

    private static IEnumerable<LedgerCommand> Life()
    {
        yield return new Credit("c", 100, Memo("DEPOSIT", "GATEWAY"));
        yield return new GrantBonus("b", 20, null, "WELCOME25", Memo("PROMO", "PROMO_EXPENSE"));
        for (var n = 0; n < 5; n++) yield return new Debit($"d{n}", 7, Memo("RENEWAL", "REVENUE"));
        yield return new PlaceHold("h", "order", 30, Memo("VPS_PAYMENT", "REVENUE"));
        yield return new CaptureHold("k", "order", Memo("VPS_PAYMENT", "REVENUE"));
    }

    private static PostingMemo Memo(string type, string contra) => new(type, "x", contra, "a line");

    private sealed class MigratedDatabaseScope : IAsyncDisposable
    {
        public MigratedDatabase Database { get; } = new();

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}
