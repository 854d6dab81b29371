using System.Security.Cryptography;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>The TXT records of one name.</summary>
/// <param name="Records">Each as the strings that it is cut into; none where there is no record, or no such name.</param>
/// <param name="Failure">Why the name servers said nothing; null where they answered.</param>
sealed record TxtAnswer(IReadOnlyList<IReadOnlyList<string>> Records, string? Failure = null)
{
    // A string holds 255 bytes, so a key is several: they are joined without a blank (RFC 7208, 3.3; RFC 6376, 3.6.2.2).
    internal IEnumerable<string> Texts => Records.Select(strings => string.Concat(strings));
}

/// <summary>
/// Whether receivers will believe mail from a domain (docs/GO-LIVE.md, step 7): what name servers answered, judged. Each is looked for at the sender's own
/// domain; that the mail provider signs with the key found here, only a mail that arrived shows.
/// </summary>
static class MailRecords
{
    internal static string DkimName(string selector, string domain) => $"{selector}._domainkey.{domain}";

    internal static string DmarcName(string domain) => $"_dmarc.{domain}";

    /// <summary>Who may send: exactly one record, for receivers take two for a mistake and believe neither.</summary>
    internal static Finding Spf(string domain, TxtAnswer answer)
    {
        const string Name = "SPF";
        if (answer.Failure is { } failure)
            return Unasked(Name, domain, failure);
        var records = answer.Texts.Where(text => text.Split(' ')[0].Equals("v=spf1", StringComparison.OrdinalIgnoreCase)).ToList();
        if (records is not [var record])
        {
            return new(false, Name, records.Count == 0
                ? $"{domain} has no TXT record that begins v=spf1: the mail provider says which, such as v=spf1 include:… -all"
                : $"{domain} has {records.Count} TXT records that begin v=spf1, and receivers then believe none: make them one");
        }

        return record.Split(' ').Any(term => term.Equals("all", StringComparison.OrdinalIgnoreCase) || term.Equals("+all", StringComparison.OrdinalIgnoreCase))
            ? new(false, Name, $"{domain} lets everybody send in its name: {record}")
            : new(true, Name, $"{domain}: {record}");
    }

    /// <summary>The key that mails are signed with. One without a value was revoked.</summary>
    /// <param name="selector">The mail provider's name for it, empty where none was given.</param>
    /// <param name="domain">The sender's.</param>
    /// <param name="answer">What stands there; null where there was no selector to ask with.</param>
    internal static Finding Dkim(string selector, string domain, TxtAnswer? answer)
    {
        const string Name = "DKIM";
        if (selector.Length == 0 || answer is null)
            return new(false, Name, "SMTP_DKIM_SELECTOR: the mail provider's name for its key, SELECTOR in the record SELECTOR._domainkey of your domain");
        var name = DkimName(selector, domain);
        if (answer.Failure is { } failure)
            return Unasked(Name, name, failure);
        var keys = answer.Texts.Where(text => (Tag(text, "v") is null or "DKIM1") && Tag(text, "p") is not null).ToList();
        return keys switch
        {
            [] => new(false, Name, $"{name} has no TXT record with a key (p=…): the mail provider says which"),
            [var key] when Tag(key, "p") is "" => new(false, Name, $"{name} says that its key was revoked (p= is empty): take the mail provider's present selector"),
            [var key] when !IsWhole(key) => new(false, Name, $"the key of {name} cannot be read: was it cut when it was entered?"),
            [_] => new(true, Name, $"{name} has a key; that mails are signed with it shows in one that arrived"),
            _ => new(false, Name, $"{name} has {keys.Count} keys, and receivers take any or none: leave the one that the mail provider says"),
        };
    }

    /// <summary>What receivers do with mail that is neither: exactly one record with a policy.</summary>
    internal static Finding Dmarc(string domain, TxtAnswer answer)
    {
        const string Name = "DMARC";
        var name = DmarcName(domain);
        if (answer.Failure is { } failure)
            return Unasked(Name, name, failure);
        var records = answer.Texts.Where(text => Tag(text.Split(';')[0], "v") == "DMARC1").ToList();
        if (records is not [var record])
        {
            return new(false, Name, records.Count == 0
                ? $"{name} has no TXT record that begins v=DMARC1: for example v=DMARC1; p=quarantine; rua=mailto:…"
                : $"{name} has {records.Count} TXT records that begin v=DMARC1, and receivers then believe none: leave one");
        }

        return Tag(record, "p") switch
        {
            "quarantine" or "reject" => new(true, Name, $"{name}: {record}"),
            "none" => new(true, Name, $"{name} only watches (p=none): make it p=quarantine once the reports are clean"),
            _ => new(false, Name, $"{name} has no policy that receivers know (p=quarantine, p=reject): {record}"),
        };
    }

    // A panel that cuts what is longer than one string may leave something that reads as base64: the key itself says how long it is.
    static bool IsWhole(string record)
    {
        const int Ed25519Bytes = 32;
        var key = Tag(record, "p")!;
        var bytes = new byte[key.Length];
        if (!Convert.TryFromBase64String(key, bytes, out var count))
            return false;
        if (Tag(record, "k") == "ed25519")
            return count == Ed25519Bytes;
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(bytes.AsSpan(0, count), out var read);
            return read == count;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    static Finding Unasked(string name, string what, string failure) => new(false, name, $"{what} could not be asked for: {failure}", Known: false);

    // tag=value; tag=value, with blanks anywhere between them.
    static string? Tag(string record, string name) =>
        record.Split(';').Select(tag => tag.Split('=', 2)).FirstOrDefault(tag => tag.Length == 2 && tag[0].Trim() == name)?[1].Trim();
}
