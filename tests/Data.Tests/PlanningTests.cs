using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Webrana.Data.States;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Data.Tests;

/// <summary>
/// The pools whose statements find everything by key plan each of them once. Left to itself, PostgreSQL makes a plan for each length of an
/// array, at a quarter of the database's time in a storm of renewals.
/// </summary>
public sealed class PlanningTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task A_commit_of_the_ledger_is_planned_once_however_many_wallets_it_has()
    {
        await using var sources = new DataSources(new DataOptions { ConnectionString = database.Options.ConnectionString, LedgerPoolSize = 1 });
        await using var ledger = new LedgerStore(sources, new LedgerOptions { Writers = 1 }, NullLogger<LedgerStore>.Instance);
        for (var round = 0; round < 20; round++)
            await Task.WhenAll(Enumerable.Range(0, 1 + (round % 5 * 10)).Select(_ => CreditAsync(ledger)));

        var (generic, custom) = await PlansAsync(sources.Ledger, "moved AS");
        Assert.True(generic >= 10, $"{generic} generic plans");
        Assert.Equal(0, custom);
    }

    [Fact]
    public async Task So_are_reads_and_writes_of_records()
    {
        await using var sources = new DataSources(new DataOptions { ConnectionString = database.Options.ConnectionString, StatePoolSize = 1 });
        for (var round = 0; round < 20; round++)
        {
            StateWrite[] writes = [.. Enumerable.Range(0, 1 + (round % 5 * 10)).Select(_ => new StateWrite(new StateKey("planning", $"planning:{Guid.NewGuid()}"), null, "{}"u8.ToArray()))];
            Assert.Equal(writes.Length, (await BatchedStatements.WriteAsync(sources.State, writes)).Count);
            Assert.Equal(writes.Length, (await BatchedStatements.ReadAsync(sources.State, [.. writes.Select(write => write.Key)])).Count);
        }

        foreach (var statement in (string[])["changed AS", "g.payload::text"])
        {
            var (generic, custom) = await PlansAsync(sources.State, statement);
            Assert.True(generic >= 10, $"{generic} generic plans of {statement}");
            Assert.Equal(0, custom);
        }
    }

    /// <summary>
    /// The plan is kept, so it has to be the right one whenever it was made: a commit of many lines finds what happened by the operation, and joins its
    /// lines to its wallets by hash; row by row it would compare millions.
    /// </summary>
    [Fact]
    public async Task A_commit_that_was_planned_over_empty_tables_finds_operations_by_their_index_and_joins_by_hash()
    {
        await using var connection = await database.Sources.Ledger.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(connection, $"""
            PREPARE planned (uuid[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], text[], text[], timestamptz[],
                uuid[], bigint[], text[], smallint[], bigint[], bigint[], bigint[], bigint[], text[], text[], text[], text[], text[], text[], boolean[], bigint[]) AS {CommitStatement.Sql}
            """);
        var plan = new StringBuilder();
        await using (var command = new NpgsqlCommand($"EXPLAIN EXECUTE planned ({string.Join(", ", Enumerable.Repeat("NULL", 26))})", connection))
        await using (var line = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await line.ReadAsync(TestContext.Current.CancellationToken)) plan.AppendLine(line.GetString(0));
        }

        await ExecuteAsync(connection, "DEALLOCATE planned");
        Assert.Contains("Index Scan using wallet_transactions_operation", plan.ToString(), StringComparison.Ordinal);
        Assert.Contains("Index Scan using wallets_pkey", plan.ToString(), StringComparison.Ordinal);
        Assert.Contains("Hash Join", plan.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan.ToString(), StringComparison.Ordinal);
    }

    /// <summary>After a burst, before anybody has counted: looked through for each of a few million rows, the queue kept one check busy for ten minutes.</summary>
    [Fact]
    public async Task No_check_of_the_ledger_looks_through_the_queue_of_papers_for_each_of_its_rows()
    {
        await using var burst = new MigratedDatabase();
        await burst.InitializeAsync();
        await burst.Database.ExecuteAsync("""
            INSERT INTO wallet_transactions (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after, contra_account, reference_type, reference_id, description, occurred_at)
            SELECT '00000000-0000-0000-0000-000000000001', n, n::text, 1, 1, 0, n, 0, 'GATEWAY', 'DEPOSIT', n::text, 'Isi saldo', now() FROM generate_series(1, 20000) n
            """, TestContext.Current.CancellationToken);
        await burst.Database.ExecuteAsync("INSERT INTO ledger_queue (wallet_id, seq) SELECT wallet_id, seq FROM wallet_transactions", TestContext.Current.CancellationToken);

        foreach (var (name, sql) in LedgerInvariants.Checks.Where(check => check.Sql.Contains("ledger_queue", StringComparison.Ordinal)))
        {
            await using var command = burst.Sources.Queries.CreateCommand($"EXPLAIN {sql}");
            await using var line = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            var plan = new StringBuilder(name).AppendLine();
            while (await line.ReadAsync(TestContext.Current.CancellationToken)) plan.AppendLine(line.GetString(0));
            Assert.Contains("ledger_queue", plan.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("Nested Loop", plan.ToString(), StringComparison.Ordinal);
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    static async Task CreditAsync(LedgerStore ledger)
    {
        var stored = await ledger.LoadAsync(Guid.NewGuid());
        var decision = LedgerRules.Decide(stored.Wallet, new Credit("test:money", 1_000, new PostingMemo("ADJUSTMENT", "uji", "ADJUSTMENT", "Uji")), 0);
        var item = new LedgerItem(stored, decision.After, [new LedgerEntry("test:money", decision.Line)], DateTimeOffset.UnixEpoch);
        Assert.Equal(CommitOutcome.Committed, (await ledger.CommitAsync(item)).Outcome);
    }

    /// <summary>As the pool's one connection knows it.</summary>
    static async Task<(long Generic, long Custom)> PlansAsync(NpgsqlDataSource pool, string statement)
    {
        await using var command = pool.CreateCommand("SELECT sum(generic_plans)::bigint, sum(custom_plans)::bigint FROM pg_prepared_statements WHERE strpos(statement, $1) > 0");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = statement });
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
