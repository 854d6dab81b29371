namespace Webrana.DigitalOcean;

/// <summary>One page of a list. Pages are asked for by number: the provider's own links may name another host.</summary>
/// <param name="Items">What the page holds.</param>
/// <param name="Number">1-based.</param>
/// <param name="Total">Over all pages, as the provider counts.</param>
/// <param name="HasMore">Whether the next number holds more.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, int Number, long Total, bool HasMore);

/// <summary>Which page of a list.</summary>
/// <param name="Number">1-based.</param>
/// <param name="Size">1..200, the provider's bounds.</param>
public readonly record struct PageRequest(int Number = 1, int Size = PageRequest.MaximumSize)
{
    /// <summary>The provider's largest page.</summary>
    public const int MaximumSize = 200;

    /// <summary>The first page at its largest.</summary>
    public static PageRequest First => new(1, MaximumSize);

    internal string Query => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"page={Number}&per_page={Size}");
}
