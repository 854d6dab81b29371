using System.Net;
using System.Text.RegularExpressions;

namespace Webrana.Grains.Common;

/// <summary>Texts of the gateway and the provider, as they may be stored: without markup, and without U+0000, which PostgreSQL refuses.</summary>
public static partial class OutsideText
{
    /// <summary>Without markup, and cut behind <paramref name="most"/> characters.</summary>
    public static string Plain(string html, int most)
    {
        var text = Clean(WebUtility.HtmlDecode(Tags().Replace(html, "")));
        if (text.Length <= most)
            return text;
        // Half of a character that takes two could be stored nowhere.
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }

    /// <summary>Without U+0000.</summary>
    public static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal);

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex Tags();
}
