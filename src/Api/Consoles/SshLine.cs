using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Renci.SshNet;
using Renci.SshNet.Common;
using Webrana.Ssh;

namespace Webrana.Api.Consoles;

/// <summary>
/// A terminal over SSH. SSH.NET hands out what it receives on a thread of its own and would keep it without bound; so that thread carries
/// it over into a bounded pipe and waits there while the browser does not read, which lets TCP slow the server down.
/// </summary>
internal sealed class SshLine : IConsoleLine
{
    private const int HeldBytes = 256 * 1024;
    private const uint MostColumns = 1000;

    private readonly SshSession _session;
    private readonly ShellStream _shell;
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: HeldBytes, resumeWriterThreshold: HeldBytes / 2, useSynchronizationContext: false));
    private readonly Lock _carrying = new();

    public SshLine(SshSession session, ShellStream shell)
    {
        (_session, _shell) = (session, shell);
        shell.DataReceived += (_, _) => Carry();
        shell.Closed += (_, _) => _received.Writer.Complete();
        session.Client.ErrorOccurred += (_, _) => _received.Writer.Complete();
        // What came before we listened.
        Carry();
    }

    /// <inheritdoc/>
    public string? Password => null;

    /// <inheritdoc/>
    public bool HasMore { get; private set; }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var result = await _received.Reader.ReadAsync(cancellation);
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
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            _shell.Write(bytes.Span);
            _shell.Flush();
            return ValueTask.CompletedTask;
        }
        catch (Exception gone) when (gone is SshException or ObjectDisposedException or IOException)
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
            _shell.ChangeWindowSize(size.Cols, size.Rows, 0, 0);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (Exception gone) when (gone is SshException or ObjectDisposedException)
        {
            // It hung up; the reader will say so.
            return true;
        }
    }

    /// <inheritdoc/>
    public bool IsInput(byte first) => true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // First the reader: it sets free the thread that may be waiting for it.
        await _received.Reader.CompleteAsync();
        await Task.Run(() =>
        {
            _shell.Dispose();
            _session.Dispose();
        });
    }

    private void Carry()
    {
        lock (_carrying)
        {
            try
            {
                while (_shell.DataAvailable)
                {
                    MemoryMarshal.TryGetArray<byte>(_received.Writer.GetMemory(4096), out var room);
                    _received.Writer.Advance(_shell.Read(room.Array!, room.Offset, room.Count));
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
