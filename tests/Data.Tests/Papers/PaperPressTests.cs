using Webrana.Data.Papers;

namespace Webrana.Data.Tests.Papers;

/// <summary>Two presses on one queue are two silos: they share nothing but the database.</summary>
public sealed class PaperPressTests(MigratedDatabase data) : IClassFixture<MigratedDatabase>
{
    static readonly PaperSeller Seller = new("Webrana", "", "", "");

    [Fact]
    public async Task Racing_and_dying_presses_give_every_row_one_number_and_leave_no_gap()
    {
        await QueueAsync(rows: 600, day: "2031-05-05");
        var (one, two) = (new PaperPress(data.Sources), new PaperPress(data.Sources));
        var deaths = 0;
        await Task.WhenAll(DrainAsync(one), DrainAsync(two));

        Assert.True(deaths > 4, $"{deaths} deaths");
        Assert.Equal(600L, await CountAsync("SELECT count(*) FROM papers WHERE year = 2031"));
        Assert.Equal(600L, await CountAsync("SELECT count(DISTINCT (wallet_id, seq)) FROM papers WHERE year = 2031"));
        Assert.Equal(600L, await CountAsync("SELECT max(number) FROM papers WHERE year = 2031"));
        Assert.Equal(1L, await CountAsync("SELECT min(number) FROM papers WHERE year = 2031"));
        Assert.Equal(600L, await CountAsync("SELECT last FROM paper_counters WHERE year = 2031"));
        Assert.Equal(0L, await CountAsync("SELECT count(*) FROM ledger_queue"));

        async Task DrainAsync(PaperPress press)
        {
            while (true)
            {
                try
                {
                    if (await press.PrintAsync(17, Draft, Told, Die, TestContext.Current.CancellationToken) == 0 && await CountAsync("SELECT count(*) FROM ledger_queue") == 0) return;
                }
                catch (TimeoutException)
                {
                    // Died after the rows were taken, numbered and written, before the commit: all of it must come back.
                }
            }
        }

        Task Die(IReadOnlyList<QueuedRow> rows) => rows.Any(row => row.Seq % 50 == 0) && Interlocked.Increment(ref deaths) % 2 == 1 ? throw new TimeoutException() : Task.CompletedTask;
    }

