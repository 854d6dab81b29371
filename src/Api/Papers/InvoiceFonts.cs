using PdfSharp.Fonts;

namespace Webrana.Api.Papers;

/// <summary>The two fonts of a paper, which travel with us: a server has none.</summary>
internal sealed class InvoiceFonts : IFontResolver
{
    public const string Regular = "Inter";
    public const string Strong = "Inter SemiBold";

    private static readonly Lazy<bool> Ready = new(() =>
    {
        GlobalFontSettings.FontResolver = new InvoiceFonts();
        return true;
    });

    /// <summary>Once per process, before anything is drawn.</summary>
    public static void Use() => _ = Ready.Value;

    /// <inheritdoc/>
    public FontResolverInfo? ResolveTypeface(string familyName, bool isBold, bool isItalic) =>
        new(familyName == Strong || isBold ? Strong : Regular);

    /// <inheritdoc/>
    public byte[]? GetFont(string faceName)
    {
        using var stream = typeof(InvoiceFonts).Assembly.GetManifestResourceStream(faceName == Strong ? "Inter-SemiBold.ttf" : "Inter-Regular.ttf")
            ?? throw new InvalidOperationException($"The font {faceName} is not embedded.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
