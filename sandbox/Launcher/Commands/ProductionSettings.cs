using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>
/// What docker-compose.yml takes from the environment, judged without asking anybody outside: each step of docs/GO-LIVE.md that a machine can see from
/// the settings alone. Pure but for looking at the named files.
/// </summary>
static class ProductionSettings
{
    /// <summary>The answer of who wants no webhook of alarms; an empty one is no answer. As the API takes it (src/Api/Admin/DeskOptions.cs).</summary>
    internal const string NoWebhook = "none";

    const int ShortestSecret = 24;

    internal static IEnumerable<Finding> Judge(IReadOnlyDictionary<string, string> settings, DateTimeOffset now)
    {
        yield return Install(Of(settings, "WEBRANA_INSTALL"));
        yield return Passwords(Of(settings, "POSTGRES_OWNER_PASSWORD"), Of(settings, "POSTGRES_APP_PASSWORD"));
        var isBehindProxy = IsOfThisHost(Of(settings, "LISTEN_ADDRESS"));
        yield return Address("Panel", "WEB_PUBLIC_URL", Of(settings, "WEB_PUBLIC_URL"), isBehindProxy);
        yield return Address("API", "API_PUBLIC_URL", Of(settings, "API_PUBLIC_URL"), isBehindProxy);
        yield return Tripay(settings);
        yield return DigitalOcean(Of(settings, "DIGITALOCEAN_TOKEN"));
        yield return Mail(settings);
        yield return Of(settings, "PROMOS_IDENTITY_KEY").Length >= 32
            ? new(true, "Promo key", "long enough; keep it for ever, or every bonus can be had twice")
            : new(false, "Promo key", "PROMOS_IDENTITY_KEY: at least 32 characters, for example from `openssl rand -base64 48`");
        yield return Certificate("Key ring", "PROTECTION_CERTIFICATE", "a copy of the database would open every secret in it", settings, now);
        yield return Certificate("Panel keys", "WEB_PROTECTION_CERTIFICATE", "a copy of the panel's keys would open every session", settings, now);
        yield return Seller(settings);
        yield return Help(Of(settings, "HELP_WHATSAPP"), Of(settings, "HELP_TICKET_URL"));
        yield return Desk(settings);
        yield return Backup(Of(settings, "BACKUP_STAMP_FILE"), now);
    }

    /// <summary>Settings as an .env file holds them: NAME=value, # begins a comment, quotes are taken off.</summary>
    internal static Dictionary<string, string> Read(IEnumerable<string> lines) => lines
        .Select(line => line.Trim())
        .Where(line => line.Length > 0 && line[0] != '#' && line.Contains('=', StringComparison.Ordinal))
        .Select(line => line.Split('=', 2))
        .GroupBy(pair => pair[0].Trim(), pair => pair[1].Trim().Trim('"', '\''))
        .ToDictionary(same => same.Key, same => same.Last());

    /// <summary>Every secret of the shop lies in that file: whoever else works on this host must not read it.</summary>
    /// <param name="file">The .env file; null where the settings are the shell's.</param>
    internal static Finding EnvFile(string? file)
    {
        const string Name = "Settings file";
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if (file is null)
            return new(true, Name, "none: the settings are this shell's environment");
        if (OperatingSystem.IsWindows())
            return new(true, Name, $"{file}; who may read it Windows knows");
        return (File.GetUnixFileMode(file) & Others) == UnixFileMode.None
            ? new(true, Name, $"{file} is its owner's alone")
            : new(false, Name, $"others of this host may open {file}, with every secret in it: chmod 600 {file}");
    }

    static Finding Install(string name) =>
        name.Length is >= 1 and <= 32 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')
            ? new(true, "Install", $"droplets are tagged with {name}; never change it")
            : new(false, "Install", "WEBRANA_INSTALL: a short name of a-z, 0-9 and -, part of every droplet's tag");

    static Finding Passwords(string owner, string app) => (owner, app) switch
    {
        _ when owner.Length < ShortestSecret || app.Length < ShortestSecret =>
            new(false, "Database", $"POSTGRES_OWNER_PASSWORD and POSTGRES_APP_PASSWORD: at least {ShortestSecret} characters each"),
        _ when owner == app => new(false, "Database", "owner and application need different passwords: the application must not be able to change tables"),
        _ => new(true, "Database", "two roles, two passwords"),
    };

    /// <summary>Where compose listens: an address that the internet does not reach, for past the proxy people speak in the clear and are believed.</summary>
    static bool IsOfThisHost(string listen) => listen.Length == 0
        || (System.Net.IPAddress.TryParse(listen, out var address) && (System.Net.IPAddress.IsLoopback(address) || IsPrivate(address)));

    static bool IsPrivate(System.Net.IPAddress address) => address.IsIPv6UniqueLocal
        || (address.GetAddressBytes() is [var first, var second, _, _] && (first == 10 || (first == 172 && second is >= 16 and < 32) || (first == 192 && second == 168)));

