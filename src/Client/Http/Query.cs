using System.Globalization;
using System.Text;

namespace Webrana.Client.Http;

/// <summary>Builds a path with its query; names without a value are left out.</summary>
static class Query
{
    public static string With(string path, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var text = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in parameters)
        {
            var written = Convert.ToString(value, CultureInfo.InvariantCulture);
            if (string.IsNullOrEmpty(written)) continue;
            text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(written));
            separator = '&';
        }

        return text.ToString();
    }

    /// <summary>An id from outside becomes exactly one path segment.</summary>
    public static string Segment(string id) => Uri.EscapeDataString(id);
}
