using System.Diagnostics;
using Npgsql;

namespace Webrana.WalletBench.Renewals;

/// <summary>
/// What one would write without grains: workers that each claim one due row with FOR UPDATE SKIP LOCKED and do the whole of one renewal in
/// its transaction. The same rows in the end (wallet, ledger line and its place in the queue for papers, server, activity line, notice and its
/// place in the outbox, alarm moved), prepared statements, everything but the claim in one round trip; nobody takes the mails out again, which the product does.
/// </summary>
internal sealed class PerRowWorker(NpgsqlDataSource source, int workers)
{
    private const string ClaimSql = """
        SELECT key, owner FROM grain_state WHERE state = 'droplet' AND due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
        """;

    private const string DebitSql = """
        WITH u AS (
            UPDATE wallets SET version = version + 1, balance = balance - $2, updated_at = $4
            WHERE wallet_id = $1 AND balance - held >= $2
            RETURNING wallet_id, version, balance, held),
        q AS (INSERT INTO ledger_queue (wallet_id, seq) SELECT wallet_id, version FROM u)
        INSERT INTO wallet_transactions (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after,
                                         contra_account, reference_type, reference_id, description, occurred_at)
        SELECT wallet_id, version, 'renew:' || $3 || ':2', 2, -$2, 0, balance, held, 'REVENUE', 'RENEWAL', $3, 'Renewal', $4 FROM u
        """;

    private const string RenewSql = """
        UPDATE grain_state SET payload = jsonb_set(jsonb_set(payload, '{subscription,paidPeriod}', '2'), '{billingAt}', to_jsonb($2)), due_at = $2, version = version + 1
        WHERE state = 'droplet' AND key = $1
        """;

    private const string LineSql = """
        INSERT INTO instance_activity (instance, action_id, kind, status, started_at, completed_at, actor, message)
        VALUES ($1, 'renew-2', 'Renew', 'Completed', $2, $2, 'system', NULL)
        """;

    private const string NoticeSql = """
        WITH added AS (
            INSERT INTO notices (id, user_id, notice_id, kind, facts, in_panel, created_at)
            VALUES (gen_random_uuid(), $1, 'droplet:' || $2 || ':renewed:2', 'Renewed', jsonb_build_object('instanceId', $2), true, $3) RETURNING id)
        INSERT INTO notice_deliveries (notice, user_id, channel, target, try_at, created_at) SELECT id, $1, 1, '', $3, $3 FROM added
        """;

    private const string AlarmSql = "UPDATE orleans_reminders SET start_time = $2, version = version + 1 WHERE service_id = 'webrana' AND grain_id = $1 AND reminder_name = 'alarm'";

    /// <summary>Renews everything that is due; answers how long it took.</summary>
    public async Task<TimeSpan> RunAsync()
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync()));
        return Stopwatch.GetElapsedTime(began);
    }

    private async Task WorkAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        while (await RenewOneAsync(connection))
        {
        }
    }

    private static async Task<bool> RenewOneAsync(NpgsqlConnection connection)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var transaction = await connection.BeginTransactionAsync();
        string key, owner;
        await using (var claim = new NpgsqlCommand(ClaimSql, connection, transaction))
        {
            claim.Parameters.Add(new NpgsqlParameter<long> { TypedValue = now.ToUnixTimeMilliseconds() });
            await using var row = await claim.ExecuteReaderAsync();
            if (!await row.ReadAsync()) return false;
            (key, owner) = (row.GetString(0), row.GetString(1));
        }

        var instance = key["droplet:".Length..];
        var next = now.AddHours(12);
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(batch, DebitSql, Guid.Parse(owner), RenewalSeed.PriceIdr, instance, now.UtcDateTime);
        Add(batch, RenewSql, key, next.ToUnixTimeMilliseconds());
        Add(batch, LineSql, Guid.Parse(instance), now.UtcDateTime);
        Add(batch, NoticeSql, Guid.Parse(owner), instance, now.UtcDateTime);
        Add(batch, AlarmSql, $"droplet/{key}", next.UtcDateTime);
        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return true;
    }

    private static void Add(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        batch.BatchCommands.Add(command);
    }
}
