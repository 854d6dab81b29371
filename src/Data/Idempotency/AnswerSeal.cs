using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using NpgsqlTypes;

namespace Webrana.Data.Idempotency;

/// <summary>
/// Keeps answers unreadable in their rows: some are credentials. AES-256-GCM under a key of this process (ADR 47), which lies in
/// <c>idempotency_seals</c> closed by the Data Protection ring, so that every process can open what any of them sealed. An answer opens
/// only in the row and under the status it was sealed for.
/// </summary>
/// <remarks>Layout: 1, key's id (4 bytes), number within the key (8), ciphertext, tag (16). A leading 0 instead: sealed by the version before.</remarks>
public sealed class AnswerSeal(DataSources sources, IDataProtectionProvider protection, TimeProvider time) : IDisposable
{
    /// <summary>How long one key seals; the next answer after that makes a new one.</summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromHours(12);

    /// <summary>Bytes before the plain text.</summary>
    public const int Head = 13;

    /// <summary>Bytes behind it.</summary>
    public const int Tail = 16;

    internal const string Purpose = "webrana.idempotency.keys";

    private const byte OldWay = 0, OurWay = 1;
    private const int KeyBytes = 32;

    // Nothing sealed under a key is kept for longer than this after the key was made.
    private static readonly TimeSpan KeyKept = KeyLife + IdempotencyStore.Kept + TimeSpan.FromDays(1);

    private readonly IDataProtector _keys = protection.CreateProtector(Purpose);
    private readonly ConcurrentDictionary<int, SealKey> _known = new();
    private readonly SemaphoreSlim _making = new(1);
    private volatile SealKey? _current;

    /// <summary>Seals in place: the plain text stands between <see cref="Head"/> and <see cref="Tail"/>.</summary>
    public ValueTask SealAsync(IdempotencyScope scope, int status, Memory<byte> answer)
    {
        if (_current is not { } key || key.MadeAt + KeyLife <= time.GetUtcNow()) return MakeAndSealAsync(scope, status, answer);
        key.Seal(scope.Id, status, answer.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>What was sealed; null when it was sealed by the version before, in its own way.</summary>
    /// <exception cref="CryptographicException">It is not what was sealed for this row and status, or its key is gone.</exception>
    public async Task<byte[]?> OpenAsync(IdempotencyScope scope, int status, byte[] answer)
    {
        if (answer is [OldWay, ..]) return null;
        if (answer is not [OurWay, ..] || answer.Length < Head + Tail) throw new CryptographicException("This is no sealed answer.");
        var key = await FindAsync(BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(1)));
        return key.Open(scope.Id, status, answer);
    }

    /// <summary>Deletes keys under which nothing can be kept any more.</summary>
    public async Task ForgetAsync(CancellationToken cancellation)
    {
        var before = time.GetUtcNow() - KeyKept;
        await using var command = sources.Idempotency.CreateCommand("DELETE FROM idempotency_seals WHERE made_at <= $1");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
        foreach (var (id, key) in _known)
        {
            // Left to the collector: somebody may be opening with it.
            if (key.MadeAt <= before) _known.TryRemove(id, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _making.Dispose();
        foreach (var key in _known.Values) key.Dispose();
    }

    private async ValueTask MakeAndSealAsync(IdempotencyScope scope, int status, Memory<byte> answer)
    {
        SealKey? key;
        await _making.WaitAsync();
        try
        {
            var now = time.GetUtcNow();
            key = _current;
            if (key is null || key.MadeAt + KeyLife <= now) _current = key = await MakeAsync(now);
        }
        finally
        {
            _making.Release();
        }

        key.Seal(scope.Id, status, answer.Span);
    }

    // Waits for the disk, as answers do not: this process goes on using the key, also after a crash of the database.
    private async Task<SealKey> MakeAsync(DateTimeOffset now)
    {
        var secret = RandomNumberGenerator.GetBytes(KeyBytes);
        await using var command = sources.Queries.CreateCommand("INSERT INTO idempotency_seals (closed, made_at) VALUES ($1, $2) RETURNING id");
        command.Parameters.Add(new() { Value = _keys.Protect(secret), NpgsqlDbType = NpgsqlDbType.Bytea });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        var id = (int)(await command.ExecuteScalarAsync())!;
        return _known[id] = new SealKey(id, secret, now);
    }

    private async ValueTask<SealKey> FindAsync(int id)
    {
        if (_known.TryGetValue(id, out var known)) return known;
        await using var command = sources.Idempotency.CreateCommand("SELECT closed, made_at FROM idempotency_seals WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
        await using var row = await command.ExecuteReaderAsync();
        if (!await row.ReadAsync()) throw new CryptographicException($"The key of this answer, {id}, is gone.");
        var key = new SealKey(id, _keys.Unprotect(row.GetFieldValue<byte[]>(0)), new DateTimeOffset(row.GetDateTime(1), TimeSpan.Zero));
        return _known.GetOrAdd(id, key);
    }

    /// <summary>One key. Its ciphers are per thread because none may be used by two at once.</summary>
    private sealed class SealKey(int id, byte[] secret, DateTimeOffset madeAt) : IDisposable
    {
        private readonly ThreadLocal<AesGcm> _ciphers = new(() => new AesGcm(secret, Tail));
        private long _number;

        public DateTimeOffset MadeAt => madeAt;

        public void Dispose() => _ciphers.Dispose();

        public void Seal(Guid row, int status, Span<byte> answer)
        {
            answer[0] = OurWay;
            BinaryPrimitives.WriteInt32BigEndian(answer[1..], id);
            // One process has this key, and it counts: no nonce comes twice.
            BinaryPrimitives.WriteInt64BigEndian(answer[5..], Interlocked.Increment(ref _number));
            Span<byte> nonce = stackalloc byte[12];
            var bound = Bind(row, status, answer, nonce, stackalloc byte[18]);
            var plain = answer[Head..^Tail];
            _ciphers.Value!.Encrypt(nonce, plain, plain, answer[^Tail..], bound);
        }

        public byte[] Open(Guid row, int status, ReadOnlySpan<byte> answer)
        {
            Span<byte> nonce = stackalloc byte[12];
            var bound = Bind(row, status, answer, nonce, stackalloc byte[18]);
            var plain = new byte[answer.Length - Head - Tail];
            _ciphers.Value!.Decrypt(nonce, answer[Head..^Tail], answer[^Tail..], plain, bound);
            return plain;
        }

        /// <summary>The nonce from the answer's head, and what it is bound to.</summary>
        private static Span<byte> Bind(Guid row, int status, ReadOnlySpan<byte> answer, Span<byte> nonce, Span<byte> bound)
        {
            nonce.Clear();
            answer[5..Head].CopyTo(nonce[4..]);
            row.TryWriteBytes(bound, bigEndian: true, out var written);
            BinaryPrimitives.WriteInt16BigEndian(bound[written..], (short)status);
            return bound;
        }
    }
}
