namespace Webrana.Sandbox.DigitalOcean.Catalogue;

internal sealed record RegionEntry(string Slug, string Name, bool Available);

/// <summary>Regions, the retired ones included as the provider does.</summary>
internal static class RegionCatalogue
{
    public static IReadOnlyList<RegionEntry> All { get; } =
    [
        new("nyc1", "New York 1", true),
        new("sfo1", "San Francisco 1", false),
        new("nyc2", "New York 2", true),
        new("ams2", "Amsterdam 2", false),
        new("sgp1", "Singapore 1", true),
        new("lon1", "London 1", true),
        new("nyc3", "New York 3", true),
        new("ams3", "Amsterdam 3", true),
        new("fra1", "Frankfurt 1", true),
        new("tor1", "Toronto 1", true),
        new("sfo2", "San Francisco 2", true),
        new("blr1", "Bangalore 1", true),
        new("sfo3", "San Francisco 3", true),
        new("syd1", "Sydney 1", true),
        new("atl1", "Atlanta 1", true),
    ];

    public static IReadOnlyList<string> AvailableSlugs { get; } = [.. All.Where(region => region.Available).Select(region => region.Slug)];

    public static RegionEntry Get(string slug) => All.First(region => region.Slug == slug);

    /// <summary>The region meant by a slug, or by a prefix such as nyc, or by nothing; null when there is none that has the size.</summary>
    public static RegionEntry? Choose(string? wish, SizeInfo size)
    {
        var named = All.Where(region => region.Available && (wish is null || region.Slug.StartsWith(wish, StringComparison.Ordinal))).ToList();
        return named.FirstOrDefault(region => size.Regions.Contains(region.Slug)) ?? named.FirstOrDefault();
    }
}
