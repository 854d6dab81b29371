using Microsoft.Extensions.Options;
using Webrana.DigitalOcean.Transport;

namespace Webrana.DigitalOcean;

/// <summary>Makes clients, one per account. Clients are cheap and hold no connections of their own.</summary>
public sealed class DigitalOceanClientFactory(IHttpClientFactory http, IOptions<DigitalOceanOptions> options)
{
    /// <summary>The provider's own address.</summary>
    public static Uri PublicApi { get; } = new("https://api.digitalocean.com");

    /// <summary>A client for one account.</summary>
    /// <param name="baseUrl">Scheme and host, without /v2. Plain http for loopback only: the token travels with every call.</param>
    /// <param name="token">The account's API token. Kept in memory only; never logged.</param>
    /// <exception cref="ArgumentException">The address or the token cannot be used.</exception>
    public DigitalOceanClient For(Uri baseUrl, string token)
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        var isSafe = baseUrl.IsAbsoluteUri
            && (baseUrl.Scheme == Uri.UriSchemeHttps || (baseUrl.Scheme == Uri.UriSchemeHttp && baseUrl.IsLoopback));
        if (!isSafe)
            throw new ArgumentException("The provider's address must be https, or http on loopback.", nameof(baseUrl));
        // Checked here because HttpClient's own complaint would quote the token.
        if (string.IsNullOrEmpty(token) || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException("A token is non-empty visible ASCII.", nameof(token));
        return new DigitalOceanClient(new DigitalOceanHttp(http, baseUrl, token, options.Value));
    }
}
