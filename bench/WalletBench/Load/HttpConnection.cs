using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Webrana.WalletBench.Load;

/// <summary>One keep-alive HTTP/1.1 connection with at most one request in flight. Never blocks: its loop says when there is something to read.</summary>
internal sealed class HttpConnection : IDisposable
{
    private static readonly byte[] ContentLength = "Content-Length: "u8.ToArray();
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private static long _connections;

    private readonly byte[] _head;
    private readonly byte[] _keyHead;
    private readonly byte[] _request = new byte[2048];
    private readonly byte[] _answer = new byte[8192];
    private long _number;
    private int _received;

    private HttpConnection(Socket socket, string head, bool keyed)
    {
        Socket = socket;
        _head = Encoding.ASCII.GetBytes(head);
        _keyHead = Encoding.ASCII.GetBytes(keyed
            ? string.Create(CultureInfo.InvariantCulture, $"\r\nIdempotency-Key: {Environment.ProcessId}-{Interlocked.Increment(ref _connections)}-")
            : "");
    }

    public Socket Socket { get; }

    /// <summary>When the request in flight was sent.</summary>
    public long SentAt { get; set; }

    /// <param name="head">Request line and headers up to the token, the last line being <c>Authorization: Bearer </c>.</param>
    /// <param name="keyed">A new Idempotency-Key for every request.</param>
    public static HttpConnection Open(IPEndPoint address, string head, bool keyed)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address);
        socket.Blocking = false;
        return new HttpConnection(socket, head, keyed);
    }

    /// <summary>Sends one request; it is far smaller than the socket's buffer, which is empty: nothing is in flight.</summary>
    public void Send(ReadOnlySpan<byte> token, ReadOnlySpan<byte> body)
    {
        _received = 0;
        var at = Append(_head, 0);
        at = Append(token, at);
        if (_keyHead.Length > 0)
        {
            at = Append(_keyHead, at);
            Utf8Formatter.TryFormat(++_number, _request.AsSpan(at), out var digits);
            at += digits;
        }

        at = Append(HeadEnd, at);
        at = Append(body, at);
        if (Socket.Send(_request.AsSpan(0, at)) != at) throw new IOException("The host does not read.");
    }

    /// <summary>Reads what is there: the status of a complete answer, or null when more must come.</summary>
    public int? Receive()
    {
        var count = Socket.Receive(_answer.AsSpan(_received), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return null;
        if (count == 0 || error != SocketError.Success) throw new IOException("The host closed the connection.");
        _received += count;
        return IsComplete(_answer.AsSpan(0, _received)) ? ((_answer[9] - '0') * 100) + ((_answer[10] - '0') * 10) + (_answer[11] - '0') : null;
    }

    public void Dispose() => Socket.Dispose();

    private int Append(ReadOnlySpan<byte> text, int at)
    {
        text.CopyTo(_request.AsSpan(at));
        return at + text.Length;
    }

    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf(HeadEnd);
        if (end < 0) return false;
        var at = answer.IndexOf(ContentLength);
        if (at >= 0 && at < end)
        {
            return Utf8Parser.TryParse(answer[(at + ContentLength.Length)..], out int length, out _) && answer.Length >= end + 4 + length;
        }

        // Chunked: ends with an empty chunk.
        return answer.EndsWith("0\r\n\r\n"u8);
    }
}
