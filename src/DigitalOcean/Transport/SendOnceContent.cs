using System.Net;
using System.Net.Http.Headers;

namespace Webrana.DigitalOcean.Transport;

/// <summary>
/// The body of a write. It is asked for its bytes when the connection stands and the headers are still in the buffer: the last moment
/// before the socket. Here, and not earlier, the deadline is looked at; and here a second sending by any layer is refused. A request
/// whose announced body never comes is not executed, so what is held back here has provably had no effect.
/// </summary>
internal sealed class SendOnceContent : HttpContent
{
    readonly byte[] _json;
    readonly SendDeadline _deadline;
    int _asked;

    public SendOnceContent(byte[] json, SendDeadline deadline)
    {
        (_json, _deadline) = (json, deadline);
        if (json.Length > 0)
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    /// <summary>Some of the body may be on the wire.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The deadline had passed when the body was asked for.</summary>
    public bool WasTooLate { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _asked, 1) != 0)
            throw new BodyHeldBackException("A write is sent once.");
        if (_deadline.HasPassed)
        {
            WasTooLate = true;
            throw new BodyHeldBackException("The deadline to send had passed.");
        }
        HasBegun = true;
        await stream.WriteAsync(_json, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _json.Length;
        return true;
    }
}

/// <summary>The exception that is thrown to stop a request whose body must not be written. It never leaves this assembly.</summary>
internal sealed class BodyHeldBackException(string message) : Exception(message);
