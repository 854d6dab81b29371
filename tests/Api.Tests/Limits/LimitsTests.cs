using System.Net;
using System.Text.Json.Nodes;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;
using Webrana.Wire.Limits;

namespace Webrana.Api.Tests.Limits;

/// <summary>Limits as a customer meets them, and the admin who lifts them.</summary>
[Collection(ApiCollection.Name)]
public sealed class LimitsTests(SharedApi api)
{
    [Fact]
    public async Task A_new_customer_sees_small_limits_and_what_would_raise_them_and_paying_raises_them()
    {
        var user = await api.Host.NewCustomerAsync();
        var limits = await user.Http.GetAsync("/api/v1/me/limits").ReadAsync<AccountLimits>();
        Assert.Equal((3, 0, 2, 500_000, 0, 0), (limits.Servers, limits.ServersUsed, limits.PlanVcpus, limits.SpendPerDay, limits.SpentToday, limits.PaidIn));
        Assert.Equal((10_000, 0), (limits.Next!.MissingPaid, limits.Next.MissingDays));

        var order = await Scenario.OrderAsync(api.Host, user);
        limits = await user.Http.GetAsync("/api/v1/me/limits").ReadAsync<AccountLimits>();
        Assert.Equal((20, 1, order.Price, Scenario.PriceIdr), (limits.Servers, limits.ServersUsed, limits.SpentToday, limits.PaidIn));
        Assert.NotNull(limits.FirstPaidAt);
    }

    [Fact]
    public async Task An_order_over_a_limit_is_refused_by_name_holds_nothing_and_goes_through_once_an_admin_lifts_it()
    {
        var user = await api.Host.NewCustomerAsync();
        await Scenario.FundAsync(api.Host, user, 800_000);
        var admin = await api.Host.NewAdminAsync();
        await SetAsync(admin, user, new SetLimitsRequest("Percobaan", Servers: 1, PlanVcpus: 2, SpendPerDay: 200_000));

        Assert.Equal(2, await RefusedAsync(user, Scenario.Order() with { PlanId = "basic-5" }, "planVcpus"));
        await user.Http.PostAsync("/api/v1/orders", Scenario.Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        Assert.Equal(1, await RefusedAsync(user, Scenario.Order(), "servers"));
        await SetAsync(admin, user, new SetLimitsRequest("Percobaan", Servers: 5, SpendPerDay: 200_000));
        Assert.Equal(200_000, await RefusedAsync(user, Scenario.Order(), "spendPerDay"));
        Assert.Equal(1L, await api.Host.Database.ScalarAsync<long>($"select count(*) from server_places where owner = '{user.Id}'"));
        Assert.Equal(1L, await api.Host.Database.ScalarAsync<long>($"select count(*) from wallet_transactions where wallet_id = '{user.Id}' and kind = 4"));

        var state = await SetAsync(admin, user, new SetLimitsRequest("Sudah dikenal"));
        Assert.Null(state.ByHand);
        await user.Http.PostAsync("/api/v1/orders", Scenario.Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        Assert.Equal("Percobaan,Percobaan,Sudah dikenal", await api.Host.Database.ScalarAsync<string>(
            $"select string_agg(reason, ',' order by id) from audit_log where subject = 'account:{user.Id}' and action = 'customer.limits_changed'"));
    }

    [Fact]
    public async Task A_change_of_plan_over_the_size_or_the_days_spending_is_refused_and_the_server_stays_as_it_is()
    {
        var user = await api.Host.NewCustomerAsync();
        var admin = await api.Host.NewAdminAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        await Scenario.FundAsync(api.Host, user, 900_000);

        await SetAsync(admin, user, new SetLimitsRequest("Percobaan", PlanVcpus: 1));
        await user.Http.PostAsync($"/api/v1/instances/{order.InstanceId}/resize", new ResizeRequest("basic-3")).RefusedAsync(409, ProblemCodes.LimitReached);
        await SetAsync(admin, user, new SetLimitsRequest("Percobaan", SpendPerDay: Scenario.PriceIdr + 1_000));
        await user.Http.PostAsync($"/api/v1/instances/{order.InstanceId}/resize", new ResizeRequest("basic-3")).RefusedAsync(409, ProblemCodes.LimitReached);

        var server = await user.Http.GetAsync($"/api/v1/instances/{order.InstanceId}").ReadAsync<Instance>();
        Assert.Equal((Scenario.PlanId, InstanceStatus.Running, null), (server.PlanId, server.Status, server.RunningAction));
        Assert.Equal(0, (await user.Http.GetAsync("/api/v1/wallet").ReadAsync<Wire.Wallets.Wallet>()).Held);
    }

    [Fact]
    public async Task Figures_that_cannot_be_limits_are_refused_and_a_stranger_has_none()
    {
        var (user, admin) = (await api.Host.NewCustomerAsync(), await api.Host.NewAdminAsync());
        await admin.Http.PutJsonAsync($"/internal/users/{user.Id}/limits", new SetLimitsRequest("x", Servers: -1)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.PutJsonAsync($"/internal/users/{user.Id}/limits", new SetLimitsRequest("", 1)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.PutJsonAsync($"/internal/users/{Guid.NewGuid()}/limits", new SetLimitsRequest("x", 1)).RefusedAsync(404, ProblemCodes.NotFound);
        Assert.Null((await admin.Http.GetAsync($"/internal/users/{user.Id}/limits").ReadAsync<CustomerLimitsState>()).ByHand);
    }

    static Task<CustomerLimitsState> SetAsync(TestUser admin, TestUser user, SetLimitsRequest figures) =>
        admin.Http.PutJsonAsync($"/internal/users/{user.Id}/limits", figures).ReadAsync<CustomerLimitsState>();

    static async Task<long> RefusedAsync(TestUser user, CreateOrderRequest order, string limit)
    {
        using var answer = await user.Http.PostAsync("/api/v1/orders", order);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(("limit_reached", 409), ((string?)problem["code"], (int)answer.StatusCode));
        return (long)problem[limit]!;
    }
}

static class Putting
{
    public static Task<HttpResponseMessage> PutJsonAsync(this HttpClient http, string path, object body) => http.SendJsonAsync(HttpMethod.Put, path, body);
}
