namespace Webrana.Web.Help;

/// <summary>Where people find help. Settings under <c>Help</c>; with neither set no link is shown.</summary>
public sealed class HelpOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Help";

    /// <summary>A WhatsApp number, international, for example <c>6281234567890</c>.</summary>
    public string? WhatsApp { get; set; }

    /// <summary>
    /// The address of a ticket form, used where no number is set: <c>https://…</c> or <c>mailto:…</c>. <c>{customer}</c>, <c>{server}</c> and <c>{text}</c> in it are
    /// filled in, escaped.
    /// </summary>
    public string? TicketUrl { get; set; }
}

/// <summary>A link to help that says beforehand who asks, and about which server.</summary>
public static class HelpAddress
{
    /// <summary>Where the link leads; null when no help is configured.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="customer">The customer's id; null for a visitor.</param>
    /// <param name="server">The server's name or id; null when it is about none.</param>
    /// <param name="text">The first words of the message, in the reader's language.</param>
    public static string? Of(HelpOptions options, string? customer, string? server, string text)
    {
        var number = new string([.. (options.WhatsApp ?? "").Where(char.IsAsciiDigit)]);
        if (number.Length > 0) return $"https://wa.me/{number}?text={Uri.EscapeDataString(text)}";
        var ticket = options.TicketUrl?.Trim();
        if (string.IsNullOrEmpty(ticket) || !IsLink(ticket)) return null;
        return ticket.Replace("{customer}", Uri.EscapeDataString(customer ?? ""), StringComparison.Ordinal)
            .Replace("{server}", Uri.EscapeDataString(server ?? ""), StringComparison.Ordinal)
            .Replace("{text}", Uri.EscapeDataString(text), StringComparison.Ordinal);
    }

    // A link that runs a script is no help.
    static bool IsLink(string address) => address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);
}
