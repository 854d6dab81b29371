namespace Webrana.Domain.Promos;

/// <summary>Codes as people type them: case and surrounding blanks do not matter.</summary>
public static class PromoCode
{
    /// <summary>The longest code.</summary>
    public const int MaximumLength = 32;

    /// <summary>Length of a generated code: 12 characters of 31 are 59 bits, too many to guess at ten tries an hour.</summary>
    public const int GeneratedLength = 12;

    // No I, L, O, 0 and 1: a code is read aloud and typed from a screen.
    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    /// <summary>The canonical code; null when it can be no code at all.</summary>
    public static string? Normalise(string? typed)
    {
        var code = typed?.Trim().ToUpperInvariant();
        return code is { Length: >= 3 and <= MaximumLength } && code.All(character => char.IsAsciiLetterOrDigit(character) || character == '-') ? code : null;
    }

    /// <summary>A code of random characters. The randomness is passed in, one value below the given bound per call.</summary>
    public static string Generate(Func<int, int> random) =>
        string.Create(GeneratedLength, random, static (code, next) =>
        {
            for (var n = 0; n < code.Length; n++) code[n] = Alphabet[next(Alphabet.Length)];
        });
}
