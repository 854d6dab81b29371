using Microsoft.Extensions.Options;
using Npgsql;
using Webrana.Contracts;
using Webrana.Data;

namespace Webrana.Api.Accounts;

/// <summary>
/// Refresh tokens (kind <c>api</c>: single use, rotating, tied into families) and Web sessions (kind <c>web</c>: one opaque credential,
/// sliding). Both are hashed rows and can be revoked.
/// </summary>
public sealed class SessionStore(DataSources sources, TimeProvider clock, IOptions<AuthOptions> options)
{
    private readonly NpgsqlDataSource _rows = sources.Queries;

    /// <summary>Starts a family of refresh tokens.</summary>
    public async Task<Rotation> StartFamilyAsync(UserId user, RequestOrigin origin, CancellationToken cancellation)
    {
        var first = new Rotation(user, Secrets.New(Secrets.RefreshToken), Guid.NewGuid());
        await using var connection = await _rows.OpenConnectionAsync(cancellation);
        await InsertAsync(connection, "api", user.Value, first.Family, first.RefreshToken, options.Value.RefreshTokenLife, origin, cancellation);
        return first;
    }

    /// <summary>
    /// Uses a refresh token up and makes its successor, in one transaction: a crash leaves either both or none. A token that was used
    /// before is somebody else's copy: its whole family ends. Null when there is no successor.
    /// </summary>
    public async Task<Rotation?> RotateAsync(string token, RequestOrigin origin, CancellationToken cancellation)
    {
        var hash = Secrets.Hash(token);
        var now = clock.GetUtcNow().UtcDateTime;
        await using var connection = await _rows.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var used = await UseAsync(connection, hash, now, cancellation);
        if (used is not var (user, family))
        {
            await ExecuteAsync(connection, """
                UPDATE identity.sessions SET revoked_at = $2
                WHERE revoked_at IS NULL AND family IN (SELECT family FROM identity.sessions WHERE kind = 'api' AND token_hash = $1 AND used_at IS NOT NULL)
                """, [hash, now], cancellation);
            await transaction.CommitAsync(cancellation);
            return null;
        }

        var next = Secrets.New(Secrets.RefreshToken);
        await InsertAsync(connection, "api", user, family, next, options.Value.RefreshTokenLife, origin, cancellation);
        await transaction.CommitAsync(cancellation);
        return new Rotation(new UserId(user), next, family);
    }

    /// <summary>Ends the token's family; nothing for an unknown token.</summary>
    /// <returns>Whose it was, when it ended now.</returns>
    public Task<UserId?> EndFamilyAsync(string token, CancellationToken cancellation) => EndAsync("""
        UPDATE identity.sessions SET revoked_at = $2
        WHERE revoked_at IS NULL AND family IN (SELECT family FROM identity.sessions WHERE kind = 'api' AND token_hash = $1)
        RETURNING user_id
        """, token, cancellation);

    /// <summary>Starts a Web session.</summary>
    public async Task<string> StartWebSessionAsync(UserId user, RequestOrigin origin, CancellationToken cancellation)
    {
        var session = Secrets.New(Secrets.WebSession);
        await using var connection = await _rows.OpenConnectionAsync(cancellation);
        await InsertAsync(connection, "web", user.Value, Guid.NewGuid(), session, options.Value.WebSessionLife, origin, cancellation);
        return session;
    }

    /// <summary>Whose session this is, its life prolonged; null when it is unknown, over or revoked.</summary>
    public async Task<StandingSession?> TouchWebSessionAsync(string session, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var command = _rows.CreateCommand("""
            UPDATE identity.sessions SET last_used_at = $2, expires_at = $3
            WHERE kind = 'web' AND token_hash = $1 AND revoked_at IS NULL AND expires_at > $2
            RETURNING user_id, family
            """);
        command.Parameters.Add(new() { Value = Secrets.Hash(session) });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = (now + options.Value.WebSessionLife).UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new StandingSession(new UserId(row.GetGuid(0)), row.GetGuid(1)) : null;
    }

    /// <summary>Ends a Web session; nothing for an unknown one.</summary>
    /// <returns>Whose it was, when it ended now.</returns>
    public Task<UserId?> EndWebSessionAsync(string session, CancellationToken cancellation) => EndAsync(
        "UPDATE identity.sessions SET revoked_at = $2 WHERE kind = 'web' AND token_hash = $1 AND revoked_at IS NULL RETURNING user_id", session, cancellation);

