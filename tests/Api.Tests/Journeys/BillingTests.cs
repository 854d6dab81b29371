using System.Net;
using Webrana.Api.Tests.Security;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Billing;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;
using Webrana.Wire.Security;
using IDropletBillingGrain = Webrana.Contracts.Droplets.IDropletBillingGrain;

namespace Webrana.Api.Tests.Journeys;

[Collection(ApiCollection.Name)]
public sealed class BillingTests(SharedApi api)
{
    [Fact]
    public async Task A_server_is_renewed_ahead_changes_its_period_and_its_turn()
    {
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var path = $"/api/v1/instances/{order.InstanceId}";
        var billing = await user.Http.GetAsync($"{path}/billing").ReadAsync<InstanceBilling>();
        Assert.Equal((BillingPeriod.Monthly, Scenario.PriceIdr, 0), (billing.BillingPeriod, billing.Price, billing.AddonsTotal));
        Assert.Contains(billing.Offers, offer => offer.BillingPeriod == BillingPeriod.Yearly);
        Assert.Equal((12, 2 * Scenario.PriceIdr), (billing.Costs.Count, billing.Costs[1]));

        var refused = await user.Http.PostAsync($"{path}/renew", new RenewRequest(2)).RefusedAsync(409, ProblemCodes.InsufficientBalance);
        Assert.Equal(2 * Scenario.PriceIdr, refused.Extensions!["shortfall"].GetInt64());
        await user.Http.PostAsync($"{path}/renew", new RenewRequest(13)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await Scenario.FundAsync(api.Host, user, 2 * Scenario.PriceIdr);
        var renewed = await user.Http.PostAsync($"{path}/renew", new RenewRequest(2)).ReadAsync<InstanceBilling>();
        Assert.True(renewed.NextRenewalAt > billing.NextRenewalAt.AddDays(56));

        var yearly = await user.Http.SendJsonAsync(HttpMethod.Patch, $"{path}/billing", new ChangeBillingRequest(BillingPeriod.Yearly)).ReadAsync<InstanceBilling>();
        Assert.Equal((BillingPeriod.Monthly, BillingPeriod.Yearly), (yearly.BillingPeriod, yearly.NextPeriod));
        var changed = await user.Http.SendJsonAsync(HttpMethod.Patch, path, new UpdateInstanceRequest(Priority: RenewalPriority.First)).ReadAsync<Instance>();
        Assert.Equal(RenewalPriority.First, changed.Priority);
        await user.Http.PostAsync($"{path}/restore", new { }).RefusedAsync(409, ProblemCodes.InvalidState);

        var stranger = await api.Host.NewCustomerAsync();
        await stranger.Http.GetAsync($"{path}/billing").RefusedAsync(404, ProblemCodes.NotFound);
    }

    [Fact]
    public async Task Settings_are_versions_with_their_author_and_margins_follow_the_dollar()
    {
        var admin = (await api.Host.NewAdminAsync()).Http;
        var before = await admin.GetAsync("/internal/billing-settings").ReadAsync<BillingSettings>();
        await admin.SendJsonAsync(HttpMethod.Patch, "/internal/billing-settings", new ChangeBillingSettingsRequest(UsdRate: 1)).RefusedAsync(422, ProblemCodes.InvalidRate);
        await admin.SendJsonAsync(HttpMethod.Patch, "/internal/billing-settings", new ChangeBillingSettingsRequest(Daily: before.Daily with { GraceMinutes = 5_000 }))
            .RefusedAsync(422, ProblemCodes.InvalidPolicy);
        var changed = await admin.SendJsonAsync(HttpMethod.Patch, "/internal/billing-settings", new ChangeBillingSettingsRequest(UsdRate: 20_000)).ReadAsync<BillingSettings>();
        try
        {
            await FollowTheDollarAsync(admin, before, changed);
        }
        finally
        {
            await admin.SendJsonAsync(HttpMethod.Patch, "/internal/billing-settings", new ChangeBillingSettingsRequest(UsdRate: before.UsdRate)).ExpectAsync(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_last_warning_that_reached_nobody_for_72_hours_stands_in_the_admins_queue()
    {
        var (user, admin) = (await api.Host.NewCustomerAsync(), await api.Host.NewAdminAsync());
        await Scenario.PayAsync(api.Host, user, 200_000, "BRIVA", null, 200_000);
        var order = await user.Http.PostAsync("/api/v1/orders", Scenario.Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        // How it comes to that is shown where the clock can be turned (HibernationTests); here it is a record that was left so.
        var (queued, delivered) = (new InstanceId(Guid.NewGuid()), new InstanceId(Guid.NewGuid()));
        var now = TimeProvider.System.GetUtcNow();
        var (warned, escalated) = (now.AddDays(-4).ToUnixTimeMilliseconds(), now.AddDays(-1).ToUnixTimeMilliseconds());
        await LeaveAsync(order, queued, $"'warnedAt', {warned}, 'escalatedAt', {escalated}");
        await LeaveAsync(order, delivered, $"'warnedAt', {warned}, 'escalatedAt', {escalated}, 'deliveredAt', {escalated}");
        try
        {
            var warning = Assert.Single((await admin.Http.GetAsync("/internal/undelivered").ReadAsync<Page<UndeliveredWarning>>()).Items);

            Assert.Equal((queued.ToString(), false), (warning.InstanceId, warning.Hibernated));
            Assert.Equal((warned, escalated), (warning.WarnedAt.ToUnixTimeMilliseconds(), warning.ShownAt.ToUnixTimeMilliseconds()));
        }
        finally
        {
            await api.Host.Database.ExecuteAsync($"DELETE FROM grain_state WHERE key IN ('{GrainKeys.Droplet(queued)}', '{GrainKeys.Droplet(delivered)}')");
        }
    }

    /// <summary>A last warning counts as delivered when its owner opens the page that it stands on; of a program with a token nobody knows who reads it.</summary>
    [Fact]
    public async Task A_last_warning_is_seen_by_its_owner_at_the_billing_page_and_not_by_her_program()
    {
        var user = await api.Host.NewCustomerAsync();
        var owner = await api.Host.SignedInAsync(user.Email);
        var made = await owner.PostAsync("/api/v1/api-tokens", new CreateApiTokenRequest("skrip", ["servers:read"], TestUser.Password))
            .ReadAsync<ApiTokenCreated>(HttpStatusCode.Created);
        await Scenario.PayAsync(api.Host, user, 200_000, "BRIVA", null, 200_000);
        var order = await user.Http.PostAsync("/api/v1/orders", Scenario.Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var warned = new InstanceId(Guid.NewGuid());
        var at = TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds();
        await LeaveAsync(order, warned, $"'suspendedAt', {at}, 'warnedAt', {at}");
        var page = $"/api/v1/instances/{warned}/billing";

        try
        {
            await api.Host.WithToken(made.Token).GetAsync(page).ReadAsync<InstanceBilling>();
            Assert.True(await IsOpenAsync());

            await owner.GetAsync(page).ReadAsync<InstanceBilling>();
            Assert.False(await IsOpenAsync());
        }
        finally
        {
            // It was never paid for: the books of this database would miss its month.
            await api.Host.DeactivateAsync(Server());
            await api.Host.Database.ExecuteAsync($"DELETE FROM grain_state WHERE key = '{GrainKeys.Droplet(warned)}'");
        }

        async Task<bool> IsOpenAsync() => (await Server().Billing())!.WarningOpen;

        IDropletBillingGrain Server() => api.Host.Cluster.GetGrain<IDropletBillingGrain>(GrainKeys.Droplet(warned));
    }

    Task<int> LeaveAsync(OrderAccepted order, InstanceId instance, string subscription) => api.Host.Database.ExecuteAsync($"""
        INSERT INTO grain_state (state, key, owner, status, due_at, sort_at, version, payload)
        SELECT state, '{GrainKeys.Droplet(instance)}', owner, 'SUSPENDED', NULL, sort_at, 1,
               payload || jsonb_build_object('phase', 'Suspended', 'subscription', payload->'subscription' || jsonb_build_object({subscription}))
        FROM grain_state WHERE state = 'droplet' AND key = '{GrainKeys.Droplet(new InstanceId(Guid.Parse(order.InstanceId)))}'
        """);

    async Task FollowTheDollarAsync(HttpClient admin, BillingSettings before, BillingSettings changed)
    {
        Assert.Equal((before.Version + 1, 20_000), (changed.Version, changed.UsdRate));
        Assert.NotNull(changed.ChangedBy);
        Assert.Equal(changed.Version, (await admin.GetAsync("/internal/billing-settings/history").ReadAsync<Page<BillingSettings>>()).Items[0].Version);
        Assert.Empty((await admin.GetAsync("/internal/undelivered").ReadAsync<Page<UndeliveredWarning>>()).Items);
        Assert.Equal(changed.Addons, await api.Host.Anonymous().GetAsync("/api/v1/addons").ReadAsync<AddonPrices>());

        var id = $"uji-{Guid.NewGuid():n}"[..20];
        var plan = await admin.PostAsync("/internal/plans", new CreatePlanRequest(
            id, "Uji", "s-1vcpu-1gb", 1, 1024, 25, 1, ["sgp1"], 150_000, Hidden: true, ProviderCostUsd: 6, StockLimit: 5)).ReadAsync<AdminPlan>(HttpStatusCode.Created);
        Assert.Equal((120_000, 30_000, 20, 5, 0), (plan.ProviderCost, plan.MarginMonthly, plan.MarginPercent, plan.StockLimit, plan.Sold));
        Assert.False(plan.AllowYearly);
        var open = await admin.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{id}", new UpdatePlanRequest(ProviderCostUsd: -1, StockLimit: -1)).ReadAsync<AdminPlan>();
        Assert.Equal((null, null), (open.ProviderCostUsd, open.StockLimit));
        await admin.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{id}/pricing", new PlanPricing(PriceMonthly: 160_000, MovesRunningAt: TimeProvider.System.GetUtcNow().AddDays(2)))
            .RefusedAsync(422, ProblemCodes.NoticeTooShort);
        var moved = await admin.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{id}/pricing", new PlanPricing(PriceMonthly: 160_000, MovesRunningAt: TimeProvider.System.GetUtcNow().AddDays(30)))
            .ReadAsync<AdminPlan>();
        Assert.NotNull(moved.MovesAt);
    }
}
