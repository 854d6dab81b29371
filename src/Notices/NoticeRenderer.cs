using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Webrana.Contracts.Notifications;

namespace Webrana.Notices;

/// <summary>A notice in words: short for the panel and a messenger, as a mail with its plain-text twin.</summary>
/// <param name="Subject">With the number that matters; one line.</param>
/// <param name="Heading">Above the body of a mail.</param>
/// <param name="Body">One thought.</param>
/// <param name="Button">Its one button; null when there is nothing to do.</param>
/// <param name="Url">Where the button leads, absolute; null without one.</param>
/// <param name="Html">The mail.</param>
/// <param name="Text">Its twin.</param>
public sealed record RenderedNotice(string Subject, string Heading, string Body, string? Button, string? Url, string Html, string Text);

/// <summary>
/// Turns a notice into words in the reader's language. Values are plain text and are encoded; money and times are formatted here, so
/// that a caller cannot format them differently.
/// </summary>
public static partial class NoticeRenderer
{
    private static readonly string Layout = Embedded("MailLayout.html");
    private static readonly string ButtonPart = Embedded("MailButton.html");
    private static readonly string NotePart = Embedded("MailNote.html");

    // The length that a body line of any mail program shows whole; server names have at most 63 characters, other names are cut.
    private const int LongestValue = 200;

    /// <param name="locale"><c>id</c> or <c>en</c>.</param>
    /// <param name="panel">The panel's public address, which buttons lead to.</param>
    /// <exception cref="ArgumentException">A value that the kind needs is missing or cannot be read: a bug of the caller.</exception>
    public static RenderedNotice Render(Notice notice, string locale, string panel)
    {
        var texts = NoticeTexts.For(locale);
        var name = notice.Kind.ToString();
        var label = texts.Find(name + ".Button");
        var url = label is null ? null : Link(notice, panel);
        var note = texts.Find(name + ".Note");
        var (subject, heading, body) = (Fill(name + ".Subject", Plain), Fill(name + ".Heading", Plain), Fill(name + ".Body", Plain));
        var html = FillSlots(Layout, new()
        {
            ["lang"] = texts.Language,
            ["subject"] = WebUtility.HtmlEncode(subject),
            ["heading"] = Encoded(name + ".Heading"),
            ["body"] = Encoded(name + ".Body"),
            ["button"] = url is null ? "" : FillSlots(ButtonPart, new() { ["url"] = WebUtility.HtmlEncode(url), ["label"] = WebUtility.HtmlEncode(label!) }),
            ["note"] = note is null ? "" : FillSlots(NotePart, new() { ["text"] = WebUtility.HtmlEncode(note) }),
            ["footer"] = WebUtility.HtmlEncode(texts["Footer"]),
        });
        string?[] paragraphs = [heading, body, url is null ? null : $"{label}:\n{url}", note, "-- \n" + texts["Footer"]];
        return new RenderedNotice(
            subject, heading, body, label, url, html, string.Join("\n\n", paragraphs.Where(paragraph => paragraph is not null)) + "\n");

        string Fill(string key, Func<string, string> encode) => FillIn(texts[key], notice, texts, encode);

        // The text first, then the values: what a value holds is never read as markup.
        string Encoded(string key) => FillIn(WebUtility.HtmlEncode(texts[key]), notice, texts, value => WebUtility.HtmlEncode(Plain(value)));
    }

    private static string Link(Notice notice, string panel)
    {
        var url = notice.Values.GetValueOrDefault("url") ?? panel.TrimEnd('/') + NoticeCatalogue.Of(notice.Kind).PathOf(notice);
        return Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "https" or "http"
            ? url
            : throw new ArgumentException($"Notice '{notice.NoticeId}' ({notice.Kind}) needs an http(s) address, not '{url}'.");
    }

    private static string FillIn(string text, Notice notice, NoticeTexts texts, Func<string, string> encode) =>
        Placeholder().Replace(text, match => encode(Value(match.Groups[1].Value, notice, texts)));

    private static string Value(string name, Notice notice, NoticeTexts texts)
    {
        if (!notice.Values.TryGetValue(name, out var value))
            throw new ArgumentException($"Notice '{notice.NoticeId}' ({notice.Kind}) lacks the value '{name}'.");
        switch (NoticeCatalogue.TypeOf(name))
        {
            case NoticeValue.Rupiah:
                return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amountIdr)
                    ? texts.Rupiah(amountIdr)
                    : throw new ArgumentException($"'{name}' of notice '{notice.NoticeId}' is not a rupiah amount in digits.");
            case NoticeValue.Time:
                return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                    ? texts.Time(at)
                    : throw new ArgumentException($"'{name}' of notice '{notice.NoticeId}' is not an RFC 3339 time.");
            case NoticeValue.Code:
                // Its own text may have values of its own (an expiry's date); a code that nobody knows is shown as it is.
                var known = texts.Find($"{notice.Kind}.{name}.{value}") ?? texts.Find($"{name}.{value}");
                return known is null ? Short(value) : FillIn(known, notice, texts, inner => inner);
            default:
                return Short(value);
        }
    }

    private static string Short(string value) => value.Length <= LongestValue ? value : value[..LongestValue] + "…";

    // A line break in a value must not start a new header line or paragraph.
    private static string Plain(string value) => string.Concat(value.Select(character => char.IsControl(character) ? ' ' : character));

    private static string FillSlots(string template, Dictionary<string, string> slots) =>
        Slot().Replace(template, match => slots[match.Groups[1].Value]);

    private static string Embedded(string file)
    {
        using var stream = typeof(NoticeRenderer).Assembly.GetManifestResourceStream("Webrana.Notices." + file)
            ?? throw new InvalidOperationException($"{file} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{([a-zA-Z]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\{\{([a-z]+)\}\}")]
    private static partial Regex Slot();
}
