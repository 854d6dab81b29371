using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Api.Ops;
using Webrana.Api.Tests.Support;
using Webrana.Data.Shop;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Deposits;
using Webrana.Wire.Shop;

namespace Webrana.Api.Tests.Admin;

/// <summary>Freezing and stopping, with the record of both. A host of its own: a stop is everybody's.</summary>
public sealed class DeskActTests : IAsyncLifetime
{
    ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_frozen_customer_is_signed_out_at_once_cannot_sign_in_and_comes_back_with_everything()
    {
        var admin = (await _host.NewAdminAsync()).Http;
        var customer = await _host.NewCustomerAsync();
        await Scenario.FundAsync(_host, customer, 50_000);
        var session = await _host.Anonymous().PostAsync("/api/v1/auth/sessions", new CreateSessionRequest(customer.Email, TestUser.Password)).ReadAsync<SessionCreated>(HttpStatusCode.Created);

        var frozen = await admin.PostAsync($"/internal/users/{customer.Id}/freeze", new DeskActRequest("Kartu curian")).ReadAsync<AdminUser>();
        Assert.Equal("Kartu curian", frozen.FrozenReason);
        await customer.Http.GetAsync("/api/v1/me").RefusedAsync(403, ProblemCodes.AccountFrozen);
        await customer.Http.PostAsync("/api/v1/orders", Scenario.Order()).RefusedAsync(403, ProblemCodes.AccountFrozen);
        await _host.Anonymous().PostAsync("/api/v1/auth/login", new LoginRequest(customer.Email, TestUser.Password)).RefusedAsync(403, ProblemCodes.AccountFrozen);
        // Who does not know the password does not learn of it.
        await _host.Anonymous().PostAsync("/api/v1/auth/login", new LoginRequest(customer.Email, "salah-semua-12")).RefusedAsync(401, ProblemCodes.InvalidCredentials);
        await _host.Anonymous().PostAsync("/api/v1/auth/sessions/exchange", new ExchangeSessionRequest(session.Session)).RefusedAsync(401, ProblemCodes.InvalidSession);

        Assert.Null((await admin.PostAsync($"/internal/users/{customer.Id}/unfreeze", new DeskActRequest("Bank: sah")).ReadAsync<AdminUser>()).FrozenSince);
        await customer.Http.GetAsync("/api/v1/me").ExpectAsync(HttpStatusCode.OK);
        Assert.Equal(50_000, (await admin.GetAsync($"/internal/users/{customer.Id}").ReadAsync<AdminUser>()).Balance);

        var lines = (await admin.GetAsync($"/internal/audit?subject=account:{customer.Id}&action=customer.").ReadAsync<Page<AuditEntry>>()).Items;
        Assert.Equal(["customer.unfrozen", "customer.frozen"], lines.Select(line => line.Action));
        Assert.Equal(("Kartu curian", false, true), (lines[1].Reason, lines[1].Before!.Value.GetProperty("frozen").GetBoolean(), lines[1].After!.Value.GetProperty("frozen").GetBoolean()));
    }

    [Fact]
    public async Task Who_is_closing_the_account_is_not_let_in_by_the_desk_whose_own_freeze_outlives_the_closing()
    {
        var admin = await _host.NewAdminAsync();
        var customer = await _host.NewCustomerAsync();
        var shop = _host.Services.GetRequiredService<ShopState>();
        await shop.FreezeAsync(new FrozenCustomer(customer.Id.Value, "Pemilik menutup akun", customer.Id.Value, TimeProvider.System.GetUtcNow()));
        await admin.Http.PostAsync($"/internal/users/{customer.Id}/unfreeze", new DeskActRequest("Salah pencet")).RefusedAsync(409, ProblemCodes.ClosingUnderWay);

        Assert.Equal("Kartu curian", (await admin.Http.PostAsync($"/internal/users/{customer.Id}/freeze", new DeskActRequest("Kartu curian")).ReadAsync<AdminUser>()).FrozenReason);
        await shop.ReopenAsync(customer.Id.Value);
        Assert.Equal(admin.Id.Value, (await shop.FindFrozenAsync(customer.Id.Value))!.ActorId);
        await admin.Http.PostAsync($"/internal/users/{customer.Id}/unfreeze", new DeskActRequest("Bank: sah")).ExpectAsync(HttpStatusCode.OK);
        Assert.Null(await shop.FindFrozenAsync(customer.Id.Value));
    }