    /// <summary>Whether this login of this user still stands: not logged out, not ended by a new password, not expired.</summary>
    /// <param name="asAdmin">The user must still have the admin role, too.</param>
    public async Task<bool> StandsAsync(UserId user, Guid login, bool asAdmin, CancellationToken cancellation)
    {
        await using var command = _rows.CreateCommand("""
            SELECT EXISTS (SELECT 1 FROM identity.sessions WHERE family = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3)
                AND (NOT $4 OR EXISTS (
                    SELECT 1 FROM identity.user_roles JOIN identity.roles ON roles.id = role_id WHERE user_id = $2 AND normalized_name = 'ADMIN'))
            """);
        command.Parameters.Add(new() { Value = login });
        command.Parameters.Add(new() { Value = user.Value });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = asAdmin });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Whether the user has one of these roles now, and the login, where a token names one, still stands.</summary>
    public async Task<bool> HoldsAsync(UserId user, Guid? login, string[] roles, CancellationToken cancellation)
    {
        await using var command = _rows.CreateCommand("""
            SELECT EXISTS (SELECT 1 FROM identity.user_roles JOIN identity.roles ON roles.id = role_id WHERE user_id = $1 AND name = ANY($2))
                AND ($3::uuid IS NULL OR EXISTS (
                    SELECT 1 FROM identity.sessions WHERE family = $3 AND user_id = $1 AND revoked_at IS NULL AND expires_at > $4))
            """);
        command.Parameters.Add(new() { Value = user.Value });
        command.Parameters.Add(new() { Value = roles });
        command.Parameters.Add(new() { Value = (object?)login ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Ends everything a user has open: after a new password nobody stays signed in.</summary>
    public Task EndAllAsync(UserId user, CancellationToken cancellation) => ExecuteAsync(
        "UPDATE identity.sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL",
        [user.Value, clock.GetUtcNow().UtcDateTime], cancellation);

    private async Task<UserId?> EndAsync(string sql, string credential, CancellationToken cancellation)
    {
        await using var command = _rows.CreateCommand(sql);
        command.Parameters.Add(new() { Value = Secrets.Hash(credential) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        return await command.ExecuteScalarAsync(cancellation) is Guid user ? new UserId(user) : null;
    }

    private static async Task<(Guid User, Guid Family)?> UseAsync(NpgsqlConnection connection, byte[] hash, DateTime now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE identity.sessions SET used_at = $2, last_used_at = $2
            WHERE kind = 'api' AND token_hash = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2
            RETURNING user_id, family
            """, connection) { Parameters = { new() { Value = hash }, new() { Value = now } } };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? (row.GetGuid(0), row.GetGuid(1)) : null;
    }

    private async Task InsertAsync(
        NpgsqlConnection connection, string kind, Guid user, Guid family, string credential, TimeSpan life, RequestOrigin origin, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await ExecuteAsync(connection, """
            INSERT INTO identity.sessions (id, user_id, kind, token_hash, family, created_at, expires_at, user_agent, ip)
            VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''), nullif($9, ''))
            """,
            [Guid.NewGuid(), user, kind, Secrets.Hash(credential), family, now.UtcDateTime, (now + life).UtcDateTime, origin.UserAgent, origin.Address],
            cancellation);
    }

    private async Task ExecuteAsync(string sql, object[] values, CancellationToken cancellation)
    {
        await using var connection = await _rows.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, sql, values, cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>A used refresh token's user and successor.</summary>
/// <param name="Family">The login it belongs to.</param>
public sealed record Rotation(UserId User, string RefreshToken, Guid Family);

/// <summary>A Web session that stands.</summary>
public sealed record StandingSession(UserId User, Guid Login);

/// <summary>Where a credential was asked for, so that a person can recognise their sessions.</summary>
public sealed record RequestOrigin(string Address, string UserAgent)
{
    public static RequestOrigin Of(HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        return new(http.Connection.RemoteIpAddress?.ToString() ?? "", agent.Length <= 300 ? agent : agent[..300]);
    }
}
