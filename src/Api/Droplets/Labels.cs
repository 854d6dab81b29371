using System.Text.RegularExpressions;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;

namespace Webrana.Api.Droplets;

/// <summary>The customer's own tags on a server: ours alone, the provider never sees them.</summary>
internal static partial class Labels
{
    private const int Most = 10;

    public static Refusal? Check(IReadOnlyList<string>? tags) => new FieldErrors()
        .Check(tags is null || (tags.Count <= Most && tags.All(tag => Tag().IsMatch(tag.Trim()))), "tags", "At most 10, each 1 to 32 letters, digits, dots, dashes or underscores.")
        .Refusal;

    public static IReadOnlyList<string>? Clean(IReadOnlyList<string>? tags) =>
        tags is null ? null : [.. tags.Select(tag => tag.Trim().ToLowerInvariant()).Distinct(StringComparer.Ordinal)];

    [GeneratedRegex(@"\A[a-zA-Z0-9._\-]{1,32}\z")]
    private static partial Regex Tag();
}
