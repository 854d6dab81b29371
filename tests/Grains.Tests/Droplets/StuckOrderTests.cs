using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Droplets;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Orders that a person pushes on or gives up, and servers that a person suspends. A cluster of its own: the provider is away for everybody.</summary>
public sealed class StuckOrderTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    static readonly TimeSpan TooLong = TimeSpan.FromMinutes(11);

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    IDropletDeskGrain Desk(InstanceId instance) => Cluster.Grains.GetGrain<IDropletDeskGrain>(GrainKeys.Droplet(instance));

    async Task<OrderTrouble> TroubleAsync(InstanceId instance) => (await Desk(instance).Trouble()).Value!.Kind;

    /// <summary>The provider answers, and what it sells is known: an order is priced before it is stuck.</summary>
    async Task WarmAsync()
    {
        Cluster.Cloud.ClearFaults();
        await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
    }

    /// <summary>An order whose money is held and for which the provider does not answer.</summary>
    async Task<InstanceId> StuckAsync(UserId owner)
    {
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status429, Path = "/v2/*", Count = -1, Seconds = 0.3 });
        var instance = Servers.NewInstance();
        Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(owner))).IsOk);
        return instance;
    }

    [Theory]
    [InlineData("order.given_up")]
    [InlineData("order.released")]
    [InlineData("outbox.told")]
    public async Task A_stuck_order_given_up_releases_its_own_hold_once_wherever_it_is_cut(string arrow)
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(300_000);
        var (given, other) = (await StuckAsync(owner), await StuckAsync(owner));
        Assert.Equal(OrderDeskError.NotStuck, (await Desk(given).GiveUp()).Error);
        await Cluster.TurnAsync(TooLong);
        Assert.Equal(OrderTrouble.Late, await TroubleAsync(given));
        Assert.Equal(Servers.PriceIdr, (await Desk(given).Trouble()).Value!.HeldIdr);
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{given}");
        try
        {
            await Desk(given).GiveUp();
        }
        catch (InfrastructureException)
        {
            // The caller does not know, and presses again.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True((await Desk(given).GiveUp()).IsOk);
        // One hold of the two is gone, although the provider is still away; released twice it would be both.
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money.HeldIdr == Servers.PriceIdr, WebranaCluster.Patience, "one hold is released");
        Cluster.Cloud.ClearFaults();
        await Cluster.Droplet(other).Settles(DropletStatus.Running);
        await Eventually.Async(() => TroubleAsync(given), trouble => trouble == OrderTrouble.Failed, WebranaCluster.Patience, "nothing is left of it");
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((300_000 - Servers.PriceIdr, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal((0, 1), (await Cluster.AtProviderAsync(given), await Cluster.AtProviderAsync(other)));
        Assert.Equal("given_up", (await Cluster.Droplet(given).Get()).Value!.FailureReason);
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{given}:failed'"));
    }

    [Fact]
    public async Task An_order_given_up_while_its_create_is_in_doubt_leaves_no_droplet_behind()
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets" });
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = "/v2/*", Count = -1 });
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
        var instance = Servers.NewInstance();
        Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(owner))).IsOk);
        await Eventually.Async(() => Cluster.Cloud.CountRequests("POST", "/v2/droplets") > before, WebranaCluster.Patience, "the create was sent");
        await Cluster.TurnAsync(TooLong);

        Assert.True((await Desk(instance).GiveUp()).IsOk);
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money is { BalanceIdr: 200_000, HeldIdr: 0 }, WebranaCluster.Patience, "the hold is released");
        Assert.Equal(OrderTrouble.Unsettled, await TroubleAsync(instance));
        Cluster.Cloud.ClearFaults();
        await Eventually.Async(() => TroubleAsync(instance), trouble => trouble == OrderTrouble.Failed, WebranaCluster.Patience, "nothing is left of it");
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("order.pushed")]
    public async Task A_stuck_order_pushed_on_has_its_time_anew_and_becomes_one_server(string? arrow)
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = await StuckAsync(owner);
        Assert.Equal(OrderDeskError.NotStuck, (await Desk(instance).Push()).Error);
        await Cluster.TurnAsync(TimeSpan.FromMinutes(15));
        var fired = arrow is null ? Task.CompletedTask : Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            Assert.True((await Desk(instance).Push()).IsOk);
        }
        catch (InfrastructureException) when (arrow is not null)
        {
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.Equal(OrderTrouble.None, await TroubleAsync(instance));
        // Past the time that it had at first.
        await Cluster.TurnAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(DropletStatus.Provisioning, (await Cluster.Droplet(instance).Get()).Value!.Status);
        Cluster.Cloud.ClearFaults();
        await Cluster.Droplet(instance).Settles(DropletStatus.Running);
        Assert.Equal((1, 1), (await Cluster.AtProviderAsync(instance), (int)await Cluster.PostingsAsync($"order:{instance}:capture")));
    }

    [Fact]
    public async Task What_runs_or_was_never_ordered_is_not_stuck()
    {
        Cluster.Cloud.ClearFaults();
        var (running, _) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        await Cluster.TurnAsync(TooLong);
        Assert.Equal(OrderTrouble.None, await TroubleAsync(running));
        Assert.Equal((OrderDeskError.NotStuck, OrderDeskError.NotStuck), ((await Desk(running).Push()).Error, (await Desk(running).GiveUp()).Error));
        var nobody = Servers.NewInstance();
        Assert.Equal(DropletError.NotFound, (await Desk(nobody).Trouble()).Error);
        Assert.Equal((OrderDeskError.NotFound, OrderDeskError.NotFound), ((await Desk(nobody).Push()).Error, (await Desk(nobody).GiveUp()).Error));
    }

    [Fact]
    public void An_order_that_may_be_paid_for_at_this_moment_is_not_given_up()
    {
        var notice = Notice.OrderFailed("n", Servers.NewInstance(), "web-1", Reasons.GivenUp, 1);
        var order = new OrderPart { Owner = Guid.NewGuid(), Name = "web-1", PriceIdr = 1 };
        foreach (var phase in new[] { InstancePhase.Held, InstancePhase.Sending, InstancePhase.Building })
            Assert.Equal(InstancePhase.Failed, new DropletState { Phase = phase, Order = order, Hold = HoldState.Held }.GivenUp(notice, 0)!.Phase);
        foreach (var phase in new[] { InstancePhase.Capturing, InstancePhase.Running, InstancePhase.Terminating, InstancePhase.Failed })
            Assert.Null(new DropletState { Phase = phase, Order = order }.GivenUp(notice, 0));
    }

    [Fact]
    public async Task A_server_suspended_by_an_admin_is_off_and_its_owner_told_once_although_the_silo_died_there()
    {
        Cluster.Cloud.ClearFaults();
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var fired = Cluster.FailPoints.Arm("block.stored", FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            await Cluster.Billing(instance).Block(new BlockServer("abuse", "admin:x"));
        }
        catch (InfrastructureException)
        {
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True(await Cluster.Billing(instance).Block(new BlockServer("abuse", "admin:x")));
        await Eventually.Async(async () => (await Cluster.ProviderDropletAsync(droplet)).Status.ToString(), status => status == "Off", WebranaCluster.Patience, "it is off");
        await Eventually.Async(
            async () => await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id LIKE 'droplet:{instance}:blocked:%'") == 1, WebranaCluster.Patience, "its owner is told");
    }
}
