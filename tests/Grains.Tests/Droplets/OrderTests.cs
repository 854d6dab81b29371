using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Grains.Tests.Common;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

[Collection(ClusterCollection.Name)]
public sealed class OrderTests(SharedCluster shared)
{
    WebranaCluster Cluster => shared.Cluster;

    [Fact]
    public async Task An_ordered_server_runs_with_its_address_and_is_paid_once()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);

        var receipt = await droplet.Order(Servers.Order(owner, "web-01"));

        Assert.Equal(Servers.PriceIdr, receipt.Value!.PriceIdr);
        var view = await droplet.Settles(DropletStatus.Running);
        Assert.NotNull(view.Ipv4);
        Assert.Equal(OrderStatus.Active, view.OrderStatus);
        Assert.NotNull(view.NextRenewalAt);
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((71_000, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal(3, await Cluster.CountAsync($"SELECT version FROM wallets WHERE wallet_id = '{owner}'"));
        var created = await Eventually.Async(
            async () => (await droplet.Action("create")).Value, line => line?.Status == ActivityStatus.Completed, WebranaCluster.Patience);
        Assert.Equal(ActionKind.Create, created!.Kind);
    }

    [Fact]
    public async Task Fifty_parallel_orders_with_money_for_one_are_one_server_and_one_charge()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var instances = Enumerable.Range(0, 50).Select(_ => Servers.NewInstance()).ToList();

        var answers = await Task.WhenAll(instances.Select(instance => Cluster.Droplet(instance).Order(Servers.Order(owner))));

        var won = Assert.Single(answers, answer => answer.IsOk).Value!.Instance;
        Assert.All(answers.Where(answer => !answer.IsOk), answer => Assert.Equal(OrderError.InsufficientBalance, answer.Error));
        await Cluster.Droplet(won).Settles(DropletStatus.Running);
        Assert.Equal(71_000, (await Cluster.MoneyAsync(owner)).BalanceIdr);
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE state = 'droplet' AND owner = '{owner}'"));
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE owner = '{owner}'"));
    }

    [Fact]
    public async Task The_same_order_again_is_answered_alike_and_another_order_under_its_id_is_refused()
    {
        var owner = await Cluster.CustomerAsync(400_000);
        var instance = Servers.NewInstance();
        var order = Servers.Order(owner);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Cluster.Droplet(instance).Order(order)));

        Assert.All(answers, answer => Assert.True(answer.IsOk));
        Assert.Equal(OrderError.OperationConflict, (await Cluster.Droplet(instance).Order(order with { Name = "other" })).Error);
        await Cluster.Droplet(instance).Settles(DropletStatus.Running);
        Assert.Equal(271_000, (await Cluster.MoneyAsync(owner)).BalanceIdr);
    }

    [Fact]
    public async Task A_name_in_use_is_taken_for_its_owner_only_whatever_its_case()
    {
        var owner = await Cluster.CustomerAsync(400_000);
        var other = await Cluster.CustomerAsync(200_000);
        Assert.True((await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner, "Toko-1"))).IsOk);

        Assert.Equal(OrderError.NameTaken, (await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner, "toko-1"))).Error);
        Assert.True((await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(other, "toko-1"))).IsOk);
    }

    [Theory]
    [InlineData("basic-1", "sgp1", "ubuntu-24-04-x64", "under_score", OrderError.InvalidName)]
    [InlineData("basic-1", "sgp1", "ubuntu-24-04-x64", "", OrderError.InvalidName)]
    [InlineData("basic-99", "sgp1", "ubuntu-24-04-x64", "ok", OrderError.PlanUnavailable)]
    [InlineData("basic-1", "mars1", "ubuntu-24-04-x64", "ok", OrderError.RegionUnavailable)]
    [InlineData("basic-1", "sgp1", "windows-95", "ok", OrderError.ImageUnavailable)]
    public async Task What_cannot_be_sold_is_refused_and_nothing_is_held(string plan, string region, string image, string name, OrderError expected)
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var order = Servers.Order(owner) with { PlanId = plan, Region = region, Image = image, Name = name };
        var instance = Servers.NewInstance();

        Assert.Equal(expected, (await Cluster.Droplet(instance).Order(order)).Error);

        Assert.Equal(0, (await Cluster.MoneyAsync(owner)).HeldIdr);
        Assert.Equal(DropletError.NotFound, (await Cluster.Droplet(instance).Get()).Error);
    }

    [Fact]
    public async Task A_period_the_plan_is_not_sold_by_is_refused()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var planId = $"t-{Guid.NewGuid():N}";
        await Cluster.Plan(planId).Create(new DefinePlan(
            "Monthly only", "s-1vcpu-1gb", 1, 1024, 25, 1, new PlanPrices(null, null, 129_000, null, false, true, false), ["sgp1"], false, 1));
        var order = Servers.Order(owner, period: BillingPeriod.Daily) with { PlanId = planId };
        Assert.Equal(OrderError.PeriodNotAllowed, (await Cluster.Droplet(Servers.NewInstance()).Order(order)).Error);
        await Cluster.Plan(planId).Retire();
        Assert.Equal(OrderError.PlanUnavailable, (await Cluster.Droplet(Servers.NewInstance()).Order(order)).Error);
    }
}
