using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Webrana.Api.Consoles;

/// <summary>The provider's screen: RFB over a WebSocket, passed through unread.</summary>
internal sealed class VncLine(ClientWebSocket socket, string? password) : IConsoleLine
{
    // RFB messages of a client that a person causes: key, pointer, clipboard, extended key. A page asks for screen updates by itself.
    private const byte KeyEvent = 4;
    private const byte PointerEvent = 5;
    private const byte ClientCutText = 6;
    private const byte ExtendedKeyEvent = 255;

    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(1);

    private bool _over;

    /// <inheritdoc/>
    public string? Password => password;

    /// <inheritdoc/>
    public bool HasMore { get; private set; }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (!_over)
        {
            var received = await socket.ReceiveAsync(buffer, cancellation);
            if (received.MessageType == WebSocketMessageType.Text)
                throw new ConsoleLineException(ConsoleEnd.ServerHungUp, "the provider sent text where RFB belongs");
            _over = received.MessageType == WebSocketMessageType.Close;
            HasMore = !_over && !received.EndOfMessage;
            if (received.Count > 0 || buffer.IsEmpty)
                return received.Count;
        }

        return 0;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, cancellation);

    /// <inheritdoc/>
    public bool Control(ReadOnlySequence<byte> message) => false;

    /// <inheritdoc/>
    public bool IsInput(byte first) => first is KeyEvent or PointerEvent or ClientCutText or ExtendedKeyEvent;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(GoodbyeLimit);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // It hung up first.
        }

        socket.Dispose();
    }
}
