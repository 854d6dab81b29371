using Npgsql;
using NpgsqlTypes;
using Webrana.Domain.Ledger;

namespace Webrana.Data.Wallets;

/// <summary>Many wallets in one SELECT, and the rows that new wallets start from.</summary>
internal static class LoadStatement
{
    public static async Task<Dictionary<Guid, StoredWallet>> ExecuteAsync(NpgsqlDataSource source, Guid[] ids, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            "SELECT wallet_id, version, balance, held, lots::text, holds::text, created_at, updated_at, debt FROM wallets WHERE wallet_id = ANY ($1)", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        var wallets = new Dictionary<Guid, StoredWallet>(ids.Length);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var id = reader.GetGuid(0);
            var wallet = new Wallet(
                reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3),
                LedgerJson.Read<Lot>(reader.IsDBNull(4) ? null : reader.GetString(4)),
                LedgerJson.Read<Hold>(reader.IsDBNull(5) ? null : reader.GetString(5)),
                reader.GetInt64(8));
            wallets[id] = new StoredWallet(id, wallet, true, reader.GetFieldValue<DateTimeOffset>(6), reader.GetFieldValue<DateTimeOffset>(7));
        }

        return wallets;
    }

    /// <summary>In key order, so that two silos making the same wallets cannot deadlock.</summary>
    public static async Task CreateMissingAsync(NpgsqlDataSource source, IReadOnlyList<LedgerItem> items, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO wallets (wallet_id, created_at, updated_at)
            SELECT t.wallet_id, t.occurred_at, t.occurred_at FROM unnest($1, $2) AS t (wallet_id, occurred_at) ORDER BY t.wallet_id
            ON CONFLICT (wallet_id) DO NOTHING
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. items.Select(item => item.WalletId)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<DateTime[]>
        {
            TypedValue = [.. items.Select(item => item.OccurredAt.UtcDateTime)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
        });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
