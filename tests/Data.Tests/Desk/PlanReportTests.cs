using Webrana.Data.Desk;

namespace Webrana.Data.Tests.Desk;

/// <summary>What the margin report counts of each plan, on a database of its own: it reads everybody's.</summary>
public sealed class PlanReportTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private const string Awake = "00000000-0000-0000-0000-00000000000a";
    private const string Asleep = "00000000-0000-0000-0000-00000000000b";
    private const string Woken = "00000000-0000-0000-0000-00000000000c";
    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>All three since August: one always ran, one fell asleep in that month and still sleeps, one slept until October.</summary>
    [Fact]
    public async Task A_server_that_slept_through_a_month_is_none_of_that_month()
    {
        var fell = At(2026, 8, 20).ToUnixTimeMilliseconds();
        await database.Database.ExecuteAsync(
            $$"""
            INSERT INTO grain_state (state, key, owner, status, version, payload) VALUES
                ('droplet', 'droplet:{{Awake}}', 'x', 'RUNNING', 1, '{"order": {"planId": "kecil", "size": "s-1", "priceIdr": 100000, "period": "Monthly"} }'),
                ('droplet', 'droplet:{{Asleep}}', 'x', 'HIBERNATED', 1,
                 '{"order": {"planId": "tidur", "size": "s-2", "priceIdr": 150000, "period": "Monthly"}, "hibernation": {"startedAt": {{fell}}, "sizeMb": 1024} }'),
                ('droplet', 'droplet:{{Woken}}', 'x', 'RUNNING', 1, '{"order": {"planId": "kecil", "size": "s-1", "priceIdr": 100000, "period": "Monthly"} }');
            INSERT INTO wallet_transactions (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after, contra_account, reference_type, reference_id,
                                             description, occurred_at)
            SELECT '00000000-0000-0000-0000-0000000000ff'::uuid, row_number() OVER (), 'order:' || id || ':capture', 4, -price, -price, 0, 0, 'REVENUE', 'VPS_PAYMENT', id, 'Server',
                   '2026-08-01 10:00+07'::timestamptz
            FROM (VALUES ('{{Awake}}', 100000), ('{{Asleep}}', 150000), ('{{Woken}}', 100000)) bought (id, price);
            INSERT INTO notices (id, user_id, notice_id, kind, facts, in_panel, created_at) VALUES
                (gen_random_uuid(), gen_random_uuid(), 'b', 'Hibernated', '{"instance": "{{Asleep}}"}', true, '2026-08-20 00:00+07'),
                (gen_random_uuid(), gen_random_uuid(), 'c', 'Hibernated', '{"instance": "{{Woken}}"}', true, '2026-08-25 12:34:56+07');
            INSERT INTO instance_activity (instance, action_id, kind, status, started_at, completed_at, actor) VALUES
                ('{{Woken}}', 'woken', 'Restore', 'Completed', '2026-10-10 08:00+07', '2026-10-10 08:07+07', 'system');
            """, Cancellation);

        var report = await new ReportQueries(database.Sources).PlansAsync(At(2026, 8, 1), At(2026, 11, 1), At(2026, 12, 1), ReportStep.Month, Cancellation);

        Assert.Equal("servers", report.Columns[3]);
        Assert.Equal(
            ["2026-08 kecil: 2, Rp 200000", "2026-08 tidur: 1, Rp 150000", "2026-09 kecil: 1, Rp 0", "2026-09 tidur: 0, Rp 0", "2026-10 kecil: 2, Rp 0", "2026-10 tidur: 0, Rp 0"],
            report.Rows.Select(row => $"{row[0]} {row[1]}: {row[3]}, Rp {row[5]}"));
        // September's hours are those of the one that ran.
        Assert.Equal([720L, 0L], report.Rows.Where(row => (string)row[0]! == "2026-09").Select(row => (long)row[4]!));
    }

    private static DateTimeOffset At(int year, int month, int day) => new(year, month, day, 0, 0, 0, Jakarta);
}
