using Npgsql;
using Webrana.Data.Desk;
using Webrana.Data.Droplets;

namespace Webrana.Data.Tests.Desk;

/// <summary>Renewals that were not paid in time, by when they fell due, on a database of its own: it reads everybody's.</summary>
public sealed class OverdueReportTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_renewal_counts_where_it_fell_due_unpaid_once_and_says_whether_it_was_paid_later()
    {
        await using var activity = new InstanceActivity(database.Sources);
        // Charged at once; and charged at once, but noted when the silo was back twenty minutes later.
        var prompt = await ServerAsync("RUNNING", 100_000);
        await LineAsync(activity, prompt, "renew-2", "Completed", At(9, 1, 0), At(9, 1, 0).AddSeconds(2));
        await PaidAsync(prompt, 2, 100_000, At(9, 1, 0).AddSeconds(1));
        var noted = await ServerAsync("RUNNING", 100_000);
        await LineAsync(activity, noted, "renew-2", "Completed", At(9, 10, 0), At(9, 10, 0).AddMinutes(20));
        await PaidAsync(noted, 2, 100_000, At(9, 10, 0).AddSeconds(1));
        // Refused on the first, paid on the third: its line keeps when it was refused.
        var late = await ServerAsync("RUNNING", 100_000);
        await LineAsync(activity, late, "renew-2", InstanceActivity.Running, At(9, 1, 0), null);
        await LineAsync(activity, late, "renew-2", "Completed", At(9, 3, 9), At(9, 3, 9));
        await PaidAsync(late, 2, 100_000, At(9, 3, 9));
        // Refused on the first, suspended on the third, and so it is still.
        var suspended = await ServerAsync("SUSPENDED", 150_000);
        await LineAsync(activity, suspended, "renew-2", InstanceActivity.Running, At(9, 1, 8), null);
        await LineAsync(activity, suspended, "unpaid-2", "Errored", At(9, 3, 8), At(9, 3, 8));
        // Not to be renewed, late on Jakarta's last day of September; and it never was.
        var ended = await ServerAsync("TERMINATED", 200_000);
        await LineAsync(activity, ended, "unpaid-3", "Errored", At(9, 30, 23), At(9, 30, 23));
        // Not to be renewed either, and then its owner paid after all, at a price announced meanwhile.
        var back = await ServerAsync("RUNNING", 110_000);
        await LineAsync(activity, back, "unpaid-2", "Errored", At(10, 2, 0), At(10, 2, 0));
        await LineAsync(activity, back, "renew-2", "Completed", At(10, 5, 0), At(10, 5, 0).AddSeconds(1));
        await PaidAsync(back, 2, 120_000, At(10, 5, 0));
        // A wish to pay ahead that came to nothing is no renewal that was due.
        await LineAsync(activity, back, "6f1c-77", "Errored", At(10, 20, 0), At(10, 20, 0));

        var reports = new ReportQueries(database.Sources);
        var days = await reports.UnpaidAsync(At(9, 1, 0), At(11, 1, 0), ReportStep.Day, Cancellation);

        Assert.Equal(["period", "missed", "missedAmount", "paidLater", "paidLaterAmount", "stillDue", "stillDueAmount"], days.Columns);
        Assert.Equal(
            ["2026-09-01: 2/250000, paid 1/100000, due 1/150000", "2026-09-30: 1/200000, paid 0/0, due 0/0", "2026-10-02: 1/120000, paid 1/120000, due 0/0"], Said(days));
        var months = await reports.UnpaidAsync(At(9, 1, 0), At(11, 1, 0), ReportStep.Month, Cancellation);
        Assert.Equal(["2026-09: 3/450000, paid 1/100000, due 1/150000", "2026-10: 1/120000, paid 1/120000, due 0/0"], Said(months));
        // A suspension is no second renewal, wherever the span begins.
        Assert.Empty((await reports.UnpaidAsync(At(9, 2, 0), At(9, 5, 0), ReportStep.Day, Cancellation)).Rows);
    }

    [Fact]
    public async Task A_span_is_found_by_the_index_of_unpaid_renewals()
    {
        // A table this small is read whole unless that is forbidden.
        await using var connection = new NpgsqlConnection(database.Database.OwnerConnectionString);
        await connection.OpenAsync(Cancellation);
        await using (var small = new NpgsqlCommand("SET enable_seqscan = off", connection))
        {
            await small.ExecuteNonQueryAsync(Cancellation);
        }

        var sql = ReportQueries.UnpaidByPeriod.Replace("$1", "'2026-09-01'::timestamptz", StringComparison.Ordinal)
            .Replace("$2", "'2026-10-01'::timestamptz", StringComparison.Ordinal).Replace("$3", "'day'", StringComparison.Ordinal);
        await using var explain = new NpgsqlCommand($"EXPLAIN {sql}", connection);
        var plan = new List<string>();
        await using var line = await explain.ExecuteReaderAsync(Cancellation);
        while (await line.ReadAsync(Cancellation))
            plan.Add(line.GetString(0));

        Assert.Contains(plan, step => step.Contains("instance_activity_unpaid", StringComparison.Ordinal));
    }

    private async Task<Guid> ServerAsync(string status, long priceIdr)
    {
        var server = Guid.NewGuid();
        await database.Database.ExecuteAsync(
            $$"""
            INSERT INTO grain_state (state, key, owner, status, version, payload)
            VALUES ('droplet', 'droplet:{{server}}', '{{server}}', '{{status}}', 1, '{"order": {"owner": "{{server}}", "priceIdr": {{priceIdr}} } }')
            """, Cancellation);
        return server;
    }

    private static Task LineAsync(InstanceActivity activity, Guid server, string id, string status, DateTimeOffset started, DateTimeOffset? completed) =>
        activity.UpsertAsync(server, [new ActivityRow(id, "Renew", status, started, completed, "system", null)]);

    private Task<int> PaidAsync(Guid server, int period, long amountIdr, DateTimeOffset at) => database.Database.ExecuteAsync(
        $"""
        INSERT INTO wallet_transactions (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after, contra_account, reference_type, reference_id,
                                         description, occurred_at)
        VALUES ('{server}', 1, 'renew:{server}:{period}', 2, {-amountIdr}, 0, 0, 0, 'REVENUE', 'RENEWAL', '{server}', 'Perpanjangan', '{at:O}')
        """, Cancellation);

    private static IEnumerable<string> Said(ReportTable report) =>
        report.Rows.Select(row => $"{row[0]}: {row[1]}/{row[2]}, paid {row[3]}/{row[4]}, due {row[5]}/{row[6]}");

    private static DateTimeOffset At(int month, int day, int hour) => new(2026, month, day, hour, 0, 0, Jakarta);
}
