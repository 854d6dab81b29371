using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Limits;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Limits;

/// <summary>Limits where they count: beside money and many orders at once.</summary>
public sealed class OrderLimitTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    WebranaCluster Cluster => shared.Cluster;

    [Fact]
    public async Task Many_orders_at_once_with_money_for_all_are_as_many_servers_as_the_limit_and_the_rest_of_the_money_is_free()
    {
        var owner = await Cluster.CustomerAsync(10 * 129_000);
        await LimitAsync(owner, servers: 2);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))));

        Assert.Equal(2, answers.Count(answer => answer.IsOk));
        Assert.All(answers.Where(answer => !answer.IsOk), answer => Assert.Equal((OrderError.LimitReached, "Servers:2"), (answer.Error, answer.Detail![..9])));
        Assert.Equal(2, await Cluster.CountAsync($"SELECT count(*) FROM server_places WHERE owner = '{owner}'"));
        Assert.Equal(2, await Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE owner = '{owner}'"));
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => (money.HeldIdr, money.BalanceIdr) == (0, 8 * 129_000), WebranaCluster.Patience);
    }

    [Fact]
    public async Task The_spending_of_a_day_counts_over_all_orders_and_is_free_again_a_day_later()
    {
        var owner = await Cluster.CustomerAsync(4 * 129_000);
        await LimitAsync(owner, spend: 2 * 129_000);
        foreach (var _ in (int[])[1, 2])
            Assert.True((await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).IsOk);
        var third = Servers.Order(owner);
        Assert.Equal((OrderError.LimitReached, $"SpendPerDay:{2 * 129_000}:{3 * 129_000}"), await RefusedAsync(third));

        await Cluster.Database.ExecuteAsync($"UPDATE limit_spends SET taken_at = taken_at - interval '1 day' WHERE owner = '{owner}'", TestContext.Current.CancellationToken);
        Assert.True((await Cluster.Droplet(Servers.NewInstance()).Order(third)).IsOk);
    }

    [Fact]
    public async Task A_server_that_is_gone_gives_its_place_back_and_one_that_never_came_its_spending_too()
    {
        var owner = await Cluster.CustomerAsync(2 * 129_000);
        await LimitAsync(owner, servers: 1);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        Assert.Equal(OrderError.LimitReached, (await RefusedAsync(Servers.Order(owner))).Item1);

        Assert.True((await droplet.Delete(new DeleteDroplet("hapus", (await droplet.Get()).Value!.Name, $"user:{owner}"))).IsOk);
        await droplet.Becomes(DropletStatus.Terminated);
        await Eventually.Async(() => Cluster.CountAsync($"SELECT count(*) FROM server_places WHERE instance = '{instance}'"), left => left == 0, WebranaCluster.Patience);
        Assert.True((await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).IsOk);
    }

    [Theory]
    [InlineData("order.place_asked")]
    [InlineData("order.turned_away")]
    [InlineData("order.turned_away_released")]
    public async Task An_order_turned_away_behind_its_hold_gives_everything_back_whatever_dies_on_the_way(string arrow)
    {
        var owner = await Cluster.CustomerAsync(129_000);
        var instance = Servers.NewInstance();
        var order = Servers.Order(owner);
        // It was judged while there was room; the room is gone when it comes to take its place.
        var stored = Cluster.FailPoints.Arm("order.stored", FailMode.Throw, subject: $"droplet:{instance}");
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        await Assert.ThrowsAnyAsync<Exception>(() => Cluster.Droplet(instance).Order(order));
        await stored.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await LimitAsync(owner, servers: 0);
        await Eventually.Async(
            async () =>
            {
                try
                {
                    return (await Cluster.Droplet(instance).Order(order)).Error;
                }
                catch (Exception exception) when (exception is InfrastructureException or FailPointException)
                {
                    return null;
                }
            },
            error => error == OrderError.LimitReached, WebranaCluster.Patience);

        Assert.True(fired.IsCompleted);
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((129_000, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal(0, await Cluster.CountAsync(
            $"SELECT (SELECT count(*) FROM server_places WHERE owner = '{owner}') + (SELECT count(*) FROM server_names WHERE owner = '{owner}') + (SELECT count(*) FROM limit_spends WHERE owner = '{owner}')"));
        // With room again the same order goes through.
        await Cluster.Database.ExecuteAsync($"DELETE FROM limit_overrides WHERE user_id = '{owner}'", TestContext.Current.CancellationToken);
        Assert.True((await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).IsOk);
    }

    [Fact]
    public async Task An_order_turned_away_that_its_customer_asks_for_while_the_loop_gives_it_up_is_given_up_once_and_holds_no_money_again()
    {
        var owner = await Cluster.CustomerAsync(129_000);
        var (instance, order) = (Servers.NewInstance(), Servers.Order(owner));
        var (droplet, subject) = (Cluster.Droplet(instance), $"droplet:{instance}");
        var died = Cluster.FailPoints.Arm("order.turned_away", FailMode.Throw, subject: subject);
        // The first to come by are the call that dies and the loop behind it; a third would be the call that asks again.
        var loop = Cluster.FailPoints.Arm("order.name_claimed", FailMode.Hold, nth: 2, subject: subject);
        var beside = Cluster.FailPoints.Arm("order.stock_taken", FailMode.Hold, nth: 3, subject: subject);
        var held = Cluster.FailPoints.Arm("order.held", FailMode.Hold, subject: subject);
        var dying = droplet.Order(order);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await LimitAsync(owner, servers: 0);
        Cluster.FailPoints.Release("order.held");
        await Assert.ThrowsAnyAsync<Exception>(() => dying);
        Assert.True(died.IsCompleted);

        await Eventually.Async(
            async () =>
            {
                await droplet.Wake();
                return loop.IsCompleted;
            },
            WebranaCluster.Patience, "the loop carries the order on");
        var again = droplet.Order(order);
        await droplet.Subscription(); // It runs beside everything, and comes behind the call: that one has begun, and the loop still stands.
        Cluster.FailPoints.Release("order.name_claimed");
        await Task.WhenAny(again, beside).WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);

        Assert.False(beside.IsCompleted, "call and loop ran beside each other");
        Assert.Equal(OrderError.LimitReached, (await again).Error);
        Assert.Equal((1, 1), (
            await Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE operation_id LIKE 'order:{instance}%:hold'"),
            await Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE operation_id LIKE 'order:{instance}%:release'")));
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((129_000, 0), (money.BalanceIdr, money.HeldIdr));
    }

    [Fact]
    public async Task An_order_turned_away_and_placed_again_under_its_id_is_paid_for_like_any_other()
    {
        var owner = await Cluster.CustomerAsync(2 * 129_000);
        var instance = Servers.NewInstance();
        var order = Servers.Order(owner);
        for (var turn = 0; turn < 2; turn++)
            await TurnedAwayAsync(owner, instance, order);

        Assert.True((await Cluster.Droplet(instance).Order(order)).IsOk);
        await Cluster.Droplet(instance).Becomes(DropletStatus.Running);
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => (money.HeldIdr, money.BalanceIdr) == (0, 129_000), WebranaCluster.Patience);
        Assert.Equal((3, 2, 1), (
            await Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE operation_id LIKE 'order:{instance}%:hold'"),
            await Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE operation_id LIKE 'order:{instance}%:release'"),
            await Cluster.PostingsAsync($"order:{instance}:capture")));
    }

    [Fact]
    public async Task What_is_shown_is_what_orders_are_judged_by()
    {
        var owner = await Cluster.CustomerAsync(0);
        var limits = Cluster.Grains.GetGrain<ILimitsGrain>(GrainKeys.Limits(owner));
        Assert.Equal((3, 2, 500_000L), (await limits.Get()).Of());
        Assert.Equal((OrderError.LimitReached, "PlanSize:2:4"), await RefusedAsync(Servers.Order(owner) with { PlanId = "basic-5" }));

        await Cluster.CreditAsync(owner, 129_000);
        Assert.Equal((20, 8, 10_000_000L), (await limits.Get()).Of());
        Assert.Equal(0, (await limits.Get()).ServersUsed);
    }

    /// <summary>Judged while there was room, and turned away behind its hold: as if another order had taken the last place in between.</summary>
    async Task TurnedAwayAsync(UserId owner, InstanceId instance, PlaceOrder order)
    {
        var held = Cluster.FailPoints.Arm("order.held", FailMode.Hold, subject: $"droplet:{instance}");
        var answer = Cluster.Droplet(instance).Order(order);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await LimitAsync(owner, servers: 0);
        Cluster.FailPoints.Release("order.held");
        Assert.Equal(OrderError.LimitReached, (await answer).Error);
        await Cluster.Database.ExecuteAsync($"DELETE FROM limit_overrides WHERE user_id = '{owner}'", TestContext.Current.CancellationToken);
    }

    async Task<(OrderError?, string?)> RefusedAsync(PlaceOrder order)
    {
        var answer = await Cluster.Droplet(Servers.NewInstance()).Order(order);
        return (answer.Error, answer.Detail);
    }

    async Task LimitAsync(UserId owner, int? servers = null, long? spend = null) => await Cluster.Database.ExecuteAsync($"""
        INSERT INTO limit_overrides (user_id, servers, spend_per_day, reason, actor_id, since)
        VALUES ('{owner}', {(servers is { } most ? $"{most}" : "NULL")}, {(spend is { } idr ? $"{idr}" : "NULL")}, 'uji', gen_random_uuid(), now())
        """, TestContext.Current.CancellationToken);
}

static class LimitsViewParts
{
    public static (int, int, long) Of(this LimitsView view) => (view.Servers, view.Vcpus, view.SpendPerDayIdr);
}
