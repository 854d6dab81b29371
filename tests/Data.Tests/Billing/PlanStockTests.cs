using Webrana.Data.Billing;

namespace Webrana.Data.Tests.Billing;

/// <summary>Who has how many pieces of a plan, on a real PostgreSQL: only there can two statements overtake each other.</summary>
public sealed class PlanStockTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    readonly PlanStock _stock = new(database.Sources);
    readonly string _run = Guid.NewGuid().ToString("n")[..8];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string Plan(string name) => $"{name}-{_run}";

    async Task<Guid[]> ServersAsync(string plan, int count)
    {
        var servers = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var server in servers) Assert.True(await _stock.TakeAsync(plan, server, null, Cancellation));
        return servers;
    }

    Task<string> PiecesAsync(Guid server) => database.Database.ScalarAsync<string>(
        $"SELECT coalesce(string_agg(plan_id || coalesce('>' || moving_to, ''), ','), '') FROM plan_stock WHERE instance = '{server}'", Cancellation);

    Task<long> TakenAsync(string plan) => database.Database.ScalarAsync<long>($"SELECT count(*) FROM plan_stock WHERE plan_id = '{plan}' OR moving_to = '{plan}'", Cancellation);

    [Fact]
    public async Task Servers_on_their_way_and_new_ones_that_come_at_once_are_together_no_more_than_there_may_be()
    {
        var (old, rare) = (Plan("lama"), Plan("langka"));
        var servers = await ServersAsync(old, 24);
        var moves = servers.Select(server => _stock.ReserveMoveAsync(rare, server, 5, Cancellation));
        var orders = Enumerable.Range(0, 24).Select(_ => _stock.TakeAsync(rare, Guid.NewGuid(), 5, Cancellation));
        var answers = await Task.WhenAll(moves.Concat(orders));

        Assert.Equal(5, answers.Count(taken => taken));
        Assert.Equal(5, await TakenAsync(rare));
        Assert.Equal(24, await TakenAsync(old));
    }

    [Fact]
    public async Task Two_servers_that_change_places_between_full_plans_both_find_them_full()
    {
        var (a, b) = (Plan("a"), Plan("b"));
        var (one, two) = ((await ServersAsync(a, 1))[0], (await ServersAsync(b, 1))[0]);
        var answers = await Task.WhenAll(_stock.ReserveMoveAsync(b, one, 1, Cancellation), _stock.ReserveMoveAsync(a, two, 1, Cancellation));
        Assert.Equal([false, false], answers);
        Assert.Equal((a, b), (await PiecesAsync(one), await PiecesAsync(two)));
    }

    [Fact]
    public async Task A_piece_that_was_taken_is_not_refused_again_and_is_settled_either_way_as_often_as_it_is_asked()
    {
        var (old, rare) = (Plan("lama"), Plan("langka"));
        var servers = await ServersAsync(old, 2);
        Assert.True(await _stock.ReserveMoveAsync(rare, servers[0], 1, Cancellation));
        Assert.True(await _stock.ReserveMoveAsync(rare, servers[0], 1, Cancellation));
        Assert.True(await _stock.ReserveMoveAsync(rare, servers[0], 0, Cancellation));
        Assert.False(await _stock.ReserveMoveAsync(rare, servers[1], 1, Cancellation));
        Assert.False(await _stock.HasRoomAsync(rare, servers[1], 1, Cancellation));
        Assert.True(await _stock.HasRoomAsync(rare, servers[0], 1, Cancellation));
        Assert.True(await _stock.HasRoomAsync(rare, servers[1], null, Cancellation));

        foreach (var _ in (int[])[1, 2]) await _stock.KeepAsync(old, servers[0], Cancellation);
        Assert.Equal(old, await PiecesAsync(servers[0]));
        Assert.True(await _stock.ReserveMoveAsync(rare, servers[1], 1, Cancellation));
        foreach (var _ in (int[])[1, 2]) await _stock.KeepAsync(rare, servers[1], Cancellation);
        Assert.Equal(rare, await PiecesAsync(servers[1]));
        // It has it already: there is nothing to move to.
        Assert.True(await _stock.ReserveMoveAsync(rare, servers[1], 1, Cancellation));
        Assert.Equal(rare, await PiecesAsync(servers[1]));
    }

    [Fact]
    public async Task What_comes_late_brings_no_piece_back_to_a_server_that_is_gone()
    {
        var (old, other) = (Plan("lama"), Plan("lain"));
        var gone = (await ServersAsync(old, 1))[0];
        await _stock.ReserveMoveAsync(other, gone, null, Cancellation);
        await _stock.GiveBackAsync(gone, Cancellation);

        await _stock.KeepAsync(other, gone, Cancellation);
        Assert.False(await _stock.ReserveMoveAsync(other, gone, 9, Cancellation));
        await _stock.ReserveMoveAsync(other, gone, null, Cancellation);

        Assert.Equal("", await PiecesAsync(gone));
    }

    [Fact]
    public async Task A_server_on_its_way_is_counted_listed_and_shown_with_both_plans()
    {
        var (old, rare) = (Plan("lama"), Plan("langka"));
        var servers = await ServersAsync(old, 2);
        await _stock.ReserveMoveAsync(rare, servers[0], 1, Cancellation);

        var counts = await _stock.CountAsync(Cancellation);
        Assert.Equal((2, 1), (counts[old], counts[rare]));
        Assert.Equal(servers.Order(), await _stock.PageAsync(old, null, 10, Cancellation));
        Assert.Equal([servers[0]], await _stock.PageAsync(rare, null, 10, Cancellation));
        var limits = new Dictionary<string, int> { [old] = 3, [rare] = 1, [Plan("kosong")] = 0, [Plan("baru")] = 1 };
        Assert.Equal([Plan("kosong"), rare], (await _stock.SoldOutAsync(limits, Cancellation)).Order(StringComparer.Ordinal));
        Assert.Empty(await _stock.SoldOutAsync(new Dictionary<string, int>(), Cancellation));
    }

    /// <summary>Any order of calls, each maybe repeated, against a model that a child could check.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_is_asked_in_whatever_order_the_table_says_what_a_simple_model_says(int seed)
    {
        var random = new Random(seed);
        (string Id, int? Limit)[] plans = [(Plan("satu"), 2), (Plan("dua"), 3), (Plan("bebas"), null)];
        var servers = Enumerable.Range(0, 6).Select(_ => Guid.NewGuid()).ToArray();
        var model = new Dictionary<Guid, (string Has, string? To)>();
        for (var step = 0; step < 150; step++)
        {
            var (plan, server) = (plans[random.Next(plans.Length)], servers[random.Next(servers.Length)]);
            var others = model.Count(item => item.Key != server && (item.Value.Has == plan.Id || item.Value.To == plan.Id));
            var room = plan.Limit is not { } limit || others < limit;
            switch (random.Next(4))
            {
                case 0:
                    Assert.Equal(room, await _stock.TakeAsync(plan.Id, server, plan.Limit, Cancellation));
                    if (room) model[server] = (plan.Id, null);
                    break;
                case 1:
                    var known = model.TryGetValue(server, out var piece);
                    var taken = known && (room || piece.Has == plan.Id || piece.To == plan.Id);
                    Assert.Equal(taken || plan.Limit is null, await _stock.ReserveMoveAsync(plan.Id, server, plan.Limit, Cancellation));
                    if (taken) model[server] = (piece.Has, piece.Has == plan.Id ? null : plan.Id);
                    break;
                case 2 when model.TryGetValue(server, out var mine):
                    var keeps = random.Next(2) == 0 ? mine.Has : mine.To ?? mine.Has;
                    await _stock.KeepAsync(keeps, server, Cancellation);
                    model[server] = (keeps, null);
                    break;
                default:
                    await _stock.GiveBackAsync(server, Cancellation);
                    model.Remove(server);
                    break;
            }

            Assert.Equal(model.TryGetValue(server, out var now) ? now.Has + (now.To is null ? "" : $">{now.To}") : "", await PiecesAsync(server));
        }

        foreach (var plan in plans.Where(plan => plan.Limit is not null)) Assert.InRange(await TakenAsync(plan.Id), 0, plan.Limit!.Value);
    }
}
