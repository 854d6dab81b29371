using Npgsql;

namespace Webrana.WalletBench.Contenders;

/// <summary>What most teams write first: BEGIN, SELECT … FOR UPDATE, UPDATE, INSERT, COMMIT.</summary>
internal sealed class ForUpdate(NpgsqlDataSource source, TimeProvider time) : IContender
{
    public string Name => "for-update";

    public async Task<DebitResult> DebitAsync(Guid wallet, string operationId, long amountIdr)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        long version, balance, held;
        await using (var read = new NpgsqlCommand("SELECT version, balance, held FROM wallets WHERE wallet_id = $1 FOR UPDATE", connection, transaction))
        {
            read.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet });
            await using var row = await read.ExecuteReaderAsync();
            if (!await row.ReadAsync()) return new(DebitOutcome.Insufficient, 0);
            (version, balance, held) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
        }

        // Check the id, write the rows: one round trip.
        if (balance - held < amountIdr) return await SingleUpdate.WhatHappenedAsync(source, wallet, operationId, amountIdr);
        await using var batch = new NpgsqlBatch(connection, transaction);
        var update = new NpgsqlBatchCommand("UPDATE wallets SET version = version + 1, balance = balance - $2, updated_at = $3 WHERE wallet_id = $1");
        update.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet });
        update.Parameters.Add(new NpgsqlParameter<long> { TypedValue = amountIdr });
        update.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        batch.BatchCommands.Add(update);
        var insert = new NpgsqlBatchCommand("""
            INSERT INTO wallet_transactions (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after,
                                             contra_account, reference_type, reference_id, description, occurred_at)
            VALUES ($1, $2, $3, 2, $4, 0, $5, $6, 'REVENUE', 'VPS_PAYMENT', 'bench', 'Benchmark', $7)
            """);
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version + 1 });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = operationId });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = -amountIdr });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = balance - amountIdr });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = held });
        insert.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        batch.BatchCommands.Add(insert);
        var queue = new NpgsqlBatchCommand("INSERT INTO ledger_queue (wallet_id, seq) VALUES ($1, $2)");
        queue.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = wallet });
        queue.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version + 1 });
        batch.BatchCommands.Add(queue);
        try
        {
            await batch.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            return new(DebitOutcome.Done, balance - amountIdr);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await transaction.RollbackAsync();
            return await SingleUpdate.WhatHappenedAsync(source, wallet, operationId, amountIdr);
        }
    }
}
