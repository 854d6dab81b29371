using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>What the provider can create now: three lists read together and kept for some minutes.</summary>
public sealed partial class DigitalOceanAccountGrain
{
    private ProviderCatalogue? _catalogue;
    private DateTimeOffset _catalogueUntil;
    private Task<string?>? _reading;

    /// <inheritdoc/>
    public async Task<Result<ProviderCatalogue, CatalogueError>> Catalogue()
    {
        if (_catalogue is { } fresh && RealTime.GetUtcNow() < _catalogueUntil)
            return fresh;
        // Many may ask at once (this call interleaves); one reads.
        var reading = _reading ??= ReadCatalogue();
        var failure = await reading;
        if (ReferenceEquals(_reading, reading))
            _reading = null;
        if (failure is not null)
            LogCatalogueFailed(_log, _account, failure);
        // A stale list beats none: the provider refuses what it no longer has.
        return _catalogue is { } known ? known : CatalogueError.ProviderUnavailable;
    }

    private async Task<string?> ReadCatalogue()
    {
        for (var call = 0; call < 3; call++)
        {
            var permit = await RequestPermit(CallShare.Lifecycle);
            if (!permit.IsOk)
                return $"no permit ({permit.Error})";
        }

        var client = Client;
        var (regions, images, sizes) = (client.ListRegionsAsync(), client.ListDistributionImagesAsync(), client.ListSizesAsync());
        await Task.WhenAll(regions, images, sizes);
        if (await regions is not ProviderResult<IReadOnlyList<Region>>.Ok regionList
            || await images is not ProviderResult<IReadOnlyList<Image>>.Ok imageList
            || await sizes is not ProviderResult<IReadOnlyList<Size>>.Ok sizeList)
            return "the provider did not answer";

        _catalogue = new ProviderCatalogue(
            [.. regionList.Value.Select(region => new ProviderRegion(region.Slug, region.Name, region.Available))],
            [.. imageList.Value
                .Where(image => image.Slug is not null)
                .Select(image => new ProviderImage(image.Slug!, image.Name, image.Distribution ?? "", image.MinDiskSize))],
            [.. sizeList.Value.Select(size => new ProviderSize(
                size.Slug, size.Vcpus, size.Memory, size.Disk, decimal.ToInt64(decimal.Round(size.PriceMonthly * 100)), size.Available, size.Regions))]);
        _catalogueUntil = RealTime.GetUtcNow() + TimeSpan.FromMilliseconds(_options.CatalogueMs);
        return null;
    }
}
