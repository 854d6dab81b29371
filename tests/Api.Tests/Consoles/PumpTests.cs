using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.Time.Testing;
using Webrana.Api.Consoles;

namespace Webrana.Api.Tests.Consoles;

/// <summary>
/// What a message costs. Both ends answer when the test says so and never at once, as sockets do, and everything runs on the test's own
/// thread, so that its allocations are exactly those of the pump.
/// </summary>
public sealed class PumpTests
{
    const int Messages = 2_000;
    const int Warm = 200;

    [Fact]
    public async Task A_message_in_either_direction_allocates_nothing()
    {
        var (browser, line) = (new Browser(), new Line());
        var traffic = new ConsoleTraffic(new FakeTimeProvider());
        var pump = new ConsolePump(browser, line, traffic, new ConsoleOptions());
        var (up, down) = (pump.UpAsync(default), pump.DownAsync(default));
        for (var n = 0; n < Warm; n++) Carry();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < Messages; n++) Carry();
        var perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(2 * Messages);
        Assert.True(perMessage < 1, $"{perMessage} bytes a message.");
        Assert.Equal(((Warm + Messages) * 10, (Warm + Messages) * 20), (traffic.Sent, traffic.Received));

        browser.Received.Complete(new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, true));
        line.Readable.Complete(0);
        line.Readable.Complete(0);
        Assert.Equal((ConsoleEnd.Closed, ConsoleEnd.ServerHungUp), (await up, await down));

        void Carry()
        {
            browser.Received.Complete(new ValueWebSocketReceiveResult(0, WebSocketMessageType.Binary, false)); // There is something.
            browser.Received.Complete(new ValueWebSocketReceiveResult(10, WebSocketMessageType.Binary, true));
            line.Written.Complete(0);
            line.Readable.Complete(0);
            line.Readable.Complete(20);
            browser.Sent.Complete(0);
        }
    }

    [Fact]
    public async Task A_browser_that_does_not_read_is_read_ahead_for_by_one_piece_and_no_more()
    {
        var (browser, reads, isOver) = (new Browser(), 0, false);
        var traffic = new ConsoleTraffic(new FakeTimeProvider());
        var down = new ConsolePump(browser, new Script(Read), traffic, new ConsoleOptions()).DownAsync(default);
        Assert.Equal(2, reads); // One is being sent, one waits.
        browser.Sent.Complete(0);
        Assert.Equal(3, reads);

        isOver = true;
        browser.Sent.Complete(0);
        Assert.False(down.IsCompleted, "What was read is delivered first.");
        browser.Sent.Complete(0);
        Assert.Equal(ConsoleEnd.ServerHungUp, await down);
        Assert.Equal((4, 3_000), (reads, traffic.Received));

        ValueTask<int> Read(Memory<byte> buffer, CancellationToken cancellation)
        {
            reads++;
            return new ValueTask<int>(isOver ? 0 : 1_000);
        }
    }

    [Fact]
    public async Task A_browser_that_is_gone_ends_it_although_the_server_says_nothing_more()
    {
        var (browser, reads) = (new Browser(), 0);
        var down = new ConsolePump(browser, new Script(Read), new ConsoleTraffic(new FakeTimeProvider()), new ConsoleOptions()).DownAsync(default);
        Assert.False(down.IsCompleted);
        browser.Sent.Fail(new WebSocketException("gone"));
        Assert.Equal("gone", (await Assert.ThrowsAsync<WebSocketException>(() => down)).Message);

        ValueTask<int> Read(Memory<byte> buffer, CancellationToken cancellation) =>
            ++reads == 1 ? new ValueTask<int>(10) : new ValueTask<int>(new TaskCompletionSource<int>().Task.WaitAsync(cancellation));
    }

    /// <summary>Something that is waited for again and again, one at a time.</summary>
    sealed class Reply<T> : IValueTaskSource<T>, IValueTaskSource
    {
        ManualResetValueTaskSourceCore<T> _core;
        bool _awaited;

        public ValueTask<T> Await()
        {
            _core.Reset();
            _awaited = true;
            return new ValueTask<T>(this, _core.Version);
        }

        public ValueTask AwaitVoid()
        {
            _core.Reset();
            _awaited = true;
            return new ValueTask(this, _core.Version);
        }

        /// <summary>Whoever waits goes on at once, on this thread.</summary>
        public void Complete(T result)
        {
            Assert.True(_awaited, "Nobody waits for this.");
            _awaited = false;
            _core.SetResult(result);
        }

        /// <summary>The same, with a failure.</summary>
        public void Fail(Exception failure)
        {
            Assert.True(_awaited, "Nobody waits for this.");
            _awaited = false;
            _core.SetException(failure);
        }

        T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

        void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

        ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

        void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);

        void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);
    }

    sealed class Line : IConsoleLine
    {
        public Reply<int> Readable { get; } = new();

        public Reply<int> Written { get; } = new();

        public string? Password => null;

        public bool HasMore => false;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => Readable.Await();

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => Written.AwaitVoid();

        public bool Control(ReadOnlySequence<byte> message) => false;

        public bool IsInput(byte first) => true;

        public ValueTask DisposeAsync() => default;
    }

    /// <summary>A server that always has more.</summary>
    sealed class Script(Func<Memory<byte>, CancellationToken, ValueTask<int>> read) : IConsoleLine
    {
        public string? Password => null;

        public bool HasMore => true;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => read(buffer, cancellation);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => throw new NotSupportedException();

        public bool Control(ReadOnlySequence<byte> message) => false;

        public bool IsInput(byte first) => true;

        public ValueTask DisposeAsync() => default;
    }

    sealed class Browser : WebSocket
    {
        public Reply<ValueWebSocketReceiveResult> Received { get; } = new();

        public Reply<int> Sent { get; } = new();

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => Received.Await();

        public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => Sent.AwaitVoid();

        public override void Abort()
        {
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override void Dispose()
        {
        }

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
