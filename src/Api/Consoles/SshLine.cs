using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Renci.SshNet;
using Renci.SshNet.Common;
using Webrana.Ssh;

namespace Webrana.Api.Consoles;

/// <summary>
/// A terminal over SSH. SSH.NET hands out what it receives on a thread of its own and would keep it without bound; so that thread carries
/// it over into a bounded pipe and waits there while the browser does not read, which lets TCP slow the server down. What the server does not
/// read makes SSH.NET wait as well: on a thread of this line's own, for as long as the console lasts, whose end closes the connection.
/// </summary>
internal sealed class SshLine : IConsoleLine
{
    private const int HeldBytes = 256 * 1024;
    private const int PieceBytes = 4096;
    private const uint MostColumns = 1000;

    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(2);

    private readonly SshRelay _relay;
    private readonly SshSession _session;
    private readonly ShellStream _shell;
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: HeldBytes, resumeWriterThreshold: HeldBytes / 2, useSynchronizationContext: false));
    private readonly Lock _carrying = new();
    private readonly LineThread _thread;
    private TerminalSize? _wantedSize;
    private volatile bool _isCut;

    public SshLine(SshRelay relay, SshSession session, ShellStream shell, LineThread thread)
    {
        (_relay, _session, _shell, _thread) = (relay, session, shell, thread);
        // What came before we listened: no more than the pipe takes, for nobody reads yet, and this thread is the pool's.
        Carry(HeldBytes / 2);
        shell.DataReceived += (_, _) => Carry();
        shell.Closed += (_, _) => End();
        session.Client.ErrorOccurred += (_, _) => End();
        // The rest of it, and what came in between, where it may wait for the browser; also that the shell was over before we listened.
        _ = thread.DoAsync(() =>
        {
            if (shell.CanWrite)
                Carry();
            else
                End();
        });
        relay.Listen();
        _ = NoticeEndAsync();
    }

    /// <inheritdoc/>
    public string? Password => null;

    /// <inheritdoc/>
    public bool HasMore { get; private set; }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        // What came before the connection was over is still read.
        ReadResult result;
        if (!_relay.Over.IsCompleted)
            result = await _received.Reader.ReadAsync(cancellation);
        else if (!_received.Reader.TryRead(out result))
            return 0;
        if (buffer.IsEmpty)
        {
            _received.Reader.AdvanceTo(result.Buffer.Start);
            return 0;
        }

        var taken = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
        taken.CopyTo(buffer.Span);
        HasMore = taken.Length < result.Buffer.Length;
        var count = (int)taken.Length;
        _received.Reader.AdvanceTo(taken.End);
        return count;
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        // The bytes are the caller's, so it never returns before SSH.NET has let go of them; cancelled, that is when the connection is closed.
        using var cut = cancellation.UnsafeRegister(static line => ((SshLine)line!).Cut(), this);
        try
        {
            await _thread.DoAsync(() =>
            {
                _shell.Write(bytes.Span);
                _shell.Flush();
            });
        }
        catch (Exception gone) when (gone is SshException or SocketException or ObjectDisposedException or IOException)
        {
            throw new ConsoleLineException(ConsoleEnd.ServerHungUp, "the server hung up", gone);
        }
    }

    /// <summary>The size of the browser's terminal.</summary>
    public bool Control(ReadOnlySequence<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            var size = JsonSerializer.Deserialize<TerminalSize>(ref reader, JsonSerializerOptions.Web);
            if (size is not { Cols: > 0 and <= MostColumns, Rows: > 0 and <= MostColumns })
                return false;
            // Nobody waits for it, and of many that a server does not take only the last one is kept.
            if (Interlocked.Exchange(ref _wantedSize, size) is null)
                _ = _thread.DoAsync(Resize);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool IsInput(byte first) => true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // First the reader: it sets free the thread that may be waiting for it.
        await _received.Reader.CompleteAsync();
        try
        {
            var gone = Task.WhenAll(_thread.DoAsync(HangUp), _relay.Over);
            if (await Task.WhenAny(gone, Task.Delay(GoodbyeLimit, CancellationToken.None)) != gone)
                Cut();
            await gone;
        }
        finally
        {
            // Also where not even a thread could be had for the good-bye.
            Cut();
        }
    }

    /// <summary>Nothing more comes. SSH.NET does not always say so: after an SSH_MSG_DISCONNECT it lets the connection go without a word.</summary>
    private async Task NoticeEndAsync()
    {
        await _relay.Over;
        _received.Reader.CancelPendingRead();
    }

    /// <summary>Ends whatever waits for the server, and for the browser to read.</summary>
    private void Cut()
    {
        _isCut = true;
        _received.Writer.CancelPendingFlush();
        _relay.Dispose();
    }

    private void Resize()
    {
        if (Interlocked.Exchange(ref _wantedSize, null) is not { } size)
            return;
        try
        {
            _shell.ChangeWindowSize(size.Cols, size.Rows, 0, 0);
        }
        catch (Exception gone) when (gone is SshException or SocketException or ObjectDisposedException)
        {
            // It hung up; the reader will say so.
        }
    }

    private void HangUp()
    {
        try
        {
            using (_session)
                _shell.Dispose();
        }
        catch (Exception gone) when (gone is SshException or SocketException or ObjectDisposedException)
        {
            // It hung up first, or its connection was cut.
            _relay.Dispose();
        }
    }

    /// <summary>Nothing more comes: what came is carried over first.</summary>
    private void End()
    {
        lock (_carrying)
        {
            Carry();
            _received.Writer.Complete();
        }
    }

    /// <param name="most">About how much; what the pipe does not take waits for the browser.</param>
    private void Carry(long most = long.MaxValue)
    {
        lock (_carrying)
        {
            try
            {
                for (var left = most; left > 0 && !_isCut && _shell.DataAvailable;)
                {
                    MemoryMarshal.TryGetArray<byte>(_received.Writer.GetMemory(PieceBytes), out var room);
                    var count = _shell.Read(room.Array!, room.Offset, Math.Min(room.Count, PieceBytes));
                    left -= count;
                    _received.Writer.Advance(count);
                    // Our reader is gone: nothing more is carried.
                    if (_received.Writer.FlushAsync().AsTask().GetAwaiter().GetResult().IsCompleted)
                        return;
                }
            }
            catch (Exception over) when (over is ObjectDisposedException or InvalidOperationException)
            {
                // Disposed while a last piece came in.
            }
        }
    }

    private sealed record TerminalSize(uint Cols, uint Rows);
}
