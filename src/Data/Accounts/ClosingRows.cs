using Npgsql;

namespace Webrana.Data.Accounts;

/// <summary>Taking a person out of the tables. Each call is one transaction and safe to repeat.</summary>
public sealed class ClosingRows(DataSources sources)
{
    /// <summary>Whether the person is there and has not been erased yet.</summary>
    public async Task<bool> IsOpenAsync(Guid user, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT EXISTS (SELECT FROM identity.users WHERE id = $1 AND closed_at IS NULL)");
        command.Parameters.Add(new() { Value = user });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Servers of a person that exist, with orders on their way: names are claimed first and given back last.</summary>
    public async Task<int> CountServersAsync(Guid user, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("SELECT count(DISTINCT instance)::int FROM server_names WHERE owner = $1");
        command.Parameters.Add(new() { Value = user });
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Payouts of a person that the desk has begun and not booked: the bank may have sent the money.</summary>
    public async Task<int> CountPayoutsAsync(Guid user, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            "SELECT count(*)::int FROM money_requests WHERE user_id = $1 AND kind = 'PAYOUT' AND status IN ('PENDING', 'APPROVED')");
        command.Parameters.Add(new() { Value = user });
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Ends every login and token, so that pages notice at once what the freeze would tell them a moment later.</summary>
    public async Task SignOutAsync(Guid user, DateTimeOffset realNow, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            WITH logins AS (UPDATE identity.sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL)
            UPDATE identity.api_tokens SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL
            """);
        command.Parameters.Add(new() { Value = user });
        command.Parameters.Add(new() { Value = realNow.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Erases the person: the row of the account keeps its id alone, so that the address is free for a new registration in the same instant.
    /// The ledger, papers and the audit log name the id and stay; so do the keyed hashes that keep a welcome bonus from coming twice. Answers
    /// kept under an Idempotency-Key name nobody (a hash, sealed, ADR 47) and are gone within about a day: there is nothing to find them by. What the last
    /// registration of the address chose (ADR 61) goes by its own time: whoever it was would see that the account was closed.
    /// </summary>
    /// <param name="keptNotice">The last mail, which is still on its way.</param>
    public async Task EraseAsync(Guid user, string keptNotice, DateTimeOffset at, CancellationToken cancellation = default)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        void Add(string sql, params object[] values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
            batch.BatchCommands.Add(command);
        }

        foreach (var table in (string[])
                 [
                     "identity.user_tokens", "identity.user_logins", "identity.user_claims", "identity.user_passkeys", "identity.user_roles", "identity.sessions",
                     "identity.email_changes", "identity.api_tokens", "webhooks", "telegram_codes", "promo_phones", "limit_overrides",
                 ])
            Add($"DELETE FROM {table} WHERE user_id = $1", user);
        // That a server slept is known from its notice alone, and the shop's figures go on without the person.
        Add("""
            INSERT INTO server_sleeps (instance, since) SELECT (facts ->> 'instance')::uuid, created_at FROM notices WHERE user_id = $1 AND kind = 'Hibernated'
            ON CONFLICT DO NOTHING
            """, user);
        Add("DELETE FROM notices WHERE user_id = $1 AND notice_id <> $2", user, keptNotice);
        Add("UPDATE legal_acceptances SET ip = NULL WHERE user_id = $1 AND ip IS NOT NULL", user);
        // What an abuse report of last month names stays findable; names and virtual accounts were the person's own.
        Add("DELETE FROM lookups WHERE owner = $1 AND kind IN ('NAME', 'VA')", user);
        Add("""
            UPDATE identity.users
            SET user_name = 'closed-' || id, normalized_user_name = upper('closed-' || id), email = 'closed-' || id || '@closed.invalid',
                normalized_email = upper('closed-' || id || '@closed.invalid'), email_confirmed = false, password_hash = NULL,
                security_stamp = gen_random_uuid()::text, concurrency_stamp = gen_random_uuid()::text, phone_number = NULL, phone_number_confirmed = false,
                two_factor_enabled = false, lockout_end = NULL, access_failed_count = 0, name = '–', phone = NULL, referral_code = NULL, last_totp_step = NULL,
                password_changed_at = NULL, closed_at = coalesce(closed_at, $2)
            WHERE id = $1
            """, user, at.UtcDateTime);
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>The last mail left: nothing is kept of it.</summary>
    public async Task ForgetNoticesAsync(Guid user, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("DELETE FROM notices WHERE user_id = $1");
        command.Parameters.Add(new() { Value = user });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
