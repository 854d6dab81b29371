using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;
using Webrana.Ssh;

namespace Webrana.Api.Consoles;

/// <summary>How to log in to a server. The private key inside is used at once and never kept.</summary>
/// <param name="Pin">Pins the host key that was met first; false when another one is pinned, or the server was installed anew meanwhile.</param>
internal sealed record ConsoleDoor(SshTarget Target, Func<string, Task<bool>> Pin)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Target.User}@{Target.Host}:{Target.Port}";
}

/// <summary>Logs in with a server's managed key and holds it to the host key it showed first.</summary>
internal sealed class SshConnector(UpstreamGuard guard, IOptions<ConsoleOptions> options)
{
    private const string Terminal = "xterm-256color";
    /// <summary>The library holds two of them per terminal from the start, and larger ones where more comes at once.</summary>
    private const int BufferBytes = 16 * 1024;

    /// <exception cref="ConsoleLineException">Says why not.</exception>
    public async Task<IConsoleLine> ConnectAsync(ConsoleDoor door, CancellationToken cancellation)
    {
        var address = await guard.ResolveAsync(door.Target.Host, cancellation);
        var relay = await RelayAsync(address, door.Target.Port, cancellation);
        try
        {
            // SSH.NET hears of no cancellation while it waits for a server's answer; that its connection is closed it hears.
            using var late = cancellation.UnsafeRegister(static held => ((SshRelay)held!).Dispose(), relay);
            return await LogInAsync(door, relay, cancellation);
        }
        catch
        {
            relay.Dispose();
            throw;
        }
    }

    private async Task<SshRelay> RelayAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        try
        {
            return await SshRelay.OpenAsync(address, port, options.Value.KeepAliveEvery, options.Value.StallLimit, cancellation);
        }
        catch (SocketException failed)
        {
            throw new ConsoleLineException(ConsoleEnd.Unreachable, "SSH cannot be connected", failed);
        }
    }

    private async Task<SshLine> LogInAsync(ConsoleDoor door, SshRelay relay, CancellationToken cancellation)
    {
        var target = door.Target with { Host = relay.Door.Address.ToString(), Port = relay.Door.Port };
        var opening = await SshSession.OpenAsync(target, options.Value.ConnectTimeout, cancellation);
        if (opening.Session is not { } session)
        {
            cancellation.ThrowIfCancellationRequested();
            throw opening.Failure switch
            {
                SshFailure.HostKeyChanged => new ConsoleLineException(ConsoleEnd.HostKeyChanged, "the server shows another host key"),
                SshFailure.KeyRefused => new ConsoleLineException(ConsoleEnd.LoginRefused, "the server does not take the managed key"),
                _ => new ConsoleLineException(ConsoleEnd.Unreachable, "SSH cannot be connected"),
            };
        }

        try
        {
            // Pinned before anything is typed into it.
            if (door.Target.HostKey is null && !await door.Pin(session.HostKey))
                throw new ConsoleLineException(ConsoleEnd.HostKeyChanged, "another host key was pinned meanwhile");
            var thread = new LineThread();
            ShellStream? shell = null;
            await thread.DoAsync(() => shell = session.Client.CreateShellStream(Terminal, 80, 24, 0, 0, BufferBytes));
            // A program that reads nothing for minutes is no broken server: what is typed waits for it as long as the console lasts.
            session.Client.ConnectionInfo.Timeout = Timeout.InfiniteTimeSpan;
            return new SshLine(relay, session, shell!, thread);
        }
        catch (Exception failed) when (failed is SshException or SocketException or IOException or ObjectDisposedException)
        {
            Drop(session, relay);
            cancellation.ThrowIfCancellationRequested();
            throw new ConsoleLineException(ConsoleEnd.Unreachable, "the server gives no terminal", failed);
        }
        catch
        {
            Drop(session, relay);
            throw;
        }
    }

    /// <summary>The connection first: the session's good-bye waits for the server.</summary>
    private static void Drop(SshSession session, SshRelay relay)
    {
        relay.Dispose();
        session.Dispose();
    }
}
