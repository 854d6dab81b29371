using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Webrana.Api.Consoles;

/// <summary>
/// Carries bytes both ways between a browser and a line. Nothing is queued here: the next read comes after the last write, so whoever is
/// slow slows the other side down, and a console owns one pooled buffer per direction while bytes flow and none while it is idle.
/// </summary>
internal sealed class ConsolePump(WebSocket browser, IConsoleLine line, ConsoleTraffic traffic, ConsoleOptions options)
{
    private const int BufferBytes = 64 * 1024;
    private const int LargestControlBytes = 256;

    /// <summary>Tells the browser that bytes follow.</summary>
    public ValueTask GreetAsync(CancellationToken cancellation) => browser.SendAsync(
        (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(new { ready = true, password = line.Password }), WebSocketMessageType.Text, endOfMessage: true, cancellation);

    /// <summary>Server → browser, until the server hangs up.</summary>
    public async Task<ConsoleEnd> DownAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await line.ReadAsync(Memory<byte>.Empty, cancellation);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            try
            {
                do
                {
                    var read = await line.ReadAsync(buffer, cancellation);
                    if (read == 0)
                        return ConsoleEnd.ServerHungUp;
                    traffic.Sending();
                    await browser.SendAsync(buffer.AsMemory(0, read), WebSocketMessageType.Binary, endOfMessage: true, cancellation);
                    traffic.Taken(read);
                }
                while (line.HasMore);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
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
