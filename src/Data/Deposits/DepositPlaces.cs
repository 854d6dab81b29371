using Npgsql;

namespace Webrana.Data.Deposits;

/// <summary>The few deposits that one customer may have waiting for payment. The primary key is the limit: two at once cannot both be the last.</summary>
public sealed class DepositPlaces(DataSources sources)
{
    // A place is taken before the deposit itself is written; a process that dies in between leaves it without a deposit. A minute is far
    // more than those two writes are apart.
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(2);

    /// <summary>Takes a place for a deposit, unless it has one. False when all are taken by deposits that still wait.</summary>
    /// <param name="most">Places per customer.</param>
    /// <param name="now">Business time.</param>
    public async Task<bool> TakeAsync(Guid userId, Guid depositId, int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        // A place whose deposit waits no more is taken over in place: rows are few, and none is ever given back.
        await using var command = sources.State.CreateCommand("""
            INSERT INTO deposit_places AS p (user_id, n, deposit_id, taken_at)
            SELECT $1, s.n, $2, $4 FROM generate_series(1, $3) s (n)
            LEFT JOIN deposit_places t ON t.user_id = $1 AND t.n = s.n
            LEFT JOIN grain_state d ON d.state = 'deposit' AND d.key = 'deposit:' || t.deposit_id::text
            WHERE t.n IS NULL OR CASE WHEN d.key IS NULL THEN t.taken_at < $5 ELSE d.status IS DISTINCT FROM 'PENDING' END
            ORDER BY s.n LIMIT 1
            ON CONFLICT (user_id, n) DO UPDATE SET deposit_id = excluded.deposit_id, taken_at = excluded.taken_at
                WHERE p.deposit_id = (SELECT deposit_id FROM deposit_places o WHERE o.user_id = $1 AND o.n = excluded.n)
            """);
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = depositId });
        command.Parameters.Add(new() { Value = most });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = (now - Abandoned).UtcDateTime });

        // The WHERE above sees the statement's own snapshot: a row that somebody took in between is not ours to take over, and the next
        // round looks again. One round per place is enough.
        for (var round = 0; round <= most; round++)
        {
            try
            {
                if (await command.ExecuteNonQueryAsync(cancellation) > 0) return true;
            }
            catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "deposit_places_deposit_id_key" })
            {
                return true; // It has its place: the same creation, repeated.
            }
        }

        return false;
    }
}
