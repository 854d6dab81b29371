using System.Net;
using Webrana.Data.Network;

namespace Webrana.Api.Webhooks;

/// <summary>
/// What may be registered at all. A name is only judged when it is connected to, by what it points at then; what can be seen to be wrong
/// is refused at once.
/// </summary>
internal static class WebhookAddress
{
    private const int Longest = 500;

    public static bool IsAllowed(string url, bool allowPrivate)
    {
        if (url.Length > Longest || url.Any(char.IsControl) || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0)
            return false;
        if (uri.Scheme != Uri.UriSchemeHttps && !(allowPrivate && uri.Scheme == Uri.UriSchemeHttp))
            return false;
        if (allowPrivate)
            return true;
        if (IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var address))
            return PublicAddresses.Contain(address);
        // Names without a dot, and the ones reserved for home, are nobody's on the Internet.
        var host = uri.IdnHost.TrimEnd('.');
        return host.Contains('.', StringComparison.Ordinal) && !LocalEndings.Any(ending => host.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }

    private static readonly string[] LocalEndings = [".localhost", ".local", ".internal", ".lan", ".home.arpa"];
}
