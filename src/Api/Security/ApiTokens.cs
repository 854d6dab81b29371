using Npgsql;
using Webrana.Api.Accounts;
using Webrana.Contracts;
using Webrana.Data;
using Webrana.Wire.Security;

namespace Webrana.Api.Security;

/// <summary>Personal API tokens as rows: hashed, revocable, with what they may do.</summary>
public sealed class ApiTokens(DataSources sources, TimeProvider clock)
{
    /// <summary>As many as an account can have.</summary>
    public const int Most = 50;

    private const string Columns = "id, name, start, scopes, created_at, expires_at, last_used_at, last_used_ip";

    /// <summary>Makes one; null when there are as many as there can be.</summary>
    public async Task<ApiTokenCreated?> CreateAsync(
        UserId user, Guid id, string name, IReadOnlyList<string> scopes, TimeSpan? life, CancellationToken cancellation)
    {
        var token = Secrets.New(Secrets.ApiToken);
        var now = clock.GetUtcNow();
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // One at a time per person: two requests at once must not both be the fiftieth.
        await using var hold = new NpgsqlCommand("SELECT 1 FROM identity.users WHERE id = $1 FOR UPDATE", connection) { Parameters = { new() { Value = user.Value } } };
        await hold.ExecuteScalarAsync(cancellation);
        await using var insert = new NpgsqlCommand($"""
            INSERT INTO identity.api_tokens (id, user_id, name, start, token_hash, scopes, created_at, expires_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8
            WHERE (SELECT count(*) FROM identity.api_tokens WHERE user_id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $7)) < $9
            RETURNING {Columns}
            """, connection);
        object[] values =
        [
            id, user.Value, name, token[..(Secrets.ApiToken.Length + 4)], Secrets.Hash(token), scopes.ToArray(), now.UtcDateTime,
            life is { } days ? (now + days).UtcDateTime : DBNull.Value, Most,
        ];
        foreach (var value in values)
            insert.Parameters.Add(value is DBNull ? new() { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz } : new() { Value = value });
        ApiToken? made = null;
        await using (var row = await insert.ExecuteReaderAsync(cancellation))
        {
            if (await row.ReadAsync(cancellation))
                made = Read(row);
        }

        await transaction.CommitAsync(cancellation);
        return made is null ? null : new ApiTokenCreated(token, made);
    }

    /// <summary>Those that are neither revoked nor expired, newest first.</summary>
    public async Task<IReadOnlyList<ApiToken>> ListAsync(UserId user, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand($"""
            SELECT {Columns} FROM identity.api_tokens
            WHERE user_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2) ORDER BY created_at DESC, id
            """);
        command.Parameters.Add(new() { Value = user.Value });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var tokens = new List<ApiToken>();
        while (await row.ReadAsync(cancellation))
            tokens.Add(Read(row));
        return tokens;
    }

    /// <summary>Revokes one; false when there is none of this id.</summary>
    public async Task<bool> RevokeAsync(UserId user, Guid id, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(
            "UPDATE identity.api_tokens SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL");
        foreach (var value in new object[] { id, user.Value, clock.GetUtcNow().UtcDateTime })
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Whose token this is and what it may do; null when it is unknown, over or revoked, or its owner may not sign in.</summary>
    public async Task<StandingToken?> FindAsync(string token, string address, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        StandingToken? found = null;
        var fresh = false;
        await using (var command = sources.Queries.CreateCommand("""
            SELECT t.id, t.user_id, t.scopes, coalesce(t.last_used_at > $3, false)
            FROM identity.api_tokens t JOIN identity.users u ON u.id = t.user_id
            WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2) AND (u.lockout_end IS NULL OR u.lockout_end <= $2)
            """))
        {
            command.Parameters.Add(new() { Value = Secrets.Hash(token) });
            command.Parameters.Add(new() { Value = now });
            command.Parameters.Add(new() { Value = now.AddMinutes(-1) });
            await using var row = await command.ExecuteReaderAsync(cancellation);
            if (await row.ReadAsync(cancellation))
                (found, fresh) = (new StandingToken(row.GetGuid(0), new UserId(row.GetGuid(1)), row.GetFieldValue<string[]>(2)), row.GetBoolean(3));
        }

        // To the minute: a busy script must not write a row at every call.
        if (found is null || fresh)
            return found;
        await using var touch = sources.Queries.CreateCommand("UPDATE identity.api_tokens SET last_used_at = $2, last_used_ip = nullif($3, '') WHERE id = $1");
        foreach (var value in new object[] { found.Id, now, address })
            touch.Parameters.Add(new() { Value = value });
        await touch.ExecuteNonQueryAsync(cancellation);
        return found;
    }

    private static ApiToken Read(NpgsqlDataReader row) => new(
        row.GetGuid(0).ToString("D"), row.GetString(1), row.GetString(2), row.GetFieldValue<string[]>(3), Time(row, 4)!.Value, Time(row, 5), Time(row, 6),
        row.IsDBNull(7) ? null : row.GetString(7));

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetDateTime(column), TimeSpan.Zero);
}

/// <summary>A token that stands.</summary>
public sealed record StandingToken(Guid Id, UserId User, IReadOnlyList<string> Scopes);