    [Fact]
    public async Task Nobody_freezes_themselves_and_nobody_without_a_reason()
    {
        var admin = await _host.NewAdminAsync();
        var customer = await _host.NewCustomerAsync();
        await admin.Http.PostAsync($"/internal/users/{admin.Id}/freeze", new DeskActRequest("Uji")).RefusedAsync(409, ProblemCodes.OwnAccount);
        await admin.Http.PostAsync($"/internal/users/{customer.Id}/freeze", new DeskActRequest(" ")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.PostAsync($"/internal/users/{Guid.NewGuid()}/freeze", new DeskActRequest("Uji")).RefusedAsync(404, ProblemCodes.NotFound);
        await customer.Http.GetAsync("/api/v1/me").ExpectAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_stop_refuses_within_seconds_tells_customers_why_and_leaves_what_is_there_alone()
    {
        var admin = (await _host.NewAdminAsync()).Http;
        var customer = await _host.NewCustomerAsync();
        await Scenario.FundAsync(_host, customer, Scenario.PriceIdr);
        Assert.All((await admin.GetAsync("/internal/switches").ReadAsync<Page<ShopSwitchState>>()).Items, one => Assert.False(one.Stopped));
        Assert.Empty((await _host.Anonymous().GetAsync("/api/v1/notices").ReadAsync<Page<ShopNotice>>()).Items);

        // Sales last: a silo that has read of them has read of the other as well.
        await admin.SendJsonAsync(HttpMethod.Put, "/internal/switches/deposits", new SetSwitchRequest(true, "Gerbang gangguan")).ExpectAsync(HttpStatusCode.OK);
        await admin.SendJsonAsync(HttpMethod.Put, "/internal/switches/SALES", new SetSwitchRequest(true, "Penyedia gangguan", "Tutup dulu", "Closed")).ExpectAsync(HttpStatusCode.OK);
        await admin.SendJsonAsync(HttpMethod.Put, "/internal/switches/lunch", new SetSwitchRequest(true, "x")).RefusedAsync(404, ProblemCodes.NotFound);
        // The silo reads it by itself.
        await Eventually.Async(
            async () => { using var answer = await customer.Http.PostAsync("/api/v1/orders", Scenario.Order()); return (int)answer.StatusCode; },
            status => status == 503, ApiHost.Patience, "the silo has heard of the stop", TestContext.Current.CancellationToken);
        await customer.Http.PostAsync("/api/v1/orders", Scenario.Order()).RefusedAsync(503, ProblemCodes.SalesStopped);
        await customer.Http.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(100_000, "BRIVA")).RefusedAsync(503, ProblemCodes.DepositsStopped);
        var notices = (await _host.Anonymous().GetAsync("/api/v1/notices").ReadAsync<Page<ShopNotice>>()).Items;
        Assert.Equal(["Tutup dulu", null], notices.OrderBy(notice => notice.Switch).Select(notice => notice.MessageId));

        await admin.SendJsonAsync(HttpMethod.Put, "/internal/switches/SALES", new SetSwitchRequest(false, "Pulih")).ExpectAsync(HttpStatusCode.OK);
        await Eventually.Async(
            async () => { using var answer = await customer.Http.PostAsync("/api/v1/orders", Scenario.Order()); return (int)answer.StatusCode; },
            status => status == 202, ApiHost.Patience, "the silo sells again", TestContext.Current.CancellationToken);
        Assert.Equal(
            "switch.stopped,switch.resumed",
            await _host.Database.ScalarAsync<string>("select string_agg(action, ',' order by id) from audit_log where subject = 'switch:sales'"));
    }

    [Fact]
    public async Task The_audit_log_is_proven_over_the_api_and_at_the_shell_and_tampering_is_found()
    {
        var admin = (await _host.NewAdminAsync()).Http;
        await Scenario.FundAsync(_host, await _host.NewCustomerAsync(), 10_000);
        var sound = await admin.GetAsync("/internal/audit/verification").ReadAsync<AuditVerification>();
        Assert.True(sound.Intact && sound.Lines >= 2);
        using var output = new StringWriter();
        Assert.Equal(0, await VerifyAudit.RunAsync(_host.Sources, $"{sound.HeadSequence}:{sound.HeadHash}", output));
        Assert.Contains("intact", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await VerifyAudit.RunAsync(_host.Sources, $"1:{sound.HeadHash}", TextWriter.Null));
        Assert.Equal(2, await VerifyAudit.RunAsync(_host.Sources, "nonsense", TextWriter.Null));

        await _host.Database.ExecuteAsync("UPDATE audit_log SET reason = 'lain' WHERE seq = 1", TestContext.Current.CancellationToken);
        Assert.Equal(1, await VerifyAudit.RunAsync(_host.Sources, null, output));
        Assert.Contains("line 1: it is not what was written", output.ToString(), StringComparison.Ordinal);
        Assert.Equal([new AuditFault(1, "altered")], (await admin.GetAsync("/internal/audit/verification").ReadAsync<AuditVerification>()).Faults);
    }
}
