using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Npgsql;
using NpgsqlTypes;
using Webrana.Data.Droplets;
using Webrana.Data.Idempotency;

namespace Webrana.Data.Protection;

/// <summary>What a rotation did.</summary>
/// <param name="Key">The ring's key in force, under which everything is now.</param>
/// <param name="Tokens">Provider tokens encrypted anew.</param>
/// <param name="Servers">Servers' keys and passwords encrypted anew.</param>
/// <param name="Seals">Keys of kept answers encrypted anew.</param>
/// <param name="Webhooks">Signing secrets of customers' webhooks encrypted anew.</param>
/// <param name="SecondFactors">Authenticators' secrets and recovery codes encrypted anew.</param>
/// <param name="Left">What was changed by somebody else meanwhile; the next run takes it.</param>
public sealed record RotationReport(Guid Key, int Tokens, int Servers, int Seals, int Webhooks, int SecondFactors, int Left);

/// <summary>
/// Brings everything that lies encrypted under the ring's key in force: provider tokens, what opens customers' servers, the keys of kept
/// answers, what customers' webhooks are signed with and what proves a second factor. Keys that are needed no more may then be revoked. It may be stopped and repeated at any time; what is done is skipped.
/// </summary>
public sealed partial class KeyRotation(DataSources sources, IDataProtectionProvider protection, IKeyManager keys, TimeProvider time)
{
    /// <summary>A process learns of a new key within a day; before that it could not read what the new key closed.</summary>
    public static readonly TimeSpan Propagation = TimeSpan.FromDays(2);

    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(90);

    private const int Batch = 500;

    private readonly InstanceAccess _access = new(sources, protection);
    private readonly ProviderTokens _tokens = new(protection);
    private readonly IDataProtector _seals = protection.CreateProtector(AnswerSeal.Purpose);

    /// <summary>Makes a key that comes into force once every process knows it, or at once: then every process must be restarted before <see cref="RunAsync"/>.</summary>
    /// <returns>Its id, and when it comes into force.</returns>
    public (Guid Key, DateTimeOffset From) MakeKey(bool atOnce)
    {
        var from = time.GetUtcNow() + (atOnce ? TimeSpan.Zero : Propagation);
        return (keys.CreateNewKey(from, from + KeyLife).KeyId, from);
    }

    /// <summary>Encrypts anew what is not under the key in force.</summary>
    public async Task<RotationReport> RunAsync(CancellationToken cancellation = default)
    {
        var current = ProtectedWith.KeyOf(_tokens.Close("probe")) ?? throw new InvalidOperationException("The ring's ciphertexts do not name their key.");
        var (tokens, tokensLeft) = await TokensAsync(current, cancellation);
        var (servers, serversLeft) = await ServersAsync(current, cancellation);
        var seals = await SealsAsync(current, cancellation);
        var (webhooks, webhooksLeft) = await WebhooksAsync(current, cancellation);
        var (factors, factorsLeft) = await SecondFactorsAsync(current, cancellation);
        return new RotationReport(current, tokens, servers, seals, webhooks, factors, tokensLeft + serversLeft + webhooksLeft + factorsLeft);
    }

    /// <summary>
    /// A grain's state, written behind its back: the version grows, so an activation that writes from its older memory is refused, forgets
    /// it and reads again. Until then it holds the old ciphertext, which the ring still opens.
    /// </summary>
    private async Task<(int Done, int Left)> TokensAsync(Guid current, CancellationToken cancellation)
    {
        var found = new List<(string Key, int Version, string Closed)>();
        await using (var read = sources.Queries.CreateCommand(
            "SELECT key, version, payload ->> 'token' FROM grain_state WHERE state = 'do-account' AND payload ->> 'token' IS NOT NULL"))
        await using (var reader = await read.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
                found.Add((reader.GetString(0), reader.GetInt32(1), reader.GetString(2)));
        }

        var done = 0;
        var old = found.Where(row => ProtectedWith.KeyOf(row.Closed) != current).ToList();
        foreach (var (key, version, closed) in old)
        {
            await using var write = sources.Queries.CreateCommand(
                """
                UPDATE grain_state SET payload = jsonb_set(payload, '{token}', to_jsonb($3::text)), version = version + 1
                WHERE state = 'do-account' AND key = $1 AND version = $2 AND payload ->> 'token' = $4
                """);
            write.Parameters.Add(new() { Value = key });
            write.Parameters.Add(new() { Value = version });
            write.Parameters.Add(new() { Value = _tokens.Close(_tokens.Open(closed)) });
            write.Parameters.Add(new() { Value = closed });
            done += await write.ExecuteNonQueryAsync(cancellation);
        }

        return (done, old.Count - done);
    }

