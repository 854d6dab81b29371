using Npgsql;

namespace Webrana.WalletBench.Contenders;

/// <summary>The well-tuned rival: one conditional UPDATE … RETURNING with the ledger's inserts, one prepared statement, one round trip.</summary>
internal sealed class SingleUpdate(NpgsqlDataSource source, TimeProvider time) : IContender
{
    private const string Sql = """
        WITH u AS (
            UPDATE wallets SET version = version + 1, balance = balance - $3, updated_at = $4
            WHERE wallet_id = $1 AND balance - held >= $3
            RETURNING wallet_id, version, balance, held),
        q AS (INSERT INTO ledger_queue (wallet_id, seq) SELECT wallet_id, version FROM u)
        INSERT INTO wallet_transactions (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after,
                                         contra_account, reference_type, reference_id, description, occurred_at)
        SELECT wallet_id, version, $2, 2, -$3, 0, balance, held, 'REVENUE', 'VPS_PAYMENT', 'bench', 'Benchmark', $4 FROM u
        RETURNING balance_after
        """;

    public string Name => "update";

    public async Task<DebitResult> DebitAsync(Guid wallet, string operationId, long amountIdr)
    {
        await using var command = source.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = operationId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = amountIdr });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        try
        {
            return await command.ExecuteScalarAsync() is long balance
                ? new(DebitOutcome.Done, balance)
                : await WhatHappenedAsync(source, wallet, operationId, amountIdr);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return await WhatHappenedAsync(source, wallet, operationId, amountIdr);
        }
    }

    /// <summary>The rare path of both row-at-a-time contenders: a replay is answered from its row.</summary>
    public static async Task<DebitResult> WhatHappenedAsync(NpgsqlDataSource source, Guid wallet, string operationId, long amountIdr)
    {
        await using var command = source.CreateCommand("SELECT amount, balance_after FROM wallet_transactions WHERE wallet_id = $1 AND operation_id = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = operationId });
        await using var row = await command.ExecuteReaderAsync();
        if (!await row.ReadAsync()) return new(DebitOutcome.Insufficient, 0);
        return row.GetInt64(0) == -amountIdr ? new(DebitOutcome.AlreadyDone, row.GetInt64(1)) : new(DebitOutcome.Conflict, 0);
    }
}
