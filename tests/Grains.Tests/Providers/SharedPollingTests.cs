using Webrana.Contracts.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;

namespace Webrana.Grains.Tests.Providers;

/// <summary>Many who wait cost as many reads as one.</summary>
public sealed class SharedPollingTests
{
    [Fact]
    public async Task A_hundred_servers_in_the_making_are_found_ready_by_fewer_reads_than_there_are_servers()
    {
        const int Count = 100;
        // Their own looks, the backstop, are put off: everything is learnt from the shared lists.
        await using var cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?>
        {
            ["Droplets:LookMs"] = "600000",
            // Seldom enough that reads are few however long this machine takes to make a hundred servers.
            ["DigitalOcean:WatchIntervalMs"] = "4000",
            // A create that is answered late is looked for, and sent again: more calls of both kinds than one each.
            ["DigitalOcean:Client:WriteTimeout"] = "00:01:00",
            // One customer stands for a hundred here.
            ["Limits:Tiers:0:Servers"] = "1000",
            ["Limits:Tiers:0:Vcpus"] = "64",
            ["Limits:Tiers:0:SpendPerDayIdr"] = "1000000000",
        });
        await cluster.SeedPlansAsync();
        var owner = await cluster.CustomerAsync(Count * Servers.PriceIdr);
        var instances = Enumerable.Range(0, Count).Select(_ => Servers.NewInstance()).ToList();

        await Task.WhenAll(instances.Select(instance => cluster.Droplet(instance).Order(Servers.Order(owner))));
        foreach (var instance in instances)
            await cluster.Droplet(instance).Becomes(DropletStatus.Running);

        var reads = cluster.Cloud.CountRequests("GET", "/v2/actions") + cluster.Cloud.CountRequests("GET", "/v2/droplets")
            + cluster.Cloud.CountRequests("GET", "/v2/droplets/{id}") + cluster.Cloud.CountRequests("GET", "/v2/actions/{id}");
        Assert.InRange(reads, 2, Count - 1);
        Assert.Equal(Count, cluster.Cloud.CountRequests("POST", "/v2/droplets"));
        await cluster.AssertSoundAsync();
    }

    [Fact]
    public async Task An_action_that_runs_is_heard_of_without_its_server_ever_asking()
    {
        await using var cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?> { ["Droplets:LookMs"] = "600000" });
        await cluster.SeedPlansAsync();
        var (_, droplet) = await cluster.RunningServerAsync(await cluster.CustomerAsync(Servers.PriceIdr));
        await droplet.Act(new StartAction("off", ActionKind.PowerOff, "user:test"));
        await droplet.Settles(DropletStatus.Off);
        Assert.Equal(0, cluster.Cloud.CountRequests("GET", "/v2/actions/{id}"));
    }
}
