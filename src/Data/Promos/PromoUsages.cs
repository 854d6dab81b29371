using Npgsql;

namespace Webrana.Data.Promos;

/// <summary>What became of a reservation.</summary>
public enum ReservationOutcome
{
    Reserved,

    /// <summary>The subject has a live usage already; its amount stands.</summary>
    AlreadyReserved,
    SoldOut,
    UsedUpByUser,
}

/// <param name="AmountIdr">What the live usage is worth; 0 when there is none.</param>
public sealed record Reservation(ReservationOutcome Outcome, long AmountIdr);

/// <param name="Used">Live usages.</param>
/// <param name="GrantedIdr">Their worth, in rupiah.</param>
public sealed record PromoTotals(long Used, long GrantedIdr);

/// <summary>
/// Usages of promos as rows. Whoever reserves holds the promo's counter row, so limits hold over all silos and activations; the unique
/// place per user holds even against a writer that would not.
/// </summary>
public sealed class PromoUsages(DataSources sources)
{
    /// <summary>Claims a code for a promo; false when another one has it.</summary>
    public async Task<bool> ClaimCodeAsync(string code, string promoId, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("""
            WITH claimed AS (INSERT INTO promo_codes (code, promo_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING promo_id)
            SELECT promo_id = $2 FROM (SELECT promo_id FROM claimed UNION ALL SELECT promo_id FROM promo_codes WHERE code = $1) c LIMIT 1
            """);
        command.Parameters.Add(new() { Value = code });
        command.Parameters.Add(new() { Value = promoId });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>The promo that a code means, or null.</summary>
    public async Task<string?> FindByCodeAsync(string code, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT promo_id FROM promo_codes WHERE code = $1");
        command.Parameters.Add(new() { Value = code });
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    /// <summary>What is taken of a promo.</summary>
    public async Task<PromoTotals> TotalsAsync(string promoId, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT used, granted FROM promo_counters WHERE promo_id = $1");
        command.Parameters.Add(new() { Value = promoId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new PromoTotals(reader.GetInt64(0), reader.GetInt64(1)) : new PromoTotals(0, 0);
    }

    /// <summary>What a subject's live usage is worth, or null when it has none.</summary>
    public async Task<long?> LiveAmountAsync(string promoId, string subjectId, CancellationToken cancellation = default)
    {
        await using var connection = await sources.State.OpenConnectionAsync(cancellation);
        return await LiveAmountAsync(connection, promoId, subjectId, cancellation);
    }

    /// <summary>Takes a place for a subject, unless it has one.</summary>
    /// <param name="maxTotal">Live usages allowed over all users; null: any number.</param>
    /// <param name="now">Business time.</param>
    public async Task<Reservation> ReserveAsync(
        string promoId, string subjectId, Guid userId, long amountIdr, long? maxTotal, int maxPerUser, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await sources.State.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var used = await LockAsync(connection, promoId, cancellation);
        if (await LiveAmountAsync(connection, promoId, subjectId, cancellation) is { } live) return new Reservation(ReservationOutcome.AlreadyReserved, live);
        if (used >= maxTotal) return new Reservation(ReservationOutcome.SoldOut, 0);
        if (await FreePlaceAsync(connection, promoId, userId, maxPerUser, cancellation) is not { } place)
            return new Reservation(ReservationOutcome.UsedUpByUser, 0);

        await using var insert = new NpgsqlCommand("""
            INSERT INTO promo_usages AS u (promo_id, subject_id, user_id, n, amount, stage, reserved_at) VALUES ($1, $2, $3, $4, $5, 1, $6)
            ON CONFLICT (promo_id, subject_id) DO UPDATE
                SET n = excluded.n, amount = excluded.amount, stage = 1, reserved_at = excluded.reserved_at WHERE u.stage = 3
            """, connection, transaction);
        insert.Parameters.Add(new() { Value = promoId });
        insert.Parameters.Add(new() { Value = subjectId });
        insert.Parameters.Add(new() { Value = userId });
        insert.Parameters.Add(new() { Value = place });
        insert.Parameters.Add(new() { Value = amountIdr });
        insert.Parameters.Add(new() { Value = now.UtcDateTime });
        await insert.ExecuteNonQueryAsync(cancellation);
        await CountAsync(connection, promoId, 1, amountIdr, cancellation);
        await transaction.CommitAsync(cancellation);
        return new Reservation(ReservationOutcome.Reserved, amountIdr);
    }

    /// <summary>Uses a reserved place up. Repeating it changes nothing; false when there is no live usage.</summary>
    public async Task<bool> CommitAsync(string promoId, string subjectId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("""
            UPDATE promo_usages SET stage = 2, committed_at = coalesce(committed_at, $3) WHERE promo_id = $1 AND subject_id = $2 AND stage IN (1, 2)
            """);
        command.Parameters.Add(new() { Value = promoId });
        command.Parameters.Add(new() { Value = subjectId });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>Gives a reserved place back. A committed one stays; repeating it changes nothing.</summary>
    public async Task ReleaseAsync(string promoId, string subjectId, CancellationToken cancellation = default)
    {
        await using var connection = await sources.State.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await LockAsync(connection, promoId, cancellation);
        await using var release = new NpgsqlCommand(
            "UPDATE promo_usages SET stage = 3, n = NULL WHERE promo_id = $1 AND subject_id = $2 AND stage = 1 RETURNING amount", connection, transaction);
        release.Parameters.Add(new() { Value = promoId });
        release.Parameters.Add(new() { Value = subjectId });
        if (await release.ExecuteScalarAsync(cancellation) is long amountIdr) await CountAsync(connection, promoId, -1, -amountIdr, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    static async Task<long> LockAsync(NpgsqlConnection connection, string promoId, CancellationToken cancellation)
    {
        await using var make = new NpgsqlCommand("INSERT INTO promo_counters (promo_id) VALUES ($1) ON CONFLICT DO NOTHING", connection);
        make.Parameters.Add(new() { Value = promoId });
        await make.ExecuteNonQueryAsync(cancellation);
        await using var held = new NpgsqlCommand("SELECT used FROM promo_counters WHERE promo_id = $1 FOR UPDATE", connection);
        held.Parameters.Add(new() { Value = promoId });
        return (long)(await held.ExecuteScalarAsync(cancellation))!;
    }

    static async Task<long?> LiveAmountAsync(NpgsqlConnection connection, string promoId, string subjectId, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT amount FROM promo_usages WHERE promo_id = $1 AND subject_id = $2 AND stage < 3", connection);
        command.Parameters.Add(new() { Value = promoId });
        command.Parameters.Add(new() { Value = subjectId });
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    static async Task<int?> FreePlaceAsync(NpgsqlConnection connection, string promoId, Guid userId, int maxPerUser, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT min(p.n) FROM generate_series(1, $3) p(n)
            WHERE NOT EXISTS (SELECT FROM promo_usages u WHERE u.promo_id = $1 AND u.user_id = $2 AND u.n = p.n)
            """, connection);
        command.Parameters.Add(new() { Value = promoId });
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = maxPerUser });
        return await command.ExecuteScalarAsync(cancellation) as int?;
    }

    static async Task CountAsync(NpgsqlConnection connection, string promoId, long usages, long amountIdr, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE promo_counters SET used = used + $2, granted = granted + $3 WHERE promo_id = $1", connection);
        command.Parameters.Add(new() { Value = promoId });
        command.Parameters.Add(new() { Value = usages });
        command.Parameters.Add(new() { Value = amountIdr });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
