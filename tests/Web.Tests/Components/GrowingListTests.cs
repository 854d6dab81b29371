using Webrana.Client;
using Webrana.Web.Components;
using Webrana.Wire;

namespace Webrana.Web.Tests.Components;

/// <summary>A list that is loaded page by page, without a page around it.</summary>
public sealed class GrowingListTests
{
    sealed record Row(int Id, string Word = "");

    readonly GrowingList<Row> _list = new(row => row.Id);
    readonly List<ApiFailure> _told = [];
    readonly List<string> _asked = [];
    TaskCompletionSource<ApiResult<Page<Row>>> _answer = new();

    IEnumerable<int> Shown => _list.Items!.Select(row => row.Id);

    string Asked => string.Join(',', _asked);

    [Fact]
    public async Task It_goes_on_where_it_ends_until_nothing_follows()
    {
        Assert.Null(_list.Items);
        await GrowAsync();
        Assert.Equal("", Asked); // Nothing was read yet.

        _list.Begin(PageOf("a", 1, 2), NextAsync);
        Answer(PageOf("b", 3, 4));
        await GrowAsync();
        _answer = new();
        Answer(PageOf(null, 5));
        await GrowAsync();
        await GrowAsync();
        Assert.Equal([1, 2, 3, 4, 5], Shown);
        Assert.Null(_list.Cursor);
        Assert.Equal("a,b", Asked);
    }

    [Fact]
    public async Task Asked_for_twice_at_once_it_grows_by_one_page()
    {
        _list.Begin(PageOf("a", 1), NextAsync);
        var (first, second) = (GrowAsync(), GrowAsync());
        Answer(PageOf("b", 2));
        await Task.WhenAll(first, second);
        Assert.Equal([1, 2], Shown);
        Assert.Equal("a", Asked);
        Assert.Equal("b", _list.Cursor);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_that_comes_when_another_list_is_shown_is_left_out_and_its_failure_not_told(bool failed)
    {
        _list.Begin(PageOf("a", 1), NextAsync);
        var growing = GrowAsync();
        _list.Begin(PageOf("z", 7), NextAsync);
        Answer(failed ? new ApiFailure(ApiFailureKind.Faulted, ProblemCodes.InternalError) : PageOf("b", 2));
        await growing;
        Assert.Equal([7], Shown);
        Assert.Equal("z", _list.Cursor);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task A_page_that_comes_when_nothing_is_shown_any_more_is_left_out()
    {
        _list.Begin(PageOf("a", 1), NextAsync);
        var growing = GrowAsync();
        _list.Clear();
        Answer(PageOf("b", 2));
        await growing;
        Assert.Null(_list.Items);
        Assert.Null(_list.Cursor);
    }

    [Fact]
    public async Task A_failure_is_told_and_asked_again_it_goes_on_from_there()
    {
        _list.Begin(PageOf("a", 1), NextAsync);
        Answer(new ApiFailure(ApiFailureKind.Faulted, ProblemCodes.InternalError));
        await GrowAsync();
        Assert.Equal(ProblemCodes.InternalError, Assert.Single(_told).Code);
        _answer = new();
        Answer(PageOf(null, 2));
        await GrowAsync();
        Assert.Equal([1, 2], Shown);
    }

    [Fact]
    public async Task What_comes_again_stands_once_and_one_that_was_changed_meanwhile_stays_as_it_is_now()
    {
        _list.Begin(PageOf("a", 1, 2), NextAsync);
        var growing = GrowAsync();
        _list.Put(new Row(2, "changed"));
        Answer(PageOf(null, 2, 3));
        await growing;
        Assert.Equal([1, 2, 3], Shown);
        Assert.Equal("changed", _list.Items![1].Word);
    }

    [Fact]
    public async Task A_beginning_that_is_read_again_keeps_what_was_loaded_behind_it_and_what_was_not_it_replaces()
    {
        _list.Begin(PageOf("a", 2, 1), NextAsync);
        _list.Renew(PageOf("b", 3, 2), NextAsync);
        Assert.Equal([3, 2], Shown);
        Assert.Equal("b", _list.Cursor);

        Answer(PageOf("c", 1));
        await GrowAsync();
        _list.Renew(PageOf("d", 4, 3), NextAsync);
        Assert.Equal([4, 3, 2, 1], Shown);
        Assert.Equal("c", _list.Cursor);
    }

    [Fact]
    public async Task Its_end_is_asked_for_in_its_turn()
    {
        _list.Begin(PageOf("a", 1), NextAsync);
        var turn = new TaskCompletionSource();
        var growing = _list.GrowAsync(
            async act =>
            {
                await turn.Task;
                await act();
            },
            Take);
        _list.Begin(PageOf("z", 7), NextAsync);
        Answer(PageOf(null, 8));
        turn.SetResult();
        await growing;
        Assert.Equal("z", Asked);
        Assert.Equal([7, 8], Shown);
    }

    Task GrowAsync() => _list.GrowAsync(act => act(), Take);

    Page<Row>? Take(ApiResult<Page<Row>> answer)
    {
        if (!answer.IsOk) _told.Add(answer.Failure);
        return answer.Value;
    }

    Task<ApiResult<Page<Row>>> NextAsync(string cursor)
    {
        _asked.Add(cursor);
        return _answer.Task;
    }

    void Answer(ApiResult<Page<Row>> answer) => _answer.SetResult(answer);

    static Page<Row> PageOf(string? next, params int[] ids) => new([.. ids.Select(id => new Row(id))], next);
}
