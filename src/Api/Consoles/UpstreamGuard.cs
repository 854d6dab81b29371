using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Webrana.Data.Network;

namespace Webrana.Api.Consoles;

/// <summary>
/// Decides where consoles may lead. Names are resolved here and the address that was judged is the one connected to, so that a name
/// cannot point elsewhere between the look and the connection.
/// </summary>
internal sealed class UpstreamGuard(IOptions<ConsoleOptions> options)
{
    private readonly ConsoleOptions _options = options.Value;

    /// <summary>The provider's URL, when it may be connected to: an allowed host, encrypted, without credentials in it.</summary>
    /// <exception cref="ConsoleLineException">It may not.</exception>
    public Uri Check(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0)
            throw Refused("is not an address");
        if (uri.Scheme != Uri.UriSchemeWss && !(_options.AllowPrivateAddresses && uri.Scheme == Uri.UriSchemeWs))
            throw Refused("is not wss");
        return _options.AllowedHosts.Any(allowed => Matches(uri.IdnHost, allowed)) ? uri : throw Refused("is on no allowed host");
    }

    /// <summary>An address of the host that may be connected to.</summary>
    /// <exception cref="ConsoleLineException">It has none.</exception>
    public async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellation)
    {
        IPAddress[] found;
        try
        {
            found = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellation);
        }
        catch (SocketException unknown)
        {
            throw new ConsoleLineException(ConsoleEnd.Unreachable, "its name is not known", unknown);
        }

        // One bad address is enough: a name that resolves to both is not a mistake to work around.
        if (found.Length == 0 || (!_options.AllowPrivateAddresses && !found.All(PublicAddresses.Contain)))
            throw Refused("is not on the public Internet");
        return found[0];
    }

    /// <summary>Connects to the address that was judged; for <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var address = await ResolveAsync(context.DnsEndPoint.Host, cancellation);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool Matches(string host, string allowed) => allowed.StartsWith('.')
        ? host.EndsWith(allowed, StringComparison.OrdinalIgnoreCase)
        : string.Equals(host, allowed, StringComparison.OrdinalIgnoreCase);

    // The address itself is a secret and stays out of the message.
    private static ConsoleLineException Refused(string why) => new(ConsoleEnd.AddressRefused, $"the address named for a console {why}");
}

/// <summary>A console could not be connected, or broke.</summary>
internal sealed class ConsoleLineException(ConsoleEnd end, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the page is told.</summary>
    public ConsoleEnd End { get; } = end;
}
