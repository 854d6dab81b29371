using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Grains.Tests.Common;

namespace Webrana.Grains.Tests.Plans;

[Collection(ClusterCollection.Name)]
public sealed class PlanGrainTests(SharedCluster shared)
{
    static readonly DefinePlan Definition = new(
        "Test", "s-1vcpu-1gb", 1, 1024, 25, 1, new PlanPrices(300, 7_000, 129_000, 1_290_000, true, true, true), ["sgp1"], false, 1);

    IPlanGrain NewPlan() => shared.Cluster.Plan($"t-{Guid.NewGuid():N}");

    [Fact]
    public async Task A_plan_is_read_as_it_was_created_after_its_grain_was_forgotten()
    {
        var plan = NewPlan();
        Assert.Equal(PlanError.NotFound, (await plan.Get()).Error);
        var created = (await plan.Create(Definition)).Value!;

        await shared.Cluster.Orleans.DeactivateAsync(plan);

        var read = (await plan.Get()).Value!;
        Assert.Equal(created.Prices, read.Prices);
        Assert.Equal(1, read.PriceVersion);
        Assert.Equal(129_000, read.Prices.PriceOf(BillingPeriod.Monthly));
        Assert.Equal(["sgp1"], read.Regions);
    }

    [Fact]
    public async Task Creating_again_is_the_same_plan_and_another_definition_is_refused()
    {
        var plan = NewPlan();
        await plan.Create(Definition);
        Assert.True((await plan.Create(Definition)).IsOk);
        Assert.Equal(PlanError.AlreadyExists, (await plan.Create(Definition with { Vcpus = 2 })).Error);
        Assert.Equal(1, (await plan.Get()).Value!.Vcpus);
    }

    [Fact]
    public async Task Every_price_change_is_a_new_version_and_no_change_is_none()
    {
        var plan = NewPlan();
        await plan.Create(Definition);
        var dearer = (await plan.SetPricing(new SetPricing(null, null, 139_000, null, false, null, null))).Value!;
        Assert.Equal(2, dearer.PriceVersion);
        Assert.Equal(139_000, dearer.Prices.MonthlyIdr);
        Assert.Null(dearer.Prices.PriceOf(BillingPeriod.Daily));
        Assert.Equal(2, (await plan.SetPricing(new SetPricing(null, null, 139_000, null, null, null, null))).Value!.PriceVersion);
    }

    [Theory]
    [InlineData(0L, PlanError.InvalidPrice)]
    [InlineData(-5L, PlanError.InvalidPrice)]
    [InlineData(1_000_000_001L, PlanError.InvalidPrice)]
    public async Task A_senseless_price_is_refused_and_changes_nothing(long monthly, PlanError expected)
    {
        var plan = NewPlan();
        await plan.Create(Definition);
        Assert.Equal(expected, (await plan.SetPricing(new SetPricing(null, null, monthly, null, null, null, null))).Error);
        Assert.Equal(129_000, (await plan.Get()).Value!.Prices.MonthlyIdr);
    }

    [Fact]
    public async Task A_period_is_not_sold_without_its_price()
    {
        var withoutYear = Definition with { Prices = Definition.Prices with { YearlyIdr = null } };
        Assert.Equal(PlanError.PriceMissing, (await NewPlan().Create(withoutYear)).Error);
        Assert.Equal(PlanError.InvalidPlan, (await NewPlan().Create(Definition with { Regions = [] })).Error);
    }

    [Fact]
    public async Task A_retired_plan_says_so_and_a_hidden_one_too()
    {
        var plan = NewPlan();
        await plan.Create(Definition);
        Assert.True((await plan.Change(new ChangePlan("New name", null, true, 9))).Value is { Hidden: true, Name: "New name", SortOrder: 9 });
        Assert.True((await plan.Retire()).Value!.Retired);
        Assert.True((await plan.Retire()).Value!.Retired);
    }
}
