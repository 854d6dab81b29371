namespace Webrana.Api.Idempotency;

/// <summary>
/// A request's body that remembers what was read of it: the filter hashes what binding has read. The framework's own buffering is not used
/// because it takes its whole threshold from the array pool at once: with many requests in flight that was a megabyte allocated, and
/// cleared, for a body of twelve bytes.
/// </summary>
internal sealed class RememberedBody(Stream connection, long? contentLength) : Stream
{
    private const int MostAtOnce = 16 * 1024; // what a header claims is not yet what comes

    private readonly MemoryStream _read = new((int)Math.Clamp(contentLength ?? 0, 64, MostAtOnce));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The body of this request, from its first byte on.</summary>
    public static RememberedBody Of(HttpRequest request)
    {
        if (request.Body is RememberedBody known) return known;
        var body = new RememberedBody(request.Body, request.ContentLength);
        request.Body = body;
        return body;
    }

    /// <summary>All of it, whatever an endpoint has left unread.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAllAsync(CancellationToken cancellation)
    {
        await connection.CopyToAsync(_read, cancellation);
        return _read.GetBuffer().AsMemory(0, (int)_read.Length);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await connection.ReadAsync(buffer, cancellationToken);
        _read.Write(buffer.Span[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = connection.Read(buffer, offset, count);
        _read.Write(buffer, offset, read);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
