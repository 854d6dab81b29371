using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.Extensions.Options;
using Webrana.Contracts.Consoles;

namespace Webrana.Api.Consoles;

/// <summary>Connects consoles.</summary>
internal interface IConsoleLines
{
    /// <inheritdoc/>
    Task<IConsoleLine> ConnectAsync(ConsoleUpstream upstream, Func<Task<ConsoleDoor>> door, CancellationToken cancellation);
}

/// <summary>To the provider's screens and to the servers' sshd.</summary>
internal sealed class ConsoleLines(UpstreamGuard guard, SshConnector ssh, IOptions<ConsoleOptions> options) : IConsoleLines, IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        ConnectCallback = guard.ConnectAsync,
        // Whatever the provider answers: no other address than the one that was checked, and nothing of ours on the way.
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = options.Value.ConnectTimeout,
    });

    /// <inheritdoc/>
    public async Task<IConsoleLine> ConnectAsync(ConsoleUpstream upstream, Func<Task<ConsoleDoor>> door, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.ConnectTimeout);
        try
        {
            return upstream.VncUrl is { } url
                ? await ConnectAsync(guard.Check(url), upstream.VncPassword, limit.Token)
                : await ssh.ConnectAsync(await door(), limit.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new ConsoleLineException(ConsoleEnd.Unreachable, "it did not answer in time", late);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<VncLine> ConnectAsync(Uri url, string? password, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("binary");
        socket.Options.KeepAliveInterval = options.Value.KeepAliveEvery;
        // One that died without a word is noticed by it. The answer stands behind what the browser has not taken in; but a browser that takes in
        // nothing is cut off before: its time is as long, and begins before the ping.
        socket.Options.KeepAliveTimeout = options.Value.StallLimit;
        try
        {
            await socket.ConnectAsync(url, _http, cancellation);
            return new VncLine(socket, password);
        }
        catch (Exception failed) when (failed is WebSocketException or HttpRequestException or SocketException or IOException)
        {
            socket.Dispose();
            throw failed.GetBaseException() as ConsoleLineException ?? new ConsoleLineException(ConsoleEnd.Unreachable, $"the provider's screen cannot be connected: {failed.GetBaseException().GetType().Name}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
