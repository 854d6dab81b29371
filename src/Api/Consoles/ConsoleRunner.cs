using System.Net.WebSockets;
using Microsoft.Extensions.Options;
using Webrana.Api.Hosting;
using Webrana.Contracts.Consoles;
using Webrana.Wire.Consoles;
using ConsoleKind = Webrana.Contracts.Consoles.ConsoleKind;

namespace Webrana.Api.Consoles;

/// <summary>Runs consoles from the redeemed ticket to the last byte, and sees to it that each ends with a word and gives its slot back.</summary>
internal sealed partial class ConsoleRunner(
    IConsoleAccess access, IConsoleLines lines, ConsoleMetrics metrics, IDeparture departure, IOptions<ConsoleOptions> options, TimeProvider clock,
    ILogger<ConsoleRunner> log)
{
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(2);

    private int _running;

    /// <summary>No more consoles fit into this process.</summary>
    public bool IsFull => Volatile.Read(ref _running) >= options.Value.MostConsoles;

    /// <summary>Runs one; returns when it is over.</summary>
    public async Task RunAsync(HttpContext http, ConsolePass pass, ConsoleUpstream upstream)
    {
        var traffic = new ConsoleTraffic(clock);
        var end = ConsoleEnd.Closed;
        Interlocked.Increment(ref _running);
        metrics.Opened(pass.Kind);
        try
        {
            using var browser = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = ConsoleProtocol.Name });
            end = await ServeAsync(browser, pass, upstream, traffic);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            metrics.Ended(pass.Kind, end);
            LogEnded(log, pass.Session, pass.Instance.ToString(), pass.Kind, end.Reason, traffic.Open, traffic.Sent, traffic.Received);
            await access.EndAsync(pass, traffic);
        }
    }

    private async Task<ConsoleEnd> ServeAsync(WebSocket browser, ConsolePass pass, ConsoleUpstream upstream, ConsoleTraffic traffic)
    {
        ConsoleEnd end;
        try
        {
            // What is still being connected ends with the process; what stands hears of it first.
            var line = await lines.ConnectAsync(upstream, () => access.OpenSshAsync(pass), departure.Leaving);
            try
            {
                await using var hints = await access.ListenAsync(pass, upstream.Owner);
                var pump = new ConsolePump(browser, line, traffic, options.Value);
                // Never cancelled: that would tear the socket down before its close frame is out. It is short, and fits into the socket's own buffer.
                await pump.GreetAsync();
                end = await CarryAsync(pass, browser, pump, stop => new ConsoleWatch(pass, traffic, access, options.Value, clock).RunAsync(hints, stop));
            }
            finally
            {
                await LetGoAsync(pass, line.DisposeAsync().AsTask());
            }
        }
        catch (ConsoleLineException failed)
        {
            LogNotConnected(log, pass.Session, failed.Message);
            end = failed.End;
            await SayGoodbyeAsync(browser, end);
        }
        catch (OperationCanceledException) when (departure.Leaving.IsCancellationRequested)
        {
            end = ConsoleEnd.Restarting;
            await SayGoodbyeAsync(browser, end);
        }
        catch (WebSocketException)
        {
            end = ConsoleEnd.Closed;
        }

        return end;
    }

    /// <summary>Both directions and the watch until the first of them ends; then the others, in an order that lets the browser hear why.</summary>
    private async Task<ConsoleEnd> CarryAsync(ConsolePass pass, WebSocket browser, ConsolePump pump, Func<CancellationToken, Task<ConsoleEnd>> watching)
    {
        var left = new TaskCompletionSource<ConsoleEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var leaving = departure.Leaving.Register(() => left.TrySetResult(ConsoleEnd.Restarting));
        // Of these three alone, and never of the departure: a pending receive that is cancelled tears the socket down before its close frame is out,
        // and a watch that is cancelled first would do so in its name.
        using var cut = new CancellationTokenSource();
        var up = OutcomeAsync(browser, pump.UpAsync(cut.Token));
        var down = OutcomeAsync(browser, pump.DownAsync(cut.Token));
        var watch = watching(cut.Token);
        try
        {
            var end = await await Task.WhenAny(up, down, watch, left.Task);
            await SayGoodbyeAsync(browser, end);
            await Task.WhenAny(up, Task.Delay(GoodbyeLimit, CancellationToken.None));
            return end;
        }
        finally
        {
            // Also where one of them broke in a way that nobody foresaw: what goes on would go on for nobody.
            await cut.CancelAsync();
            try
            {
                await LetGoAsync(pass, Task.WhenAll(up, down));
            }
            finally
            {
                await watch.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    /// <summary>
    /// Waits for what ends by itself now, but not for good: neither the slot nor the place in this process hangs on a far side. Every line is built
    /// to let go; one that does not is a fault of ours, and counted.
    /// </summary>
    private async Task LetGoAsync(ConsolePass pass, Task ending)
    {
        var limit = options.Value.LetGoLimit;
        if (await Task.WhenAny(ending, Task.Delay(limit, CancellationToken.None)) == ending)
        {
            await ending;
            return;
        }

        metrics.LeftBehind(pass.Kind);
        LogLeftBehind(log, pass.Session, pass.Instance.ToString(), pass.Kind, limit);
    }

    /// <summary>A direction that broke: by the browser, when its socket is no longer open, else by the server.</summary>
    private static async Task<ConsoleEnd> OutcomeAsync(WebSocket browser, Task<ConsoleEnd> direction)
    {
        try
        {
            return await direction;
        }
        catch (Exception broken) when (broken is WebSocketException or ConsoleLineException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return browser.State == WebSocketState.Open ? ConsoleEnd.ServerHungUp : ConsoleEnd.Closed;
        }
    }

    private static async Task SayGoodbyeAsync(WebSocket browser, ConsoleEnd end)
    {
        using var limit = new CancellationTokenSource(GoodbyeLimit);
        try
        {
            if (browser.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await browser.CloseOutputAsync(end.Status, end.Reason, limit.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It does not read, or is gone: it is cut off.
            browser.Abort();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Console {Session} of {Instance} ({Kind}) ended: {Reason} after {Open}, {Sent} bytes sent, {Received} received")]
    private static partial void LogEnded(ILogger logger, Guid session, string instance, ConsoleKind kind, string reason, TimeSpan open, long sent, long received);

    [LoggerMessage(2, LogLevel.Warning, "Console {Session} was not connected: {Why}")]
    private static partial void LogNotConnected(ILogger logger, Guid session, string why);

    [LoggerMessage(3, LogLevel.Error, "Console {Session} of {Instance} ({Kind}) did not let go of its far side within {Limit}: a thread or a connection is left behind")]
    private static partial void LogLeftBehind(ILogger logger, Guid session, string instance, ConsoleKind kind, TimeSpan limit);
}
