using Webrana.DigitalOcean.Transport;

namespace Webrana.DigitalOcean;

/// <summary>
/// DigitalOcean API v2 for one account. Reads are retried within bounds; writes never are. No method throws for what the provider or the
/// network does; <see cref="OperationCanceledException"/> is thrown only for the caller's own token, and after that the outcome of a write is
/// as unknown as after a lost connection.
/// </summary>
public sealed partial class DigitalOceanClient
{
    readonly DigitalOceanHttp _http;

    internal DigitalOceanClient(DigitalOceanHttp http) => _http = http;

    /// <summary>Where it calls; never the token.</summary>
    public override string ToString() => $"DigitalOceanClient({_http.BaseUrl.GetLeftPart(UriPartial.Authority)})";

    /// <summary>All pages of a list, one read each. Pages shift while they are read, so an item seen twice is kept once.</summary>
    static async Task<ProviderResult<IReadOnlyList<T>>> AllPagesAsync<T, TKey>(
        Func<PageRequest, Task<ProviderResult<Page<T>>>> readPage, Func<T, TKey> key)
        where TKey : notnull
    {
        var items = new Dictionary<TKey, T>();
        for (var page = PageRequest.First; ; page = page with { Number = page.Number + 1 })
        {
            var result = await readPage(page).ConfigureAwait(false);
            if (result is not ProviderResult<Page<T>>.Ok ok)
                return result.Map<IReadOnlyList<T>>(_ => []);
            foreach (var item in ok.Value.Items)
                items.TryAdd(key(item), item);
            // The bound is far above any real account; it stops a list whose next page always claims one more.
            if (!ok.Value.HasMore || page.Number == MostPages)
                return new ProviderResult<IReadOnlyList<T>>.Ok([.. items.Values], ok.RateLimit);
        }
    }

    const int MostPages = 500;
}
