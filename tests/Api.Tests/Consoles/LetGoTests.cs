using System.Buffers;
using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Webrana.Api.Consoles;
using Webrana.Api.Hosting;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;

namespace Webrana.Api.Tests.Consoles;

/// <summary>A line that breaks its promise to let go, or breaks as none should.</summary>
public sealed class LetGoTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_that_never_lets_go_is_counted_and_holds_neither_slot_nor_place()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var left = new MetricCollector<long>(meters, ConsoleMetrics.MeterName, "webrana.consoles.left");
        using var open = new MetricCollector<long>(meters, ConsoleMetrics.MeterName, "webrana.consoles.open");
        var (line, access) = (new Line(), new Access());
        var runner = Runner(access, line, meters);
        var running = RunAsync(runner);
        await line.Writing.Task.WaitAsync(ApiHost.Patience, Stop);
        Assert.True(runner.IsFull);

        access.SignOut();
        await running.WaitAsync(ApiHost.Patience, Stop);
        Assert.False(runner.IsFull);
        Assert.True(access.IsEnded);
        // It was waited for twice: for what was being written, and for the line itself.
        Assert.Equal(2, left.GetMeasurementSnapshot().Sum(count => count.Value));
        Assert.Equal(0, open.GetMeasurementSnapshot().Sum(count => count.Value));
    }

    [Fact]
    public async Task What_breaks_as_nobody_foresaw_ends_the_watch_with_the_console()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var access = new Access();
        var runner = Runner(access, new Line { Broken = new InvalidOperationException("a fault of ours") }, services.GetRequiredService<IMeterFactory>());

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(runner).WaitAsync(ApiHost.Patience, Stop));

        Assert.Equal("a fault of ours", thrown.Message);
        Assert.True(access.Listening.IsCanceled, $"it is {access.Listening.Status}");
        Assert.True(access.IsEnded);
        Assert.False(runner.IsFull);
    }

    // The good-bye comes before anything is cancelled: to cancel a receive is to cut the socket off, and then the good-bye is never read.
    [Fact]
    public async Task A_process_that_leaves_says_so_while_all_goes_on()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var departure = new CancellationTokenSource();
        var (line, access, heard) = (new Line(), new Access(), new List<string>());
        var browser = new Browser
        {
            Closing = reason => heard.Add($"{reason}, watch {(access.Listening.IsCompleted ? "over" : "on")}, line {(line.Reading.IsCompleted ? "over" : "on")}"),
        };
        var running = RunAsync(Runner(access, line, services.GetRequiredService<IMeterFactory>(), departure.Token), browser);
        await line.Writing.Task.WaitAsync(ApiHost.Patience, Stop);

        await departure.CancelAsync();

        await running.WaitAsync(ApiHost.Patience, Stop);
        Assert.Equal(["restarting, watch on, line on"], heard);
    }

    static ConsoleRunner Runner(Access access, Line line, IMeterFactory meters, CancellationToken leaving = default) => new(
        access, new Lines(line), new ConsoleMetrics(meters), new Departure(leaving),
        Options.Create(new ConsoleOptions { MostConsoles = 1, LetGoLimit = TimeSpan.FromMilliseconds(100) }), TimeProvider.System, NullLogger<ConsoleRunner>.Instance);

    static Task RunAsync(ConsoleRunner runner, Browser? browser = null)
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpWebSocketFeature>(new Upgrade(browser ?? new Browser()));
        var pass = new ConsolePass(
            Guid.NewGuid(), new InstanceId(Guid.NewGuid()), new UserId(Guid.NewGuid()), Guid.NewGuid(), false, ConsoleKind.Ssh, default, ConsoleTickets.NewSecret());
        return runner.RunAsync(http, pass, new ConsoleUpstream(pass.User, null, null));
    }

    sealed class Line : IConsoleLine
    {
        readonly TaskCompletionSource _never = new();

        public TaskCompletionSource Writing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What reading from it throws.</summary>
        public Exception? Broken { get; init; }

        public Task<int> Reading { get; private set; } = Task.FromResult(0);

        public string? Password => null;

        public bool HasMore => false;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
            new(Reading = Broken is null ? new TaskCompletionSource<int>().Task.WaitAsync(cancellation) : Task.FromException<int>(Broken));

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        {
            Writing.TrySetResult();
            return new ValueTask(_never.Task);
        }

        public bool Control(ReadOnlySequence<byte> message) => true;

        public bool IsInput(byte first) => true;

        public ValueTask DisposeAsync() => new(_never.Task);
    }

    sealed class Lines(IConsoleLine line) : IConsoleLines
    {
        public Task<IConsoleLine> ConnectAsync(ConsoleUpstream upstream, Func<Task<ConsoleDoor>> door, CancellationToken cancellation) => Task.FromResult(line);
    }

    sealed class Access : IConsoleAccess, IConsoleHints
    {
        readonly TaskCompletionSource _hint = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsEnded { get; private set; }

        public Task Listening { get; private set; } = Task.CompletedTask;

        public void SignOut() => _hint.SetResult();

        public Task NextAsync(CancellationToken cancellation) => Listening = _hint.Task.WaitAsync(cancellation);

        public Task RenewAsync() => Task.CompletedTask;

        public Task<ConsoleEnd?> CheckAsync(ConsolePass pass, CancellationToken cancellation) => Task.FromResult<ConsoleEnd?>(ConsoleEnd.SignedOut);

        public Task<IConsoleHints> ListenAsync(ConsolePass pass, UserId owner) => Task.FromResult<IConsoleHints>(this);

        public Task EndAsync(ConsolePass pass, ConsoleTraffic traffic)
        {
            IsEnded = true;
            return Task.CompletedTask;
        }

        public Task<Result<ConsoleUpstream, ConsoleError>> RedeemAsync(ConsolePass pass, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ConsoleDoor> OpenSshAsync(ConsolePass pass) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }

    sealed class Departure(CancellationToken leaving) : IDeparture
    {
        public CancellationToken Leaving => leaving;
    }

    sealed class Upgrade(Browser browser) : IHttpWebSocketFeature
    {
        public bool IsWebSocketRequest => true;

        public Task<WebSocket> AcceptAsync(WebSocketAcceptContext context) => Task.FromResult<WebSocket>(browser);
    }

    /// <summary>Somebody who types one key.</summary>
    sealed class Browser : WebSocket
    {
        /// <summary>Told the word of the server's close frame.</summary>
        public Action<string?> Closing { get; init; } = _ => { };

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        // First without a buffer, as the pump waits. It comes to no second key.
        public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
            new(new ValueWebSocketReceiveResult(buffer.IsEmpty ? 0 : 1, WebSocketMessageType.Binary, endOfMessage: !buffer.IsEmpty));

        public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => default;

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
        {
            Closing(statusDescription);
            return Task.CompletedTask;
        }

        public override void Abort()
        {
        }

        public override void Dispose()
        {
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
