using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using NpgsqlTypes;

namespace Webrana.Data.Droplets;

/// <summary>Keys and password of one installation of a server, in clear: only in memory, never logged.</summary>
/// <param name="Generation">Grows with every new installation, so that an old one's pin or password cannot reach the next.</param>
/// <param name="PublicKey">authorized_keys line.</param>
/// <param name="PrivateKey">OpenSSH PEM.</param>
/// <param name="Password">Null when it was shown and forgotten.</param>
/// <param name="HostKey">The pin (<c>type base64</c>); null before the first connection.</param>
/// <param name="Revealable">Nobody has seen the password yet.</param>
public sealed record AccessRow(int Generation, string PublicKey, string PrivateKey, string? Password, string? HostKey, bool Revealable)
{
    /// <inheritdoc/>
    public override string ToString() => $"AccessRow {{ Generation = {Generation}, Revealable = {Revealable} }}";
}

/// <summary>What a new installation gets.</summary>
public sealed record AccessDraft(string PublicKey, string PrivateKey, string Password)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(AccessDraft);
}

/// <summary>
/// The rows of <c>instance_access</c>, secrets encrypted under a purpose that names the instance: a row copied to another instance
/// cannot be read there. Every statement may be repeated.
/// </summary>
public sealed class InstanceAccess(DataSources sources, IDataProtectionProvider protection)
{
    /// <summary>How long a password that was shown is given again to the very same request, whose answer may have been lost.</summary>
    public static readonly TimeSpan Replay = TimeSpan.FromMinutes(10);

    private const string Columns = "a.generation, a.public_key, a.private_key, a.password, a.host_key, a.password IS NOT NULL AND a.revealed_at IS NULL";

    private readonly NpgsqlDataSource _rows = sources.State;

    /// <summary>The generation's row; made from the draft where there is none yet, so that a repeated step gets the same keys.</summary>
    public async Task<AccessRow> EnsureAsync(Guid instance, int generation, AccessDraft draft, DateTimeOffset now, CancellationToken cancellation = default)
    {
        // The update changes nothing; it makes RETURNING answer the row that was there first.
        await using var command = Command(
            $"""
            INSERT INTO instance_access AS a (instance, generation, public_key, private_key, password, created_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (instance, generation) DO UPDATE SET public_key = a.public_key
            RETURNING {Columns}
            """,
            instance,
            generation);
        command.Parameters.Add(new() { Value = draft.PublicKey });
        command.Parameters.Add(new() { Value = Encrypt(instance, draft.PrivateKey) });
        command.Parameters.Add(new() { Value = Encrypt(instance, draft.Password) });
        command.Parameters.Add(Time(now));
        return (await ReadAsync(command, instance, cancellation))!;
    }

    /// <summary>One generation, or null.</summary>
    public async Task<AccessRow?> FindAsync(Guid instance, int generation, CancellationToken cancellation = default)
    {
        await using var command = Command($"SELECT {Columns} FROM instance_access a WHERE instance = $1 AND generation = $2", instance, generation);
        return await ReadAsync(command, instance, cancellation);
    }

