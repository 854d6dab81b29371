using System.Globalization;

namespace Webrana.Domain.Papers;

/// <summary>The number of a paper as people and addresses write it: <c>WBR-2026-000123</c>. One series per year for all kinds.</summary>
public readonly record struct PaperNumber(int Year, long Number)
{
    private const string Prefix = "WBR-";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Year:D4}-{Number:D6}");

    /// <summary>Reads exactly what <see cref="ToString"/> writes; null for anything else.</summary>
    public static PaperNumber? Parse(string? text)
    {
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length is < 15 or > 24 || text[8] != '-')
            return null;
        return int.TryParse(text.AsSpan(4, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && long.TryParse(text.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && new PaperNumber(year, number) is var read && read.ToString() == text
            ? read
            : null;
    }
}
