using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Webrana.DigitalOcean.Tests.Support;

/// <summary>Reads whole requests from a socket and hangs up on the ones the test chooses: what Kestrel is too polite to do.</summary>
public sealed class RudeServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Func<int, string?> _answer;
    readonly Task _running;
    readonly CancellationTokenSource _stop = new();
    int _connections;
    int _requests;

    /// <param name="answer">By number of the request, from 1: the raw answer, or null to hang up.</param>
    public RudeServer(Func<int, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _running = RunAsync();
    }

    public int Requests => _requests;

    public int Connections => _connections;

    public Uri BaseUrl => new($"http://{_listener.LocalEndpoint}");

    public static string Http(int status, string body) =>
        $"HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
    }

    async Task RunAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                _connections++;
                connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    async Task ServeAsync(Socket socket)
    {
        using var client = socket;
        await using var stream = new NetworkStream(client);
        try
        {
            while (await ReadRequestAsync(stream, _stop.Token))
            {
                if (_answer(Interlocked.Increment(ref _requests)) is not { } answer)
                    return;
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
                if (answer.Contains("connection: close", StringComparison.Ordinal))
                    return;
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            // The client hung up first, or the test is over.
        }
    }

    static async Task<bool> ReadRequestAsync(NetworkStream stream, CancellationToken stop)
    {
        var received = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, stop);
            if (read == 0)
                return false;
            received.Append(Encoding.ASCII.GetString(buffer, 0, read));
            var text = received.ToString();
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                continue;
            var length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)) is { } line
                ? int.Parse(line.Split(':')[1].Trim(), System.Globalization.CultureInfo.InvariantCulture)
                : 0;
            if (text.Length >= end + 4 + length)
                return true;
        }
    }
}
