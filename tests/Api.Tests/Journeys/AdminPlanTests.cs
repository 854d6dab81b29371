using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Plans;

namespace Webrana.Api.Tests.Journeys;

[Collection(ApiCollection.Name)]
public sealed class AdminPlanTests(SharedApi api)
{
    static CreatePlanRequest NewPlan(string? id = null) =>
        new(id ?? $"uji-{Guid.NewGuid():n}"[..20], "Uji", "s-1vcpu-1gb", 1, 1024, 25, 1, ["sgp1"], 99_000, Hidden: true, SortOrder: 90);

    [Fact]
    public async Task A_plan_is_made_priced_shown_and_retired_and_each_step_is_on_record()
    {
        var admin = (await api.Host.NewAdminAsync()).Http;
        var made = await admin.PostAsync("/internal/plans", NewPlan()).ReadAsync<AdminPlan>(HttpStatusCode.Created);
        Assert.Equal((1, true, false), (made.PriceVersion, made.Hidden, made.Retired));
        Assert.DoesNotContain(await ShownAsync(), plan => plan.Id == made.Id);
        // As in the plan, but that a year without a price is not sold.
        Assert.Equal((false, true, false), (made.AllowDaily, made.AllowMonthly, made.AllowYearly));
        var withYear = await admin.PostAsync("/internal/plans", NewPlan() with { PriceYearly = 990_000 }).ReadAsync<AdminPlan>(HttpStatusCode.Created);
        Assert.Equal((false, true, true), (withYear.AllowDaily, withYear.AllowMonthly, withYear.AllowYearly));

        var priced = await admin.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{made.Id}/pricing", new PlanPricing(PriceDaily: 5_000, AllowDaily: true)).ReadAsync<AdminPlan>();
        Assert.Equal((2, 99_000, 5_000, true), (priced.PriceVersion, priced.PriceMonthly, priced.PriceDaily, priced.AllowDaily));
        await admin.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{made.Id}", new UpdatePlanRequest(Hidden: false)).ExpectAsync(HttpStatusCode.OK);
        Assert.Contains(await ShownAsync(), plan => plan.Id == made.Id);

        await admin.SendJsonAsync(HttpMethod.Delete, $"/internal/plans/{made.Id}", null).ExpectAsync(HttpStatusCode.NoContent);
        Assert.DoesNotContain(await ShownAsync(), plan => plan.Id == made.Id);
        Assert.True((await admin.GetAsync($"/internal/plans/{made.Id}").ReadAsync<AdminPlan>()).Retired);
        Assert.Contains((await admin.GetAsync("/internal/plans").ReadAsync<Page<AdminPlan>>()).Items, plan => plan.Id == made.Id);
        Assert.Equal(
            "plan.change_requested,plan.created,plan.change_requested,plan.priced,plan.change_requested,plan.changed,plan.change_requested,plan.retired",
            await api.Host.Database.ScalarAsync<string>($"select string_agg(action, ',' order by id) from audit_log where subject = 'plan:{made.Id}'"));
    }

    [Fact]
    public async Task A_plan_that_cannot_be_sold_is_refused()
    {
        var admin = (await api.Host.NewAdminAsync()).Http;
        var plan = NewPlan();
        await admin.PostAsync("/internal/plans", plan with { Id = "Not A Slug" }).RefusedAsync(422, ProblemCodes.InvalidPlan);
        await admin.PostAsync("/internal/plans", plan with { PriceMonthly = 0 }).RefusedAsync(422, ProblemCodes.InvalidPrice);
        await admin.PostAsync("/internal/plans", plan with { AllowYearly = true }).RefusedAsync(422, ProblemCodes.PriceMissing);
        await admin.PostAsync("/internal/plans", plan with { Vcpus = 0 }).RefusedAsync(422, ProblemCodes.InvalidPlan);
        await admin.GetAsync($"/internal/plans/{plan.Id}").RefusedAsync(404, ProblemCodes.NotFound);
        await admin.PostAsync("/internal/plans", plan).ExpectAsync(HttpStatusCode.Created);
        await admin.PostAsync("/internal/plans", plan with { Name = "Lain" }).RefusedAsync(409, ProblemCodes.AlreadyExists);
        await admin.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{plan.Id}/pricing", new PlanPricing(AllowDaily: true)).RefusedAsync(422, ProblemCodes.PriceMissing);
        await admin.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{plan.Id}/pricing", new PlanPricing(PriceMonthly: 0)).RefusedAsync(422, ProblemCodes.InvalidPrice);
    }

    [Fact]
    public async Task What_the_provider_cannot_make_in_a_region_is_not_sold_there_and_is_said_before_anybody_pays()
    {
        var admin = (await api.Host.NewAdminAsync()).Http;
        // The region is open, and has none of this size.
        var plan = NewPlan() with { Size = "s-1vcpu-1gb-amd", Regions = ["sgp1", "sfo2"], Hidden = false };
        await admin.PostAsync("/internal/plans", plan).ExpectAsync(HttpStatusCode.Created);
        var regions = (await api.Host.Anonymous().GetAsync("/api/v1/regions").ReadAsync<Page<Region>>()).Items;
        Assert.True(regions.Single(region => region.Slug == "sfo2").Available);
        Assert.False(regions.Single(region => region.Slug == "sfo1").Available);
        Assert.Equal(["sgp1"], (await ShownAsync()).Single(shown => shown.Id == plan.Id).Regions);

        var customer = await api.Host.NewCustomerAsync();
        await Scenario.FundAsync(api.Host, customer, 200_000);
        await customer.Http.PostAsync("/api/v1/orders", Scenario.Order() with { PlanId = plan.Id, Region = "sfo2" }).RefusedAsync(422, ProblemCodes.RegionUnavailable);
        Assert.Equal(200_000, (await customer.Http.GetAsync("/api/v1/wallet").ReadAsync<Webrana.Wire.Wallets.Wallet>()).Available);
        await admin.SendJsonAsync(HttpMethod.Delete, $"/internal/plans/{plan.Id}", null).ExpectAsync(HttpStatusCode.NoContent);
    }

    async Task<IReadOnlyList<Plan>> ShownAsync() => (await api.Host.Anonymous().GetAsync("/api/v1/plans").ReadAsync<Page<Plan>>()).Items;
}
