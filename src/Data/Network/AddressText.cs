using System.Net;

namespace Webrana.Data.Network;

/// <summary>The one way in which an address is written where text is compared with text: 2001:DB8:0::1 and 2001:db8::1 are one.</summary>
public static class AddressText
{
    /// <summary>That way; null for what is no whole address. IPv4 in IPv6's clothes is IPv4.</summary>
    public static string? Canonical(string text)
    {
        // The parser takes "10.1" and any number for an address, too; at the desk that is the beginning of one, or a provider's id.
        if (!text.Contains(':') && text.Count(letter => letter == '.') != 3)
            return null;
        if (!IPAddress.TryParse(text, out var address))
            return null;
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }
}