    [Fact]
    public async Task Each_year_counts_for_itself_and_a_paper_cannot_be_changed_by_the_application()
    {
        await QueueAsync(rows: 2, day: "2040-12-31");
        await QueueAsync(rows: 3, day: "2041-01-02");
        Assert.Equal(5, await new PaperPress(data.Sources).PrintAsync(100, Draft, Told, Nothing, TestContext.Current.CancellationToken));
        Assert.Equal(2L, await CountAsync("SELECT last FROM paper_counters WHERE year = 2040"));
        Assert.Equal(3L, await CountAsync("SELECT last FROM paper_counters WHERE year = 2041"));

        foreach (var sql in new[] { "UPDATE papers SET amount = 1", "DELETE FROM papers", "DELETE FROM paper_counters" })
        {
            await using var command = data.Sources.Queries.CreateCommand(sql);
            Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken))).SqlState);
        }
    }

    [Fact]
    public async Task A_row_that_gets_no_paper_leaves_the_queue_and_takes_no_number()
    {
        await QueueAsync(rows: 4, day: "2050-03-03");
        await new PaperPress(data.Sources).PrintAsync(100, row => row.Seq % 2 == 0 ? null : Draft(row), Told, Nothing, TestContext.Current.CancellationToken);
        Assert.Equal(2L, await CountAsync("SELECT last FROM paper_counters WHERE year = 2050"));
        Assert.Equal(0L, await CountAsync("SELECT count(*) FROM ledger_queue"));

        var queries = new PaperQueries(data.Sources);
        var first = Assert.Single((await queries.OfYearAsync(2050, null, 1, null, TestContext.Current.CancellationToken)).Rows);
        Assert.Equal((2L, "Sale 3", "Webrana"), (first.Number, first.Description, first.Seller.Name));
        var page = await queries.OfAsync(first.WalletId, 2, 1, null, TestContext.Current.CancellationToken);
        Assert.Equal(1L, Assert.Single((await queries.OfAsync(first.WalletId, 2, 1, page.Next, TestContext.Current.CancellationToken)).Rows).Number);
        Assert.Null(await queries.FindAsync(2050, 9, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Rows_of_an_owner_who_cannot_be_told_wait_alone_with_what_comes_behind_them_and_take_their_numbers_when_they_are_written()
    {
        await QueueAsync(rows: 3, day: "2060-06-01");
        var untold = await data.Database.ScalarAsync<Guid>("SELECT DISTINCT wallet_id FROM ledger_queue");
        await QueueAsync(rows: 4, day: "2060-06-02");

        Assert.Equal(7, await PrintAsync(Failing));
        Assert.Equal(4L, await CountAsync("SELECT count(*) FROM papers WHERE year = 2060"));
        Assert.Equal(4L, await CountAsync("SELECT last FROM paper_counters WHERE year = 2060"));
        Assert.Equal(0L, await CountAsync($"SELECT count(*) FROM papers WHERE wallet_id = '{untold}'"));
        Assert.Equal(1L, await CountAsync($"SELECT count(*) FROM paper_waits WHERE wallet_id = '{untold}' AND tries = 1 AND reason = 'TimeoutException'"));

        // However soon it is looked again, and whatever else of this owner comes: it stays behind what waits. Others go on.
        await data.Database.ExecuteAsync("UPDATE paper_waits SET try_at = now() + interval '1 hour'", TestContext.Current.CancellationToken);
        await QueueAsync(rows: 2, day: "2060-06-03", owner: untold, from: 4);
        await QueueAsync(rows: 1, day: "2060-06-04");
        Assert.Equal(1, await PrintAsync(Told));
        Assert.Equal(5L, await CountAsync("SELECT last FROM paper_counters WHERE year = 2060"));
        Assert.Equal(5L, await CountAsync("SELECT count(*) FROM ledger_queue"));

        // Tried again in vain it waits for longer, and never for more than a minute; since when it waits is not forgotten.
        await data.Database.ExecuteAsync("UPDATE paper_waits SET tries = 40, since = now() - interval '11 minutes', try_at = now()", TestContext.Current.CancellationToken);
        Assert.Equal(5, await PrintAsync(Failing));
        Assert.Equal(1L, await CountAsync("SELECT count(*) FROM paper_waits WHERE tries = 41 AND try_at BETWEEN now() + interval '20 seconds' AND now() + interval '61 seconds'"));
        Assert.Equal((1L, (Guid?)untold), await new PaperPress(data.Sources).StuckAsync(TestContext.Current.CancellationToken));

        await data.Database.ExecuteAsync("UPDATE paper_waits SET try_at = now()", TestContext.Current.CancellationToken);
        Assert.Equal(5, await PrintAsync(Told));
        Assert.Equal("1,2,3,4,5", await data.Database.ScalarAsync<string>($"SELECT string_agg(seq::text, ',' ORDER BY number) FROM papers WHERE wallet_id = '{untold}'"));
        Assert.Equal(10L, await CountAsync("SELECT last FROM paper_counters WHERE year = 2060"));
        Assert.Equal(10L, await CountAsync("SELECT count(DISTINCT number) FROM papers WHERE year = 2060 AND number BETWEEN 1 AND 10"));
        Assert.Equal(0L, await CountAsync("SELECT count(*) FROM paper_waits"));
        Assert.Equal((0L, (Guid?)null), await new PaperPress(data.Sources).StuckAsync(TestContext.Current.CancellationToken));

        Task<int> PrintAsync(Func<IReadOnlyList<QueuedRow>, Task<IReadOnlyDictionary<Guid, string>>> tell) =>
            new PaperPress(data.Sources).PrintAsync(100, Draft, tell, Nothing, TestContext.Current.CancellationToken);

        Task<IReadOnlyDictionary<Guid, string>> Failing(IReadOnlyList<QueuedRow> rows) =>
            Task.FromResult<IReadOnlyDictionary<Guid, string>>(new Dictionary<Guid, string> { [untold] = nameof(TimeoutException) });
    }

    static DraftPaper? Draft(QueuedRow row) => new(row, row.OccurredAt.Year, 2, Seller, null);

    static Task<IReadOnlyDictionary<Guid, string>> Told(IReadOnlyList<QueuedRow> rows) =>
        Task.FromResult<IReadOnlyDictionary<Guid, string>>(new Dictionary<Guid, string>());

    static Task Nothing(IReadOnlyList<QueuedRow> rows) => Task.CompletedTask;

    Task<int> QueueAsync(int rows, string day, Guid? owner = null, int from = 1) => data.Database.ExecuteAsync($"""
        WITH wallet AS (SELECT '{owner ?? Guid.NewGuid()}'::uuid AS id),
        row AS (
            INSERT INTO wallet_transactions (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after, contra_account, reference_type, reference_id, description, occurred_at)
            SELECT w.id, n, 'op-' || n, 2, -1000, 0, 1000000, 0, 'REVENUE', 'RENEWAL', 'r', 'Sale ' || n, '{day} 05:00Z' FROM wallet w, generate_series({from}, {from + rows - 1}) n RETURNING wallet_id, seq)
        INSERT INTO ledger_queue SELECT wallet_id, seq FROM row
        """);

    async Task<long> CountAsync(string sql) => Convert.ToInt64(await data.Database.ScalarAsync<object>(sql), System.Globalization.CultureInfo.InvariantCulture);
}
