namespace Webrana.Domain.Promos;

/// <summary>Codes as people type them: case and surrounding blanks do not matter.</summary>
public static class PromoCode
{
    /// <summary>The longest code.</summary>
    public const int MaximumLength = 32;

    /// <summary>The canonical code; null when it can be no code at all.</summary>
    public static string? Normalise(string? typed)
    {
        var code = typed?.Trim().ToUpperInvariant();
        return code is { Length: >= 3 and <= MaximumLength } && code.All(character => char.IsAsciiLetterOrDigit(character) || character == '-') ? code : null;
    }
}
