using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;
using Webrana.Data.Faults;
using Webrana.Data.Shop;
using Webrana.Data.States;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;
using Webrana.WalletBench.Renewals;

namespace Webrana.Grains.Tests.Billing;

/// <summary>No sweeper runs here by itself: what is done was done by the lane, or by a grain or a sweeper that a test asked.</summary>
public sealed class RenewalLaneTests(RenewalLaneTests.StillCluster still) : IClassFixture<RenewalLaneTests.StillCluster>
{
    static readonly HashSet<string> Nobody = [];

    WebranaCluster Cluster => still.Cluster;

    RenewalLane Lane => Cluster.Services.GetRequiredService<RenewalLane>();

    [Fact]
    public async Task Due_servers_are_charged_and_then_told_each_once_and_no_grain_of_theirs_is_woken()
    {
        var due = await SeedAsync(servers: 6, customers: 3);

        AssertAllCharged(due, await Lane.Advance(due, Nobody));
        Assert.Equal(0, await NoticesAsync(due));

        await SweepAsync();
        Assert.Empty(await DueAsync());
        Assert.Equal((6, 6, 6), (await ChargesAsync(due), await NoticesAsync(due), await LinesAsync(due)));
        Assert.DoesNotContain(due, row => Cluster.Services.GetRequiredService<LiveDroplets>().Contains(row.Key));
        // The backstop stands behind the next period, as the grain would have set it.
        Assert.Equal(6, await Cluster.CountAsync($"""
            SELECT count(*) FROM orleans_reminders r JOIN grain_state g ON r.grain_id = 'droplet/' || g.key
            WHERE g.key IN ({Keys(due)}) AND extract(epoch FROM r.start_time) * 1000 BETWEEN g.due_at + 120000 AND g.due_at + 600000
            """));
    }

    [Theory]
    [InlineData("renew.intent_stored")]
    [InlineData("renew.after_debit")]
    [InlineData("renew.stored")]
    [InlineData("outbox.told")]
    public async Task What_dies_at_an_arrow_of_the_lane_is_taken_up_by_the_servers_own_grain(string arrow)
    {
        var due = await SeedAsync(servers: 2, customers: 2);
        var struck = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: due[0].Key);

        var first = await Lane.Advance(due, Nobody);
        var second = await Lane.Advance(await DueAsync(), first.Charged.ToHashSet());

