using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data.States;
using Webrana.Domain.Providers;

namespace Webrana.Grains.Providers;

/// <summary>
/// All provider accounts as one catalogue. Which there are is read from the list columns now and then; how each stands, its own grain
/// says. Holds nothing that could be wrong for longer than some seconds.
/// </summary>
public sealed class ProviderFleet(StateQueries states, IOptions<DigitalOceanAccountOptions> options, IServiceProvider services)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private (IReadOnlyList<string> Ids, DateTimeOffset Until) _known = ([], DateTimeOffset.MinValue);

    // The factory is made later than the container's singletons.
    private IGrainFactory Grains => (IGrainFactory)services.GetService(typeof(IGrainFactory))!;

    /// <summary>The list may have changed: read it again at the next question.</summary>
    public void Changed() => _known = ([], DateTimeOffset.MinValue);

    /// <summary>Every account, the configured one first.</summary>
    public async Task<IReadOnlyList<ProviderAccountView>> ViewsAsync()
    {
        var ids = await IdsAsync();
        return await Task.WhenAll(ids.Select(id => Account(id).View()));
    }

    /// <summary>What all accounts that sell offer together.</summary>
    public async Task<Result<ProviderCatalogue, CatalogueError>> CatalogueAsync()
    {
        var views = await ViewsAsync();
        var selling = views.Where(view => view.Selling).ToList();
        // Where nobody sells, what there is is still shown: closed.
        var asked = selling.Count > 0 ? selling : [.. views.Take(1)];
        var read = await Task.WhenAll(asked.Select(view => Account(view.AccountId).Catalogue()));
        var offers = read.Where(offer => offer.IsOk).Select(offer => offer.Value!).ToList();
        return offers.Count == 0 ? CatalogueError.ProviderUnavailable : Together(offers, selling.Count > 0);
    }

    /// <summary>Chooses an account that can make this size in this region now, and sets room aside there; null when none can.</summary>
    public async Task<string?> PlaceAsync(InstanceId instance, string size, string region)
    {
        var candidates = new List<AccountCandidate>();
        foreach (var view in await ViewsAsync())
        {
            var offers = view.Selling && (await Account(view.AccountId).Catalogue()).TryGet(out var catalogue) && Offers(catalogue, size, region);
            candidates.Add(new AccountCandidate(view.AccountId, offers, view.Free));
        }

        foreach (var account in AccountChoice.InOrder(candidates))
        {
            if (await Account(account).Place(instance))
                return account;
        }

        return null;
    }

    /// <summary>Whether any account takes orders at all.</summary>
    public async Task<bool> IsSellingAsync() => (await ViewsAsync()).Any(view => view.Selling);

    private async Task<IReadOnlyList<string>> IdsAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        if (now < _known.Until)
            return _known.Ids;
        var page = await states.ListAsync(new StateFilter(StateNames.DigitalOceanAccount), StateQueries.MaxPage);
        var ids = page.Rows.Select(row => GrainKeys.Suffix(row.Key, "do-account")).Reverse().ToList();
        if (options.Value.Token.Length > 0)
        {
            ids.Remove(options.Value.AccountId);
            ids.Insert(0, options.Value.AccountId);
        }

        _known = (ids, now + Fresh);
        return ids;
    }

    private static bool Offers(ProviderCatalogue catalogue, string size, string region) =>
        catalogue.Regions.Any(one => one.Slug == region && one.Available)
        && catalogue.Sizes.Any(one => one.Slug == size && one.Available && one.Regions.Contains(region));

    private static ProviderCatalogue Together(List<ProviderCatalogue> offers, bool open) => new(
        [.. offers.SelectMany(offer => offer.Regions).GroupBy(region => region.Slug)
            .Select(same => same.First() with { Available = open && same.Any(region => region.Available) })],
        [.. offers.SelectMany(offer => offer.Images).DistinctBy(image => image.Slug)],
        [.. offers.SelectMany(offer => offer.Sizes).GroupBy(size => size.Slug)
            .Select(same => same.First() with
            {
                Available = same.Any(size => size.Available),
                Regions = [.. same.Where(size => size.Available).SelectMany(size => size.Regions).Distinct()],
            })]);

    private IDigitalOceanAccountGrain Account(string id) => Grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(id));
}
