using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Webrana.Data.States;

/// <summary>Where a page ended. Opaque outside, and harmless when forged: it only moves within what the filter allows.</summary>
internal sealed record PageCursor(long SortAt, string Key)
{
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{SortAt}|{Key}")));

    public static PageCursor? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text) || !Base64Url.IsValid(text)) return null;
        var plain = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        var bar = plain.IndexOf('|', StringComparison.Ordinal);
        // U+0000 cannot be sent to PostgreSQL.
        return bar > 0 && !plain.Contains('\0', StringComparison.Ordinal)
            && long.TryParse(plain.AsSpan(0, bar), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var sortAt)
            ? new PageCursor(sortAt, plain[(bar + 1)..])
            : null;
    }
}
