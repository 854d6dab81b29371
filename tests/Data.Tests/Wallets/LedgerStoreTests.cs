using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Webrana.Data.Tests.Batching;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Data.Tests.Wallets;

/// <summary>The commit statement itself: one answer per wallet, whatever its neighbours do.</summary>
[Collection(EndedSpans.InTurns)]
public sealed class LedgerStoreTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncDisposable
{
    private static readonly PostingMemo Memo = new("DEPOSIT", "d1", "GATEWAY", "Top-up");
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly LedgerStore _ledger = new(database.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task A_batch_of_wallets_is_answered_one_by_one()
    {
        var fresh = await Opened(100);
        var stale = await Opened(100);
        var stolen = await _ledger.CommitAsync(Step(stale, new Debit("elsewhere", 10, Memo)));
        var replayed = await Opened(100);
        var locked = await Opened(100);
        var poisoned = await Opened(100);
        await using var holder = new NpgsqlConnection(database.Database.OwnerConnectionString);
        await holder.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var hold = new NpgsqlCommand($"SELECT FROM wallets WHERE wallet_id = '{locked.Id}' FOR UPDATE", holder, transaction))
        {
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var answers = await Task.WhenAll(
            _ledger.CommitAsync(Step(fresh, new Debit("d", 30, Memo))),
            _ledger.CommitAsync(Step(stale, new Debit("d", 30, Memo))),
            _ledger.CommitAsync(Step(replayed, new Credit("opening", 100, Memo), new Debit("d", 30, Memo))),
            _ledger.CommitAsync(Step(locked, new Debit("d", 30, Memo))),
            _ledger.CommitAsync(Step(poisoned, new Debit("d\0", 30, Memo))));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal(CommitOutcome.Committed, stolen.Outcome);
        Assert.Equal(
            [CommitOutcome.Committed, CommitOutcome.Fenced, CommitOutcome.Seen, CommitOutcome.Fenced, CommitOutcome.Refused],
            answers.Select(answer => answer.Outcome));
        var seen = Assert.Single(answers[2].Seen);
        Assert.Equal(("opening", 1L, LedgerKind.Credit, 100L, 100L), (seen.OperationId, seen.Sequence, seen.Kind, seen.AmountIdr, seen.BalanceAfterIdr));
        var balances = await Task.WhenAll(
            new[] { fresh, stale, replayed, locked, poisoned }.Select(async wallet => (await _ledger.LoadAsync(wallet.Id)).Wallet.BalanceIdr));
        Assert.Equal([70L, 90L, 100L, 100L, 100L], balances);
        Assert.Empty(await new LedgerInvariants(database.Sources).CheckAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_refusal_is_confirmed_only_over_the_wallet_it_was_decided_on()
    {
        var wallet = await Opened(100);
        var refused = Step(wallet, new Debit("too-much", 500, Memo));
        Assert.Null(Assert.Single(refused.Entries).Line);
        Assert.Equal(CommitOutcome.Committed, (await _ledger.CommitAsync(refused)).Outcome);
        await _ledger.CommitAsync(Step(wallet, new Credit("more", 1000, Memo)));
        Assert.Equal(CommitOutcome.Fenced, (await _ledger.CommitAsync(refused)).Outcome);
    }

    [Fact]
    public async Task A_refused_operation_that_had_happened_is_answered_from_its_row()
    {
        var wallet = await Opened(100);
        await _ledger.CommitAsync(Step(wallet, new Debit("all", 100, Memo)));
        var now = await _ledger.LoadAsync(wallet.Id);
        var again = await _ledger.CommitAsync(Step(now, new Debit("all", 100, Memo)));
        Assert.Equal((CommitOutcome.Seen, -100L), (again.Outcome, Assert.Single(again.Seen).AmountIdr));
    }

    [Fact]
    public async Task Two_writers_of_one_version_one_wins()
    {
        var wallet = await Opened(100);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => _ledger.CommitAsync(Step(wallet, new Debit($"d{n}", 100, Memo)))));
        Assert.Single(answers, answer => answer.Outcome == CommitOutcome.Committed);
        // By the version, not by the row's number: whoever runs into that is told that its own values were wrong, and its neighbours wait for it.
        Assert.Equal(19, answers.Count(answer => answer.Outcome == CommitOutcome.Fenced));
        Assert.Equal(0, (await _ledger.LoadAsync(wallet.Id)).Wallet.BalanceIdr);
    }

    [Fact]
    public async Task A_wrong_balance_at_the_right_version_is_fenced_too()
    {
        var wallet = await Opened(100);
        var dreaming = wallet with { Wallet = wallet.Wallet with { BalanceIdr = 1_000_000 } };
        Assert.Equal(CommitOutcome.Fenced, (await _ledger.CommitAsync(Step(dreaming, new Debit("d", 500_000, Memo)))).Outcome);
    }

    [Fact]
    public async Task Lots_holds_and_what_a_row_moved_are_read_back_as_they_were()
    {
        var wallet = await Opened(100);
        var step = Step(
            wallet, new GrantBonus("b1", 40, 1_900_000_000_000, "WELCOME25", Memo), new GrantBonus("b2", 10, null, null, Memo), new PlaceHold("h", "order", 45, Memo));
        Assert.Equal(CommitOutcome.Committed, (await _ledger.CommitAsync(step)).Outcome);
        var read = await _ledger.LoadAsync(wallet.Id);
        Assert.Equal(step.After, read.Wallet);
        Assert.Equal((true, Noon), (read.Exists, read.UpdatedAt));
        Assert.Equal(2, await database.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM wallet_transactions, jsonb_array_elements(lots) WHERE wallet_id = '{wallet.Id}' AND operation_id = 'h'"));
    }

    [Fact]
    public async Task A_killed_backend_leaves_the_outcome_unknown_and_the_books_right()
    {
        var wallet = await Opened(100);
        _ledger.FailPoint = async at =>
        {
            if (at != "before_commit") return;
            _ledger.FailPoint = null;
            await using var superuser = NpgsqlDataSource.Create(database.Database.SuperuserConnectionString);
            await using var kill = superuser.CreateCommand(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'webrana ledger'");
            await kill.ExecuteScalarAsync();
        };
        var answer = await _ledger.CommitAsync(Step(wallet, new Debit("d", 10, Memo)));
        // Either the pool noticed the dead connection beforehand, or the statement died with it.
        Assert.Contains(answer.Outcome, new[] { CommitOutcome.Unknown, CommitOutcome.Committed });
        var balance = (await _ledger.LoadAsync(wallet.Id)).Wallet.BalanceIdr;
        Assert.Equal(answer.Outcome == CommitOutcome.Committed ? 90 : 100, balance);
    }

    [Fact]
    public async Task Reading_survives_killed_connections()
    {
        var wallet = await Opened(100);
        await using var superuser = NpgsqlDataSource.Create(database.Database.SuperuserConnectionString);
        await using var kill = superuser.CreateCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'webrana ledger'");
        Assert.True((long)(await kill.ExecuteScalarAsync(TestContext.Current.CancellationToken))! > 0);
        Assert.Equal(100, (await _ledger.LoadAsync(wallet.Id)).Wallet.BalanceIdr);
    }

    [Fact]
    public async Task More_wallets_than_one_statement_takes_are_all_done()
    {
        await using var small = new LedgerStore(database.Sources, new LedgerOptions { MaxWallets = 7, MaxLines = 20 }, NullLogger<LedgerStore>.Instance);
        var wallets = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => small.LoadAsync(Guid.NewGuid())));
        var answers = await Task.WhenAll(wallets.Select(wallet => small.CommitAsync(Step(wallet, new Credit("c", 5, Memo), new Debit("d", 2, Memo)))));
        Assert.All(answers, answer => Assert.Equal(CommitOutcome.Committed, answer.Outcome));
        var read = await Task.WhenAll(wallets.Select(wallet => small.LoadAsync(wallet.Id)));
        Assert.All(read, wallet => Assert.Equal((2L, 3L), (wallet.Wallet.Version, wallet.Wallet.BalanceIdr)));
    }

    [Fact]
    public async Task After_the_end_nothing_is_taken_any_more()
    {
        var closed = new LedgerStore(database.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        await closed.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.LoadAsync(Guid.NewGuid()));
    }

    [Fact]
    public async Task A_commit_and_its_statement_stand_in_the_tree_of_whoever_asked()
    {
        var wallet = await Opened(100);
        using var spans = new EndedSpans();
        var asked = Ask.Traced(() => _ledger.CommitAsync(Step(wallet, new Debit("d", 30, Memo))));
        Assert.Equal(CommitOutcome.Committed, (await asked.Answer).Outcome);
        await _ledger.DisposeAsync(); // the batch's own span ends behind the answer

        var tree = spans.Of(asked);
        var waiting = Assert.Single(tree, span => span.ParentSpanId == asked.Caller.SpanId);
        var batch = Assert.Single(tree, span => span.ParentSpanId == waiting.SpanId);
        Assert.Equal(("wait ledger-commit", "batch ledger-commit"), (waiting.DisplayName, batch.DisplayName));
        Assert.Contains(tree, span => span.Source.Name == "Npgsql" && span.ParentSpanId == batch.SpanId
            && span.TagObjects.Any(tag => tag.Value is string text && text.Contains("wallet_transactions", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_commit_whose_outcome_is_unknown_failed_in_its_trace()
    {
        var wallet = await Opened(100);
        _ledger.FailPoint = _ => throw new NpgsqlException("the network is gone");
        using var spans = new EndedSpans();
        var asked = Ask.Traced(() => _ledger.CommitAsync(Step(wallet, new Debit("d", 30, Memo))));
        Assert.Equal(CommitOutcome.Unknown, (await asked.Answer).Outcome);
        await _ledger.DisposeAsync();
        var batch = Assert.Single(spans.Of(asked), span => span.DisplayName == "batch ledger-commit");
        Assert.Equal((ActivityStatusCode.Error, "outcome_unknown"), (batch.Status, batch.StatusDescription));
    }

    [Fact]
    public async Task The_ledgers_pool_never_plans_a_full_scan()
    {
        await Opened(1);
        await using var connection = await database.Sources.Ledger.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SHOW enable_seqscan", connection);
        Assert.Equal("off", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private async Task<StoredWallet> Opened(long idr)
    {
        var id = Guid.NewGuid();
        var answer = await _ledger.CommitAsync(Step(await _ledger.LoadAsync(id), new Credit("opening", idr, Memo)));
        Assert.Equal(CommitOutcome.Committed, answer.Outcome);
        return await _ledger.LoadAsync(id);
    }

    private static LedgerItem Step(StoredWallet before, params LedgerCommand[] commands)
    {
        var wallet = before.Wallet;
        var entries = new List<LedgerEntry>();
        foreach (var command in commands)
        {
            var decision = LedgerRules.Decide(wallet, command, Noon.ToUnixTimeMilliseconds());
            entries.Add(new LedgerEntry(command.OperationId, decision.Line));
            wallet = decision.After;
        }

        return new LedgerItem(before, wallet, entries, Noon);
    }
}
