using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Orders for which the provider does not answer, as the tests need them.</summary>
public static class StuckOrders
{
    public static readonly TimeSpan TooLong = TimeSpan.FromMinutes(11);

    public static IDropletDeskGrain Desk(this WebranaCluster cluster, InstanceId instance) => cluster.Grains.GetGrain<IDropletDeskGrain>(GrainKeys.Droplet(instance));

    public static async Task<OrderTrouble> TroubleAsync(this WebranaCluster cluster, InstanceId instance) => (await cluster.Desk(instance).Trouble()).Value!.Kind;

    /// <summary>The provider answers, and what it sells is known: an order is priced before it is stuck.</summary>
    public static async Task WarmAsync(this WebranaCluster cluster)
    {
        cluster.Cloud.ClearFaults();
        await cluster.RunningServerAsync(await cluster.CustomerAsync(200_000));
    }

    /// <summary>An order whose money is held and for which the provider does not answer.</summary>
    public static async Task<InstanceId> StuckAsync(this WebranaCluster cluster, UserId owner)
    {
        cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status429, Path = "/v2/*", Count = -1, Seconds = 0.3 });
        var instance = Servers.NewInstance();
        Assert.True((await cluster.Droplet(instance).Order(Servers.Order(owner))).IsOk);
        return instance;
    }

    /// <summary>An order whose create was sent and not answered; since then the provider answers nothing.</summary>
    public static async Task<InstanceId> DoubtedAsync(this WebranaCluster cluster, UserId owner)
    {
        cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets" });
        cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = "/v2/*", Count = -1 });
        var before = cluster.Cloud.CountRequests("POST", "/v2/droplets");
        var instance = Servers.NewInstance();
        Assert.True((await cluster.Droplet(instance).Order(Servers.Order(owner))).IsOk);
        await Eventually.Async(() => cluster.Cloud.CountRequests("POST", "/v2/droplets") > before, WebranaCluster.Patience, "the create was sent");
        return instance;
    }
}

/// <summary>The collection of those who take the provider away: a cluster of their own, and one after the other, for it is away for everybody.</summary>
[CollectionDefinition(Name)]
public sealed class StuckOrderCollection : ICollectionFixture<SharedCluster>
{
    public const string Name = "stuck orders";
}
