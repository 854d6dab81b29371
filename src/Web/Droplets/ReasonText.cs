using Webrana.Web.Localization;

namespace Webrana.Web.Droplets;

/// <summary>Reasons of the API in the reader's words: a code, or a code and its value (<c>replaced:203.0.113.7</c>). What has no words is shown as it came.</summary>
static class ReasonText
{
    public static string Reason(this Texts texts, string message)
    {
        var (code, value) = message.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? (message[..colon], message[(colon + 1)..]) : (message, "");
        return texts.Find("Reason." + code) is { } words ? string.Format(System.Globalization.CultureInfo.InvariantCulture, words, value) : message;
    }
}
