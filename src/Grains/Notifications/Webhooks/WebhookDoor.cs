using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Webrana.Data.Network;

namespace Webrana.Grains.Notifications.Webhooks;

/// <summary>
/// The one way out to customers' addresses. A name is resolved here and the very address that was judged is connected to, so that it
/// cannot point into our network between the look and the connection. No proxy, no redirect, no cookie.
/// </summary>
public sealed class WebhookDoor : IDisposable
{
    private readonly bool _allowPrivate;
    private readonly HttpClient _http;

    public WebhookDoor(IOptions<WebhookOptions> options)
    {
        _allowPrivate = options.Value.AllowPrivateAddresses;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            // A name that moved is looked at again soon.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxConnectionsPerServer = 4,
            MaxResponseHeadersLength = 16,
        })
        {
            Timeout = TimeSpan.FromMilliseconds(options.Value.TimeoutMs),
            MaxResponseContentBufferSize = 64 * 1024,
        };
    }

    /// <summary>Sends it; throws what <see cref="HttpClient"/> throws, and <see cref="WebhookRefusedException"/> for an address that is not a stranger's.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (request.RequestUri is not { } uri || (uri.Scheme != Uri.UriSchemeHttps && !_allowPrivate) || uri.UserInfo.Length > 0)
            throw new WebhookRefusedException("the address is not https");
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellation);
        // One bad address is enough: a name that resolves to both is not a mistake to work around.
        if (found.Length == 0 || (!_allowPrivate && !found.All(PublicAddresses.Contain)))
            throw new WebhookRefusedException("the address is not on the public Internet");
        var socket = new Socket(found[0].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found[0], context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A customer's address leads where nothing of ours may go.</summary>
public sealed class WebhookRefusedException(string message) : Exception(message);