    static Finding Address(string name, string setting, string value, bool isBehindProxy) =>
        !isBehindProxy
            ? new(false, name, "LISTEN_ADDRESS: an address that only this host or your own network reaches, for the proxy that ends TLS (empty: 127.0.0.1)")
        : Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.AbsolutePath == "/" && address.Host.Contains('.', StringComparison.Ordinal)
            && !System.Net.IPAddress.TryParse(address.Host, out _)
            ? new(true, name, address.ToString())
            : new(false, name, $"{setting}: the https address people use, a name and no path (cookies and passkeys belong to it)");

    static Finding Tripay(IReadOnlyDictionary<string, string> settings)
    {
        var (key, secret, merchant) = (Of(settings, "TRIPAY_API_KEY"), Of(settings, "TRIPAY_PRIVATE_KEY"), Of(settings, "TRIPAY_MERCHANT_CODE"));
        if (key.Length == 0 || secret.Length == 0 || merchant.Length == 0)
            return new(false, "Tripay", "TRIPAY_API_KEY, TRIPAY_PRIVATE_KEY and TRIPAY_MERCHANT_CODE: from the merchant's page");
        return key.StartsWith("DEV-", StringComparison.Ordinal)
            ? new(false, "Tripay", "TRIPAY_API_KEY is one of Tripay's sandbox (DEV-…): no money would move")
            : new(true, "Tripay", $"merchant {merchant}; callback address to enter there: {Of(settings, "API_PUBLIC_URL").TrimEnd('/')}/webhooks/tripay");
    }

    static Finding DigitalOcean(string token) => token.StartsWith("dop_v1_", StringComparison.Ordinal) && token.Length >= 40
        ? new(true, "DigitalOcean", "a personal access token; what it may read and write is asked below")
        : new(false, "DigitalOcean", "DIGITALOCEAN_TOKEN: a personal access token (dop_v1_…) with the scopes of docs/GO-LIVE.md");

    static Finding Mail(IReadOnlyDictionary<string, string> settings)
    {
        var (host, from) = (Of(settings, "SMTP_HOST"), Of(settings, "SMTP_FROM"));
        if (host.Length == 0 || !System.Net.Mail.MailAddress.TryCreate(from, out var sender))
            return new(false, "Mail", "SMTP_HOST and SMTP_FROM: a mail server with TLS, and a sender whose domain is yours");
        if (Of(settings, "SMTP_USER").Length > 0 != Of(settings, "SMTP_PASSWORD").Length > 0)
            return new(false, "Mail", "SMTP_USER and SMTP_PASSWORD: the login of the mail server, both or neither");
        return sender.Host.EndsWith(".local", StringComparison.OrdinalIgnoreCase) || !sender.Host.Contains('.', StringComparison.Ordinal)
            ? new(false, "Mail", $"SMTP_FROM: {sender.Host} is no domain that mail can come from")
            : new(true, "Mail", $"from {sender.Host} through {host}");
    }

