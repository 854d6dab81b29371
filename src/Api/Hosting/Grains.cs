namespace Webrana.Api.Hosting;

/// <summary>Reads the grains behind one page at once.</summary>
internal static class Grains
{
    /// <summary>Every item's value, in the items' order. A page has at most 200 items, so there is nothing to throttle.</summary>
    public static Task<TValue[]> ReadAllAsync<TItem, TValue>(IEnumerable<TItem> items, Func<TItem, Task<TValue>> read) => Task.WhenAll(items.Select(read));
}
