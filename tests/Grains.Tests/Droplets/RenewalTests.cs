using Webrana.Contracts.Droplets;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Billing;
using Webrana.Grains.Tests.Common;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Its own cluster, because the clock is turned.</summary>
public sealed class RenewalTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    WebranaCluster Cluster => shared.Cluster;

    static DateTimeOffset DueOf(DropletView? view) => view!.NextRenewalAt!.Value;

    Task<long> ChargesAsync(Webrana.Contracts.InstanceId instance) => Cluster.PostingsAsync($"renew:{instance}:");

    [Fact]
    public async Task A_period_is_charged_at_its_time_never_before_and_once_however_often_it_is_woken()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var due = DueOf((await droplet.Get()).Value);

        // Time flows: half a minute before may be over before it was woken.
        await Cluster.TurnToAsync(due - TimeSpan.FromMinutes(5));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => droplet.Wake()));
        Assert.Equal(0, await ChargesAsync(instance));

        await Cluster.TurnToAsync(due + Second);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => droplet.Wake()));

        Assert.Equal(1, await ChargesAsync(instance));
        var view = await droplet.Becomes(view => view.NextRenewalAt > due, "it is renewed");
        Assert.Equal(BillingCalendar.PeriodStart(due, BillingCycle.Monthly, 1).Month, DueOf(view).Month);
        Assert.Equal(1_000_000 - (2 * Servers.PriceIdr), (await Cluster.MoneyAsync(owner)).BalanceIdr);
        Assert.Equal(ActivityStatus.Completed, (await droplet.Action("renew-2")).Value!.Status);
    }

    [Fact]
    public async Task Woken_by_the_sweepers_alone_it_is_charged_in_the_five_minutes_that_begin_with_its_time()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var due = DueOf((await droplet.Get()).Value);
        await Cluster.TurnToAsync(due - (2 * Second));

        await Eventually.Async(() => ChargesAsync(instance), charges => charges == 1, WebranaCluster.Patience, "it is charged");
        var chargedAt = await Cluster.CountAsync($"SELECT (extract(epoch FROM occurred_at) * 1000)::bigint FROM wallet_transactions WHERE operation_id = 'renew:{instance}:2'");
        Assert.InRange(chargedAt - due.ToUnixTimeMilliseconds(), 0, (long)TimeSpan.FromMinutes(5).TotalMilliseconds);
    }

    [Fact]
    public async Task A_clock_turned_over_several_periods_charges_each_of_them_once()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, BillingPeriod.Daily);
        var first = DueOf((await droplet.Get()).Value);

        await Cluster.TurnToAsync(first + TimeSpan.FromDays(4) + Second);
        for (var i = 0; await droplet.Wake() == WakeOutcome.MoreDue; i++)
            Assert.True(i < 20);

        var view = await droplet.Becomes(view => view.NextRenewalAt > first + TimeSpan.FromDays(4), "all periods are charged");
        Assert.Equal(5, await ChargesAsync(instance));
        Assert.Equal(first + TimeSpan.FromDays(5), DueOf(view));
        Assert.Equal(1_000_000 - (6 * 6_500), (await Cluster.MoneyAsync(owner)).BalanceIdr);
    }

    [Fact]
    public async Task Without_enough_money_it_runs_on_in_grace_and_is_charged_the_moment_money_arrives()
    {
        var owner = await Cluster.CustomerAsync(130_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var due = DueOf((await droplet.Get()).Value);

        await Cluster.TurnToAsync(due + TimeSpan.FromHours(1));
        await droplet.Wake();

        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
        Assert.Equal(0, await ChargesAsync(instance));
        Assert.Equal(ActivityStatus.InProgress, (await droplet.Action("renew-2")).Value!.Status);

        await Cluster.CreditAsync(owner, 500_000);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => droplet.MoneyArrived()));

        Assert.Equal(1, await ChargesAsync(instance));
        // The new period starts at the old due date, not when the money came.
        Assert.Equal(BillingCalendar.PeriodStart(due, BillingCycle.Monthly, 1).Day, DueOf((await droplet.Get()).Value).Day);
        Assert.Equal(ActivityStatus.Completed, (await droplet.Action("renew-2")).Value!.Status);
    }

    // The debt of a refunded top-up: bonus money that would cover everything is no way around it.
    [Fact]
    public async Task A_debt_stops_orders_and_renewals_until_the_next_money_has_paid_it()
    {
        var owner = await Cluster.CustomerAsync(0);
        var gateway = new PostingReference(ReferenceType.Deposit, "d", ContraAccount.Gateway, "Top up");
        Assert.True((await Cluster.Wallet(owner).Credit(new CreditCommand($"tripay:{owner}", 130_000, gateway))).IsOk);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        Assert.True((await Cluster.Wallet(owner).Reverse(new ReverseCommand($"refund:{owner}", 130_000, null, gateway))).IsOk);
        Assert.True((await Cluster.Wallet(owner).GrantBonus(new GrantBonusCommand(
            $"promo:x:{owner}", 500_000, null, new PostingReference(ReferenceType.Promo, "x", ContraAccount.PromoExpense, "Promo")))).IsOk);
        Assert.Equal(Servers.PriceIdr, (await Cluster.MoneyAsync(owner)).DebtIdr);

        Assert.Equal(OrderError.OutstandingDebt, (await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).Error);
        await Cluster.TurnToAsync(DueOf((await droplet.Get()).Value) + TimeSpan.FromHours(1));
        await droplet.Wake();
        Assert.Equal(0, await ChargesAsync(instance));
        await Cluster.CreditAsync(owner, Servers.PriceIdr);
        await droplet.MoneyArrived();
        Assert.Equal(1, await ChargesAsync(instance));
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((0, 500_000 - Servers.PriceIdr), (money.DebtIdr, money.BalanceIdr));
        Assert.True((await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).IsOk);
    }

    [Fact]
    public async Task After_grace_it_is_suspended_and_powered_off_and_comes_back_when_paid()
    {
        var owner = await Cluster.CustomerAsync(130_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var due = DueOf((await droplet.Get()).Value);

        await Cluster.TurnToAsync(due + TimeSpan.FromHours(1));
        await droplet.Wake();
        await Cluster.TurnToAsync(due + TimeSpan.FromHours(49));
        await Cluster.SweepAsync();

        await droplet.Settles(DropletStatus.Suspended);
        await Eventually.Async(
            async () => (await Cluster.ProviderDropletAsync(droplet)).Status == Webrana.DigitalOcean.DropletStatus.Off, WebranaCluster.Patience, "it is powered off");
        Assert.Equal(ActionError.InvalidState, (await droplet.Act(new StartAction("on", ActionKind.PowerOn, "user:test"))).Error);

        await Cluster.CreditAsync(owner, 200_000);
        await droplet.MoneyArrived();

        var view = await droplet.Settles(DropletStatus.Running);
        Assert.Equal(1, await ChargesAsync(instance));
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(DISTINCT kind) FROM notices WHERE user_id = '{owner}' AND kind IN ('ServerReady', 'BalanceShort', 'Suspended', 'Renewed', 'Restored')"),
            told => told == 5, WebranaCluster.Patience, "each turn of it is told");
        // Its line keeps when it was refused, paid or not: the report of what was overdue lives on that.
        await Eventually.Async(
            () => Cluster.CountAsync($"""
                SELECT count(*) FROM instance_activity
                WHERE instance = '{instance}' AND action_id = 'renew-2' AND status = 'Completed' AND completed_at - started_at > interval '1 day'
                """),
            kept => kept == 1, WebranaCluster.Patience, "the line says since when it was unpaid");
        // The two days of grace it ran are part of the new period; the time it was off is not.
        Assert.InRange(DueOf(view), due + TimeSpan.FromDays(28), due + TimeSpan.FromDays(31) + TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task With_auto_renewal_off_nothing_is_charged_and_it_is_suspended_at_its_time()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var due = DueOf((await droplet.Get()).Value);
        Assert.False((await droplet.Change(new ChangeDroplet(null, false, "user:test"))).Value!.AutoRenew);

        await Cluster.TurnToAsync(due + Second);
        await Cluster.SweepAsync();
        await droplet.Settles(DropletStatus.Suspended);
        await droplet.MoneyArrived();

        Assert.Equal(0, await ChargesAsync(instance));
        await droplet.Change(new ChangeDroplet(null, true, "user:test"));
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal(1, await ChargesAsync(instance));
    }

    [Fact]
    public async Task Never_paid_again_it_is_destroyed_in_the_end()
    {
        var owner = await Cluster.CustomerAsync(130_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);

        await SuspendAsync(droplet);
        await EndAsync(instance, droplet, period: 2);

        Assert.Empty(await Cluster.ImagesOfAsync(instance));
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
        Assert.Equal(0, await ChargesAsync(instance));
    }

    // The suspension of one period and the end after the next once had the same name in the log, where a line that is over stays as it is: the
    // end was not there, and reports went on counting a server that was gone.
    [Fact]
    public async Task Suspended_and_paid_once_before_its_end_still_stands_in_its_activity()
    {
        var owner = await Cluster.CustomerAsync(130_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        await SuspendAsync(droplet);
        await Cluster.CreditAsync(owner, Servers.PriceIdr);
        await droplet.MoneyArrived();
        await droplet.Settles(DropletStatus.Running);

        await SuspendAsync(droplet);
        await EndAsync(instance, droplet, period: 3);

        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM instance_activity WHERE instance = '{instance}' AND kind = 'Delete' AND status = 'Completed'"),
            ended => ended == 1, WebranaCluster.Patience, "its end is in its activity");
    }

    async Task SuspendAsync(IDropletGrain droplet)
    {
        await Cluster.TurnToAsync(DueOf((await droplet.Get()).Value) + TimeSpan.FromDays(3));
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
    }

    /// <summary>The last warning first, a day later it is put away; the same again before its image is destroyed.</summary>
    async Task EndAsync(Webrana.Contracts.InstanceId instance, IDropletGrain droplet, int period)
    {
        await Cluster.DeliverWarningsAsync(instance, period);
        await Cluster.TurnAsync(TimeSpan.FromDays(4) + Second);
        await droplet.WakeAllAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await droplet.Becomes(DropletStatus.Hibernated);
        await Cluster.IsHibernatedAsync(instance);
        await Cluster.TurnAsync(TimeSpan.FromDays(14));
        await droplet.WakeAllAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await droplet.Becomes(DropletStatus.Terminated);
    }

    [Fact]
    public async Task A_deleted_server_is_never_charged_again()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, BillingPeriod.Daily);
        var view = (await droplet.Get()).Value!;
        await droplet.Delete(new DeleteDroplet("d", view.Name, "user:test"));
        await Cluster.TurnAsync(TimeSpan.FromDays(40));
        await Cluster.SweepAsync();
        await droplet.Wake();
        await droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(0, await ChargesAsync(instance));
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND kind = 'ServerDeleted'"), told => told == 1, WebranaCluster.Patience, "its owner is told");
    }
}