    static Finding Certificate(string name, string setting, string without, IReadOnlyDictionary<string, string> settings, DateTimeOffset now)
    {
        var (file, password) = (Of(settings, $"{setting}_FILE"), Of(settings, $"{setting}_PASSWORD"));
        var howTo = $"{setting}_FILE: a PKCS#12 file that encrypts the keys (docs/GO-LIVE.md, step 3)";
        if (file.Length == 0)
            return new(false, name, $"{without}. {howTo}");
        try
        {
            using var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, password.Length == 0 ? null : password);
            return !certificate.HasPrivateKey
                ? new(false, name, $"{file} has no private key. {howTo}")
                : certificate.NotAfter < now.AddDays(30)
                    ? new(false, name, $"{file} ends on {certificate.NotAfter:yyyy-MM-dd}: make the next one and name this one as former")
                    : new(true, name, $"encrypted with {file}, until {certificate.NotAfter:yyyy-MM-dd}; keep a copy apart from the backups");
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return new(false, name, $"{file} cannot be read: {unreadable.Message}");
        }
    }

    static Finding Seller(IReadOnlyDictionary<string, string> settings)
    {
        const int ShortestAddress = 10;
        var (name, address) = (Of(settings, "SELLER_NAME"), Of(settings, "SELLER_ADDRESS"));
        var (email, tax) = (Of(settings, "SELLER_EMAIL"), Of(settings, "SELLER_TAX_ID"));
        if (name.Length == 0 || address.Length < ShortestAddress)
            return new(false, "Seller", "SELLER_NAME and SELLER_ADDRESS: who sells, as it must stand on every invoice from the first one on; what was issued is never changed");
        if (!System.Net.Mail.MailAddress.TryCreate(email, out var contact) || !contact.Host.Contains('.', StringComparison.Ordinal))
            return new(false, "Seller", "SELLER_EMAIL: where a buyer asks about an invoice");
        // 15 digits of old, 16 since 2024; dots and dashes are how people write them.
        return tax.Length > 0 && tax.Count(char.IsAsciiDigit) is not (15 or 16)
            ? new(false, "Seller", "SELLER_TAX_ID: the NPWP's 15 or 16 digits, or empty without one")
            : new(true, "Seller", $"invoices are {name}'s, {(tax.Length == 0 ? "without an NPWP" : $"NPWP {tax}")}");
    }

    static Finding Help(string whatsApp, string ticket)
    {
        if (whatsApp.Count(char.IsAsciiDigit) >= 8)
            return new(true, "Help", $"customers write to WhatsApp {whatsApp}");
        if (!ticket.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && !ticket.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            return new(false, "Help", "HELP_WHATSAPP, an international number, or HELP_TICKET_URL, https or mailto: without one no page says where help is");
        return HelpAsksFor.Where(name => !ticket.Contains(name, StringComparison.Ordinal)).ToList() is { Count: > 0 } missing
            ? new(false, "Help", $"HELP_TICKET_URL has no {string.Join(" and no ", missing)} in it: who reads the ticket would not know who writes, and about which server")
            : new(true, "Help", $"customers write to {ticket}");
    }

    // As the panel fills them in (src/Web/Help); {text} is a form's own choice.
    static readonly string[] HelpAsksFor = ["{customer}", "{server}"];

    /// <summary>
    /// The desk's rules have defaults that a shop can open with: only a value that is none is a finding. But for two. How the provider is paid nobody
    /// can guess: a default for money in advance would wake who has a card there for ever, and none leaves the others to find out by standing still. And
    /// an alarm that goes by mail alone does not arrive when it is the mails that are stuck: whoever wants that says so.
    /// </summary>
    static Finding Desk(IReadOnlyDictionary<string, string> settings)
    {
        var (alone, budget, few) = (Of(settings, "DESK_SINGLE_HANDED_IDR"), Of(settings, "DESK_PROVIDER_BUDGET_USD"), Of(settings, "DESK_FEW_DROPLETS_LEFT"));
        var (webhook, key) = (Of(settings, "DESK_ALARM_WEBHOOK_URL"), Of(settings, "DESK_ALARM_WEBHOOK_KEY"));
        if (!IsWhole(alone) || !IsWhole(budget) || !IsWhole(few))
            return new(false, "Desk", "DESK_SINGLE_HANDED_IDR, DESK_PROVIDER_BUDGET_USD and DESK_FEW_DROPLETS_LEFT: whole numbers, or empty for 1000000 rupiah, no budget and 5 servers");
        if (AlarmNumbers.FirstOrDefault(name => !IsWhole(Of(settings, name))) is { } wrong)
            return new(false, "Desk", $"{wrong}: a whole number, or empty for its default (docs/OPERATIONS.md)");
        var credit = Of(settings, "DESK_PROVIDER_CREDIT_USD");
        if (credit.Length == 0)
            return new(false, "Desk", "DESK_PROVIDER_CREDIT_USD: how much must be left of what DigitalOcean is paid in advance, in US dollars (two weeks' bill, for example), or 0 where a card pays after the month");
        if (webhook != NoWebhook && (!Uri.TryCreate(webhook, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps))
        {
            return new(false, "Desk", $"DESK_ALARM_WEBHOOK_URL: an https address, or the word {NoWebhook}: alarms then go to the admins' mail alone, "
                + "and that mails are stuck would be told by a mail");
        }

        if (webhook != NoWebhook != key.Length > 0 || (key.Length > 0 && key.Length < ShortestSecret))
            return new(false, "Desk", $"DESK_ALARM_WEBHOOK_KEY: at least {ShortestSecret} characters where there is a webhook, so that its receiver can tell our alarms from anybody's");
        return new(
            true, "Desk", $"one person alone moves up to Rp {(alone.Length == 0 ? "1000000" : alone)}, the provider's budget is {(budget is "" or "0" ? "not watched" : $"USD {budget}")}, "
            + $"{(credit == "0" ? "it is paid after the month" : $"with less than USD {credit} left in advance there is an alarm")}, "
            + $"alarms go to the admins' mail {(webhook == NoWebhook ? "alone: of mails that are stuck nobody hears" : $"and to {new Uri(webhook).Host}")}");
    }

    static readonly string[] AlarmNumbers = ["DESK_PROVIDER_CREDIT_USD", "DESK_PROVIDER_OWED_USD", "DESK_DRIFT_ALARM_MINUTES", "DESK_SETTLEMENT_TOLERANCE_IDR"];

    static bool IsWhole(string value) => value.Length == 0 || long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    static Finding Backup(string stamp, DateTimeOffset now)
    {
        if (stamp.Length == 0 || !File.Exists(stamp))
            return new(false, "Backup", "BACKUP_STAMP_FILE: a file that your backup job touches after a backup was restored and read (docs/GO-LIVE.md, step 8)");
        var age = now - File.GetLastWriteTimeUtc(stamp);
        return age <= TimeSpan.FromHours(26)
            ? new(true, "Backup", $"the last proven one is {age.TotalHours:0} h old")
            : new(false, "Backup", $"the last proven one is {age.TotalDays:0.0} days old");
    }

    static string Of(IReadOnlyDictionary<string, string> settings, string name) => settings.GetValueOrDefault(name, "").Trim();
}
