using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Webrana.WalletBench.Load;

/// <summary>One keep-alive HTTP/1.1 connection that can say one thing.</summary>
internal sealed class HttpConnection : IDisposable
{
    private static readonly byte[] ContentLength = "Content-Length: "u8.ToArray();
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private static long _connections;

    private readonly Socket _socket;
    private readonly string _head;
    private readonly string _keyPrefix;
    private readonly byte[] _request = new byte[2048];
    private readonly byte[] _answer = new byte[8192];
    private long _number;

    private HttpConnection(Socket socket, string contender)
    {
        _socket = socket;
        _head = $"POST /{contender}/debit HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: 12\r\nAuthorization: Bearer ";
        _keyPrefix = string.Create(CultureInfo.InvariantCulture, $"\r\nIdempotency-Key: {Environment.ProcessId}-{Interlocked.Increment(ref _connections)}-");
    }

    public static async Task<HttpConnection> OpenAsync(int port, string contender)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new HttpConnection(socket, contender);
    }

    /// <summary>Debits one rupiah under a new key and returns the status.</summary>
    public async Task<int> DebitAsync(string token)
    {
        await _socket.SendAsync(_request.AsMemory(0, Write(token)));
        var received = 0;
        while (true)
        {
            var count = await _socket.ReceiveAsync(_answer.AsMemory(received));
            if (count == 0) throw new IOException("The host closed the connection.");
            received += count;
            if (IsComplete(_answer.AsSpan(0, received))) break;
        }

        return ((_answer[9] - '0') * 100) + ((_answer[10] - '0') * 10) + (_answer[11] - '0');
    }

    public void Dispose() => _socket.Dispose();

    private int Write(string token)
    {
        var at = Encoding.ASCII.GetBytes(_head, _request);
        at += Encoding.ASCII.GetBytes(token, _request.AsSpan(at));
        at += Encoding.ASCII.GetBytes(_keyPrefix, _request.AsSpan(at));
        Utf8Formatter.TryFormat(++_number, _request.AsSpan(at), out var digits);
        at += digits;
        "\r\n\r\n{\"amount\":1}"u8.CopyTo(_request.AsSpan(at));
        return at + 16;
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
