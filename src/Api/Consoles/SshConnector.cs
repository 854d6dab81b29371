using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;
using Webrana.Contracts.Consoles;
using ConnectionInfo = Renci.SshNet.ConnectionInfo;

namespace Webrana.Api.Consoles;

/// <summary>Logs in with a server's managed key and holds it to the host key it showed first.</summary>
internal sealed class SshConnector(UpstreamGuard guard, IOptions<ConsoleOptions> options)
{
    private const string Terminal = "xterm-256color";
    private const int BufferBytes = 32 * 1024;

    /// <param name="login">Where and how.</param>
    /// <param name="pin">Remembers a host key that was met first; false when another was remembered meanwhile.</param>
    /// <exception cref="ConsoleLineException">Says why not.</exception>
    public async Task<IConsoleLine> ConnectAsync(SshUpstream login, Func<string, Task<bool>> pin, CancellationToken cancellation)
    {
        var address = await guard.ResolveAsync(login.Host, cancellation);
        using var key = new PrivateKeyFile(new MemoryStream(Encoding.UTF8.GetBytes(login.PrivateKey)));
        var info = new ConnectionInfo(address.ToString(), login.Port, login.User, new PrivateKeyAuthenticationMethod(login.User, key))
        {
            Timeout = options.Value.ConnectTimeout,
        };
        if (login.HostKey is { } pinned)
            OfferOnly(info, pinned.Split(' ')[0]);
        var client = new SshClient(info) { KeepAliveInterval = TimeSpan.FromSeconds(30) };
        string? met = null;
        client.HostKeyReceived += (_, shown) =>
        {
            met = $"{TypeOf(shown.HostKey)} {Convert.ToBase64String(shown.HostKey)}";
            shown.CanTrust = login.HostKey is null || met == login.HostKey;
        };
        try
        {
            await client.ConnectAsync(cancellation);
            if (login.HostKey is null && !await pin(met!))
                throw new ConsoleLineException(ConsoleEnd.HostKeyChanged, "another host key was pinned meanwhile");
            return new SshLine(client, client.CreateShellStream(Terminal, 80, 24, 0, 0, BufferBytes));
        }
        catch (Exception failed) when (failed is SshException or SocketException or ConsoleLineException or OperationCanceledException)
        {
            client.Dispose();
            throw failed switch
            {
                ConsoleLineException or OperationCanceledException => failed,
                SshAuthenticationException => new ConsoleLineException(ConsoleEnd.LoginRefused, "the server does not take the managed key", failed),
                _ when met is not null && login.HostKey is not null && met != login.HostKey =>
                    new ConsoleLineException(ConsoleEnd.HostKeyChanged, "the server shows another host key", failed),
                _ => new ConsoleLineException(ConsoleEnd.Unreachable, $"SSH cannot be connected: {failed.GetType().Name}", failed),
            };
        }
    }

    // A server has a key of each type: asking for another type than the pinned one would look like a changed key.
    private static void OfferOnly(ConnectionInfo info, string type)
    {
        foreach (var name in info.HostKeyAlgorithms.Keys.Where(name => !(name == type || (type == "ssh-rsa" && name.StartsWith("rsa-sha2-", StringComparison.Ordinal)))).ToList())
            info.HostKeyAlgorithms.Remove(name);
    }

    /// <summary>A host key begins with its type's name behind its length.</summary>
    private static string TypeOf(byte[] hostKey) => Encoding.ASCII.GetString(hostKey, 4, BinaryPrimitives.ReadInt32BigEndian(hostKey));
}
