using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Webrana.Ssh;

/// <summary>
/// The connection to a server's sshd, which SSH.NET reaches through a port of the loopback. It writes by blocking and lets nobody close the
/// socket it writes to, so a server that reads nothing would hold its threads for as long as it likes. Both sockets here are ours: closing them
/// ends whatever waits for them, and that SSH.NET has let go of its own is seen whether it says so or not.
/// </summary>
public sealed class SshRelay : IDisposable
{
    private const int PieceBytes = 16 * 1024;

    /// <summary>What the kernel may hold of either direction: what waits there looks as if it had been taken, and thousands of consoles have it.</summary>
    private const int HeldBytes = 128 * 1024;

    /// <summary>What a server may say before anybody listens: keys, a banner, a greeting. SSH.NET keeps all of it.</summary>
    private const int UnheardBytes = 1024 * 1024;

    /// <summary>Signs of life that stay unanswered before the connection is given up.</summary>
    private const int Probes = 6;

    // Of linux/tcp.h; .NET has no name for it.
    private const int TcpUserTimeout = 18;

    private readonly Lock _ending = new();
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Socket _far;
    private readonly Socket _listener;
    private readonly TimeSpan _stallLimit;
    private Socket? _near;
    private bool _isOver;

    private SshRelay(Socket far, Socket listener, TimeSpan stallLimit)
    {
        (_far, _listener, _stallLimit) = (far, listener, stallLimit);
        Door = (IPEndPoint)listener.LocalEndPoint!;
        // Never on the scheduler of whoever opens it, which may be a grain's.
        Over = Task.Run(RunAsync);
    }

    /// <summary>Where SSH.NET connects, once.</summary>
    public IPEndPoint Door { get; }

    /// <summary>Completes when the connection is over, whoever ended it; never fails.</summary>
    public Task Over { get; }

    /// <summary>Connects to the server.</summary>
    /// <param name="keepAliveEvery">How long the server may be silent before it is sent a sign of life.</param>
    /// <param name="stallLimit">How long its network may take in nothing of what was sent, or leave a sign of life unanswered.</param>
    /// <exception cref="SocketException">It does not answer.</exception>
    public static async Task<SshRelay> OpenAsync(IPAddress address, int port, TimeSpan keepAliveEvery, TimeSpan stallLimit, CancellationToken cancellation)
    {
        var far = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = HeldBytes, ReceiveBufferSize = HeldBytes };
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = HeldBytes };
        try
        {
            // The kernel's own signs of life: SSH.NET's are written by a thread of the pool, which would wait behind what the server does not read.
            far.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            far.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(keepAliveEvery));
            far.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds(stallLimit / Probes));
            far.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
            // Where something waits to be acknowledged those signs are not sent, and the kernel would go on for a quarter of an hour.
            if (OperatingSystem.IsLinux())
                far.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes((int)stallLimit.TotalMilliseconds));
            await far.ConnectAsync(address, port, cancellation);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            return new SshRelay(far, listener, stallLimit);
        }
        catch
        {
            far.Dispose();
            listener.Dispose();
            throw;
        }
    }

    /// <summary>From now on what the server says is taken off as it comes; until then it is no more than a little.</summary>
    public void Listen() => _heard.TrySetResult();

    /// <summary>Closes both connections at once, whatever waits for them.</summary>
    public void Dispose()
    {
        lock (_ending)
        {
            if (_isOver)
                return;
            _isOver = true;
        }

        _heard.TrySetResult();
        _listener.Dispose();
        // Without lingering: nothing waits in the kernel either, for a server that may never read it.
        _near?.Close(0);
        _far.Close(0);
    }

    private async Task RunAsync()
    {
        var down = Task.CompletedTask;
        try
        {
            var near = await _listener.AcceptAsync();
            if (Takes(near))
            {
                near.NoDelay = true;
                near.SendBufferSize = HeldBytes;
                down = DownAsync(near);
                // The far side is let go in peace where SSH.NET has: its last words are still sent.
                if (await CarryAsync(near, _far, Task.CompletedTask, _stallLimit))
                    _far.Dispose();
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed before anybody came, or just then.
        }

        Dispose();
        await down;
    }

    private async Task DownAsync(Socket near)
    {
        if (!await CarryAsync(_far, near, _heard.Task, Timeout.InfiniteTimeSpan))
            Dispose();
    }

    private bool Takes(Socket near)
    {
        _listener.Dispose();
        lock (_ending)
        {
            if (!_isOver)
                _near = near;
        }

        if (_near is not null)
            return true;
        near.Close(0);
        return false;
    }

    /// <summary>Carries until the one side has said its last, which the other is told; false when either broke off, or took nothing in for too long.</summary>
    /// <param name="heard">Until then no more than <see cref="UnheardBytes"/> are carried.</param>
    private static async Task<bool> CarryAsync(Socket from, Socket to, Task heard, TimeSpan stallLimit)
    {
        using var stalled = new CancellationTokenSource();
        var unheard = 0;
        try
        {
            while (true)
            {
                if (unheard >= UnheardBytes)
                    await heard;
                // An idle direction holds no buffer.
                await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
                try
                {
                    var count = await from.ReceiveAsync(buffer.AsMemory(0, PieceBytes), SocketFlags.None);
                    if (count == 0)
                    {
                        to.Shutdown(SocketShutdown.Send);
                        return true;
                    }

                    if (!heard.IsCompleted)
                        unheard += count;
                    stalled.CancelAfter(stallLimit);
                    for (var sent = 0; sent < count;)
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None, stalled.Token);
                    stalled.CancelAfter(Timeout.InfiniteTimeSpan);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds);
}
