using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Tests.Journeys;

/// <summary>The cloud accounts behind the shop, as admins work with them. A host of its own: what is added stays.</summary>
public sealed class AdminProviderTests
{
    [Fact]
    public async Task Accounts_are_added_drained_disabled_and_enabled_each_step_on_record_and_no_answer_carries_a_token()
    {
        await using var host = await ApiHost.StartAsync();
        var admin = (await host.NewAdminAsync()).Http;
        var primary = Assert.Single((await admin.GetAsync("/internal/digitalocean/accounts").ReadAsync<Page<ProviderAccount>>()).Items);
        Assert.Equal(("primary", ProviderMode.Active, ProviderAlarmCode.None), (primary.Id, primary.Mode, primary.Alarm));

        var request = new AddProviderAccountRequest("kedua", "Akun kedua", ApiHost.SecondProviderToken);
        await admin.PostAsync("/internal/digitalocean/accounts", request with { Id = "Not A Slug" }).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.PostAsync("/internal/digitalocean/accounts", request with { Token = "nobody's" }).RefusedAsync(422, ProblemCodes.TokenRefused);
        var added = await admin.PostAsync("/internal/digitalocean/accounts", request).ReadAsync<ProviderAccount>(HttpStatusCode.Created);
        Assert.Equal(("Akun kedua", true), (added.Name, added.Selling));
        await admin.PostAsync("/internal/digitalocean/accounts", request).RefusedAsync(409, ProblemCodes.AlreadyExists);

        Assert.Equal(ProviderMode.Draining, (await admin.PostAsync("/internal/digitalocean/accounts/kedua/drain", null).ReadAsync<ProviderAccount>()).Mode);
        var disabled = await admin.PostAsync("/internal/digitalocean/accounts/kedua/disable", null).ReadAsync<ProviderAccount>();
        Assert.Equal((ProviderMode.Disabled, false), (disabled.Mode, disabled.Selling));
        Assert.True((await admin.PostAsync("/internal/digitalocean/accounts/kedua/enable", null).ReadAsync<ProviderAccount>()).Selling);
        await admin.SendJsonAsync(HttpMethod.Put, "/internal/digitalocean/accounts/kedua/token", new ReplaceProviderTokenRequest("sandbox-token")).RefusedAsync(422, ProblemCodes.TokenRefused);
        await admin.SendJsonAsync(HttpMethod.Put, "/internal/digitalocean/accounts/kedua/token", new ReplaceProviderTokenRequest(ApiHost.SecondProviderToken)).ExpectAsync(HttpStatusCode.OK);
        await admin.PostAsync("/internal/digitalocean/accounts/nobody/drain", null).RefusedAsync(404, ProblemCodes.NotFound);

        using var list = await admin.GetAsync("/internal/digitalocean/accounts");
        Assert.DoesNotContain(ApiHost.SecondProviderToken, await list.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(
            "provider.account_added,provider.account_draining,provider.account_disabled,provider.account_active,provider.token_replaced",
            await host.Database.ScalarAsync<string>(
                "select string_agg(action, ',' order by id) from audit_log where subject = 'do-account:kedua' and action not like 'provider.change%'"));
        // Every one was meant first, and of three nothing came: a strange token twice, and an account that was there.
        Assert.Equal((8, 3), (await CountAsync("requested"), await CountAsync("refused")));
        Assert.Equal(0, await host.Database.ScalarAsync<long>($"select count(*) from audit_log where detail::text like '%{ApiHost.SecondProviderToken}%'"));
        Assert.Empty((await admin.GetAsync("/internal/reconciliation?resolved=true").ReadAsync<Page<DriftItem>>()).Items);

        Task<long> CountAsync(string what) =>
            host.Database.ScalarAsync<long>($"select count(*) from audit_log where subject = 'do-account:kedua' and action = 'provider.change_{what}'");
    }

    [Fact]
    public async Task Selling_stops_with_a_clear_refusal_and_the_shop_shows_it_before_anybody_pays()
    {
        await using var host = await ApiHost.StartAsync();
        var admin = (await host.NewAdminAsync()).Http;
        var customer = await host.NewCustomerAsync();
        await Scenario.FundAsync(host, customer, Scenario.PriceIdr);
        await admin.PostAsync("/internal/digitalocean/accounts/primary/drain", null).ExpectAsync(HttpStatusCode.OK);
        await customer.Http.PostAsync("/api/v1/orders", Scenario.Order()).RefusedAsync(503, ProblemCodes.NoCapacity);
        var regions = (await host.Anonymous().GetAsync("/api/v1/regions").ReadAsync<Page<Webrana.Wire.Plans.Region>>()).Items;
        Assert.NotEmpty(regions);
        Assert.DoesNotContain(regions, region => region.Available);
        Assert.Equal(0, await host.Database.ScalarAsync<long>("select count(*) from wallets where held <> 0"));
    }
}
