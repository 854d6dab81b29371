using System.Net;
using System.Text;
using Webrana.Api.Tests.Promos;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.SshKeys;
using Webrana.Wire.Wallets;

namespace Webrana.Api.Tests.Problems;

/// <summary>What cannot be used is a 4xx problem with a stable code, and nothing is changed.</summary>
[Collection(ApiCollection.Name)]
public sealed class BadInputTests(SharedApi api) : IAsyncLifetime
{
    TestUser _user = null!;

    public async ValueTask InitializeAsync() => _user = await api.Host.NewCustomerAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("0", 422, "invalid_amount")]
    [InlineData("-1", 422, "invalid_amount")]
    [InlineData("-9223372036854775808", 422, "invalid_amount")]
    [InlineData("1", 422, "amount_below_minimum")]
    [InlineData("9999", 422, "amount_below_minimum")]
    [InlineData("10000001", 422, "amount_above_maximum")]
    [InlineData("9223372036854775807", 422, null)]
    [InlineData("9223372036854775808", 400, "malformed_body")]
    [InlineData("1e30", 400, "malformed_body")]
    [InlineData("50000.5", 400, "malformed_body")]
    [InlineData("50000.0", 400, "malformed_body")]
    [InlineData("\"50000\"", 400, "malformed_body")]
    [InlineData("null", 400, "malformed_body")]
    [InlineData("[50000]", 400, "malformed_body")]
    public async Task An_amount_that_cannot_be_used_creates_no_deposit(string amount, int status, string? code)
    {
        var answer = _user.Http.PostAsync("/api/v1/wallet/deposit", $$"""{"amount":{{amount}},"paymentMethod":"BRIVA"}""");
        var problem = await answer.RefusedAsync(status, code ?? (await Body(answer)).Code);
        Assert.Contains(problem.Code, (string[])["invalid_amount", "amount_below_minimum", "amount_above_maximum", "malformed_body"]);
        if (status == 400)
            Assert.Contains("amount", problem.Errors!.Keys);
        Assert.Empty((await _user.Http.GetAsync("/api/v1/wallet/deposits").ReadAsync<Page<Deposit>>()).Items);
    }

    static async Task<ProblemBody> Body(Task<HttpResponseMessage> answer) =>
        System.Text.Json.JsonSerializer.Deserialize<ProblemBody>(await (await answer).Content.ReadAsStringAsync(), WireJson.Options)!;

    [Theory]
    [InlineData("NOSUCH", "payment_method_unavailable")]
    [InlineData("briva'; drop table wallets --", "payment_method_unavailable")]
    [InlineData("", "validation_failed")]
    public async Task A_channel_that_is_not_there_is_refused(string method, string code)
    {
        await _user.Http.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(50_000, method)).RefusedAsync(422, code);
        Assert.Empty((await _user.Http.GetAsync("/api/v1/wallet/deposits").ReadAsync<Page<Deposit>>()).Items);
    }

    [Fact]
    public async Task A_promo_code_that_does_not_apply_refuses_the_deposit()
    {
        // Failed codes are counted by the address that all tests come from.
        await PromoTestKit.ForgetAttemptsAsync(api.Host);
        await _user.Http.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(50_000, "BRIVA", "TIDAKADA")).RefusedAsync(422, ProblemCodes.PromoCodeInvalid);
        Assert.Empty((await _user.Http.GetAsync("/api/v1/wallet/deposits").ReadAsync<Page<Deposit>>()).Items);
    }

    public static TheoryData<string, CreateOrderRequest, string> BadOrders => new()
    {
        { "a name with an underscore", Scenario.Order("toko_kopi"), "invalid_name" },
        { "a name of 300 characters", Scenario.Order(new string('a', 300)), "invalid_name" },
        { "an empty name", Scenario.Order(""), "invalid_name" },
        { "a name with a space", Scenario.Order("toko kopi"), "invalid_name" },
        { "a name that starts with a dash", Scenario.Order("-toko"), "invalid_name" },
        { "a name with a letter of another script", Scenario.Order("tokо"), "invalid_name" },
        { "an unknown plan", Scenario.Order() with { PlanId = "no-such-plan" }, "plan_unavailable" },
        { "a plan like a path", Scenario.Order() with { PlanId = "../wallet" }, "plan_unavailable" },
        { "an unknown region", Scenario.Order() with { Region = "mars1" }, "region_unavailable" },
        { "an unknown image", Scenario.Order() with { Image = "windows-95" }, "image_unavailable" },
        { "user data above 64 KiB", Scenario.Order() with { UserData = new string('#', 70_000) }, "validation_failed" },
    };

    [Theory]
    [MemberData(nameof(BadOrders))]
    public async Task An_order_that_cannot_be_filled_holds_nothing(string what, CreateOrderRequest order, string code)
    {
        await Scenario.FundAsync(api.Host, _user, 500_000);
        await _user.Http.PostAsync("/api/v1/orders", order).RefusedAsync(422, code);
        var wallet = await _user.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>();
        Assert.True((wallet.Balance, wallet.Held) == (500_000, 0), what);
        Assert.Empty((await _user.Http.GetAsync("/api/v1/orders").ReadAsync<Page<Order>>()).Items);
    }

    [Fact]
    public async Task A_server_keeps_its_name_where_another_is_none()
    {
        var path = $"/api/v1/instances/{(await Scenario.OrderAsync(api.Host, _user)).InstanceId}";
        var before = (await _user.Http.GetAsync(path).ReadAsync<Instance>()).Name;
        foreach (var name in (string[])["toko_kopi", new string('a', 300), "", "toko kopi", "-toko"])
            await _user.Http.SendJsonAsync(HttpMethod.Patch, path, new UpdateInstanceRequest(name)).RefusedAsync(422, ProblemCodes.InvalidName);
        Assert.Equal(before, (await _user.Http.GetAsync(path).ReadAsync<Instance>()).Name);
    }

    [Fact]
    public async Task Names_of_300_characters_are_refused_for_people_and_keys()
    {
        var name = new string('a', 300);
        var person = await _user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/me", new UpdateProfileRequest(name)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        var key = await _user.Http.PostAsync("/api/v1/ssh-keys", new CreateSshKeyRequest(name, "ssh-ed25519 AAAA")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.All(new[] { person, key }, problem => Assert.Contains("name", problem.Errors!.Keys));
        Assert.Empty((await _user.Http.GetAsync("/api/v1/ssh-keys").ReadAsync<Page<SshKey>>()).Items);
    }

    [Fact]
    public async Task Without_enough_money_an_order_says_how_much_is_missing()
    {
        await Scenario.FundAsync(api.Host, _user, 100_000);
        var problem = await _user.Http.PostAsync("/api/v1/orders", Scenario.Order()).RefusedAsync(409, ProblemCodes.InsufficientBalance);
        Assert.Equal((Scenario.PriceIdr, 100_000, 29_000), (problem.Number("price"), problem.Number("available"), problem.Number("shortfall")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"amount\":50000}")]
    [InlineData("{\"amount\":50000,\"paymentMethod\":null}")]
    [InlineData("{\"amount\":50000,\"paymentMethod\":\"BRI\\u0000VA\"}")]
    [InlineData("{\"amount\":50000,\"paymentMethod\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}")]
    public async Task A_body_that_cannot_be_read_is_400(string body)
    {
        await _user.Http.PostAsync("/api/v1/wallet/deposit", body).RefusedAsync(400, ProblemCodes.MalformedBody);
        Assert.Empty((await _user.Http.GetAsync("/api/v1/wallet/deposits").ReadAsync<Page<Deposit>>()).Items);
    }

    [Theory]
    [InlineData("billingPeriod", "2")]
    [InlineData("billingPeriod", "\"WEEKLY\"")]
    [InlineData("autoRenew", "\"yes\"")]
    [InlineData("name", "5")]
    public async Task A_field_of_another_type_is_named(string field, string value)
    {
        var body = $$"""{"planId":"basic-1","region":"sgp1","image":"ubuntu-24-04-x64","name":"toko","{{field}}":{{value}}}""";
        var problem = await _user.Http.PostAsync("/api/v1/orders", body).RefusedAsync(400, ProblemCodes.MalformedBody);
        Assert.Equal([field], problem.Errors!.Keys);
    }

    [Fact]
    public async Task Members_that_nobody_asked_for_are_ignored() => await _user.Http.PostAsync(
        "/api/v1/wallet/deposit", """{"amount":50000,"paymentMethod":"BRIVA","userId":"somebody","bonusAmount":9000000,"status":"PAID"}""")
        .ExpectAsync(HttpStatusCode.Created);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_ten_megabytes_is_413(bool withKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/wallet/deposit");
        request.Content = new StringContent($$"""{"amount":50000,"paymentMethod":"{{new string('x', 10 * 1024 * 1024)}}"}""", Encoding.UTF8, "application/json");
        // Kestrel answers before it has read everything; with this header the client waits for that answer instead of writing into a closed door.
        request.Headers.ExpectContinue = true;
        if (withKey)
            request.Headers.Add(WireHeaders.IdempotencyKey, Guid.NewGuid().ToString());
        await _user.Http.SendAsync(request).RefusedAsync(413, ProblemCodes.BodyTooLarge);
        Assert.Empty((await _user.Http.GetAsync("/api/v1/wallet/deposits").ReadAsync<Page<Deposit>>()).Items);
    }

    [Fact]
    public async Task A_form_is_415()
    {
        using var form = new FormUrlEncodedContent([new("amount", "50000")]);
        await _user.Http.PostAsync(new Uri("/api/v1/wallet/deposit", UriKind.Relative), form).RefusedAsync(415, ProblemCodes.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("limit=0", 400, "invalid_limit")]
    [InlineData("limit=201", 400, "invalid_limit")]
    [InlineData("limit=-5", 400, "invalid_limit")]
    [InlineData("limit=many", 400, "malformed_body")]
    [InlineData("cursor=nonsense!", 400, "invalid_cursor")]
    [InlineData("cursor=MTIzfGRyb3BsZXQ6eA", 400, "invalid_cursor")]
    [InlineData("cursor=%00", 400, "malformed_body")]
    public async Task Paging_that_was_not_issued_is_400_on_every_list(string query, int status, string code)
    {
        foreach (var list in new[] { "wallet/transactions", "wallet/deposits", "instances", "orders" })
            await _user.Http.GetAsync($"/api/v1/{list}?{query}").RefusedAsync(status, code);
        var admin = await api.Host.NewAdminAsync();
        foreach (var list in new[] { "users", "wallets", "deposits", "instances", "audit" })
            await admin.Http.GetAsync($"/internal/{list}?{query}").RefusedAsync(status, code);
    }

    [Theory]
    [InlineData("/api/v1/wallet/transactions?referenceType=LOTTERY")]
    [InlineData("/api/v1/instances?status=SLEEPING")]
    public async Task A_filter_that_does_not_exist_is_refused(string path) => await _user.Http.GetAsync(path).RefusedAsync(422, ProblemCodes.ValidationFailed);

    [Theory]
    [InlineData("0", 422, "invalid_amount")]
    [InlineData("-9223372036854775808", 422, "invalid_amount")]
    [InlineData("-1", 409, "insufficient_balance")]
    [InlineData("1.5", 400, "malformed_body")]
    public async Task An_adjustment_that_cannot_be_booked_moves_nothing(string amount, int status, string code)
    {
        var admin = await api.Host.NewAdminAsync();
        await admin.Http.PostAsync($"/internal/wallets/{_user.Id}/adjustments", $$"""{"amount":{{amount}},"reason":"uji"}""").RefusedAsync(status, code);
        Assert.Equal(0, (await _user.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>()).Balance);
    }

    [Fact]
    public async Task An_adjustment_needs_a_reason_and_a_customer()
    {
        var admin = await api.Host.NewAdminAsync();
        await admin.Http.PostAsync($"/internal/wallets/{_user.Id}/adjustments", new CreateAdjustmentRequest(1_000, "  ")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.PostAsync($"/internal/wallets/{Guid.NewGuid()}/adjustments", new CreateAdjustmentRequest(1_000, "uji")).RefusedAsync(404, ProblemCodes.NotFound);
    }
}
