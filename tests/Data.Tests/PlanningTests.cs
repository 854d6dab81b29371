using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Webrana.Data.States;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Data.Tests;

/// <summary>
/// The pools whose statements find everything by key plan each of them once. Left to itself, PostgreSQL makes a plan for each length of an
/// array, at a fifth of the whole cost of a storm of renewals.
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
            StateWrite[] writes = [.. Enumerable.Range(0, 1 + (round % 5 * 10)).Select(_ => new StateWrite(new StateKey("planning", $"{Guid.NewGuid()}"), null, "{}"))];
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
