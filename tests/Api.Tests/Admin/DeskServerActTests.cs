using System.Net;
using Webrana.Api.Security;
using Webrana.Api.Tests.Security;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Billing;
using Webrana.Wire.Droplets;
using Webrana.Wire.Notifications;
using Webrana.Wire.Security;
using SuspensionReason = Webrana.Wire.Billing.SuspensionReason;

namespace Webrana.Api.Tests.Admin;

/// <summary>Acts of admins on one customer: a server suspended for abuse, a second factor switched off, and money that wakes servers whatever way it came.</summary>
[Collection(ApiCollection.Name)]
public sealed class DeskServerActTests(SharedApi api)
{
    ApiHost Host => api.Host;

    [Fact]
    public async Task A_server_suspended_for_abuse_is_off_its_owner_told_and_no_money_brings_it_back()
    {
        var (admin, customer) = (await Host.NewAdminAsync(), await Host.NewCustomerAsync());
        var order = await Scenario.OrderAsync(Host, customer);
        await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        var path = $"/internal/instances/{order.InstanceId}";
        foreach (var role in new[] { Roles.Finance, Roles.Support })
            await (await Host.NewStaffAsync(role)).Http.PostAsync($"{path}/suspend", new BlockServerRequest("Spam")).RefusedAsync(403, ProblemCodes.Forbidden);
        await admin.Http.PostAsync($"{path}/suspend", new BlockServerRequest(" ")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.PostAsync($"{path}/suspend", new BlockServerRequest("Spam", "dua\nbaris")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.PostAsync($"{path}/unsuspend", new DeskActRequest("Keliru")).RefusedAsync(409, ProblemCodes.InvalidState);
        await admin.Http.PostAsync($"/internal/instances/{Guid.NewGuid()}/suspend", new BlockServerRequest("Spam")).RefusedAsync(404, ProblemCodes.NotFound);

        var suspended = await admin.Http.PostAsync($"{path}/suspend", new BlockServerRequest("Laporan CERT-118", "Server ini mengirim spam.")).ReadAsync<AdminInstance>();
        Assert.Equal((InstanceStatus.Suspended, SuspensionReason.Blocked, "Server ini mengirim spam."), (suspended.Status, suspended.SuspensionReason, suspended.BlockedMessage));
        await admin.Http.PostAsync($"{path}/suspend", new BlockServerRequest("Lagi")).RefusedAsync(409, ProblemCodes.InvalidState);
        var billing = await customer.Http.GetAsync($"/api/v1/instances/{order.InstanceId}/billing").ReadAsync<InstanceBilling>();
        Assert.Equal("Server ini mengirim spam.", billing.BlockedReason);
        var told = await Eventually.Async(
            async () => (await customer.Http.GetAsync("/api/v1/notifications").ReadAsync<NotificationPage>()).Items.SingleOrDefault(notice => notice.Type == "server.blocked"),
            notice => notice is not null, ApiHost.Patience, "the customer is told");
        Assert.Contains("mengirim spam", told!.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("CERT", told.Body, StringComparison.Ordinal);

        // Money, by whatever way, and the owner's own buttons.
        await Scenario.FundAsync(Host, customer, 3 * Scenario.PriceIdr);
        await Host.Cluster.GetGrain<IDropletGrain>(GrainKeys.Droplet(new InstanceId(Guid.Parse(order.InstanceId)))).MoneyArrived();
        await customer.Http.PostAsync($"/api/v1/instances/{order.InstanceId}/renew", new RenewRequest()).RefusedAsync(409, ProblemCodes.Blocked);
        await customer.Http.PostAsync($"/api/v1/instances/{order.InstanceId}/power-on").RefusedAsync(409, ProblemCodes.InvalidState);
        Assert.Equal(InstanceStatus.Suspended, (await customer.Http.GetAsync($"/api/v1/instances/{order.InstanceId}").ReadAsync<Instance>()).Status);

        var lifted = await admin.Http.PostAsync($"{path}/unsuspend", new DeskActRequest("Sudah dibersihkan")).ReadAsync<AdminInstance>();
        Assert.Null(lifted.BlockedMessage);
        await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        await Eventually.Async(
            async () => (await customer.Http.GetAsync("/api/v1/notifications").ReadAsync<NotificationPage>()).Items.Any(notice => notice.Type == "server.restored"), ApiHost.Patience, "the customer is told");
        var lines = (await admin.Http.GetAsync($"/internal/audit?subject=instance:{order.InstanceId}").ReadAsync<Page<AuditEntry>>()).Items;
        Assert.Equal(["instance.unsuspended", "instance.suspended"], lines.Select(line => line.Action));
        Assert.Equal(("Laporan CERT-118", false, true), (lines[1].Reason, lines[1].Before!.Value.GetProperty("blocked").GetBoolean(), lines[1].After!.Value.GetProperty("blocked").GetBoolean()));
    }

    [Fact]
    public async Task A_second_factor_is_switched_off_with_a_reason_everybody_is_signed_out_and_the_customer_told()
    {
        var (admin, customer) = (await Host.NewAdminAsync(), await Host.NewCustomerAsync());
        var path = $"/internal/users/{customer.Id}/two-factor/disable";
        await admin.Http.PostAsync(path, new DeskActRequest("KTP cocok")).RefusedAsync(409, ProblemCodes.TwoFactorOff);
        var http = await Host.SignedInAsync(customer.Email);
        var secret = (await http.PostAsync("/api/v1/me/two-factor/setup", new SetUpTwoFactorRequest(TestUser.Password)).ReadAsync<TwoFactorSetup>()).Secret.Replace(" ", "", StringComparison.Ordinal);
        await http.PostAsync("/api/v1/me/two-factor", new EnableTwoFactorRequest(Totp.CodeAt(secret, TimeProvider.System.GetUtcNow()))).ExpectAsync(HttpStatusCode.OK);
        Assert.True((await admin.Http.GetAsync($"/internal/users/{customer.Id}").ReadAsync<AdminUser>()).TwoFactor);
        await Host.LogInAsync(customer.Email).RefusedAsync(401, ProblemCodes.TwoFactorRequired);

        await (await Host.NewStaffAsync(Roles.Support)).Http.PostAsync(path, new DeskActRequest("KTP cocok")).RefusedAsync(403, ProblemCodes.Forbidden);
        await admin.Http.PostAsync(path, new DeskActRequest("")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.PostAsync($"/internal/users/{admin.Id}/two-factor/disable", new DeskActRequest("Saya")).RefusedAsync(409, ProblemCodes.OwnAccount);
        Assert.False((await admin.Http.PostAsync(path, new DeskActRequest("KTP cocok")).ReadAsync<AdminUser>()).TwoFactor);

        await http.GetAsync("/api/v1/me/security").RefusedAsync(401, ProblemCodes.InvalidSession);
        await Host.LogInAsync(customer.Email).ReadAsync<TokenPair>();
        await Eventually.Async(
            async () => (await customer.Http.GetAsync("/api/v1/notifications").ReadAsync<NotificationPage>()).Items.Any(notice => notice.Data.GetValueOrDefault("change") == "two_factor_removed"),
            ApiHost.Patience, "the customer is told");
        var line = (await admin.Http.GetAsync($"/internal/audit?subject=account:{customer.Id}&action=customer.").ReadAsync<Page<AuditEntry>>()).Items[0];
        Assert.Equal(("customer.two_factor_removed", "KTP cocok", true, false), (line.Action, line.Reason, line.Before!.Value.GetProperty("twoFactor").GetBoolean(), line.After!.Value.GetProperty("twoFactor").GetBoolean()));
    }

    [Fact]
    public async Task Who_is_frozen_and_opened_again_hears_of_both_once()
    {
        var (admin, customer) = (await Host.NewAdminAsync(), await Host.NewCustomerAsync());
        foreach (var act in new[] { "freeze", "freeze", "unfreeze", "unfreeze" })
            await admin.Http.PostAsync($"/internal/users/{customer.Id}/{act}", new DeskActRequest("Uji")).ExpectAsync(HttpStatusCode.OK);
        Assert.Equal("AccountFrozen,AccountUnfrozen", await Host.Database.ScalarAsync<string>(
            $"select string_agg(kind, ',' order by created_at) from notices where user_id = '{customer.Id}' and kind like 'Account%'"));
    }

    /// <summary>A daily server that was switched off an hour ago, because its second day was not paid.</summary>
    async Task<OrderAccepted> SuspendedAsync(TestUser customer)
    {
        await Scenario.FundAsync(Host, customer, 10_000);
        var order = await customer.Http.PostAsync("/api/v1/orders", Scenario.Order() with { BillingPeriod = Wire.Plans.BillingPeriod.Daily }).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        await (await Host.NewAdminAsync()).Http.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(order.Price - 10_000, "Ditarik")).ExpectAsync(HttpStatusCode.Created);
        var now = TimeProvider.System.GetUtcNow();
        // The record first: whoever wakes the server in between, its own words to its owner or a sweeper, reads that.
        await Host.Database.ExecuteAsync($$"""
            UPDATE grain_state SET version = version + 1, status = 'SUSPENDED', payload = payload || jsonb_build_object('phase', 'Suspended', 'subscription', payload -> 'subscription' || jsonb_build_object(
                'anchorAt', {{(now - TimeSpan.FromHours(31)).ToUnixTimeMilliseconds()}}, 'suspendedAt', {{(now - TimeSpan.FromHours(1)).ToUnixTimeMilliseconds()}}))
            WHERE key = 'droplet:{{order.InstanceId}}'
            """, TestContext.Current.CancellationToken);
        await Host.DeactivateAsync(Host.Cluster.GetGrain<IDropletGrain>(GrainKeys.Droplet(new InstanceId(Guid.Parse(order.InstanceId)))));
        Assert.Equal(SuspensionReason.Unpaid, (await customer.Http.GetAsync($"/api/v1/instances/{order.InstanceId}").ReadAsync<Instance>()).SuspensionReason);
        return order;
    }

    [Fact]
    public async Task A_correction_by_an_admin_wakes_the_server_that_waits_for_money()
    {
        var customer = await Host.NewCustomerAsync();
        var order = await SuspendedAsync(customer);
        await Scenario.FundAsync(Host, customer, order.Price);
        await RenewedAsync(customer, order);
    }

    [Fact]
    public async Task A_payment_credited_at_the_desk_is_told_and_wakes_the_server_that_waits_for_money()
    {
        var (finance, customer) = (await Host.NewStaffAsync(Roles.Finance), await Host.NewCustomerAsync());
        var order = await SuspendedAsync(customer);
        var reference = await Host.ForeignPaymentAsync(75_000);
        var found = await Eventually.Async(
            async () => (await finance.Http.GetAsync("/internal/payment-cases?limit=200").ReadAsync<Page<PaymentCase>>()).Items.SingleOrDefault(one => one.Reference == reference),
            one => one is not null, ApiHost.Patience, "the payment is a case");
        await finance.Http.PostAsync($"/internal/payment-cases/{found!.Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Credit, "Bukti cocok", customer.Id.ToString())).ExpectAsync(HttpStatusCode.OK);
        await RenewedAsync(customer, order);
        await Eventually.Async(
            () => Host.Database.ScalarAsync<long>($"select count(*) from notices where user_id = '{customer.Id}' and notice_id = 'deposit-paid-{reference}'"),
            told => told == 1, ApiHost.Patience, "the customer is told once", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_correction_that_a_second_person_approves_wakes_the_server_too()
    {
        var customer = await Host.NewCustomerAsync();
        var order = await SuspendedAsync(customer);
        var asked = await (await Host.NewStaffAsync(Roles.Finance)).Http.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(2_000_000, "Dobel bayar"))
            .ReadAsync<MoneyRequest>(HttpStatusCode.Accepted);
        await (await Host.NewAdminAsync()).Http.PostAsync($"/internal/money-requests/{asked.Id}/approve", new DeskActRequest("Cocok")).ExpectAsync(HttpStatusCode.OK);
        await RenewedAsync(customer, order);
    }

    async Task RenewedAsync(TestUser customer, OrderAccepted order)
    {
        await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        Assert.Equal(1, await Host.Database.ScalarAsync<long>($"select count(*) from wallet_transactions where operation_id like 'renew:{order.InstanceId}:%'"));
    }
}
