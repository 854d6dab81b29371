using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Webrana.Chaos.Network;

/// <summary>What a wire does to the bytes on it.</summary>
public enum WireState
{
    /// <summary>Carries them.</summary>
    Healthy,

    /// <summary>Swallows them both ways; connections seem to stand and new ones are accepted.</summary>
    Drop,

    /// <summary>Carries what goes up and swallows the answers: the other side did what it was asked, and nobody hears of it.</summary>
    HalfOpen,

    /// <summary>Carries them late.</summary>
    Delay,

    /// <summary>Refuses: every connection is reset, old and new.</summary>
    Reset,
}

/// <summary>
/// A TCP proxy between one process and one server of it, with a wire that can be broken while connections stand. Bytes swallowed are gone,
/// so a wire that dropped is healed by resetting what ran over it, as a router that comes back does.
/// </summary>
public sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Socket, byte> _open = [];
    private readonly ConcurrentDictionary<string, byte> _said = [];
    private readonly FailingWrites? _failing;
    private volatile WireState _wire = WireState.Healthy;
    private TimeSpan _delay;
    private long _disturbed;
    private Task _accepting = Task.CompletedTask;

    private FaultyProxy(string name, int targetPort, FailingWrites? failing) =>
        (Name, _target, _failing) = (name, new IPEndPoint(IPAddress.Loopback, targetPort), failing);

    /// <summary>Whose wire it is: <c>silo-1 to postgres</c>.</summary>
    public string Name { get; }

    /// <summary>The loopback port to talk to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Opens one.</summary>
    /// <param name="failing">For a wire to PostgreSQL: which writes on it fail.</param>
    public static FaultyProxy Start(string name, int targetPort, FailingWrites? failing = null)
    {
        var proxy = new FaultyProxy(name, targetPort, failing);
        proxy._listener.Start();
        proxy._accepting = proxy.AcceptAsync();
        return proxy;
    }

    /// <summary>Whether these words ever went up this wire; PostgreSQL's start-up message names the pool in the clear.</summary>
    public bool Carried(string words) => _said.Keys.Any(said => said.Contains(words, StringComparison.Ordinal));

    /// <summary>How many pieces and connections met a broken wire since it was set last.</summary>
    public long Disturbed => Interlocked.Read(ref _disturbed);

    /// <summary>Breaks the wire, or heals it.</summary>
    public void Set(WireState wire, TimeSpan delay = default)
    {
        var before = _wire;
        if (wire != WireState.Healthy)
            Interlocked.Exchange(ref _disturbed, 0);
        (_delay, _wire) = (delay, wire);
        if (wire == WireState.Reset || (wire == WireState.Healthy && before is WireState.Drop or WireState.HalfOpen))
            ResetAll();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        ResetAll();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptSocketAsync(_end.Token);
            _ = CarryAsync(client);
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _open[client] = _open[server] = 0;
        try
        {
            if (_wire == WireState.Reset)
            {
                Interlocked.Increment(ref _disturbed);
                return;
            }

            await server.ConnectAsync(_target, _end.Token);
            var session = _failing is null ? null : new PostgresSession(_failing);
            await Task.WhenAny(PumpAsync(client, server, isAnswer: false, session), PumpAsync(server, client, isAnswer: true, session));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is away, or we are ending: the caller sees a reset, as it would without us.
            Reset(client);
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
            Reset(client);
            Reset(server);
        }
    }

    /// <summary>Carries one direction until it ends, or until a write on it is to fail: then the caller resets both.</summary>
    private async Task PumpAsync(Socket from, Socket to, bool isAnswer, PostgresSession? session)
    {
        var buffer = new byte[16 * 1024];
        using var waiting = new MemoryStream();
        try
        {
            int read;
            // A driver asks for encryption before it names itself.
            var openings = isAnswer ? 0 : 3;
            while ((read = await from.ReceiveAsync(buffer, _end.Token)) > 0)
            {
                if (openings > 0 && _said.Count < 1_000)
                    _said[Encoding.ASCII.GetString(buffer, 0, Math.Min(read, 512))] = 0;
                openings = Math.Max(0, openings - 1);
                // Every byte is looked at, whatever the wire does with it: the session must not lose its place.
                if (!isAnswer && session?.Asks(buffer.AsSpan(0, read)) == false)
                    return;
                var passage = isAnswer && session is not null ? session.Answers(buffer.AsSpan(0, read)) : Passage.Passes;
                if (passage == Passage.Lost)
                    return;
                var wire = _wire;
                if (wire == WireState.Drop || (wire == WireState.HalfOpen && isAnswer))
                {
                    Interlocked.Increment(ref _disturbed);
                    continue;
                }

                if (wire == WireState.Delay)
                {
                    Interlocked.Increment(ref _disturbed);
                    await Task.Delay(_delay, _end.Token);
                }

                waiting.Write(buffer, 0, read);
                if (passage == Passage.Waits)
                    continue;
                var piece = new ReadOnlyMemory<byte>(waiting.GetBuffer(), 0, (int)waiting.Length);
                while (piece.Length > 0)
                {
                    var sent = await to.SendAsync(piece, _end.Token);
                    piece = piece[sent..];
                }

                waiting.SetLength(0);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Reset(to);
        }
    }

    private void ResetAll()
    {
        Interlocked.Add(ref _disturbed, _open.Count / 2);
        foreach (var socket in _open.Keys)
            Reset(socket);
    }

    /// <summary>Lingering for no time makes the kernel send RST instead of FIN.</summary>
    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already: nothing to reset.
            return;
        }

        socket.Close();
    }
}
