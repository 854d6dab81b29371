using System.Globalization;

namespace Webrana.Web.Formatting;

/// <summary>Amounts as Indonesians write them, in every language of the panel: <c>Rp 150.000</c>.</summary>
public static class Rupiah
{
    /// <summary>What stands before the digits, with a no-break space: an amount never falls apart at the end of a line.</summary>
    public const string Symbol = "Rp\u00A0";
    const string Minus = "\u2212";

    static readonly NumberFormatInfo Dots = new() { NumberGroupSeparator = ".", NumberDecimalSeparator = ",", NumberGroupSizes = [3] };

    /// <summary><c>Rp 150.000</c>, <c>−Rp 150.000</c>.</summary>
    /// <param name="amountIdr">Whole rupiah.</param>
    public static string Format(long amountIdr) => Sign(amountIdr) + Symbol + Digits(amountIdr);

    /// <summary>With a plus for credits: <c>+Rp 100.000</c>, <c>−Rp 100.000</c>.</summary>
    /// <param name="amountIdr">Whole rupiah.</param>
    public static string Signed(long amountIdr) => (amountIdr > 0 ? "+" : "") + Format(amountIdr);

    /// <summary>A minus for what is below nothing; else no text.</summary>
    /// <param name="amountIdr">Whole rupiah.</param>
    public static string Sign(long amountIdr) => amountIdr < 0 ? Minus : "";

    /// <summary>Grouped digits alone, as they stand in an input: <c>150.000</c>.</summary>
    /// <param name="amountIdr">Whole rupiah.</param>
    public static string Digits(long amountIdr) =>
        // long.MinValue has no positive counterpart in 64 bits.
        Int128.Abs(amountIdr).ToString("#,##0", Dots);

    /// <summary>Reads what a person typed: <c>150000</c>, <c>150.000</c>, <c>Rp 150.000</c>. Null when it is no whole amount.</summary>
    /// <param name="typed">Any text.</param>
    public static long? Parse(string? typed)
    {
        if (typed is null) return null;
        var text = typed.Replace("Rp", "", StringComparison.OrdinalIgnoreCase).Replace(".", "", StringComparison.Ordinal)
            .Replace("\u00A0", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount : null;
    }
}
