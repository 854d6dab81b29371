using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Webrana.Api.Consoles;

/// <summary>
/// Carries bytes both ways between a browser and a line. Nothing is queued here: whoever is slow slows the other side down. Downwards the next
/// piece is read while the last one is being sent, and no more than that: two pooled buffers while bytes flow. Upwards the next read comes
/// after the last write: one. An idle console owns none.
/// </summary>
internal sealed class ConsolePump(WebSocket browser, IConsoleLine line, ConsoleTraffic traffic, ConsoleOptions options)
{
    private const int BufferBytes = 64 * 1024;
    private const int LargestControlBytes = 256;

    /// <summary>Tells the browser that bytes follow.</summary>
    public ValueTask GreetAsync() => browser.SendAsync(
        (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(new { ready = true, password = line.Password }), WebSocketMessageType.Text, endOfMessage: true,
        CancellationToken.None);

    /// <summary>Server → browser, until the server hangs up.</summary>
    public async Task<ConsoleEnd> DownAsync(CancellationToken cancellation)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var sent = ValueTask.CompletedTask;
        try
        {
            while (true)
            {
                if (!line.HasMore)
                    await line.ReadAsync(Memory<byte>.Empty, broken.Token);
                var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                var isSending = false;
                try
                {
                    var read = await line.ReadAsync(buffer, broken.Token);
                    var before = sent;
                    sent = ValueTask.CompletedTask;
                    await before;
                    if (read == 0)
                        return ConsoleEnd.ServerHungUp;
#pragma warning disable CA2012 // Kept while the next piece is read; each is awaited once: before the next send, or where the reading ends.
                    sent = SendAsync(buffer, read, broken);
#pragma warning restore CA2012
                    isSending = true;
                }
                finally
                {
                    if (!isSending)
                        ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch
        {
            // What is being sent is over as well before this is; where it failed, that is why the reading was stopped.
            await sent;
            throw;
        }
    }

    /// <summary>Sends one piece and gives its buffer back. Where that fails nobody needs to read on, however long the server says nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))] // One per piece: its state is reused, not allocated.
    private async ValueTask SendAsync(byte[] buffer, int count, CancellationTokenSource broken)
    {
        try
        {
            traffic.Sending();
            await browser.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, endOfMessage: true, broken.Token);
            traffic.Taken(count);
        }
        catch
        {
            await broken.CancelAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Browser → server, until the browser leaves or says what it must not.</summary>
    public async Task<ConsoleEnd> UpAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var begun = await browser.ReceiveAsync(Memory<byte>.Empty, cancellation);
            if (begun.MessageType == WebSocketMessageType.Close)
                return ConsoleEnd.Closed;
            if (begun.EndOfMessage)
                continue;
            var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            try
            {
                if (await MessageAsync(buffer, cancellation) is { } end)
                    return end;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>One message, passed on as it comes in: however large it claims to be, it is never held whole.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // One per message: its state is reused, not allocated.
    private async ValueTask<ConsoleEnd?> MessageAsync(byte[] buffer, CancellationToken cancellation)
    {
        var length = 0;
        while (true)
        {
            var received = await browser.ReceiveAsync(buffer.AsMemory(), cancellation);
            if (received.MessageType == WebSocketMessageType.Close)
                return ConsoleEnd.Closed;
            if (received.MessageType == WebSocketMessageType.Text)
                return Control(buffer, received);
            if (length == 0 && received.Count > 0 && line.IsInput(buffer[0]))
                traffic.Input();
            length += received.Count;
            if (length > options.LargestMessageBytes)
                return ConsoleEnd.MessageTooBig;
            if (received.Count > 0)
                await line.WriteAsync(buffer.AsMemory(0, received.Count), cancellation);
            traffic.AddSent(received.Count);
            if (received.EndOfMessage)
                return null;
        }
    }

    private ConsoleEnd? Control(byte[] buffer, ValueWebSocketReceiveResult received) =>
        received.EndOfMessage && received.Count <= LargestControlBytes && line.Control(new ReadOnlySequence<byte>(buffer, 0, received.Count))
            ? null
            : ConsoleEnd.BadMessage;
}
