using Npgsql;
using Webrana.Data;
using Webrana.Data.Wallets;

namespace Webrana.WalletBench.Renewals;

/// <summary>What the rows say of a storm.</summary>
internal sealed class RenewalBooks(NpgsqlDataSource rows, DataSources sources)
{
    /// <summary>Charges in the ledger.</summary>
    public Task<long> ChargesAsync() => CountAsync("SELECT count(*) FROM wallet_transactions WHERE reference_type = 'RENEWAL'");

    /// <summary>
    /// Rows put into the ledger, as PostgreSQL's own statistics say: seconds late, and of debits beside the storm as well, but no work for the cores that
    /// are measured.
    /// </summary>
    public Task<long> BookedAsync() => CountAsync("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'wallet_transactions'");

    /// <summary>Whether a charge is due, since this moment or longer, that nobody has begun.</summary>
    public async Task<bool> IsAnyDueAsync(DateTimeOffset since) => await CountAsync(
        $"SELECT count(*) FROM (SELECT FROM grain_state WHERE state = 'droplet' AND due_at <= {since.ToUnixTimeMilliseconds()} LIMIT 1) one") > 0;

    /// <summary>Servers that still have something to do now: a charge, a notice or a line to tell.</summary>
    public Task<long> OpenAsync() => CountAsync("""
        SELECT count(*) FROM grain_state
        WHERE state = 'droplet' AND (due_at <= (extract(epoch FROM now()) * 1000)::bigint OR payload->'workAt' <> 'null')
        """);

    /// <summary>Papers that are not made yet, and notices that have not left.</summary>
    public Task<long> QueuedAsync() => CountAsync("SELECT (SELECT count(*) FROM ledger_queue) + (SELECT count(*) FROM notice_deliveries WHERE stage = 1)");

    /// <summary>Outages of its own that the service knows of: the last one, or none.</summary>
    public Task<long> OutagesAsync() => CountAsync("SELECT count(*) FROM service_pulse WHERE recovered_at IS NOT NULL");

    /// <summary>Every promise that is broken; empty = exactly once each.</summary>
    /// <param name="told">Whether the owners were to hear of it, too.</param>
    /// <param name="periods">How many were due of each server, from the second on.</param>
    public async Task<IReadOnlyList<string>> BrokenAsync(long servers, bool told, int periods = 1)
    {
        var broken = new List<string>();
        await Expect("charges", servers * periods, "SELECT count(*) FROM wallet_transactions WHERE reference_type = 'RENEWAL'");
        await Expect("servers charged", servers, "SELECT count(DISTINCT reference_id) FROM wallet_transactions WHERE reference_type = 'RENEWAL'");
        await Expect("servers charged for fewer or more periods, or for one twice", 0, $"""
            SELECT count(*) FROM (
                SELECT reference_id FROM wallet_transactions WHERE reference_type = 'RENEWAL' GROUP BY reference_id
                HAVING count(*) <> {periods} OR count(DISTINCT operation_id) <> {periods}) other
            """);
        await Expect("charges of a period that was not due", 0, $"""
            SELECT count(*) FROM wallet_transactions WHERE reference_type = 'RENEWAL'
                AND NOT EXISTS (SELECT FROM generate_series(2, {periods + 1}) due WHERE operation_id = 'renew:' || reference_id || ':' || due)
            """);
        await Expect("servers whose record and charges differ", 0, """
            SELECT count(*) FROM grain_state g WHERE g.state = 'droplet' AND (
                (g.payload->'subscription'->>'paidPeriod')::int <> 1 + (
                    SELECT count(*) FROM wallet_transactions t
                    WHERE t.wallet_id = g.owner::uuid AND t.reference_type = 'RENEWAL' AND t.reference_id = substr(g.key, 9)
                        AND t.amount = -(g.payload->'order'->>'priceIdr')::bigint)
                OR coalesce(g.payload->'renewing', 'null') <> 'null')
            """);
        await Expect("servers suspended", 0, """
            SELECT count(*) FROM grain_state
            WHERE state = 'droplet' AND (payload->>'phase' <> 'Running' OR payload->'subscription'->>'suspendedAt' IS NOT NULL)
            """);
        if (told)
        {
            await Expect("activity lines", servers * periods, $"""
                SELECT count(*) FROM instance_activity
                WHERE status = 'Completed' AND EXISTS (SELECT FROM generate_series(2, {periods + 1}) due WHERE action_id = 'renew-' || due)
                """);
            await Expect("notices", servers * periods, "SELECT count(*) FROM notices WHERE kind = 'Renewed'");
            await Expect("periods told of", servers * periods, "SELECT count(DISTINCT notice_id) FROM notices WHERE kind = 'Renewed'");
            await Expect("notices of a suspension or of missing money", 0, "SELECT count(*) FROM notices WHERE kind IN ('Suspended', 'BalanceShort')");
        }

        broken.AddRange((await new LedgerInvariants(sources).CheckAsync()).Select(one => $"{one.Name} ({one.Count})"));
        return broken;

        async Task Expect(string what, long expected, string sql)
        {
            var found = await CountAsync(sql);
            if (found != expected) broken.Add($"{what}: {found} instead of {expected}");
        }
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = rows.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
