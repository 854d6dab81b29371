using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Webrana.Api.Idempotency;

/// <summary>
/// A request's body that remembers what was read of it: the filter hashes what binding has read. It hands on the connection's own buffers and
/// copies only what was consumed; the framework's own buffering takes its whole threshold from the array pool at once, a megabyte allocated
/// and cleared for a body of twelve bytes.
/// </summary>
internal sealed class RememberedBody : PipeReader, IRequestBodyPipeFeature
{
    private const int LeastRoom = 128;
    private const int MostAtOnce = 16 * 1024; // what a header claims is not yet what comes

    private readonly PipeReader _connection;
    private byte[] _read;
    private int _length = 1; // the first byte parts query and body in what is hashed
    private ReadOnlySequence<byte>? _handedOut;

    private RememberedBody(PipeReader connection, long? contentLength)
    {
        _connection = connection;
        _read = ArrayPool<byte>.Shared.Rent((int)Math.Clamp((contentLength ?? 0) + 1, LeastRoom, MostAtOnce));
        _read[0] = (byte)'\n';
    }

    /// <inheritdoc/>
    public PipeReader Reader => this;

    /// <summary>The body of this request, from its first byte on, whether it is read as a pipe or as a stream.</summary>
    public static RememberedBody Of(HttpContext http)
    {
        if (http.Features.Get<IRequestBodyPipeFeature>() is RememberedBody known) return known;
        var body = new RememberedBody(http.Request.BodyReader, http.Request.ContentLength);
        http.Request.Body = body.AsStream(leaveOpen: true);
        http.Features.Set<IRequestBodyPipeFeature>(body);
        return body;
    }

    /// <summary>
    /// Reads whatever an endpoint has left unread, and hashes query and all of the body. Ends the memory: it may be asked once. With a
    /// <paramref name="salt"/> the hash is stretched as Identity stretches passwords.
    /// </summary>
    /// <returns>The first half of a SHA-256.</returns>
    public async ValueTask<Guid> HashAsync(string? query, byte[]? salt, int iterations, CancellationToken cancellation)
    {
        if (_handedOut is { } left) AdvanceTo(left.Start); // a reader that gave up half-way
        while (true)
        {
            var part = await ReadAsync(cancellation);
            AdvanceTo(part.Buffer.End);
            if (part.IsCompleted) break;
        }

        var hash = Hash(query, salt, iterations);
        ArrayPool<byte>.Shared.Return(_read);
        (_read, _length) = ([], 0);
        return hash;
    }

    /// <inheritdoc/>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await _connection.ReadAsync(cancellationToken);
        _handedOut = result.Buffer;
        return result;
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        var read = _connection.TryRead(out result);
        if (read) _handedOut = result.Buffer;
        return read;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_handedOut is { } handedOut) Remember(handedOut.Slice(0, consumed));
        _handedOut = null;
        _connection.AdvanceTo(consumed, examined);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _connection.CancelPendingRead();

    /// <summary>Nothing: what is left unread is still to be hashed, and the connection completes its own body.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    private void Remember(ReadOnlySequence<byte> consumed)
    {
        var wanted = _length + checked((int)consumed.Length);
        if (wanted > _read.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, 2 * _read.Length));
            _read.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_read);
            _read = larger;
        }

        consumed.CopyTo(_read.AsSpan(_length));
        _length = wanted;
    }

    private Guid Hash(string? query, byte[]? salt, int iterations)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var body = _read.AsSpan(0, _length);
        if (salt is null && string.IsNullOrEmpty(query))
        {
            SHA256.HashData(body, hash);
        }
        else
        {
            byte[] all = [.. Encoding.UTF8.GetBytes(query ?? ""), .. body];
            if (salt is null) SHA256.HashData(all, hash);
            else Rfc2898DeriveBytes.Pbkdf2(all, salt, hash, iterations, HashAlgorithmName.SHA256);
        }

        return new Guid(hash[..16], bigEndian: true);
    }
}
