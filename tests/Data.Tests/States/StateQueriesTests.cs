using Webrana.Data.States;

namespace Webrana.Data.Tests.States;

public sealed class StateQueriesTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private readonly StateQueries _queries = new(database.Sources);
    private readonly string _state = $"s{Guid.NewGuid():n}";

    [Fact]
    public async Task Pages_run_newest_first_without_gap_or_repetition_even_among_equal_times()
    {
        for (var n = 0; n < 25; n++) await Insert($"probe:{n:00}", "me", "ON", null, 1000 + (n / 5));
        await Insert("probe:foreign", "other", "ON", null, 5000);

        var seen = new List<StateRow>();
        string? cursor = null;
        do
        {
            var page = await _queries.ListAsync(new StateFilter(_state, Owner: "me"), 4, cursor, TestContext.Current.CancellationToken);
            seen.AddRange(page.Rows);
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(25, seen.Count);
        Assert.Equal(seen.OrderByDescending(row => row.SortAt).ThenByDescending(row => row.Key, StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Lists_filter_by_status_and_by_both()
    {
        await Insert("probe:a", "me", "ON", null, 1);
        await Insert("probe:b", "me", "OFF", null, 2);
        await Insert("probe:c", "you", "OFF", null, 3);
        Assert.Equal(["probe:c", "probe:b"], await Keys(new StateFilter(_state, Status: "OFF")));
        Assert.Equal(["probe:b"], await Keys(new StateFilter(_state, "me", "OFF")));
        Assert.Equal(["probe:c", "probe:b", "probe:a"], await Keys(new StateFilter(_state)));
        Assert.Empty(await Keys(new StateFilter("nothing")));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("fHg")]
    [InlineData("MXwA")]
    [InlineData("!!")]
    public async Task A_forged_cursor_is_harmless(string cursor)
    {
        await Insert("probe:a", "me", "ON", null, 1);
        var page = await _queries.ListAsync(new StateFilter(_state), 10, cursor, TestContext.Current.CancellationToken);
        Assert.True(page.Rows.Count <= 1);
    }

    [Fact]
    public async Task The_sixteen_shards_share_out_what_is_due_and_nothing_else()
    {
        for (var n = 0; n < 64; n++) await Insert($"probe:{n}", null, null, n, null);
        await Insert("probe:later", null, null, 1000, null);
        await Insert("probe:never", null, null, null, null);

        var due = new List<DueRow>();
        for (var shard = 0; shard < 16; shard++) due.AddRange(await _queries.DueAsync(_state, 63, shard, 100, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(64, due.Count);
        Assert.Equal(64, due.Select(row => row.Key).Distinct().Count());
        Assert.Equal(0, await _queries.NextDueAsync(_state, TestContext.Current.CancellationToken));
        Assert.Null(await _queries.NextDueAsync("nothing", TestContext.Current.CancellationToken));
    }

    private async Task<IEnumerable<string>> Keys(StateFilter filter) =>
        (await _queries.ListAsync(filter, 10, null, TestContext.Current.CancellationToken)).Rows.Select(row => row.Key);

    private Task<int> Insert(string key, string? owner, string? status, long? dueAt, long? sortAt) => database.Database.ExecuteAsync($"""
        INSERT INTO grain_state (state, key, owner, status, due_at, sort_at, version)
        VALUES ('{_state}', '{key}', {Text(owner)}, {Text(status)}, {Text(dueAt)}, {Text(sortAt)}, 1)
        """);

    private static string Text(object? value) => value is null ? $"NULL" : $"'{value}'";
}
