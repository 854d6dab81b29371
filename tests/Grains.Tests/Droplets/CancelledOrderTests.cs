using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Data.Faults;
using Webrana.Domain.Droplets;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Orders that wait for the provider and that their customer takes back.</summary>
[Collection(StuckOrderCollection.Name)]
public sealed class CancelledOrderTests(SharedCluster shared) : IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    /// <summary>At the moment of a try the create may be on its way; between two it is not.</summary>
    Task<Result<DropletView, CancelError>> CancelledAsync(InstanceId instance) => Eventually.Async(
        () => Cluster.Droplet(instance).Cancel(), answer => answer.Error != CancelError.AlreadySent, WebranaCluster.Patience, "it is cancelled between two tries");

    [Theory]
    [InlineData("order.cancelled")]
    [InlineData("order.released")]
    [InlineData("outbox.told")]
    public async Task A_waiting_order_that_is_cancelled_twice_gives_its_own_hold_back_once_wherever_it_is_cut(string arrow)
    {
        await Cluster.WarmAsync();
        var owner = await Cluster.CustomerAsync(300_000);
        var (taken, other) = (await Cluster.StuckAsync(owner), await Cluster.StuckAsync(owner));
        // What was told of the order before must not be what the arrow meets.
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{taken}' AND payload -> 'outbox' = '[]'"), told => told == 1, WebranaCluster.Patience,
            "its order was told");
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{taken}");
        try
        {
            await CancelledAsync(taken);
        }
        catch (InfrastructureException)
        {
            // The caller does not know, and presses again.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        var answers = await Task.WhenAll(CancelledAsync(taken), CancelledAsync(taken));
        Assert.All(answers, answer => Assert.Equal((OrderStatus.Cancelled, "cancelled", false), (answer.Value!.OrderStatus, answer.Value.FailureReason, answer.Value.Cancellable)));
        // One hold of the two is gone; released twice it would be both. Nothing had to be asked of the provider, which is still away.
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money.HeldIdr == Servers.PriceIdr, WebranaCluster.Patience, "one hold is released");
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{taken}' AND payload ->> 'workAt' IS NULL"), idle => idle == 1, WebranaCluster.Patience,
            "nothing is left to do");
        Assert.Equal(OrderTrouble.None, await Cluster.TroubleAsync(taken));
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE instance = '{taken}'"));
        // So the desk's figure of failed orders knows it (DashboardQueries).
        Assert.Equal(1, await Cluster.CountAsync(
            $"SELECT count(*) FROM grain_state WHERE key = 'droplet:{taken}' AND status = 'FAILED' AND payload -> 'order' ->> 'status' = 'Cancelled'"));
        var line = (await Cluster.Droplet(taken).Action(DropletViews.CreateActionId)).Value!;
        Assert.Equal((ActivityStatus.Errored, "cancelled", null), (line.Status, line.Message, line.Step));
        // Its owner is told of what they did, once, and of no failure.
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{taken}:cancelled' AND kind = 'OrderCancelled'"));
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{taken}:failed'"));

        Cluster.Cloud.ClearFaults();
        await Cluster.Droplet(other).Settles(DropletStatus.Running);
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((300_000 - Servers.PriceIdr, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal((0, 1), (await Cluster.AtProviderAsync(taken), await Cluster.AtProviderAsync(other)));
    }

    [Theory]
    [InlineData("order.permitted", true)]
    [InlineData("order.intent_stored", false)]
    public async Task An_order_cancelled_around_the_moment_in_which_it_is_sent_is_either_taken_back_or_one_server(string arrow, bool taken)
    {
        await Cluster.WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Hold, subject: $"droplet:{instance}");
        Assert.True((await droplet.Order(Servers.Order(owner))).IsOk);
        await fired.WaitAsync(WebranaCluster.Patience);

        // It stands at the arrow with its permit taken, and in the second case with its intent stored.
        Assert.Equal(taken, (await droplet.Get()).Value!.Cancellable);
        Assert.Equal(taken ? default(CancelError?) : CancelError.AlreadySent, (await droplet.Cancel()).Error);
        Cluster.FailPoints.Release(arrow);
        if (taken)
            await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money is { BalanceIdr: 200_000, HeldIdr: 0 }, WebranaCluster.Patience, "the hold is released");
        else
            await droplet.Settles(DropletStatus.Running);
        Assert.Equal(before + (taken ? 0 : 1), Cluster.Cloud.CountRequests("POST", "/v2/droplets"));
        Assert.Equal(taken ? DropletStatus.Failed : DropletStatus.Running, (await droplet.Get()).Value!.Status);
        Assert.Equal((taken ? 0 : 1, taken ? 0 : 1), (await Cluster.AtProviderAsync(instance), (int)await Cluster.PostingsAsync($"order:{instance}:capture")));
    }

    [Fact]
    public void Only_an_order_of_which_the_provider_certainly_knows_nothing_is_cancelled()
    {
        var notice = Notice.OrderCancelled("n", Servers.NewInstance(), "web-1", 1);
        var unsent = new DropletState { Phase = InstancePhase.Held, Order = new OrderPart { Owner = Guid.NewGuid(), Name = "web-1", PriceIdr = 1 }, Hold = HoldState.Held };
        var cancelled = unsent.Cancelled(notice, 0)!;
        Assert.Equal((InstancePhase.Failed, OrderStatus.Cancelled, HoldState.Held), (cancelled.Phase, cancelled.Order!.Status, cancelled.Hold));
        // A create that was turned away counts no more; one of unknown outcome does, also when it may be sent again.
        Assert.NotNull(unsent.Sending(quietAtReal: 1)!.NotSent()!.Cancelled(notice, 0));
        Assert.Null((unsent.Sending(quietAtReal: 1)! with { Phase = InstancePhase.Held }).Cancelled(notice, 0));
        foreach (var phase in Enum.GetValues<InstancePhase>().Where(phase => phase != InstancePhase.Held))
            Assert.Null((unsent with { Phase = phase }).Cancelled(notice, 0));
        // The way back of a server from its image is no order.
        Assert.Null((unsent with { Hibernation = new HibernationPart("image", 0) { Restore = new RestorePart("r", "user:1", 0, 2) } }).Cancelled(notice, 0));
    }
}
