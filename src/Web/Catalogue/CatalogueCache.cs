using Webrana.Client;
using Webrana.Wire.Plans;

namespace Webrana.Web.Catalogue;

/// <summary>Plans, regions and images as everyone sees them: read once a minute for the whole process, and kept while the API cannot be reached.</summary>
/// <param name="client">Used without a user.</param>
/// <param name="time">Ages the copy.</param>
public sealed class CatalogueCache(WebranaClient client, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    readonly SemaphoreSlim _turn = new(1, 1);
    (CatalogueSnapshot Value, DateTimeOffset At)? _copy;

    /// <summary>The catalogue, at most a minute old; older only when it cannot be read anew.</summary>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public async Task<ApiResult<CatalogueSnapshot>> GetAsync(CancellationToken cancellationToken = default)
    {
        if (Fresh() is { } fresh) return fresh;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } readMeanwhile) return readMeanwhile;
            var read = await ReadAsync(cancellationToken);
            if (read.IsOk) _copy = (read.Value, time.GetUtcNow());
            else if (_copy is { } stale) return stale.Value;
            return read;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The next reader asks the API: an admin changed something.</summary>
    public void Forget() => _copy = null;

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    CatalogueSnapshot? Fresh() => _copy is { } copy && time.GetUtcNow() - copy.At < Lifetime ? copy.Value : null;

    async Task<ApiResult<CatalogueSnapshot>> ReadAsync(CancellationToken cancellationToken)
    {
        var plans = await client.PlansAsync(cancellationToken);
        if (!plans.IsOk) return plans.Failure;
        var regions = await client.RegionsAsync(cancellationToken);
        if (!regions.IsOk) return regions.Failure;
        var images = await client.ImagesAsync(cancellationToken);
        if (!images.IsOk) return images.Failure;
        return new CatalogueSnapshot(plans.Value.Items, regions.Value.Items, images.Value.Items);
    }
}

/// <summary>What can be bought, and the names of what was bought.</summary>
/// <param name="Plans">In the API's order.</param>
/// <param name="Regions">In the API's order.</param>
/// <param name="Images">In the API's order.</param>
public sealed record CatalogueSnapshot(IReadOnlyList<Plan> Plans, IReadOnlyList<Region> Regions, IReadOnlyList<Image> Images)
{
    /// <summary>Before the first answer.</summary>
    public static CatalogueSnapshot Empty { get; } = new([], [], []);

    /// <summary>A region's name; its slug when it is no longer offered.</summary>
    /// <param name="slug">From an instance.</param>
    public string RegionName(string slug) => Regions.FirstOrDefault(region => region.Slug == slug)?.Name ?? slug;

    /// <summary>A system's name with its distribution; the slug when it is no longer offered.</summary>
    /// <param name="slug">From an instance.</param>
    public string ImageName(string slug) => Images.FirstOrDefault(image => image.Slug == slug) is { } image ? NameOf(image) : slug;

    /// <summary>A plan's name; its id when it is no longer offered.</summary>
    /// <param name="id">From an instance.</param>
    public string PlanName(string id) => Plans.FirstOrDefault(plan => plan.Id == id)?.Name ?? id;

    /// <summary>"Ubuntu 24.04 (LTS)": the distribution once, the architecture not at all.</summary>
    /// <param name="image">A system.</param>
    public static string NameOf(Image image)
    {
        var name = image.Name.Replace(" x64", "", StringComparison.OrdinalIgnoreCase).Trim();
        return name.StartsWith(image.Distribution, StringComparison.OrdinalIgnoreCase) ? name : $"{image.Distribution} {name}";
    }
}
