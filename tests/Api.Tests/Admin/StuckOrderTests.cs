using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;
using Webrana.Wire.Wallets;

namespace Webrana.Api.Tests.Admin;

/// <summary>The desk's orders that did not come through. A host of its own: the provider is away for everybody, and every order is late at once.</summary>
public sealed class StuckOrderTests : IAsyncLifetime
{
    const string Reason = "Penyedia tidak menjawab";

    ApiHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync(new Dictionary<string, string?> { ["Droplets:StuckAfterMs"] = "0" });
        // What the provider sells is read before it goes away: an order is priced before it is stuck.
        await _host.Anonymous().GetAsync("/api/v1/regions").ExpectAsync(HttpStatusCode.OK);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    static Task<Page<StuckOrder>> ListAsync(HttpClient http, string query = "") => http.GetAsync($"/internal/stuck-orders{query}").ReadAsync<Page<StuckOrder>>();

    static Task<Wallet> MoneyAsync(TestUser customer) => customer.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>();

    [Fact]
    public async Task A_late_order_is_listed_failed_with_a_reason_its_money_is_free_and_it_is_placed_again_once()
    {
        var (admin, support, customer) = (await _host.NewAdminAsync(), await _host.NewStaffAsync(Roles.Support), await _host.NewCustomerAsync());
        _host.Cloud.Inject(new Fault { Kind = FaultKinds.Status429, Path = "/v2/*", Count = -1, Seconds = 0.3 });
        var order = await Scenario.OrderAsync(_host, customer);
        var path = $"/internal/stuck-orders/{order.OrderId}";

        var late = Assert.Single((await ListAsync(support.Http)).Items);
        Assert.Equal((order.OrderId, OrderTrouble.Late, Scenario.PriceIdr, customer.Email), (late.OrderId, late.Trouble, late.Held, late.Email));
        Assert.Empty((await ListAsync(support.Http, "?trouble=FAILED")).Items);
        await support.Http.GetAsync("/internal/stuck-orders?trouble=LOST").RefusedAsync(422, ProblemCodes.ValidationFailed);
        await support.Http.PostAsync($"{path}/fail", new DeskActRequest(Reason)).RefusedAsync(403, ProblemCodes.Forbidden);
        await admin.Http.PostAsync($"{path}/fail", new DeskActRequest(" ")).RefusedAsync(422, ProblemCodes.ValidationFailed);

        var pushed = await PushAsync().ReadAsync<OrderRetried>(HttpStatusCode.Accepted);
        await admin.Http.PostAsync($"{path}/fail", new DeskActRequest(Reason), "press-1").ExpectAsync(HttpStatusCode.NoContent);
        await Eventually.Async(() => MoneyAsync(customer), money => money is { Held: 0, Balance: Scenario.PriceIdr }, ApiHost.Patience, "the money is free");
        await ForgetAnswersAsync();
        await admin.Http.PostAsync($"{path}/fail", new DeskActRequest(Reason), "press-1").ExpectAsync(HttpStatusCode.NoContent);
        await admin.Http.PostAsync($"{path}/fail", new DeskActRequest(Reason), "press-2").RefusedAsync(409, ProblemCodes.NotStuck);
        _host.Cloud.ClearFaults();
        var failed = (await Eventually.Async(
            () => ListAsync(admin.Http, "?trouble=FAILED"), page => page.Items.Count == 1, ApiHost.Patience, "nothing is left of it")).Items[0];
        Assert.Equal((0L, "given_up", null), (failed.Held, failed.FailureReason, failed.PlacedAgainAs));

        // Pushed before it was given up, and the answer lost: asked again, it places nothing anew and takes no money.
        Assert.Equal((order.OrderId, false), (pushed.OrderId, pushed.Anew));
        Assert.Equal(pushed, await PushAsync().ReadAsync<OrderRetried>(HttpStatusCode.Accepted));
        Assert.Equal((Scenario.PriceIdr, 0L), ((await MoneyAsync(customer)).Balance, (await MoneyAsync(customer)).Held));

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ =>
            admin.Http.PostAsync($"{path}/retry", new DeskActRequest("Pelanggan minta diulang")).ReadAsync<OrderRetried>(HttpStatusCode.Accepted)));
        var again = Assert.Single(answers.Select(answer => answer.OrderId).Distinct());
        Assert.All(answers, answer => Assert.True(answer.Anew));
        await Scenario.UntilAsync(customer, again, InstanceStatus.Running);
        Assert.Equal((0, 0L), ((int)(await MoneyAsync(customer)).Balance, (await MoneyAsync(customer)).Held));
        Assert.Equal(again, Assert.Single((await ListAsync(admin.Http)).Items).PlacedAgainAs);
        var lines = (await admin.Http.GetAsync($"/internal/audit?subject=instance:{order.OrderId}").ReadAsync<Page<AuditEntry>>()).Items;
        Assert.Single(lines, line => line.Action == "order.given_up" && line.Reason == Reason
            && line.Before!.Value.GetProperty("held").GetInt64() == Scenario.PriceIdr && line.After!.Value.GetProperty("status").GetString() == "FAILED");
        var placed = lines.Where(line => line.Action == "order.placed_again").ToList();
        Assert.Equal(3, placed.Count);
        Assert.All(placed, line => Assert.Equal(
            (order.OrderId, again), (line.Before!.Value.GetProperty("order").GetString(), line.After!.Value.GetProperty("order").GetString())));

        Task<HttpResponseMessage> PushAsync() => admin.Http.PostAsync($"{path}/retry", new DeskActRequest("Token sudah diganti"), "press-0");
    }

    [Fact]
    public async Task A_late_order_is_pushed_on_and_what_is_not_stuck_is_refused()
    {
        var (admin, customer) = (await _host.NewAdminAsync(), await _host.NewCustomerAsync());
        _host.Cloud.Inject(new Fault { Kind = FaultKinds.Status429, Path = "/v2/*", Count = -1, Seconds = 0.3 });
        var order = await Scenario.OrderAsync(_host, customer);
        var path = $"/internal/stuck-orders/{order.OrderId}";
        var retried = await RetryAsync("press-1").ReadAsync<OrderRetried>(HttpStatusCode.Accepted);
        Assert.Equal((order.OrderId, false), (retried.OrderId, retried.Anew));
        _host.Cloud.ClearFaults();
        await Scenario.UntilAsync(customer, order.OrderId, InstanceStatus.Running);
        var lines = (await admin.Http.GetAsync($"/internal/audit?subject=instance:{order.OrderId}").ReadAsync<Page<AuditEntry>>()).Items;
        Assert.Equal(["order.pushed", "order.push_requested"], lines.Select(line => line.Action));
        var (was, now) = (lines[0].Before!.Value.GetProperty("givesUpAt").GetDateTimeOffset(), lines[0].After!.Value.GetProperty("givesUpAt").GetDateTimeOffset());
        Assert.True(now > was, $"its time is anew: {now:O} after {was:O}");

        // Asked again, because nobody heard the answer: it is the same one, although the order has come through.
        await ForgetAnswersAsync();
        Assert.Equal(retried, await RetryAsync("press-1").ReadAsync<OrderRetried>(HttpStatusCode.Accepted));
        await RetryAsync("press-2").RefusedAsync(409, ProblemCodes.NotStuck);

        Assert.Empty((await ListAsync(admin.Http)).Items);
        foreach (var act in new[] { "retry", "fail" })
        {
            await admin.Http.PostAsync($"{path}/{act}", new DeskActRequest(Reason)).RefusedAsync(409, ProblemCodes.NotStuck);
            await admin.Http.PostAsync($"/internal/stuck-orders/{Guid.NewGuid()}/{act}", new DeskActRequest(Reason)).RefusedAsync(404, ProblemCodes.NotFound);
        }

        Task<HttpResponseMessage> RetryAsync(string key) => admin.Http.PostAsync($"{path}/retry", new DeskActRequest("Token sudah diganti"), key);
    }

    /// <summary>What an API leaves that died between the act and its answer, a minute later.</summary>
    async Task ForgetAnswersAsync() => Assert.NotEqual(0, await _host.Database.ExecuteAsync(
        "UPDATE idempotency_claims SET status = null, answer = null, lease_until = now() - interval '1 second'", TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_failed_order_with_user_data_or_without_money_is_not_placed_again()
    {
        var (admin, customer) = (await _host.NewAdminAsync(), await _host.NewCustomerAsync());
        await Scenario.FundAsync(_host, customer, 2 * Scenario.PriceIdr);
        _host.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "create", Count = 2 });
        var scripted = await customer.Http.PostAsync("/api/v1/orders", Scenario.Order() with { UserData = "#!/bin/sh" }).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        var plain = await customer.Http.PostAsync("/api/v1/orders", Scenario.Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        await Eventually.Async(() => ListAsync(admin.Http, "?trouble=FAILED"), page => page.Items.Count == 2, 3 * ApiHost.Patience, "both failed");
        foreach (var filter in new[] { "", "&trouble=FAILED" })
        {
            var first = await ListAsync(admin.Http, $"?limit=1{filter}");
            var rest = await ListAsync(admin.Http, $"?limit=1{filter}&cursor={first.NextCursor}");
            Assert.Single(first.Items);
            Assert.Equal(new[] { scripted.OrderId, plain.OrderId }.Order(), first.Items.Concat(rest.Items).Select(order => order.OrderId).Order());
            Assert.Null(rest.NextCursor);
        }

        await admin.Http.GetAsync("/internal/stuck-orders?cursor=bukan").RefusedAsync(400, ProblemCodes.InvalidCursor);
        await admin.Http.PostAsync($"/internal/stuck-orders/{scripted.OrderId}/retry", new DeskActRequest(Reason)).RefusedAsync(409, ProblemCodes.UserDataLost);
        await admin.Http.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(-2 * Scenario.PriceIdr, "Ditarik")).ExpectAsync(HttpStatusCode.Created);
        await admin.Http.PostAsync($"/internal/stuck-orders/{plain.OrderId}/retry", new DeskActRequest(Reason)).RefusedAsync(409, ProblemCodes.InsufficientBalance);
        Assert.Equal(
            "order.placed_again,order.place_again_refused",
            await _host.Database.ScalarAsync<string>($"select string_agg(action, ',' order by id) from audit_log where subject = 'instance:{plain.OrderId}'"));
    }
}