    /// <summary>Pins a host key where none is pinned.</summary>
    /// <returns>The key that is pinned now, which may be another; null when there is no such generation.</returns>
    public async Task<string?> PinAsync(Guid instance, int generation, string hostKey, CancellationToken cancellation = default)
    {
        await using var command = Command(
            "UPDATE instance_access SET host_key = coalesce(host_key, $3) WHERE instance = $1 AND generation = $2 RETURNING host_key", instance, generation);
        command.Parameters.Add(new() { Value = hostKey });
        return (string?)await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>Forgets the pin: the next installation has new host keys.</summary>
    public async Task ClearPinAsync(Guid instance, int generation, CancellationToken cancellation = default)
    {
        await using var command = Command("UPDATE instance_access SET host_key = NULL WHERE instance = $1 AND generation = $2", instance, generation);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Shows the password once: to the first operation, and for ten minutes to the same one again.</summary>
    /// <returns>Null when it is gone.</returns>
    public async Task<string?> RevealAsync(Guid instance, int generation, string operationId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var command = Command(
            """
            UPDATE instance_access SET revealed_by = $3, revealed_at = coalesce(revealed_at, $4)
             WHERE instance = $1 AND generation = $2 AND password IS NOT NULL AND (revealed_by IS NULL OR (revealed_by = $3 AND revealed_at > $5))
            RETURNING password
            """,
            instance,
            generation);
        command.Parameters.Add(new() { Value = operationId });
        command.Parameters.Add(Time(now));
        command.Parameters.Add(Time(now - Replay));
        return await command.ExecuteScalarAsync(cancellation) is byte[] password ? Decrypt(instance, password) : null;
    }

    /// <summary>The password a reset is to set: the same one for the same reset, however often it is begun.</summary>
    public async Task<string?> OfferPasswordAsync(Guid instance, int generation, string operationId, string draft, CancellationToken cancellation = default)
    {
        await using var command = Command(
            """
            UPDATE instance_access SET next_password = CASE WHEN next_operation = $3 THEN next_password ELSE $4 END, next_operation = $3
             WHERE instance = $1 AND generation = $2
            RETURNING next_password
            """,
            instance,
            generation);
        command.Parameters.Add(new() { Value = operationId });
        command.Parameters.Add(new() { Value = Encrypt(instance, draft) });
        return await command.ExecuteScalarAsync(cancellation) is byte[] password ? Decrypt(instance, password) : null;
    }

    /// <summary>The server took the offered password: it is the one to show now. Does nothing when repeated.</summary>
    public async Task AcceptPasswordAsync(Guid instance, int generation, string operationId, CancellationToken cancellation = default)
    {
        await using var command = Command(
            """
            UPDATE instance_access
               SET password = next_password, revealed_by = NULL, revealed_at = NULL, next_password = NULL, next_operation = NULL
             WHERE instance = $1 AND generation = $2 AND next_operation = $3
            """,
            instance,
            generation);
        command.Parameters.Add(new() { Value = operationId });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The password is no longer what we know: nothing may be shown any more.</summary>
    public async Task ForgetPasswordAsync(Guid instance, int generation, CancellationToken cancellation = default)
    {
        await using var command = Command(
            "UPDATE instance_access SET password = NULL, next_password = NULL, next_operation = NULL WHERE instance = $1 AND generation = $2",
            instance,
            generation);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Deletes every generation but one (null: all).</summary>
    public async Task DeleteAsync(Guid instance, int? keep, CancellationToken cancellation = default)
    {
        await using var command = _rows.CreateCommand("DELETE FROM instance_access WHERE instance = $1 AND generation IS DISTINCT FROM $2");
        command.Parameters.Add(new() { Value = instance });
        command.Parameters.Add(new() { Value = (object?)keep ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Wipes passwords shown longer ago than <see cref="Replay"/>.</summary>
    public async Task<int> ForgetShownAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var command = _rows.CreateCommand("UPDATE instance_access SET password = NULL WHERE revealed_at <= $1 AND password IS NOT NULL");
        command.Parameters.Add(Time(now - Replay));
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private NpgsqlCommand Command(string sql, Guid instance, int generation)
    {
        var command = _rows.CreateCommand(sql);
        command.Parameters.Add(new() { Value = instance });
        command.Parameters.Add(new() { Value = generation });
        return command;
    }

    private async Task<AccessRow?> ReadAsync(NpgsqlCommand command, Guid instance, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        return new AccessRow(
            reader.GetInt32(0),
            reader.GetString(1),
            Decrypt(instance, reader.GetFieldValue<byte[]>(2)),
            await reader.IsDBNullAsync(3, cancellation) ? null : Decrypt(instance, reader.GetFieldValue<byte[]>(3)),
            await reader.IsDBNullAsync(4, cancellation) ? null : reader.GetString(4),
            reader.GetBoolean(5));
    }

    /// <summary>The same secret under the key in force.</summary>
    internal byte[] CloseAnew(Guid instance, byte[] closed) => Encrypt(instance, Decrypt(instance, closed));

    private byte[] Encrypt(Guid instance, string secret) => Protector(instance).Protect(Encoding.UTF8.GetBytes(secret));

    private string Decrypt(Guid instance, byte[] secret) => Encoding.UTF8.GetString(Protector(instance).Unprotect(secret));

    private IDataProtector Protector(Guid instance) => protection.CreateProtector("webrana.instance-access", instance.ToString("D"));

    private static NpgsqlParameter Time(DateTimeOffset value) => new() { Value = value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
