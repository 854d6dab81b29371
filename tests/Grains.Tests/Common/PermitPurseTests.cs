using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data;
using Webrana.Data.Providers;

namespace Webrana.Grains.Tests.Common;

/// <summary>Invariant I11: the cluster together stays inside the provider's limits, whoever restarts.</summary>
public sealed class PermitPurseTests
{
    [Fact]
    public async Task Rows_never_give_more_than_the_minute_and_the_hour_allow_however_many_take_at_once()
    {
        await using var database = await MigratedDatabase.CreateAsync();
        await using var sources = new DataSources(new DataOptions { ConnectionString = database.AppConnectionString });
        var budget = new ProviderBudget(sources);

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => budget.TakeAsync("primary", 1_000, 30, perMinute: 230, perHour: 300)));
        Assert.Equal(230, taken.Sum());
        Assert.Equal(70, await budget.TakeAsync("primary", 1_001, 100, perMinute: 230, perHour: 300));
        Assert.Equal(0, await budget.TakeAsync("primary", 1_002, 1, perMinute: 230, perHour: 300));
        // An hour later the first minute no longer counts.
        Assert.Equal(230, await budget.TakeAsync("primary", 1_060, 300, perMinute: 230, perHour: 300));
        Assert.Equal(10, await budget.TakeAsync("other", 1_002, 10, perMinute: 230, perHour: 300));
    }

    [Fact]
    public async Task An_account_hands_out_its_minute_and_then_refuses_also_after_a_restart()
    {
        await using var cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?>
        {
            ["DigitalOcean:CallsPerMinute"] = "20",
            ["DigitalOcean:CallsPerHour"] = "40",
            ["DigitalOcean:PermitBlock"] = "5",
        });
        var account = cluster.Grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount("primary"));

        // More than two minutes' worth, with a restart in the middle: a turn of the minute may come in between.
        var granted = 0;
        for (var i = 0; i < 100; i++)
        {
            if (i == 30)
                await cluster.Orleans.DeactivateAsync(account);
            if ((await account.RequestPermit(CallShare.Lifecycle)).IsOk)
                granted++;
        }

        Assert.InRange(granted, 10, 40);
        Assert.True(await cluster.Database.ScalarAsync<long>("SELECT sum(taken)::bigint FROM provider_budget") >= granted);
        Assert.Equal(PermitError.BudgetSpent, (await account.RequestPermit(CallShare.Lifecycle)).Error);
    }

    [Fact]
    public async Task After_a_429_nobody_calls_until_it_has_passed()
    {
        await using var cluster = await WebranaCluster.StartAsync();
        var account = cluster.Grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount("primary"));
        Assert.True((await account.RequestPermit(CallShare.Poll)).IsOk);
        await account.RateLimited(TimeSpan.FromMinutes(5));
        Assert.Equal(PermitError.RateLimited, (await account.RequestPermit(CallShare.Lifecycle)).Error);
    }

    [Fact]
    public async Task The_catalogue_is_read_once_for_many_who_ask_and_outlives_the_provider()
    {
        await using var cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?> { ["DigitalOcean:CatalogueMs"] = "0" });
        var account = cluster.Grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount("primary"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => account.Catalogue()));
        Assert.All(answers, answer => Assert.Contains(answer.Value!.Regions, region => region.Slug == "sgp1"));
        Assert.InRange(cluster.Cloud.CountRequests("GET", "/v2/regions"), 1, 9);

        await account.RateLimited(TimeSpan.FromMinutes(5));
        Assert.Contains((await account.Catalogue()).Value!.Sizes, size => size is { Slug: "s-1vcpu-1gb", PriceMonthlyUsdCents: 600 });
    }
}
