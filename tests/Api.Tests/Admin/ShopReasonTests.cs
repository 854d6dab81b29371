using System.Net;
using System.Text.Json;
using Webrana.Api.Tests.Promos;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Promos;

namespace Webrana.Api.Tests.Admin;

/// <summary>
/// Why plans, promos, provider accounts and billing settings were changed: scripts may leave it out, as they always did; what is given stands in the
/// audit log beside the old and the new value (ADR 49).
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class ShopReasonTests(SharedApi api)
{
    const string Why = "Kurs naik, disetujui Ibu Dewi";

    static string NewPlan(string id, string? reason = null) => JsonSerializer.Serialize(
        new CreatePlanRequest(id, "Uji", "s-1vcpu-1gb", 1, 1024, 25, 1, ["sgp1"], 99_000, Hidden: true, SortOrder: 90, Reason: reason), WireJson.Options);

    // What was done. Each has the line of its intent before it, with the same reason.
    static async Task<IReadOnlyList<AuditEntry>> LinesAsync(TestUser admin, string subject)
    {
        var all = await AllLinesAsync(admin, subject);
        var done = all.Where(line => !IsIntent(line)).ToList();
        Assert.Equal(done.Select(line => line.Reason), all.Where(IsIntent).Select(line => line.Reason));
        return done;
    }

    static async Task<IReadOnlyList<AuditEntry>> AllLinesAsync(TestUser admin, string subject) =>
        (await admin.Http.GetAsync($"/internal/audit?subject={Uri.EscapeDataString(subject)}").ReadAsync<Page<AuditEntry>>()).Items;

    static bool IsIntent(AuditEntry line) => line.Action.EndsWith(".change_requested", StringComparison.Ordinal);

    static string Text(JsonElement? value) => value?.GetRawText() ?? "";

    [Fact]
    public async Task Each_change_of_a_plan_keeps_why_with_the_old_and_the_new_value()
    {
        var admin = await api.Host.NewAdminAsync();
        var id = $"uji-{Guid.NewGuid():n}"[..20];
        await admin.Http.PostAsync("/internal/plans", NewPlan(id, Why + " 1")).ExpectAsync(HttpStatusCode.Created);
        await admin.Http.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{id}", new UpdatePlanRequest(Name: "Uji dua", Reason: Why + " 2")).ExpectAsync(HttpStatusCode.OK);
        await admin.Http.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{id}/pricing", new PlanPricing(PriceMonthly: 109_000, Reason: Why + " 3")).ExpectAsync(HttpStatusCode.OK);
        await admin.Http.SendJsonAsync(HttpMethod.Delete, $"/internal/plans/{id}", new ChangeReason($"  {Why} 4 ")).ExpectAsync(HttpStatusCode.NoContent);

        var lines = await LinesAsync(admin, $"plan:{id}");
        Assert.Equal(["plan.retired", "plan.priced", "plan.changed", "plan.created"], lines.Select(line => line.Action));
        Assert.Equal([Why + " 4", Why + " 3", Why + " 2", Why + " 1"], lines.Select(line => line.Reason));
        Assert.Equal((99_000, 109_000), (lines[1].Before!.Value.GetProperty("priceMonthly").GetInt64(), lines[1].After!.Value.GetProperty("priceMonthly").GetInt64()));
        Assert.Equal(("Uji", "Uji dua"), (lines[2].Before!.Value.GetProperty("name").GetString(), lines[2].After!.Value.GetProperty("name").GetString()));
        Assert.True(lines[0].After!.Value.GetProperty("retired").GetBoolean());
    }

    [Fact]
    public async Task What_is_asked_for_is_noted_before_it_is_done_with_what_was_found_and_what_came_of_it_after()
    {
        var admin = await api.Host.NewAdminAsync();
        var id = $"uji-{Guid.NewGuid():n}"[..20];
        await admin.Http.PostAsync("/internal/plans", NewPlan(id)).ExpectAsync(HttpStatusCode.Created);
        await admin.Http.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{id}/pricing", new PlanPricing(PriceMonthly: 109_000, Reason: Why)).ExpectAsync(HttpStatusCode.OK);
        await admin.Http.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{id}/pricing", new PlanPricing(PriceMonthly: 0, Reason: Why)).RefusedAsync(422, ProblemCodes.InvalidPrice);

        var lines = await AllLinesAsync(admin, $"plan:{id}");
        Assert.Equal(
            ["plan.change_refused", "plan.change_requested", "plan.priced", "plan.change_requested", "plan.created", "plan.change_requested"], lines.Select(line => line.Action));
        var (refused, meant, done, first) = (lines[0], lines[1], lines[2], lines[3]);
        Assert.Equal((109_000, 0), (Price(meant.Before!.Value), Price(meant.Detail!.Value.GetProperty("asked"))));
        Assert.Equal((99_000, 99_000, 109_000), (Price(first.Before!.Value), Price(done.Before!.Value), Price(done.After!.Value)));
        Assert.Equal(("invalid_price", "plan.priced"), (refused.Detail!.Value.GetProperty("error").GetString(), refused.Detail.Value.GetProperty("act").GetString()));
        Assert.Equal(Operation(meant), Operation(refused));
        Assert.NotEqual(Operation(meant), Operation(first));

        static long Price(JsonElement plan) => plan.GetProperty("priceMonthly").GetInt64();
        static string? Operation(AuditEntry line) => line.Detail!.Value.GetProperty("operation").GetString();
    }

    [Fact]
    public async Task Each_change_of_a_promo_keeps_why_with_the_old_and_the_new_value()
    {
        var admin = await api.Host.NewAdminAsync();
        var fields = JsonSerializer.SerializeToNode(PromoTestKit.Bonus(PromoTestKit.NewCode()), WireJson.Options)!.AsObject();
        fields["reason"] = Why + " 1";
        var made = await admin.Http.PostAsync("/internal/promos", fields.ToJsonString()).ReadAsync<AdminPromo>(HttpStatusCode.Created);
        var path = $"/internal/promos/{made.Id}";
        await admin.Http.SendJsonAsync(HttpMethod.Patch, path, new PromoSwitch(false, Why + " 2")).ExpectAsync(HttpStatusCode.OK);
        await admin.Http.SendJsonAsync(HttpMethod.Delete, path, new ChangeReason(Why + " 3")).ExpectAsync(HttpStatusCode.NoContent);

        var lines = await LinesAsync(admin, $"promo:{made.Id}");
        Assert.Equal(["promo.archived", "promo.changed", "promo.created"], lines.Select(line => line.Action));
        Assert.Equal([Why + " 3", Why + " 2", Why + " 1"], lines.Select(line => line.Reason));
        Assert.Equal((true, false), (lines[1].Before!.Value.GetProperty("isActive").GetBoolean(), lines[1].After!.Value.GetProperty("isActive").GetBoolean()));
        Assert.Equal(("Off", "Archived"), (lines[0].Before!.Value.GetProperty("status").GetString(), lines[0].After!.Value.GetProperty("status").GetString()));

        // Why it was made is no part of the promo.
        Assert.DoesNotContain("reason", Text(lines[2].After), StringComparison.Ordinal);
        Assert.DoesNotContain("reason", Text(lines[1].Detail), StringComparison.Ordinal);
        Assert.DoesNotContain("reason", await admin.Http.GetStringAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_change_of_an_account_and_of_the_settings_keeps_why_with_the_old_and_the_new_value()
    {
        await using var host = await ApiHost.StartAsync(); // What is added and turned off here stays.
        var admin = await host.NewAdminAsync();
        const string Accounts = "/internal/digitalocean/accounts";
        await admin.Http.PostAsync(Accounts, new AddProviderAccountRequest("kedua", "Akun kedua", ApiHost.SecondProviderToken, Why + " 1")).ExpectAsync(HttpStatusCode.Created);
        await admin.Http.PostAsync($"{Accounts}/kedua/drain", new ChangeReason(Why + " 2")).ExpectAsync(HttpStatusCode.OK);
        await admin.Http.PostAsync($"{Accounts}/kedua/enable", null).ExpectAsync(HttpStatusCode.OK);
        await admin.Http.SendJsonAsync(HttpMethod.Put, $"{Accounts}/kedua/token", new ReplaceProviderTokenRequest(ApiHost.SecondProviderToken, Why + " 3")).ExpectAsync(HttpStatusCode.OK);
        var lines = await LinesAsync(admin, "do-account:kedua");
        Assert.Equal([Why + " 3", null, Why + " 2", Why + " 1"], lines.Select(line => line.Reason));
        Assert.Equal(("Active", "Draining"), (lines[2].Before!.Value.GetProperty("mode").GetString(), lines[2].After!.Value.GetProperty("mode").GetString()));
        Assert.Equal(("Draining", "Active"), (lines[1].Before!.Value.GetProperty("mode").GetString(), lines[1].After!.Value.GetProperty("mode").GetString()));
        Assert.All(lines, line => Assert.DoesNotContain(ApiHost.SecondProviderToken, Text(line.Before) + Text(line.After) + Text(line.Detail), StringComparison.Ordinal));

        await admin.Http.SendJsonAsync(HttpMethod.Patch, "/internal/billing-settings", new ChangeBillingSettingsRequest(UsdRate: 17_000, Reason: Why)).ExpectAsync(HttpStatusCode.OK);
        var settings = (await admin.Http.GetAsync("/internal/audit?action=billing.settings_changed").ReadAsync<Page<AuditEntry>>()).Items[0];
        Assert.Equal((Why, 17_000), (settings.Reason, settings.After!.Value.GetProperty("usdRate").GetInt64()));
        Assert.NotEqual(17_000, settings.Before!.Value.GetProperty("usdRate").GetInt64());
    }

    // As the plan and the API's names document them: what was written before anybody asked why goes on working.
    [Fact]
    public async Task Calls_that_give_no_reason_work_as_they_always_did()
    {
        var admin = await api.Host.NewAdminAsync();
        var id = $"uji-{Guid.NewGuid():n}"[..20];
        await admin.Http.PostAsync("/internal/plans", NewPlan(id)).ExpectAsync(HttpStatusCode.Created);
        await admin.Http.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{id}/pricing", """{"priceMonthly": 109000}""").ExpectAsync(HttpStatusCode.OK);
        await admin.Http.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{id}", """{"name": "Uji dua"}""").ExpectAsync(HttpStatusCode.OK);
        await admin.Http.SendJsonAsync(HttpMethod.Delete, $"/internal/plans/{id}", null).ExpectAsync(HttpStatusCode.NoContent);
        Assert.All(await LinesAsync(admin, $"plan:{id}"), line => Assert.Null(line.Reason));

        var made = await PromoTestKit.CreateAsync(admin, PromoTestKit.Bonus(PromoTestKit.NewCode()));
        await admin.Http.SendJsonAsync(HttpMethod.Patch, $"/internal/promos/{made.Id}", """{"isActive": false}""").ExpectAsync(HttpStatusCode.OK);
        await admin.Http.SendJsonAsync(HttpMethod.Delete, $"/internal/promos/{made.Id}", null).ExpectAsync(HttpStatusCode.NoContent);
        Assert.All(await LinesAsync(admin, $"promo:{made.Id}"), line => Assert.Null(line.Reason));
    }

    [Theory]
    [InlineData("PATCH", "/internal/plans/basic-1")]
    [InlineData("PATCH", "/internal/plans/basic-1/pricing")]
    [InlineData("DELETE", "/internal/plans/basic-1")]
    [InlineData("PATCH", "/internal/promos/nothing")]
    [InlineData("DELETE", "/internal/promos/nothing")]
    [InlineData("PATCH", "/internal/billing-settings")]
    [InlineData("POST", "/internal/digitalocean/accounts/primary/enable")]
    [InlineData("POST", "/internal/digitalocean/accounts/primary/drain")]
    [InlineData("POST", "/internal/digitalocean/accounts/primary/disable")]
    public async Task A_reason_that_is_given_must_be_one_and_nothing_changes_without(string method, string path)
    {
        var admin = await api.Host.NewAdminAsync();
        foreach (var reason in new[] { "   ", new string('x', 201), "dua\nbaris" })
        {
            var refused = await admin.Http.SendJsonAsync(new HttpMethod(method), path, new ChangeReason(reason)).RefusedAsync(422, ProblemCodes.ValidationFailed);
            Assert.Equal(["reason"], refused.Errors!.Keys);
        }

        Assert.Equal(0, await api.Host.Database.ScalarAsync<long>($"select count(*) from audit_log where actor = 'admin:{admin.Id}'"));
    }
}
