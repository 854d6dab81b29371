using System.Text.RegularExpressions;

namespace Webrana.Sandbox.DigitalOcean.Cloud;

/// <summary>The provider's rules for names and tags.</summary>
internal static partial class HostNames
{
    public const string Refusal = "Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)";

    public static bool IsValid(string? name) => name is { Length: >= 1 and <= 255 } && Pattern().IsMatch(name);

    public static bool IsValidTag(string? tag) => tag is { Length: >= 1 and <= 255 } && TagPattern().IsMatch(tag);

    [GeneratedRegex(@"\A[a-zA-Z0-9]?[a-z0-9A-Z.\-]*[a-z0-9A-Z]\z")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A[a-zA-Z0-9_\-:]+\z")]
    private static partial Regex TagPattern();
}
