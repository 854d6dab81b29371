using System.Diagnostics;
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

/// <summary>Orders that the desk pushes on or gives up, and those that give themselves up.</summary>
[Collection(StuckOrderCollection.Name)]
public sealed class StuckOrderTests(SharedCluster shared) : IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    [Theory]
    [InlineData("order.given_up")]
    [InlineData("order.released")]
    [InlineData("outbox.told")]
    public async Task A_stuck_order_given_up_releases_its_own_hold_once_wherever_it_is_cut(string arrow)
    {
        await Cluster.WarmAsync();
        var owner = await Cluster.CustomerAsync(300_000);
        var (given, other) = (await Cluster.StuckAsync(owner), await Cluster.StuckAsync(owner));
        Assert.Equal(OrderDeskError.NotStuck, (await Cluster.Desk(given).GiveUp()).Error);
        await Cluster.TurnAsync(StuckOrders.TooLong);
        Assert.Equal(OrderTrouble.Late, await Cluster.TroubleAsync(given));
        Assert.Equal(Servers.PriceIdr, (await Cluster.Desk(given).Trouble()).Value!.HeldIdr);
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{given}");
        try
        {
            await Cluster.Desk(given).GiveUp();
        }
        catch (InfrastructureException)
        {
            // The caller does not know, and presses again.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True((await Cluster.Desk(given).GiveUp()).IsOk);
        // One hold of the two is gone, although the provider is still away; released twice it would be both.
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money.HeldIdr == Servers.PriceIdr, WebranaCluster.Patience, "one hold is released");
        Cluster.Cloud.ClearFaults();
        await Cluster.Droplet(other).Settles(DropletStatus.Running);
        await Eventually.Async(() => Cluster.TroubleAsync(given), trouble => trouble == OrderTrouble.Failed, WebranaCluster.Patience, "nothing is left of it");
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((300_000 - Servers.PriceIdr, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal((0, 1), (await Cluster.AtProviderAsync(given), await Cluster.AtProviderAsync(other)));
        Assert.Equal("given_up", (await Cluster.Droplet(given).Get()).Value!.FailureReason);
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{given}:failed'"));
    }

    [Fact]
    public async Task A_press_that_is_asked_again_under_its_id_is_answered_as_the_first_time_and_another_one_as_things_stand()
    {
        await Cluster.WarmAsync();
        var owner = await Cluster.CustomerAsync(400_000);
        var given = await Cluster.StuckAsync(owner);
        await Cluster.TurnAsync(StuckOrders.TooLong);
        // Somebody pushed it on, before somebody else gives it up.
        Assert.True((await Cluster.Desk(given).Push("press-0")).IsOk);
        var (pushed, other) = (await Cluster.StuckAsync(owner), await Cluster.StuckAsync(owner));
        await Cluster.TurnAsync(StuckOrders.TooLong);
        foreach (var _ in (int[])[1, 2])
        {
            // The first time it gets its time anew, and is stuck no more.
            Assert.True((await Cluster.Desk(pushed).Push("press-a")).IsOk);
            Assert.Equal(OrderTrouble.None, await Cluster.TroubleAsync(pushed));
            Assert.True((await Cluster.Desk(given).GiveUp("press-b")).IsOk);
        }

        Assert.Equal((true, true, true), (await WasDoneAsync(pushed, "press-a"), await WasDoneAsync(given, "press-b"), await WasDoneAsync(given, "press-0")));
        Assert.Equal((false, false, false), (await WasDoneAsync(pushed, "press-b"), await WasDoneAsync(other, "press-a"), await WasDoneAsync(given, null)));
        Assert.Equal((OrderDeskError.NotStuck, OrderDeskError.NotStuck), ((await Cluster.Desk(pushed).Push("press-c")).Error, (await Cluster.Desk(pushed).GiveUp("press-d")).Error));
        Cluster.Cloud.ClearFaults();
        await Cluster.Droplet(pushed).Settles(DropletStatus.Running);
        await Eventually.Async(() => Cluster.TroubleAsync(given), trouble => trouble == OrderTrouble.Failed, WebranaCluster.Patience, "nothing is left of it");
        Assert.True((await Cluster.Desk(pushed).Push("press-a")).IsOk);
        Assert.True((await Cluster.Desk(given).GiveUp("press-b")).IsOk);
        Assert.True((await Cluster.Desk(given).Push("press-0")).IsOk);
        Assert.Equal(OrderTrouble.Failed, await Cluster.TroubleAsync(given));
        Assert.Equal(OrderDeskError.NotStuck, (await Cluster.Desk(pushed).Push("press-c")).Error);
        Assert.Equal(DropletStatus.Running, (await Cluster.Droplet(pushed).Get()).Value!.Status);

        async Task<bool> WasDoneAsync(InstanceId instance, string? press) => (await Cluster.Desk(instance).Trouble(press)).Value!.WasDone;
    }

    [Fact]
    public async Task An_order_given_up_while_its_create_is_in_doubt_leaves_no_droplet_behind()
    {
        await Cluster.WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = await Cluster.DoubtedAsync(owner);
        await Cluster.TurnAsync(StuckOrders.TooLong);

        Assert.True((await Cluster.Desk(instance).GiveUp()).IsOk);
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money is { BalanceIdr: 200_000, HeldIdr: 0 }, WebranaCluster.Patience, "the hold is released");
        Assert.Equal(OrderTrouble.Unsettled, await Cluster.TroubleAsync(instance));
        Cluster.Cloud.ClearFaults();
        await SweptAsync();
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));

        // What shows only now is found by the sweep of the account. Made at another time than that saw, it is nobody's to destroy.
        var (droplet, other) = (Cluster.Droplet(instance), await Cluster.MakeAnotherAsync(instance));
        var began = Stopwatch.GetTimestamp();
        Assert.Equal(ReconcileOutcome.Destroying, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Tombstoned, other.Id, other.CreatedAt.AddSeconds(-1))));
        await SweptAsync();
        // One empty list is not enough: the next one is read when lists have had the time that they lag, half a second here.
        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(490));
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload -> 'extras' -> 0 ->> 'left' = 'true'"));

        var late = await Cluster.MakeAnotherAsync(instance);
        Assert.Equal(ReconcileOutcome.Destroying, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Tombstoned, late.Id, late.CreatedAt)));
        await SweptAsync();
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
        Assert.Equal(ReconcileOutcome.NotOurs, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Tombstoned, other.Id, other.CreatedAt)));

        // Nor is anything destroyed for an order of which no create is in doubt.
        await Cluster.RewriteAsync(instance, "jsonb_set(payload, '{creation,attempts}', '0')");
        var stranger = await Cluster.MakeAnotherAsync(instance);
        Assert.Equal(ReconcileOutcome.NotOurs, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Tombstoned, stranger.Id, stranger.CreatedAt)));
        Assert.Equal((2, OrderTrouble.Failed), (await Cluster.AtProviderAsync(instance), await Cluster.TroubleAsync(instance)));
        Assert.Equal((200_000, 0), ((await Cluster.MoneyAsync(owner)).BalanceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr));

        Task<OrderTrouble> SweptAsync() => Eventually.Async(
            () => Cluster.TroubleAsync(instance), trouble => trouble == OrderTrouble.Failed, WebranaCluster.Patience, "nothing is left of it");
    }

    [Theory]
    [InlineData(false, "timed_out")]
    [InlineData(true, "not_confirmed")]
    public async Task An_order_not_paid_for_within_twenty_minutes_fails_and_its_money_is_free_also_while_the_provider_is_away(bool inDoubt, string reason)
    {
        await Cluster.WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = inDoubt ? await Cluster.DoubtedAsync(owner) : await Cluster.StuckAsync(owner);
        await Cluster.TurnAsync(TimeSpan.FromMinutes(15));
        Assert.Equal(Servers.PriceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr);

        await Cluster.TurnAsync(TimeSpan.FromMinutes(6));
        var view = await Cluster.Droplet(instance).Becomes(DropletStatus.Failed);
        Assert.Equal((OrderStatus.Failed, reason), (view.OrderStatus, view.FailureReason));
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money is { BalanceIdr: 200_000, HeldIdr: 0 }, WebranaCluster.Patience, "the hold is released");
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{instance}:failed'"), told => told == 1, WebranaCluster.Patience, "its owner is told");
        Cluster.Cloud.ClearFaults();
        await Eventually.Async(() => Cluster.TroubleAsync(instance), trouble => trouble == OrderTrouble.Failed, WebranaCluster.Patience, "nothing is left of it");
        Assert.Equal((0, 0), (await Cluster.AtProviderAsync(instance), (int)await Cluster.PostingsAsync($"order:{instance}:capture")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("order.pushed")]
    public async Task A_stuck_order_pushed_on_has_its_time_anew_and_becomes_one_server(string? arrow)
    {
        await Cluster.WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = await Cluster.StuckAsync(owner);
        Assert.Equal(OrderDeskError.NotStuck, (await Cluster.Desk(instance).Push()).Error);
        await Cluster.TurnAsync(TimeSpan.FromMinutes(15));
        var fired = arrow is null ? Task.CompletedTask : Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            Assert.True((await Cluster.Desk(instance).Push()).IsOk);
        }
        catch (InfrastructureException) when (arrow is not null)
        {
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.Equal(OrderTrouble.None, await Cluster.TroubleAsync(instance));
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
        await Cluster.TurnAsync(StuckOrders.TooLong);
        Assert.Equal(OrderTrouble.None, await Cluster.TroubleAsync(running));
        Assert.Equal((OrderDeskError.NotStuck, OrderDeskError.NotStuck), ((await Cluster.Desk(running).Push()).Error, (await Cluster.Desk(running).GiveUp()).Error));
        var nobody = Servers.NewInstance();
        Assert.Equal(DropletError.NotFound, (await Cluster.Desk(nobody).Trouble()).Error);
        Assert.Equal((OrderDeskError.NotFound, OrderDeskError.NotFound), ((await Cluster.Desk(nobody).Push()).Error, (await Cluster.Desk(nobody).GiveUp()).Error));
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
}
