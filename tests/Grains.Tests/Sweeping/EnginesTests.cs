using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Sweeping;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Sweeping;

/// <summary>Two engines wake what is due; each of them alone must get everything done (design §5).</summary>
public sealed class EnginesTests
{
    [Theory]
    [InlineData(BillingPeriod.Daily)]
    [InlineData(BillingPeriod.Monthly)]
    [InlineData(BillingPeriod.Yearly)]
    public async Task The_sweepers_alone_renew_everything(BillingPeriod period)
    {
        await using var cluster = await WebranaCluster.StartAsync();
        await cluster.SeedPlansAsync();
        var owner = await cluster.CustomerAsync(100_000_000);
        var servers = new List<(InstanceId Instance, IDropletGrain Droplet)>();
        for (var i = 0; i < 5; i++)
            servers.Add(await cluster.RunningServerAsync(owner, period));
        foreach (var (instance, _) in servers)
            await cluster.Database.ExecuteAsync($"DELETE FROM orleans_reminders WHERE grain_id LIKE '%{instance}'");

        await cluster.TurnToAsync((await servers[^1].Droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(1));
        await cluster.SweepAsync();

        foreach (var (instance, _) in servers)
            Assert.Equal(1, await cluster.PostingsAsync($"renew:{instance}:"));
        await Eventually.Async(
            async () => await cluster.CountAsync("SELECT count(*) FROM grain_state WHERE due_at <= (extract(epoch FROM business_now()) * 1000)::bigint") == 0,
            WebranaCluster.Patience,
            "nothing is due");
    }

    [Theory]
    [InlineData(BillingPeriod.Daily)]
    [InlineData(BillingPeriod.Monthly)]
    [InlineData(BillingPeriod.Yearly)]
    public async Task The_alarm_alone_renews_too(BillingPeriod period)
    {
        await using var cluster = await WebranaCluster.StartAsync();
        await cluster.SeedPlansAsync();
        var owner = await cluster.CustomerAsync(100_000_000);
        var (instance, droplet) = await cluster.RunningServerAsync(owner, period);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        await Eventually.Async(
            async () => await cluster.CountAsync($"SELECT count(*) FROM orleans_reminders WHERE grain_id LIKE '%{instance}'") == 1, WebranaCluster.Patience);
        await cluster.Orleans.DeactivateAsync(droplet);

        // The reminder service looks every five minutes of business time at what starts soon.
        for (var minutes = 0; minutes < 60 && await cluster.PostingsAsync($"renew:{instance}:") == 0; minutes += 5)
        {
            await cluster.TurnToAsync((minutes == 0 ? due : cluster.Clock.GetUtcNow()) + TimeSpan.FromMinutes(5));
            await SettleAsync();
        }

        await Eventually.Async(() => cluster.PostingsAsync($"renew:{instance}:"), charged => charged == 1, WebranaCluster.Patience, "it is renewed once");

        // A jump fires timers on other threads; give them the time that one round trip through the cluster takes.
        async Task SettleAsync()
        {
            for (var i = 0; i < 50; i++)
                await cluster.Grains.GetGrain<IFeedGrain>(GrainKeys.Feed(new UserId(Guid.NewGuid()))).Publish(UserEventKind.DepositChanged, "settle");
            await cluster.CountAsync("SELECT count(*) FROM orleans_reminders, pg_sleep(0.3)");
        }
    }

    [Fact]
    public async Task A_grain_that_cannot_be_woken_does_not_hide_its_neighbours()
    {
        await using var cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?> { ["Sweeping:Batch"] = "1" });
        var now = DateTimeOffset.UnixEpoch.ToUnixTimeMilliseconds();
        // Keys that no droplet grain can have: waking them throws.
        for (var i = 0; i < 20; i++)
        {
            await cluster.Database.ExecuteAsync(
                $"INSERT INTO grain_state (state, key, due_at, version) VALUES ('droplet', 'droplet:nonsense-{i}', {now + i}, 1)");
        }

        Assert.Equal(20, await cluster.SweepAsync());
    }
}
