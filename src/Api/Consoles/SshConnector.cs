using Microsoft.Extensions.Options;
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
    private const int BufferBytes = 16 * 1024;

    /// <exception cref="ConsoleLineException">Says why not.</exception>
    public async Task<IConsoleLine> ConnectAsync(ConsoleDoor door, CancellationToken cancellation)
    {
        var address = await guard.ResolveAsync(door.Target.Host, cancellation);
        var opening = await SshSession.OpenAsync(door.Target with { Host = address.ToString() }, options.Value.ConnectTimeout, cancellation);
        if (opening.Session is not { } session)
        {
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
            // No answer to these is waited for; but TCP gives up a connection on which they are not acknowledged.
            session.Client.KeepAliveInterval = options.Value.KeepAliveEvery;
            return new SshLine(session, session.Client.CreateShellStream(Terminal, 80, 24, 0, 0, BufferBytes));
        }
        catch (Exception failed) when (failed is Renci.SshNet.Common.SshException or IOException or ObjectDisposedException)
        {
            session.Dispose();
            throw new ConsoleLineException(ConsoleEnd.Unreachable, "the server gives no terminal", failed);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