    private async Task<(int Done, int Left)> ServersAsync(Guid current, CancellationToken cancellation)
    {
        var (done, left) = (0, 0);
        var after = (Instance: Guid.Empty, Generation: -1);
        while (true)
        {
            var rows = new List<(Guid Instance, int Generation, byte[]? PrivateKey, byte[]? Password, byte[]? Next)>();
            await using (var read = sources.Queries.CreateCommand(
                "SELECT instance, generation, private_key, password, next_password FROM instance_access WHERE (instance, generation) > ($1, $2) ORDER BY 1, 2 LIMIT $3"))
            {
                read.Parameters.Add(new() { Value = after.Instance });
                read.Parameters.Add(new() { Value = after.Generation });
                read.Parameters.Add(new() { Value = Batch });
                await using var reader = await read.ExecuteReaderAsync(cancellation);
                while (await reader.ReadAsync(cancellation))
                    rows.Add((reader.GetGuid(0), reader.GetInt32(1), Bytes(reader, 2), Bytes(reader, 3), Bytes(reader, 4)));
            }

            if (rows.Count == 0)
                return (done, left);
            foreach (var row in rows.Where(row => new[] { row.PrivateKey, row.Password, row.Next }.Any(closed => closed is not null && ProtectedWith.KeyOf(closed) != current)))
            {
                var changed = await ServerAsync(row, cancellation);
                done += changed;
                left += 1 - changed;
            }

            after = (rows[^1].Instance, rows[^1].Generation);
        }
    }

    private async Task<int> ServerAsync((Guid Instance, int Generation, byte[]? PrivateKey, byte[]? Password, byte[]? Next) row, CancellationToken cancellation)
    {
        // A password shown, set or forgotten meanwhile makes the row another one: then nothing is written.
        await using var write = sources.Queries.CreateCommand(
            """
            UPDATE instance_access SET private_key = $3, password = $4, next_password = $5
            WHERE instance = $1 AND generation = $2 AND private_key = $6 AND password IS NOT DISTINCT FROM $7 AND next_password IS NOT DISTINCT FROM $8
            """);
        write.Parameters.Add(new() { Value = row.Instance });
        write.Parameters.Add(new() { Value = row.Generation });
        foreach (var closed in new[] { row.PrivateKey, row.Password, row.Next })
            write.Parameters.Add(Bytea(closed is null ? null : _access.CloseAnew(row.Instance, closed)));
        foreach (var closed in new[] { row.PrivateKey, row.Password, row.Next })
            write.Parameters.Add(Bytea(closed));
        return await write.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A process keeps the key it made or read; only the row changes, and nobody else writes it.</summary>
    private async Task<int> SealsAsync(Guid current, CancellationToken cancellation)
    {
        var found = new List<(int Id, byte[] Closed)>();
        await using (var read = sources.Queries.CreateCommand("SELECT id, closed FROM idempotency_seals"))
        await using (var reader = await read.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
                found.Add((reader.GetInt32(0), reader.GetFieldValue<byte[]>(1)));
        }

        var done = 0;
        foreach (var (id, closed) in found.Where(row => ProtectedWith.KeyOf(row.Closed) != current))
        {
            await using var write = sources.Queries.CreateCommand("UPDATE idempotency_seals SET closed = $2 WHERE id = $1");
            write.Parameters.Add(new() { Value = id });
            write.Parameters.Add(Bytea(_seals.Protect(_seals.Unprotect(closed))));
            done += await write.ExecuteNonQueryAsync(cancellation);
        }

        return done;
    }

    private static byte[]? Bytes(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    private static NpgsqlParameter Bytea(byte[]? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea };
}
