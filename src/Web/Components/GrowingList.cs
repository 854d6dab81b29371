using Webrana.Client;
using Webrana.Wire;

namespace Webrana.Web.Components;

/// <summary>
/// A list that is shown from its beginning and grows at its end, a page of the API's at a time. It goes on as its beginning was asked for: a filter that
/// is chosen meanwhile puts nothing under another's rows. While it is read it may move, and what was shown may come again: that stands once, because a
/// row that stands twice breaks a page which tells its rows apart.
/// </summary>
/// <typeparam name="TItem">What it lists.</typeparam>
/// <param name="identity">What tells two of them apart.</param>
public sealed class GrowingList<TItem>(Func<TItem, object> identity)
{
    Func<string, Task<ApiResult<Page<TItem>>>>? _next;
    Task? _growing;
    int _beginnings;
    bool _hasGrown;

    /// <summary>What is shown; null until it was read.</summary>
    public IReadOnlyList<TItem>? Items { get; private set; }

    /// <summary>Where it ends for now; null when nothing follows.</summary>
    public string? Cursor { get; private set; }

    /// <summary>It was read from its beginning.</summary>
    /// <param name="beginning">Takes the place of everything that is shown.</param>
    /// <param name="next">Asks for what follows a cursor of it.</param>
    public void Begin(Page<TItem> beginning, Func<string, Task<ApiResult<Page<TItem>>>> next)
    {
        _beginnings++;
        (Items, Cursor, _next, _hasGrown) = (beginning.Items, beginning.NextCursor, next, false);
    }

    /// <summary>Its beginning was read again, and what was loaded behind it stays.</summary>
    /// <param name="beginning">Comes before what is shown.</param>
    /// <param name="next">Asks for what follows a cursor of it.</param>
    public void Renew(Page<TItem> beginning, Func<string, Task<ApiResult<Page<TItem>>>> next)
    {
        if (Items is not { } shown || !_hasGrown)
        {
            Begin(beginning, next);
            return;
        }

        _beginnings++;
        (Items, _next) = (Joined(beginning.Items, shown), next);
    }

    /// <summary>Nothing of it is shown any more, until it is read again.</summary>
    public void Clear()
    {
        _beginnings++;
        (Items, Cursor, _next, _hasGrown) = (null, null, null, false);
    }

    /// <summary>Shows one of them as it is now.</summary>
    /// <param name="changed">Takes the place of the one that it is.</param>
    public void Put(TItem changed)
    {
        var known = identity(changed);
        if (Items is { } shown) Items = [.. shown.Select(item => identity(item).Equals(known) ? changed : item)];
    }

    /// <summary>Adds what follows, once however often it is asked for meanwhile.</summary>
    /// <param name="inTurn">Waits until nothing else reads the list, then does what it is given. Where the list ends is asked by then.</param>
    /// <param name="take">The page of an answer; null for a failure, which it has told of.</param>
    public Task GrowAsync(Func<Func<Task>, Task> inTurn, Func<ApiResult<Page<TItem>>, Page<TItem>?> take) =>
        _growing is { IsCompleted: false } growing ? growing : _growing = inTurn(() => GrowOnceAsync(take));

    async Task GrowOnceAsync(Func<ApiResult<Page<TItem>>, Page<TItem>?> take)
    {
        if (Cursor is not { } end || _next is not { } next) return;
        var beginnings = _beginnings;
        var read = await next(end);
        // It follows what is not shown any more.
        if (beginnings != _beginnings || Items is null) return;
        if (take(read) is not { } page) return;
        (Items, Cursor, _hasGrown) = (Joined(Items, page.Items), page.NextCursor, true);
    }

    IReadOnlyList<TItem> Joined(IReadOnlyList<TItem> first, IReadOnlyList<TItem> then)
    {
        var known = first.Select(identity).ToHashSet();
        return [.. first, .. then.Where(item => !known.Contains(identity(item)))];
    }
}
