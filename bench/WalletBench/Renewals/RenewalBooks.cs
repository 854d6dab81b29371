using Npgsql;
using Webrana.Data;
using Webrana.Data.Wallets;

namespace Webrana.WalletBench.Renewals;

/// <summary>What the rows say of a storm.</summary>
internal sealed class RenewalBooks(NpgsqlDataSource rows, DataSources sources)
{
    /// <summary>Charges in the ledger.</summary>
    public Task<long> ChargesAsync() => CountAsync("SELECT count(*) FROM wallet_transactions WHERE reference_type = 'RENEWAL'");

    /// <summary>Servers that still have something to do now: a charge, a notice or a line to tell.</summary>
    public Task<long> OpenAsync() => CountAsync("""
        SELECT count(*) FROM grain_state
        WHERE state = 'droplet' AND (due_at <= (extract(epoch FROM now()) * 1000)::bigint OR payload->'workAt' <> 'null')
        """);

    /// <summary>Every promise that is broken; empty = exactly once each.</summary>
    public async Task<IReadOnlyList<string>> BrokenAsync(long servers, bool told)
    {
        var broken = new List<string>();
        await Expect("charges", servers, "SELECT count(*) FROM wallet_transactions WHERE reference_type = 'RENEWAL'");
        await Expect("servers charged", servers, "SELECT count(DISTINCT reference_id) FROM wallet_transactions WHERE reference_type = 'RENEWAL'");
        await Expect("charges of another period than the second", 0, """
            SELECT count(*) FROM wallet_transactions WHERE reference_type = 'RENEWAL' AND operation_id <> 'renew:' || reference_id || ':2'
            """);
        await Expect("servers whose record and charges differ", 0, """
            SELECT count(*) FROM grain_state g WHERE g.state = 'droplet' AND (
                (g.payload->'subscription'->>'paidPeriod')::int <> 1 + (
                    SELECT count(*) FROM wallet_transactions t
                    WHERE t.wallet_id = g.owner::uuid AND t.operation_id = 'renew:' || substr(g.key, 9) || ':2' AND t.amount = -(g.payload->'order'->>'priceIdr')::bigint)
                OR coalesce(g.payload->'renewing', 'null') <> 'null')
            """);
        if (told)
        {
            await Expect("activity lines", servers, "SELECT count(*) FROM instance_activity WHERE action_id = 'renew-2' AND status = 'Completed'");
            await Expect("notices", servers, "SELECT count(*) FROM notices WHERE kind = 'Renewed'");
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
