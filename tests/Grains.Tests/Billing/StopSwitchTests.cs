using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Data.Shop;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>What an admin has stopped does not happen, and counts as nobody's failure. Its own cluster, because the clock is turned.</summary>
public sealed class StopSwitchTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    WebranaCluster Cluster => shared.Cluster;

    ShopState Shop => Cluster.Services.GetRequiredService<ShopState>();

    [Fact]
    public async Task While_sales_are_stopped_nothing_is_ordered_or_held_and_an_order_taken_before_is_still_answered()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (before, taken) = (Servers.NewInstance(), Servers.Order(owner));
        Assert.True((await Cluster.Droplet(before).Order(taken)).IsOk);
        await using (await StopAsync(ShopSwitch.Sales))
        {
            Assert.Equal(OrderError.SalesStopped, (await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).Error);
            Assert.True((await Cluster.Droplet(before).Order(taken)).IsOk);
        }

        Assert.True((await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).IsOk);
    }

    [Fact]
    public async Task A_frozen_customer_orders_nothing_and_keeps_money_and_servers()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (_, droplet) = await Cluster.RunningServerAsync(owner);
        await Shop.FreezeAsync(new FrozenCustomer(owner.Value, "Uji", Guid.NewGuid(), Cluster.Clock.GetUtcNow()));
        Assert.Equal(OrderError.AccountFrozen, (await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).Error);
        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
        Assert.Equal(1_000_000 - Servers.PriceIdr, (await Cluster.MoneyAsync(owner)).BalanceIdr);
        await Shop.UnfreezeAsync(owner.Value);
        Assert.True((await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).IsOk);
    }

    [Fact]
    public async Task A_renewal_that_was_stopped_is_no_failed_one_and_is_charged_when_it_goes_on()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        await using (await StopAsync(ShopSwitch.Renewals))
        {
            await Cluster.TurnToAsync(due + Second);
            await droplet.Wake();
            await droplet.MoneyArrived();
            Assert.Equal(0, await Cluster.PostingsAsync($"renew:{instance}:"));
            // No line of a refused charge, no mail about missing money.
            Assert.Equal(DropletError.NotFound, (await droplet.Action("renew-2")).Error);
            Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
        }

        // From now on, not from the due date: it looks again a minute and a half after it last looked, however slowly that came to pass.
        await Cluster.TurnAsync(TimeSpan.FromMinutes(3));
        await droplet.Wake();
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:"));
    }

    [Fact]
    public async Task Who_cannot_pay_when_charging_goes_on_has_the_whole_grace_from_then()
    {
        var owner = await Cluster.CustomerAsync(Servers.PriceIdr);
        var (_, droplet) = await Cluster.RunningServerAsync(owner);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        await using (await StopAsync(ShopSwitch.Renewals))
        {
            await Cluster.TurnToAsync(due + TimeSpan.FromDays(5));
            await droplet.Wake();
        }

        await Cluster.TurnAsync(TimeSpan.FromMinutes(3));
        for (var step = 0; step < 3; step++) await droplet.Wake();
        Assert.Equal(ActivityStatus.InProgress, (await droplet.Action("renew-2")).Value!.Status);
        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
    }

    [Fact]
    public async Task Suspensions_that_are_stopped_leave_an_unpaid_server_running_until_they_go_on()
    {
        var owner = await Cluster.CustomerAsync(Servers.PriceIdr);
        var (_, droplet) = await Cluster.RunningServerAsync(owner);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        await using (await StopAsync(ShopSwitch.Suspensions))
        {
            await Cluster.TurnToAsync(due + Second);
            await droplet.Wake();
            await Cluster.TurnToAsync(due + TimeSpan.FromDays(4));
            for (var step = 0; step < 3; step++) await droplet.Wake();
            Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
        }

        await Cluster.TurnToAsync(due + TimeSpan.FromDays(8));
        for (var step = 0; step < 3; step++) await droplet.Wake();
        await droplet.Becomes(DropletStatus.Suspended);
    }

    [Fact]
    public async Task Terminations_that_are_stopped_warn_of_nothing_and_destroy_nothing_until_they_go_on()
    {
        var owner = await Cluster.CustomerAsync(Servers.PriceIdr);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(50));
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
        await Cluster.DeliverWarningsAsync(instance, 2);
        await using (await StopAsync(ShopSwitch.Terminations))
        {
            // Long behind the day on which it would be put away, and the one on which its image would go.
            foreach (var days in new[] { 30, 2 })
            {
                await Cluster.TurnAsync(TimeSpan.FromDays(days));
                await droplet.WakeAllAsync();
            }

            Assert.Equal((DropletStatus.Suspended, 1), ((await droplet.Get()).Value!.Status, await Cluster.AtProviderAsync(instance)));
            Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND kind = 'FinalWarning'"));
        }

        // With the warning that it did not get, and the whole day that goes with it.
        await Cluster.TurnAsync(TimeSpan.FromMinutes(3));
        await droplet.WakeAllAsync();
        Assert.Equal(DropletStatus.Suspended, (await droplet.Get()).Value!.Status);
        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    [Fact]
    public async Task A_server_whose_owner_cannot_be_asked_for_the_money_is_not_put_away_though_its_image_is_there()
    {
        var (instance, droplet) = await HeldOnTheWayToHibernationAsync("hibernate.image_seen");
        await using (await StopAsync(ShopSwitch.Renewals))
        {
            var putOff = Cluster.FailPoints.Arm("hibernate.put_off", FailMode.Throw, subject: $"droplet:{instance}");
            Cluster.FailPoints.Release("hibernate.image_seen");
            await putOff.WaitAsync(WebranaCluster.Patience);
            Assert.Equal((DropletStatus.Suspended, 1), ((await droplet.Get()).Value!.Status, await Cluster.AtProviderAsync(instance)));
        }

        await Cluster.TurnAsync(TimeSpan.FromMinutes(3));
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    /// <summary>The fault: the switch was asked before the image was taken, and never again: stopped in between, the server was destroyed all the same.</summary>
    [Fact]
    public async Task A_stop_of_terminations_also_holds_for_a_server_whose_image_was_already_wanted()
    {
        var (instance, droplet) = await HeldOnTheWayToHibernationAsync("hibernate.image_wanted");
        await using (await StopAsync(ShopSwitch.Terminations))
        {
            Cluster.FailPoints.Release("hibernate.image_wanted");
            await Eventually.Async(
                () => Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND jsonb_typeof(payload -> 'action') IS DISTINCT FROM 'object'"),
                idle => idle == 1, WebranaCluster.Patience, "the image is taken");
            await droplet.WakeAllAsync();
            Assert.Equal((DropletStatus.Suspended, 1), ((await droplet.Get()).Value!.Status, await Cluster.AtProviderAsync(instance)));
        }

        await Cluster.TurnAsync(TimeSpan.FromMinutes(3));
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    /// <summary>A server that nobody pays for, standing at this arrow of its hibernation.</summary>
    async Task<(InstanceId Instance, IDropletGrain Droplet)> HeldOnTheWayToHibernationAsync(string arrow)
    {
        var owner = await Cluster.CustomerAsync(Servers.PriceIdr);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(50));
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
        await Cluster.DeliverWarningsAsync(instance, 2);
        var stands = Cluster.FailPoints.Arm(arrow, FailMode.Hold, subject: $"droplet:{instance}");
        foreach (var days in new[] { 4, 1 })
        {
            await Cluster.TurnAsync(TimeSpan.FromDays(days) + Second);
            await droplet.WakeAllAsync();
        }

        await stands.WaitAsync(WebranaCluster.Patience);
        return (instance, droplet);
    }

    async Task<IAsyncDisposable> StopAsync(ShopSwitch one)
    {
        await Shop.StopAsync(new StoppedSwitch(one, null, null, "Uji", Guid.NewGuid(), Cluster.Clock.GetUtcNow()));
        return new Resume(Shop, one);
    }

    sealed class Resume(ShopState shop, ShopSwitch one) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await shop.ResumeAsync(one);
    }
}
