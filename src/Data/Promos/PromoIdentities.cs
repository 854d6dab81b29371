using NpgsqlTypes;
using Npgsql;

namespace Webrana.Data.Promos;

/// <summary>Who had something that is given once per person, as keyed hashes that outlive the account.</summary>
public sealed class PromoIdentities(DataSources sources)
{
    /// <summary>Claims all of a person's identities for a subject, or none: false when one of them belongs to another subject.</summary>
    public async Task<bool> ClaimAsync(string purpose, IReadOnlyCollection<byte[]> hashes, string subjectId, DateTimeOffset now)
    {
        await using var connection = await sources.State.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        // In the hashes' order, so that two claims of one person cannot deadlock; the update that changes nothing makes the row answer.
        await using var command = new NpgsqlCommand("""
            WITH claimed AS (
                INSERT INTO promo_identities AS i (purpose, hash, subject_id, claimed_at)
                SELECT $1, t.hash, $3, $4 FROM unnest($2) AS t (hash) ORDER BY t.hash
                ON CONFLICT (purpose, hash) DO UPDATE SET subject_id = i.subject_id
                RETURNING i.subject_id)
            SELECT bool_and(subject_id = $3) FROM claimed
            """, connection, transaction);
        Add(command, purpose, hashes, subjectId);
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        var ours = await command.ExecuteScalarAsync() is true;
        if (ours) await transaction.CommitAsync();
        return ours;
    }

    /// <summary>True when none of these identities belongs to another subject. Claims nothing.</summary>
    public async Task<bool> AreFreeAsync(string purpose, IReadOnlyCollection<byte[]> hashes, string subjectId)
    {
        await using var command = sources.State.CreateCommand(
            "SELECT NOT EXISTS (SELECT FROM promo_identities WHERE purpose = $1 AND hash = ANY ($2) AND subject_id <> $3)");
        Add(command, purpose, hashes, subjectId);
        return await command.ExecuteScalarAsync() is true;
    }

    /// <summary>The purpose of a mailbox that uses a promo; its subject is the account, so that one mailbox uses it by one account.</summary>
    public static string OfPromo(string promoId) => $"promo:{promoId}";

    /// <summary>Gives the claims of a subject back, because nothing was given for it.</summary>
    /// <param name="only">These of them; null for all.</param>
    public async Task ReleaseAsync(string purpose, string subjectId, IReadOnlyCollection<byte[]>? only = null)
    {
        await using var command = sources.State.CreateCommand(
            $"DELETE FROM promo_identities WHERE purpose = $1 {(only is null ? "" : "AND hash = ANY ($2)")} AND subject_id = $3");
        Add(command, purpose, only ?? [], subjectId);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Gives a mailbox's claim on a promo back when its account has no usage of it any more.</summary>
    /// <param name="subjectId">What the usage was for.</param>
    /// <param name="userId">The account; null for the one that the subject's usage belonged to.</param>
    public async Task ReleaseUnusedAsync(string promoId, string subjectId, Guid? userId)
    {
        await using var command = sources.State.CreateCommand("""
            DELETE FROM promo_identities i
            WHERE i.purpose = $1 AND i.subject_id = coalesce($4, (SELECT user_id FROM promo_usages WHERE promo_id = $2 AND subject_id = $3))::text
              AND NOT EXISTS (SELECT FROM promo_usages u WHERE u.promo_id = $2 AND u.user_id = i.subject_id::uuid AND u.n IS NOT NULL)
            """);
        command.Parameters.Add(new() { Value = OfPromo(promoId) });
        command.Parameters.Add(new() { Value = promoId });
        command.Parameters.Add(new() { Value = subjectId });
        command.Parameters.Add(new() { Value = (object?)userId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Notes an account's phone number; answers whether another account gave the same one.</summary>
    public async Task<bool> NotePhoneAsync(byte[] hash, Guid userId)
    {
        await using var command = sources.State.CreateCommand("""
            WITH noted AS (INSERT INTO promo_phones (hash, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING)
            SELECT EXISTS (SELECT FROM promo_phones WHERE hash = $1 AND user_id <> $2)
            """);
        command.Parameters.Add(new() { Value = hash });
        command.Parameters.Add(new() { Value = userId });
        return await command.ExecuteScalarAsync() is true;
    }

    /// <summary>Another account that gave the same number; null when there is none any more.</summary>
    public async Task<Guid?> OtherOfPhoneAsync(byte[] hash, Guid userId)
    {
        await using var command = sources.State.CreateCommand("SELECT user_id FROM promo_phones WHERE hash = $1 AND user_id <> $2 ORDER BY user_id LIMIT 1");
        command.Parameters.Add(new() { Value = hash });
        command.Parameters.Add(new() { Value = userId });
        return await command.ExecuteScalarAsync() is Guid other ? other : null;
    }

    private static void Add(NpgsqlCommand command, string purpose, IReadOnlyCollection<byte[]> hashes, string subjectId)
    {
        command.Parameters.Add(new() { Value = purpose });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. hashes], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        command.Parameters.Add(new() { Value = subjectId });
    }
}
