namespace Webrana.Domain.Promos;

/// <summary>
/// Who is the same person for promos. Addresses that reach one mailbox are one identity, phone numbers are compared as they are dialled.
/// What comes out is hashed with a key before it is kept.
/// </summary>
public static class PersonIdentity
{
    // Names of one mailbox under several domains. Not hotmail/outlook/live: those are different mailboxes.
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["googlemail.com"] = "gmail.com",
        ["protonmail.com"] = "proton.me",
        ["pm.me"] = "proton.me",
        ["me.com"] = "icloud.com",
        ["mac.com"] = "icloud.com",
        ["ya.ru"] = "yandex.ru",
        ["yandex.com"] = "yandex.ru",
    };

    // These deliver a.b@ and ab@ to one mailbox.
    private static readonly HashSet<string> DotsMeanNothing = new(["gmail.com", "proton.me"], StringComparer.Ordinal);

    /// <summary>The mailbox behind an address: lower case, without a <c>+suffix</c>, without dots where they mean nothing, domain aliases folded.</summary>
    public static string Email(string address)
    {
        var text = address.Trim().ToLowerInvariant();
        var at = text.LastIndexOf('@');
        if (at <= 0 || at == text.Length - 1) return text;
        var (local, domain) = (text[..at], text[(at + 1)..].TrimEnd('.'));
        domain = Aliases.GetValueOrDefault(domain, domain);
        var plus = local.IndexOf('+', StringComparison.Ordinal);
        if (plus > 0) local = local[..plus];
        if (DotsMeanNothing.Contains(domain) && local.Any(character => character != '.')) local = local.Replace(".", "", StringComparison.Ordinal);
        return $"{local}@{domain}";
    }

    /// <summary>The number in international digits (<c>0812…</c>, <c>+62 812…</c> and <c>812…</c> are one); null for what is no number.</summary>
    public static string? Phone(string? typed)
    {
        var digits = string.Concat((typed ?? "").Where(char.IsAsciiDigit));
        if (digits.StartsWith("00", StringComparison.Ordinal)) digits = digits[2..];
        else if (digits.StartsWith('0')) digits = "62" + digits[1..];
        else if (digits.StartsWith('8') && typed?.Contains('+', StringComparison.Ordinal) != true) digits = "62" + digits;
        if (digits.StartsWith("620", StringComparison.Ordinal)) digits = "62" + digits[3..];
        return digits.Length is >= 9 and <= 15 ? digits : null;
    }

    /// <summary>Enough to recognise a friend by (<c>B•••</c>).</summary>
    public static string MaskName(string name) => name.Trim() is { Length: > 0 } text ? $"{char.ToUpperInvariant(text[0])}•••" : "•••";

    /// <summary>Enough to recognise a friend's address by (<c>b•••@gmail.com</c>).</summary>
    public static string MaskEmail(string address)
    {
        var at = address.LastIndexOf('@');
        return at <= 0 ? "•••" : $"{address[0]}•••{address[at..]}";
    }
}

/// <summary>The calendar that monthly caps are counted by.</summary>
public static class PromoMonth
{
    /// <summary>The first moment of the month that <paramref name="now"/> lies in, by Jakarta's calendar.</summary>
    public static DateTimeOffset Start(DateTimeOffset now)
    {
        var local = now.ToOffset(Billing.BillingCalendar.Jakarta);
        return new DateTimeOffset(local.Year, local.Month, 1, 0, 0, 0, Billing.BillingCalendar.Jakarta).ToUniversalTime();
    }
}
