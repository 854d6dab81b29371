using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Webrana.Contracts.Notifications;

namespace Webrana.Grains.Notifications;

/// <summary>A mail ready to be sent: the HTML and its plain-text twin say the same.</summary>
public sealed record RenderedMail(string Subject, string Html, string Text);

/// <summary>
/// Turns an intent into a mail in the reader's language. Values are plain text and are encoded; money and times are formatted here, so
/// that a caller cannot format them differently.
/// </summary>
public static partial class MailRenderer
{
    static readonly string Layout = Embedded("MailLayout.html");
    static readonly string Button = Embedded("MailButton.html");
    static readonly string Note = Embedded("MailNote.html");

    /// <param name="locale"><c>id</c> or <c>en</c>.</param>
    /// <exception cref="ArgumentException">A value that the template needs is missing or cannot be read: a bug of the caller.</exception>
    public static RenderedMail Render(MailIntent mail, string locale)
    {
        var texts = MailTexts.For(locale);
        var name = mail.Template.ToString();
        var subject = Fill(texts[name + ".Subject"], mail, texts, Plain);
        var label = texts.Find(name + ".Button");
        var note = texts.Find(name + ".Note");
        var url = label is null ? null : Link(mail);

        var html = FillSlots(Layout, new()
        {
            ["lang"] = texts.Language,
            ["subject"] = WebUtility.HtmlEncode(subject),
            ["heading"] = Fill(WebUtility.HtmlEncode(texts[name + ".Heading"]), mail, texts, WebUtility.HtmlEncode),
            ["body"] = Fill(WebUtility.HtmlEncode(texts[name + ".Body"]), mail, texts, WebUtility.HtmlEncode),
            ["button"] = url is null ? "" : FillSlots(Button, new() { ["url"] = WebUtility.HtmlEncode(url), ["label"] = WebUtility.HtmlEncode(label!) }),
            ["note"] = note is null ? "" : FillSlots(Note, new() { ["text"] = WebUtility.HtmlEncode(note) }),
            ["footer"] = WebUtility.HtmlEncode(texts["Footer"]),
        });
        string?[] paragraphs =
        [
            Fill(texts[name + ".Heading"], mail, texts, Plain),
            Fill(texts[name + ".Body"], mail, texts, Plain),
            url is null ? null : $"{label}:\n{url}",
            note,
            "-- \n" + texts["Footer"],
        ];
        return new RenderedMail(subject, html, string.Join("\n\n", paragraphs.Where(paragraph => paragraph is not null)) + "\n");
    }

    static string Link(MailIntent mail)
    {
        var url = mail.Values.GetValueOrDefault("url");
        return Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "https" or "http"
            ? url!
            : throw new ArgumentException($"Mail '{mail.MailId}' ({mail.Template}) needs an http(s) 'url'.");
    }

    static string Fill(string text, MailIntent mail, MailTexts texts, Func<string, string> encode) =>
        Placeholder().Replace(text, match => encode(Value(match.Groups[1].Value, mail, texts)));

    static string Value(string name, MailIntent mail, MailTexts texts)
    {
        if (!mail.Values.TryGetValue(name, out var value))
            throw new ArgumentException($"Mail '{mail.MailId}' ({mail.Template}) lacks the value '{name}'.");
        return name switch
        {
            "amount" or "balance" or "shortfall" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amountIdr)
                ? texts.Rupiah(amountIdr)
                : throw new ArgumentException($"'{name}' of mail '{mail.MailId}' is not a rupiah amount in digits."),
            "nextRenewal" or "dueAt" => DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? texts.Time(at)
                : throw new ArgumentException($"'{name}' of mail '{mail.MailId}' is not an RFC 3339 time."),
            // A code where we have words for it; whatever else was said stands as it is.
            "reason" => texts.Find("Reason." + value) ?? value,
            _ => value,
        };
    }

    // A line break in a value must not start a new header line or paragraph.
    static string Plain(string value) => string.Concat(value.Select(character => char.IsControl(character) ? ' ' : character));

    static string FillSlots(string template, Dictionary<string, string> slots) =>
        Slot().Replace(template, match => slots[match.Groups[1].Value]);

    static string Embedded(string file)
    {
        using var stream = typeof(MailRenderer).Assembly.GetManifestResourceStream("Webrana.Grains.Notifications." + file)
            ?? throw new InvalidOperationException($"{file} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{([a-zA-Z]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\{\{([a-z]+)\}\}")]
    private static partial Regex Slot();
}
