using Microsoft.Extensions.Time.Testing;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data;
using Webrana.Data.Providers;
using Webrana.Domain.Providers;
using Webrana.Grains.Providers;

namespace Webrana.Grains.Tests.Common;

/// <summary>Invariant I11: the cluster together stays inside the provider's limits, whoever restarts and however many believe to be alone.</summary>
public sealed class PermitPurseTests
{
    static readonly int Shares = CallShares.Percent.Count;

    [Fact]
    public async Task Rows_never_give_more_than_the_minute_and_the_hour_allow_however_many_take_at_once()
    {
        await using var database = await MigratedDatabase.CreateAsync();
        await using var sources = new DataSources(new DataOptions { ConnectionString = database.AppConnectionString });
        var budget = new ProviderBudget(sources);

        async Task<int> TakeAsync(string account, int wanted) => (await budget.TakeAsync(
            account, 0, Shares, uses => Math.Min(wanted, Math.Min(230 - uses.Sum(use => use.Minute), 300 - uses.Sum(use => use.Hour))))).Granted;

        Assert.Equal(230, (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TakeAsync("primary", 30)))).Sum());
        Assert.Equal(0, await TakeAsync("primary", 1));
        Assert.Equal(10, await TakeAsync("other", 10));
        // The minute slides: what was taken some 50 seconds ago still counts, whatever the calendar says. (The database's clock goes on
        // while the test runs; ten seconds are left for that.)
        await PassAsync(database, ProviderBudget.MinuteSlots - 4);
        Assert.Equal(0, await TakeAsync("primary", 100));
        await PassAsync(database, 4);
        Assert.Equal(70, await TakeAsync("primary", 100));
        Assert.Equal(0, await TakeAsync("primary", 1));
        // So does the hour.
        await PassAsync(database, ProviderBudget.HourSlots - ProviderBudget.MinuteSlots - 4);
        Assert.Equal(0, await TakeAsync("primary", 1));
        await PassAsync(database, 4);
        Assert.Equal(230, await TakeAsync("primary", 300));
    }

    [Fact]
    public async Task An_account_hands_out_its_minute_and_then_refuses_also_after_a_restart()
    {
        await using var cluster = await SmallAsync(perMinute: 20, perHour: 30);
        var account = Account(cluster);
        var granted = await TakeAsync(account, 15);
        await cluster.Orleans.DeactivateAsync(account);
        granted += await TakeAsync(account, 15);
        // Half of the others' shares is kept for them. What a dying activation had in hand is lost, never handed out twice.
        Assert.InRange(granted, 9, 13);
        Assert.Equal(13, await cluster.Database.ScalarAsync<long>("SELECT sum(taken)::bigint FROM provider_permits"));
        Assert.Equal(PermitError.BudgetSpent, (await account.RequestPermit(CallShare.Lifecycle)).Error);

        await PassAsync(cluster.Database, ProviderBudget.MinuteSlots);
        await cluster.Orleans.DeactivateAsync(account);
        // A new minute, and what the hour has left: 30 less the same halves (3 + 3 + 3 + 1).
        Assert.InRange(await TakeAsync(account, 30), 4, 7);
        Assert.Equal(20, await cluster.Database.ScalarAsync<long>("SELECT sum(taken)::bigint FROM provider_permits"));
    }

    [Fact]
    public async Task Two_clusters_on_one_database_together_stay_inside_the_window_and_keep_each_others_shares()
    {
        await using var database = await MigratedDatabase.CreateAsync();
        await using var sources = new DataSources(new DataOptions { ConnectionString = database.AppConnectionString });
        var options = new DigitalOceanAccountOptions { CallsPerMinute = 100, CallsPerHour = 1_000, PermitBlock = 4 };
        var (here, there) = (new PermitPurse(new ProviderBudget(sources), "primary", options, TimeProvider.System), new PermitPurse(new ProviderBudget(sources), "primary", options, TimeProvider.System));

        // Here somebody destroys now and then; there everything is spent on reconciling and graphs.
        var destroyed = await here.Take(CallShare.Lifecycle) is null ? 1 : 0;
        var (metrics, sweeps) = await (DrainAsync(there, CallShare.Metrics), DrainAsync(there, CallShare.Reconcile)).Both();
        destroyed += await DrainAsync(here, CallShare.Lifecycle);

        Assert.True(destroyed >= 30, $"{destroyed} of the 30 that are kept");
        Assert.InRange(destroyed + metrics + sweeps, 75, 100);
        Assert.True(await database.ScalarAsync<long>("SELECT sum(taken)::bigint FROM provider_permits") <= 100);
    }

    [Fact]
    public async Task After_a_429_nobody_calls_until_it_has_passed_also_after_a_restart()
    {
        await using var cluster = await WebranaCluster.StartAsync();
        var account = Account(cluster);
        Assert.True((await account.RequestPermit(CallShare.Poll)).IsOk);
        await account.RateLimited(TimeSpan.FromMinutes(5));
        Assert.Equal(PermitError.RateLimited, (await account.RequestPermit(CallShare.Lifecycle)).Error);
        await cluster.Orleans.DeactivateAsync(account);
        Assert.Equal(PermitError.RateLimited, (await account.RequestPermit(CallShare.Lifecycle)).Error);
        // A shorter wait that comes later does not end the longer one; its passing does.
        await account.RateLimited(TimeSpan.FromSeconds(1));
        await cluster.Database.ExecuteAsync("UPDATE provider_windows SET blocked_until = blocked_until - interval '4 minutes'");
        await cluster.Orleans.DeactivateAsync(account);
        Assert.Equal(PermitError.RateLimited, (await account.RequestPermit(CallShare.Lifecycle)).Error);
        await cluster.Database.ExecuteAsync("UPDATE provider_windows SET blocked_until = blocked_until - interval '1 minute'");
        await cluster.Orleans.DeactivateAsync(account);
        Assert.True((await account.RequestPermit(CallShare.Lifecycle)).IsOk);
    }

    [Fact]
    public async Task What_waited_through_an_outage_of_429s_drains_in_order_of_importance_and_starves_nobody()
    {
        await using var database = await MigratedDatabase.CreateAsync();
        await using var sources = new DataSources(new DataOptions { ConnectionString = database.AppConnectionString });
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var purse = new PermitPurse(
            new ProviderBudget(sources), "primary", new DigitalOceanAccountOptions { CallsPerMinute = 100, CallsPerHour = 5_000, PermitBlock = 4 }, time);
        var waiting = Enum.GetValues<CallShare>().ToDictionary(share => share, _ => 60);
        var doneInMinute = new Dictionary<CallShare, int>();
        var first = new Dictionary<CallShare, int>();

        await purse.Block(TimeSpan.FromMinutes(10));
        Assert.All(await Task.WhenAll(waiting.Keys.Select(purse.Take)), refused => Assert.Equal(PermitError.RateLimited, refused));
        time.Advance(TimeSpan.FromMinutes(10));
        await database.ExecuteAsync("UPDATE provider_windows SET blocked_until = blocked_until - interval '10 minutes'");

        for (var minute = 1; doneInMinute.Count < waiting.Count; minute++)
        {
            Assert.InRange(minute, 1, 10);
            // All press on at once, the least important ahead of the others.
            for (var refused = new HashSet<CallShare>(); waiting.Any(one => one.Value > 0 && !refused.Contains(one.Key));)
                foreach (var share in waiting.Keys.OrderDescending().Where(share => waiting[share] > 0 && !refused.Contains(share)).ToArray())
                    if (await purse.Take(share) is not null)
                        refused.Add(share);
                    else if (--waiting[share] == 0)
                        doneInMinute[share] = minute;
            if (minute == 1)
                first = waiting.ToDictionary(one => one.Key, one => 60 - one.Value);
            time.Advance(TimeSpan.FromMinutes(1));
            await PassAsync(database, ProviderBudget.MinuteSlots);
        }

        Assert.True(first.Values.All(calls => calls > 0), string.Join(", ", first));
        Assert.True(first.Keys.Order().Select(share => first[share]).SequenceEqual(first.Values.OrderDescending()), string.Join(", ", first));
        Assert.True(doneInMinute.Keys.Order().Select(share => doneInMinute[share]).SequenceEqual(doneInMinute.Values.Order()), string.Join(", ", doneInMinute));
        Assert.True(doneInMinute[CallShare.Lifecycle] < doneInMinute[CallShare.Reconcile], string.Join(", ", doneInMinute));
    }

    [Fact]
    public async Task The_catalogue_is_read_once_for_many_who_ask_and_outlives_the_provider()
    {
        await using var cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?> { ["DigitalOcean:CatalogueMs"] = "0" });
        var account = Account(cluster);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => account.Catalogue()));
        Assert.All(answers, answer => Assert.Contains(answer.Value!.Regions, region => region.Slug == "sgp1"));
        Assert.InRange(cluster.Cloud.CountRequests("GET", "/v2/regions"), 1, 9);

        await account.RateLimited(TimeSpan.FromMinutes(5));
        Assert.Contains((await account.Catalogue()).Value!.Sizes, size => size is { Slug: "s-1vcpu-1gb", PriceMonthlyUsdCents: 600 });
    }

    static IDigitalOceanAccountGrain Account(WebranaCluster cluster) =>
        cluster.Grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount("primary"));

    static Task<WebranaCluster> SmallAsync(int perMinute, int perHour) => WebranaCluster.StartAsync(new Dictionary<string, string?>
    {
        ["DigitalOcean:CallsPerMinute"] = $"{perMinute}",
        ["DigitalOcean:CallsPerHour"] = $"{perHour}",
        ["DigitalOcean:PermitBlock"] = "4",
    });

    static async Task<int> TakeAsync(IDigitalOceanAccountGrain account, int tries)
    {
        var granted = 0;
        for (var n = 0; n < tries; n++)
            granted += (await account.RequestPermit(CallShare.Lifecycle)).IsOk ? 1 : 0;
        return granted;
    }

    static async Task<int> DrainAsync(PermitPurse purse, CallShare share)
    {
        var granted = 0;
        while (await purse.Take(share) is null)
            granted++;
        return granted;
    }

    /// <summary>Lets time pass for the rows: they are told in slots of the database's own clock.</summary>
    static async Task PassAsync(Webrana.Testing.TestDatabase database, int slots) => await database.ExecuteAsync(
        $"CREATE TEMP TABLE moved ON COMMIT DROP AS SELECT account, slot - {slots} AS slot, share, taken FROM provider_permits; DELETE FROM provider_permits; INSERT INTO provider_permits SELECT * FROM moved");
}

file static class Pairs
{
    public static async Task<(T First, T Second)> Both<T>(this (Task<T> First, Task<T> Second) tasks) => (await tasks.First, await tasks.Second);
}