        Assert.True(struck.IsCompleted);
        Assert.Contains(due[0].Key, first.Broke.Concat(second.Broke));
        await SettledByGrainAsync(due[0].Key);
        await SettledByGrainAsync(due[1].Key);
        Assert.Equal((2, 2, 2), (await ChargesAsync(due), await NoticesAsync(due), await LinesAsync(due)));
    }

    [Fact]
    public async Task Whoever_writes_the_record_in_between_wins_and_the_period_is_still_charged_once()
    {
        var due = Assert.Single(await SeedAsync(servers: 1, customers: 1));
        var droplet = Cluster.Droplet(IdOf(due.Key));
        var held = Cluster.FailPoints.Arm("renew.after_debit", FailMode.Hold, subject: due.Key);
        var advancing = Lane.Advance([due], Nobody);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);

        Assert.True((await droplet.Change(new ChangeDroplet(null, null, "test", Protected: true))).IsOk);
        Cluster.FailPoints.Release("renew.after_debit");

        Assert.Equal(due.Key, Assert.Single((await advancing).Left).Key);
        await SettledByGrainAsync(due.Key);
        Assert.Equal((1, 1), (await ChargesAsync([due]), await NoticesAsync([due])));
        Assert.True((await droplet.Get()).Value!.Protected);
    }

    [Fact]
    public async Task A_grain_that_lives_shows_what_the_lane_wrote_without_being_woken()
    {
        var due = Assert.Single(await SeedAsync(servers: 1, customers: 1));
        var droplet = Cluster.Droplet(IdOf(due.Key));
        Assert.Equal(1, (await droplet.Subscription())!.PaidPeriod);

        await Lane.Advance([due], Nobody);

        await Eventually.Async(async () => (await droplet.Subscription())!.PaidPeriod, paid => paid == 2, WebranaCluster.Patience, "it reads its record again");
    }

    [Fact]
    public async Task Where_the_money_ends_the_rest_of_an_owners_servers_is_left_to_their_grains_in_the_order_of_time()
    {
        // Each customer of the seed has Rp 10.000.000: seventy-seven periods.
        var due = await SeedAsync(servers: 80, customers: 1);

        var report = await Lane.Advance(due, Nobody);

        Assert.Equal(due.Take(77).Select(row => row.Key), report.Charged);
        Assert.Equal(due.Skip(77), report.Left);
        await Cluster.Droplet(IdOf(due[77].Key)).Wake();
        Assert.NotNull((await Cluster.Droplet(IdOf(due[77].Key)).Subscription())!.TriedAt);
        Assert.Equal(77, await ChargesAsync(due));
    }

    [Fact]
    public async Task Of_servers_that_are_due_in_one_instant_short_money_pays_those_their_owner_put_first()
    {
        RenewalPriority[] wishes = [RenewalPriority.Last, RenewalPriority.First, RenewalPriority.Normal];
        var due = await SeedAsync(new RenewalSeed(3, 1) { PriorityOf = n => wishes[n] });
        await LeaveAsync(due[0].Owner!, periods: 2);
        var names = new Dictionary<string, string>();
        foreach (var row in due)
            names[row.Key] = (await Cluster.Droplet(IdOf(row.Key)).Get()).Value!.Name;

        var report = await Lane.Advance(due, Nobody);

        Assert.Equal(["web-1", "web-2", "web-0"], due.Select(row => names[row.Key]));
        Assert.Equal(["web-1", "web-2"], report.Charged.Select(key => names[key]));
        Assert.Equal(["web-0"], report.Left.Select(row => names[row.Key]));
    }

    [Fact]
    public async Task After_an_outage_all_periods_of_a_server_are_charged_in_one_turn_and_told_together()
    {
        var due = await SeedAsync(servers: 4, customers: 2, daysBehind: 3);

        AssertAllCharged(due, await Lane.Advance(due, Nobody));
        Assert.Equal([2, 3, 4], await PeriodsAsync(due[0]));
        Assert.Equal(12, await ChargesOfAllAsync(due));

        await SweepAsync();
        await Eventually.Async(() => ToldAsync(due), told => told == 12, WebranaCluster.Patience, "each period is told once");
        Assert.Equal(12, await ChargesOfAllAsync(due));
    }

    [Fact]
    public async Task After_an_outage_short_money_pays_an_owners_servers_period_by_period_in_the_order_of_time()
    {
        var due = await SeedAsync(servers: 2, customers: 1, daysBehind: 3);
        await LeaveAsync(due[0].Owner!, periods: 3);

        var report = await Lane.Advance(due, Nobody);

        Assert.Equal([2, 3], await PeriodsAsync(due[0]));
        Assert.Equal([2], await PeriodsAsync(due[1]));
        Assert.Equal([due[1].Key, due[0].Key], report.Left.Select(row => row.Key));
        Assert.Empty(report.Charged);
    }

    [Fact]
    public async Task No_period_is_charged_that_is_due_behind_servers_nobody_has_looked_at_yet()
    {
        var due = await SeedAsync(servers: 2, customers: 1, daysBehind: 3);

        var report = await Lane.Advance([due[0]], Nobody, until: due[0].DueAt);
        Assert.Equal(due[0].Key, Assert.Single(report.Later));
        Assert.Empty(report.Charged);
        Assert.Equal([2], await PeriodsAsync(due[0]));

        // The next batch begins with the other one.
        await Lane.Advance([due[1], due[0] with { DueAt = due[0].DueAt + 86_400_000 }], Nobody);
        Assert.Equal([2, 3, 4], await PeriodsAsync(due[0]));
        Assert.Equal([2, 3, 4], await PeriodsAsync(due[1]));
        Assert.Equal((1, 2), (await PlaceOfAsync(due[1], 2), await PlaceOfAsync(due[0], 3)));
    }

    [Fact]
    public async Task Who_was_never_told_of_a_period_when_the_next_one_fell_due_is_told_and_then_stands_where_that_one_is_due()
    {
        var due = Assert.Single(await SeedAsync(servers: 1, customers: 1, daysBehind: 2));
        await Lane.Advance([due], Nobody, until: due.DueAt);
        var untold = due with { DueAt = due.DueAt + 1_000 };
        await Cluster.Database.ExecuteAsync(
            $"UPDATE grain_state SET due_at = {untold.DueAt}, payload = jsonb_set(payload, '{{workAt}}', '{untold.DueAt}') WHERE key = '{due.Key}'", TestContext.Current.CancellationToken);

        // Met again where it stood, it would be met for ever: a sweep would not end.
        await Lane.Advance([untold], Nobody, until: untold.DueAt);
        Assert.Equal(due.DueAt + 86_400_000, Assert.Single(await DueAsync()).DueAt);
        Assert.Equal(1, await ToldAsync([due]));
        Assert.Equal([2], await PeriodsAsync(due));

        await SweepAsync();
        Assert.Equal([2, 3], await PeriodsAsync(due));
    }

    [Fact]
    public async Task Where_very_many_periods_are_due_the_servers_grain_goes_on_before_its_record_grows_large()
    {
        var due = Assert.Single(await SeedAsync(servers: 1, customers: 1, daysBehind: 20));

        var report = await Lane.Advance([due], Nobody);
        Assert.Equal(due.Key, Assert.Single(report.Left).Key);
        Assert.Equal(Enumerable.Range(2, 16), await PeriodsAsync(due));

        await SweepAsync();
        Assert.Equal(Enumerable.Range(2, 20), await PeriodsAsync(due));
        await Eventually.Async(() => ToldAsync([due]), told => told == 20, WebranaCluster.Patience, "each period is told once");
    }

    [Fact]
    public async Task While_renewals_are_stopped_every_server_is_left_to_its_grain_and_none_is_charged()
    {
        var due = await SeedAsync(servers: 4, customers: 2);
        var shop = Cluster.Services.GetRequiredService<ShopState>();
        await shop.StopAsync(new StoppedSwitch(ShopSwitch.Renewals, null, null, "Uji", Guid.NewGuid(), Cluster.Clock.GetUtcNow()));
        try
        {
            Assert.Equal(due.Select(row => row.Key).Order(), (await Lane.Advance(due, Nobody)).Left.Select(row => row.Key).Order());
        }
        finally
        {
            await shop.ResumeAsync(ShopSwitch.Renewals);
        }

        Assert.Equal(0, await ChargesAsync(due));
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key IN ({Keys(due)}) AND version > 1"));
    }

    [Fact]
    public async Task Where_nothing_can_be_told_a_sweep_ends_all_the_same_and_the_next_one_tells()
    {
        var due = await SeedAsync(servers: 70, customers: 1);

        await Cluster.Database.ExecuteAsync("ALTER TABLE instance_activity RENAME TO instance_activity_away", TestContext.Current.CancellationToken);
        try
        {
            await SweepAsync().WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
            Assert.Equal((70, 0), (await ChargesAsync(due), await NoticesAsync(due)));
        }
        finally
        {
            await Cluster.Database.ExecuteAsync("ALTER TABLE instance_activity_away RENAME TO instance_activity", CancellationToken.None);
        }

        await SweepAsync();
        Assert.Equal((70, 70, 70), (await ChargesAsync(due), await NoticesAsync(due), await LinesAsync(due)));
    }

    [Fact]
    public async Task A_server_whose_record_cannot_be_read_is_tried_again_in_the_same_sweep_and_no_more_than_three_times_and_its_neighbours_are_charged()
    {
        var due = await SeedAsync(servers: 3, customers: 3);
        await Cluster.Database.ExecuteAsync(
            $"UPDATE grain_state SET payload = jsonb_set(payload, '{{phase}}', '\"Nowhere\"') WHERE key = '{due[0].Key}'", TestContext.Current.CancellationToken);
        var said = Cluster.Services.GetFakeLogCollector();
        said.Clear();

        await SweepAsync().WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);

        Assert.Equal(2, await ChargesAsync(due));
        var broke = said.GetSnapshot().Where(line => line.Id.Id == 2411).ToList();
        // A second time because others were met that were new; a third where the storm is larger than a batch.
        Assert.InRange(broke.Count, 2, 3);
        Assert.All(broke, line => Assert.Contains("phase", line.Exception!.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_grain_that_could_not_read_its_record_is_not_counted_among_those_that_live()
    {
        var due = Assert.Single(await SeedAsync(servers: 1, customers: 1));
        await Cluster.Database.ExecuteAsync("ALTER TABLE grain_state RENAME TO grain_state_away", TestContext.Current.CancellationToken);
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Cluster.Droplet(IdOf(due.Key)).Get());
        }
        finally
        {
            await Cluster.Database.ExecuteAsync("ALTER TABLE grain_state_away RENAME TO grain_state", CancellationToken.None);
        }

        await Eventually.Async(
            () => Task.FromResult(Cluster.Services.GetRequiredService<LiveDroplets>().Contains(due.Key)), lives => !lives, WebranaCluster.Patience, "it is gone");
        Assert.True((await Cluster.Droplet(IdOf(due.Key)).Get()).IsOk);
        Assert.True(Cluster.Services.GetRequiredService<LiveDroplets>().Contains(due.Key));
    }

    [Fact]
    public async Task A_grain_that_cannot_read_what_was_written_past_it_writes_nothing_over_it()
    {
        var due = Assert.Single(await SeedAsync(servers: 1, customers: 1));
        var droplet = Cluster.Droplet(IdOf(due.Key));
        Assert.True((await droplet.Get()).IsOk);
        await Cluster.Database.ExecuteAsync(
            $"UPDATE grain_state SET version = 1000, payload = jsonb_set(payload, '{{schemaVersion}}', '99') WHERE key = '{due.Key}'", TestContext.Current.CancellationToken);

        await droplet.Reread();
        await Assert.ThrowsAnyAsync<Exception>(() => droplet.Change(new ChangeDroplet(null, null, "test", Protected: true)));

        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = '{due.Key}' AND version = 1000"));
    }

    // All lists at once: where one server is missing among the charged, the others say what became of it.
    static void AssertAllCharged(IReadOnlyList<DueRow> due, LaneReport report) =>
        Assert.Equal((Words(due.Select(row => row.Key)), "", "", ""), (Words(report.Charged), Words(report.Left.Select(row => row.Key)), Words(report.Later), Words(report.Broke)));

    static string Words(IEnumerable<string> keys) => string.Join(' ', keys.Order(StringComparer.Ordinal));

    /// <summary>Of a customer's money what so many periods cost, and no more.</summary>
    async Task LeaveAsync(string owner, int periods)
    {
        var wallet = Cluster.Wallet(new UserId(Guid.Parse(owner)));
        var spare = (await wallet.Get()).AvailableIdr - (periods * RenewalSeed.PriceIdr);
        Assert.True((await wallet.Debit(new DebitCommand($"spare:{owner}", spare, new PostingReference(ReferenceType.VpsPayment, "test", ContraAccount.Revenue, "Test")))).IsOk);
    }

    Task<IReadOnlyList<DueRow>> SeedAsync(int servers, int customers, int daysBehind = 0) => SeedAsync(new RenewalSeed(servers, customers) { DaysBehind = daysBehind });

    async Task<IReadOnlyList<DueRow>> SeedAsync(RenewalSeed seed)
    {
        // What an earlier test left to do is its own.
        await Cluster.Database.ExecuteAsync("DELETE FROM grain_state WHERE state = 'droplet' AND due_at IS NOT NULL", TestContext.Current.CancellationToken);
        await using var owner = NpgsqlDataSource.Create(Cluster.Database.OwnerConnectionString);
        await seed.WriteAsync(owner, Cluster.Clock.GetUtcNow());
        var due = await DueAsync();
        Assert.Equal(seed.Servers, due.Count);
        return due;
    }

    Task<int[]> SweepAsync() =>
        Task.WhenAll(Enumerable.Range(0, ISweeperGrain.Shards).Select(shard => Cluster.Grains.GetGrain<ISweeperGrain>(GrainKeys.Sweeper(shard)).Sweep()));

    async Task<IReadOnlyList<DueRow>> DueAsync()
    {
        var now = Cluster.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var shards = await Task.WhenAll(Enumerable.Range(0, 16).Select(shard => new StateQueries(Cluster.Sources).DueAsync(StateNames.Droplet, now, shard, 256)));
        return [.. shards.SelectMany(rows => rows).OrderBy(row => row.DueAt).ThenBy(row => row.Key, StringComparer.Ordinal)];
    }

    // Woken again and again, as the sweepers would: a begun step is due again after its backstop.
    Task<long> SettledByGrainAsync(string key) => Eventually.Async(
        async () =>
        {
            await Cluster.Droplet(IdOf(key)).Wake();
            return await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = '{key}' AND payload->>'workAt' IS NULL AND (payload->'subscription'->>'paidPeriod')::int = 2");
        },
        settled => settled == 1, WebranaCluster.Patience, "its grain has settled it");

    Task<long> ChargesAsync(IReadOnlyList<DueRow> of) =>
        Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE operation_id IN ({string.Join(", ", of.Select(row => $"'renew:{IdOf(row.Key)}:2'"))})");

    Task<long> NoticesAsync(IReadOnlyList<DueRow> of) =>
        Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id IN ({string.Join(", ", of.Select(row => $"'droplet:{IdOf(row.Key)}:renewed:2'"))})");

    Task<long> LinesAsync(IReadOnlyList<DueRow> of) => Cluster.CountAsync(
        $"SELECT count(*) FROM instance_activity WHERE action_id = 'renew-2' AND status = 'Completed' AND instance IN ({string.Join(", ", of.Select(row => $"'{IdOf(row.Key)}'"))})");

    async Task<IReadOnlyList<int>> PeriodsAsync(DueRow of)
    {
        await using var command = Cluster.Sources.Queries.CreateCommand($"""
            SELECT split_part(operation_id, ':', 3)::int FROM wallet_transactions WHERE operation_id LIKE 'renew:{IdOf(of.Key)}:%' ORDER BY wallet_id, seq
            """);
        var periods = new List<int>();
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            periods.Add(reader.GetInt32(0));
        return periods;
    }

    /// <summary>The how manieth of its owner's charges.</summary>
    async Task<int> PlaceOfAsync(DueRow of, int period) => (int)await Cluster.CountAsync($"""
        SELECT count(*) FROM wallet_transactions a JOIN wallet_transactions b ON b.wallet_id = a.wallet_id AND b.seq < a.seq AND b.operation_id LIKE 'renew:%'
        WHERE a.operation_id = 'renew:{IdOf(of.Key)}:{period}'
        """);

    async Task<int> ChargesOfAllAsync(IReadOnlyList<DueRow> of) => (await Task.WhenAll(of.Select(PeriodsAsync))).Sum(periods => periods.Count);

    Task<long> ToldAsync(IReadOnlyList<DueRow> of) => Cluster.CountAsync(
        $"SELECT count(DISTINCT notice_id) FROM notices WHERE kind = 'Renewed' AND split_part(notice_id, ':', 2) IN ({string.Join(", ", of.Select(row => $"'{IdOf(row.Key)}'"))})");

    static string Keys(IReadOnlyList<DueRow> of) => string.Join(", ", of.Select(row => $"'{row.Key}'"));

    static InstanceId IdOf(string key) => new(GrainKeys.Guid(key, "droplet"));

    /// <summary>A cluster in which nothing happens by itself, and a single server is a storm.</summary>
    public sealed class StillCluster : IAsyncLifetime
    {
        WebranaCluster? _cluster;

        public WebranaCluster Cluster => _cluster!;

        public async ValueTask InitializeAsync() => _cluster = await WebranaCluster.StartAsync(
            new Dictionary<string, string?> { ["Sweeping:IntervalMs"] = "86400000", ["Sweeping:StormFrom"] = "1" }, configure: silo => silo.Services.AddLogging(log => log.AddFakeLogging()));

        public async ValueTask DisposeAsync()
        {
            if (_cluster is not null)
                await _cluster.DisposeAsync();
        }
    }
}
