using Webrana.Domain.Ledger;

namespace Webrana.Data.Wallets;

/// <summary>A line that spent money: a debit or the capture of a hold.</summary>
/// <param name="AmountIdr">What was spent, positive.</param>
/// <param name="Lots">The bonus shares among it.</param>
/// <param name="ReturnedIdr">What refunds have given back of it.</param>
public sealed record SpentRow(long AmountIdr, EquatableList<Lot> Lots, long ReturnedIdr);

/// <summary>A wallet whose bonus lots have lapsed and are not booked yet.</summary>
public sealed record LapsedWallet(Guid WalletId, long DueAt);

/// <summary>Single questions to the ledger's rows that a wallet's decision needs, and the schedule of lapsing lots.</summary>
public sealed class LedgerRows(DataSources sources)
{
    /// <summary>What an operation spent, and what came back of it by other refunds than <paramref name="refund"/>; null when there is none or it spent nothing.</summary>
    public async Task<SpentRow?> SpentAsync(Guid walletId, string operationId, string refund, CancellationToken cancellation = default)
    {
        // A refund's id is refund:{spending} or refund:{spending}:{purpose}; a semicolon is what follows a colon.
        await using var command = sources.Queries.CreateCommand("""
            SELECT -s.amount, s.lots::text, coalesce((
                SELECT sum(r.amount) FROM wallet_transactions r
                WHERE r.wallet_id = s.wallet_id AND r.kind = 8 AND r.operation_id <> $3
                  AND (r.operation_id = 'refund:' || $2 OR (r.operation_id >= 'refund:' || $2 || ':' AND r.operation_id < 'refund:' || $2 || ';'))), 0)::bigint
            FROM wallet_transactions s WHERE s.wallet_id = $1 AND s.operation_id = $2 AND s.kind IN (2, 5)
            """);
        command.Parameters.Add(new() { Value = walletId });
        command.Parameters.Add(new() { Value = operationId });
        command.Parameters.Add(new() { Value = refund });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new SpentRow(reader.GetInt64(0), LedgerJson.Read<Lot>(reader.IsDBNull(1) ? null : reader.GetString(1)), reader.GetInt64(2))
            : null;
    }

    /// <summary>Which of these operations are in the ledger.</summary>
    public async Task<IReadOnlySet<string>> PostedAsync(Guid walletId, IEnumerable<string> operationIds, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT operation_id FROM wallet_transactions WHERE wallet_id = $1 AND operation_id = ANY ($2)");
        command.Parameters.Add(new() { Value = walletId });
        command.Parameters.Add(new() { Value = operationIds.ToArray() });
        var posted = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) posted.Add(reader.GetString(0));
        return posted;
    }

    /// <summary>How much of a lot has lapsed, in rupiah.</summary>
    public async Task<long> LapsedAsync(Guid walletId, string lotId, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            "SELECT coalesce(sum(-amount), 0)::bigint FROM wallet_transactions WHERE wallet_id = $1 AND kind = 7 AND reference_id = $2");
        command.Parameters.Add(new() { Value = walletId });
        command.Parameters.Add(new() { Value = lotId });
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>
    /// What of a lot had lapsed before an operation took it back, and what that operation left its owner owing, in rupiah. Both are 0 where there is no
    /// such operation.
    /// </summary>
    public async Task<(long LapsedIdr, long OwedIdr)> TakenBackAsync(
        Guid walletId, string lotId, string operationId, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT coalesce((SELECT sum(-l.amount) FROM wallet_transactions l
                             WHERE l.wallet_id = t.wallet_id AND l.kind = 7 AND l.reference_id = $2 AND l.seq < t.seq), 0)::bigint,
                   coalesce((SELECT o.amount FROM wallet_transactions o WHERE o.wallet_id = t.wallet_id AND o.operation_id = t.operation_id || ':owed'), 0)
            FROM wallet_transactions t WHERE t.wallet_id = $1 AND t.operation_id = $3
            """);
        command.Parameters.Add(new() { Value = walletId });
        command.Parameters.Add(new() { Value = lotId });
        command.Parameters.Add(new() { Value = operationId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetInt64(0), reader.GetInt64(1)) : (0, 0);
    }

    /// <summary>Wallets of one of 16 shards with a lot whose time has come, longest overdue first.</summary>
    /// <param name="now">Business time, unix ms.</param>
    public async Task<IReadOnlyList<LapsedWallet>> LapsedWalletsAsync(long now, int shard, int limit, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT wallet_id, lots_due_at FROM wallets WHERE lots_due_at <= $1 AND uuid_hash(wallet_id) & 15 = $2 ORDER BY lots_due_at LIMIT $3
            """);
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = shard });
        command.Parameters.Add(new() { Value = limit });
        var wallets = new List<LapsedWallet>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) wallets.Add(new LapsedWallet(reader.GetGuid(0), reader.GetInt64(1)));
        return wallets;
    }
}
