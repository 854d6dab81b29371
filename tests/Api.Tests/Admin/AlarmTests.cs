using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Alarms;
using Webrana.Api.Tests.Support;
using Webrana.Api.Tests.Webhooks;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Providers;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Tests.Admin;

/// <summary>Each alarm is raised once and cleared once, told by mail and by a signed POST. A host of its own: alarms are everybody's.</summary>
public sealed class AlarmTests : IAsyncLifetime
{
    const string Key = "alarm-key-0001";

    const string WebhookSecret = "T0001-rahasia-sekali";

    readonly ConcurrentQueue<(string Body, string? Signature)> _posted = new();
    readonly ConcurrentQueue<string> _logs = new();
    WebApplication _receiver = null!;
    ApiHost _host = null!;
    int _status = 200;
    bool _elsewhere;

    AlarmWatch Watch => _host.Services.GetRequiredService<AlarmWatch>();

    SettlementWatch Settlement => _host.Services.GetRequiredService<SettlementWatch>();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        _receiver = builder.Build();
        _receiver.Urls.Add("http://127.0.0.1:0");
        _receiver.MapPost($"/alarms/{WebhookSecret}", async (HttpRequest request, HttpResponse response) =>
        {
            using var reader = new StreamReader(request.Body);
            _posted.Enqueue((await reader.ReadToEndAsync(), request.Headers[AlarmTeller.SignatureHeader]));
            response.Headers.Location = "/elsewhere";
            return Results.StatusCode(_status);
        });
        _receiver.MapPost("/elsewhere", () => _elsewhere = true);
        await _receiver.StartAsync();
        var address = _receiver.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _host = await ApiHost.StartAsync(
            new Dictionary<string, string?>
            {
                ["Desk:AlarmWebhookUrl"] = $"{address}/alarms/{WebhookSecret}", ["Desk:AlarmWebhookKey"] = Key, ["Desk:AlarmEverySeconds"] = "3600",
                ["DigitalOcean:HealthMs"] = "200", ["DigitalOcean:SweepMs"] = "200",
                // As somebody who looks for a fault would set it.
                ["Logging:LogLevel:System.Net.Http"] = "Trace",
            },
            services => services.AddLogging(log => log.AddProvider(new LogWatcher(_logs))));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task An_alarm_is_raised_once_told_signed_and_by_mail_and_cleared_once()
    {
        var admin = await _host.NewAdminAsync();
        // Made at a shell, and never signed in since.
        const string Owner = "ibu.pemilik@example.com";
        Assert.Equal(0, await CreateAdmin.RunAsync(_host.Services, Owner, "Ibu Pemilik", TextWriter.Null));
        Assert.Equal(0, await RoundAsync());
        await StuckCallbackAsync();

        Assert.Equal(1, await RoundAsync());
        Assert.Equal(0, await RoundAsync());
        foreach (var address in new[] { admin.Email, Owner })
            Assert.StartsWith("alarm:", (await _host.Mails.NextAsync(address)).MailId, StringComparison.Ordinal);
        var (body, signature) = Assert.Single(_posted);
        Assert.Contains("\"state\":\"RAISED\"", body, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"CALLBACKS_STUCK\"", body, StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(body))), signature);
        Assert.Equal("CALLBACKS_STUCK", Assert.Single((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items).Code);
        Assert.Equal("CALLBACKS_STUCK", Assert.Single((await admin.Http.GetAsync("/internal/dashboard").ReadAsync<Dashboard>()).Alarms).Code);

        await _host.Database.ExecuteAsync("DELETE FROM payment_inbox", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Equal(0, await RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\"", _posted.Last().Body, StringComparison.Ordinal);
        Assert.Empty((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items);
        Assert.NotNull(Assert.Single((await admin.Http.GetAsync("/internal/alarms?cleared=true").ReadAsync<Page<DeskAlarm>>()).Items).ClearedAt);
    }

    [Fact]
    public async Task A_mail_or_message_that_waits_for_ten_minutes_is_an_alarm_and_so_are_papers_and_a_customers_broken_webhook_is_none_while_it_is_tried()
    {
        var (admin, customer) = (await _host.NewAdminAsync(), await _host.NewCustomerAsync());
        Assert.Equal(0, await RoundAsync());
        // Not due again for a while: the courier would deliver it.
        await _host.Database.ExecuteAsync(
            $$"""
            WITH told AS (INSERT INTO notices (id, user_id, notice_id, kind, facts, in_panel, created_at)
                          VALUES (gen_random_uuid(), '{{customer.Id}}', 'n', 'Welcome', '{}', true, now()) RETURNING id)
            INSERT INTO notice_deliveries (notice, user_id, channel, target, stage, try_at, created_at)
            SELECT id, '{{customer.Id}}', channel, '', 1, now() + interval '1 hour', now() - interval '11 minutes' FROM told, unnest(ARRAY[1, 2, 3]) channel
            """, TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Equal(1, (await admin.Http.GetAsync("/internal/dashboard").ReadAsync<Dashboard>()).StuckMails);
        Assert.Equal("OUTBOX_STUCK", Assert.Single((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items).Code);
        await _host.Database.ExecuteAsync("UPDATE notice_deliveries SET stage = 4 WHERE channel = 1 AND stage = 1", TestContext.Current.CancellationToken);
        Assert.Equal(0, await RoundAsync()); // Telegram's still waits.
        await _host.Database.ExecuteAsync("UPDATE notice_deliveries SET stage = 4 WHERE channel = 2 AND stage = 1", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        // Due for long, and held by nobody who tries: whoever the other side is, that is ours.
        await _host.Database.ExecuteAsync(
            "UPDATE notice_deliveries SET try_at = now() - interval '11 minutes', leased_until = now() + interval '1 hour' WHERE channel = 3 AND stage = 1",
            TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());

        // Not due again for a while: the pump would work it off.
        await _host.Database.ExecuteAsync(
            $"""
            WITH queued AS (INSERT INTO ledger_queue (wallet_id, seq) VALUES ('{customer.Id}', 1))
            INSERT INTO paper_waits (wallet_id, tries, since, try_at, reason)
            VALUES ('{customer.Id}', 9, now() - interval '9 minutes', now() + interval '1 hour', 'TimeoutException')
            """, TestContext.Current.CancellationToken);
        Assert.Equal(0, await RoundAsync());
        await _host.Database.ExecuteAsync("UPDATE paper_waits SET since = now() - interval '11 minutes'", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"code\":\"PAPERS_STUCK\"", _posted.Last().Body, StringComparison.Ordinal);
        Assert.Contains(customer.Id.ToString(), _posted.Last().Body, StringComparison.Ordinal);
        await _host.Database.ExecuteAsync("DELETE FROM ledger_queue", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\",\"code\":\"PAPERS_STUCK\"", _posted.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_is_away_is_told_again_and_nobody_is_mailed_twice_for_it()
    {
        await StuckCallbackAsync();
        _status = 503;
        Assert.Equal(0, await RoundAsync());
        _status = 200;
        Assert.Equal(1, await RoundAsync());
        Assert.Equal(2, _posted.Count);
        Assert.Equal(_posted.First().Body, _posted.Last().Body);
    }

    /// <summary>The outage itself is the alarm: the one who should hear of it does not hear it through what is out.</summary>
    [Fact]
    public async Task A_cluster_that_is_away_is_told_to_the_webhook_and_on_the_overview_at_once_and_to_mailboxes_when_it_is_back()
    {
        var admin = await _host.NewAdminAsync();
        Assert.Equal(0, await RoundAsync());
        var due = TimeProvider.System.GetUtcNow().AddMinutes(-16).ToUnixTimeMilliseconds();
        await _host.Database.ExecuteAsync($"INSERT INTO grain_state (state, key, due_at, version) VALUES ('droplet', 'droplet:nobody', {due}, 1)", TestContext.Current.CancellationToken);

        _host.Outage.Lasts = true;
        Assert.Equal(0, await RoundAsync());
        Assert.Contains("\"state\":\"RAISED\",\"code\":\"RENEWALS_OVERDUE\"", Assert.Single(_posted).Body, StringComparison.Ordinal);
        var overview = await admin.Http.GetAsync("/internal/dashboard").ReadAsync<Dashboard>();
        Assert.Equal("RENEWALS_OVERDUE", Assert.Single(overview.Alarms).Code);
        Assert.Equal(1, overview.OverdueRenewals);
        Assert.True(overview is { ProviderFree: null, ProviderCallsLeft: null, ProviderCallsLimit: null, ProviderUsd: null });
        Assert.Equal(0, await RoundAsync());
        Assert.Single(_posted);

        _host.Outage.Lasts = false;
        Assert.Equal(1, await RoundAsync());
        Assert.Equal(0, await RoundAsync());
        Assert.Single(_posted);
        Assert.Equal(1, await AlarmMailsAsync(admin));
    }

    [Fact]
    public async Task An_outage_that_was_over_before_any_mail_left_is_mailed_in_both_its_words()
    {
        var admin = await _host.NewAdminAsync();
        await StuckCallbackAsync();
        _host.Outage.Lasts = true;
        Assert.Equal(0, await RoundAsync());
        await _host.Database.ExecuteAsync("DELETE FROM payment_inbox", TestContext.Current.CancellationToken);
        Assert.Equal(0, await RoundAsync());
        Assert.Equal(2, _posted.Count);
        _host.Outage.Lasts = false;
        Assert.Equal(2, await RoundAsync());
        Assert.Equal(2, _posted.Count);
        Assert.Equal(1, await AlarmMailsAsync(admin));
        Assert.Equal(1, await AlarmMailsAsync(admin, "ShopAlarmOver"));
    }

    [Fact]
    public async Task What_was_told_before_the_two_ways_were_told_apart_is_told_by_neither_again()
    {
        var admin = await _host.NewAdminAsync();
        await _host.Database.ExecuteAsync(
            "INSERT INTO alarms (code, subject, detail, raised_at, raised_told_at) VALUES ('CALLBACKS_STUCK', '', 'x', now(), now())", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\"", Assert.Single(_posted).Body, StringComparison.Ordinal);
        Assert.Equal(0, await AlarmMailsAsync(admin));
        Assert.Equal(1, await AlarmMailsAsync(admin, "ShopAlarmOver"));
    }

    [Fact]
    public async Task What_is_left_of_the_money_at_the_provider_is_told_to_the_webhook_and_by_mail()
    {
        var admin = await _host.NewAdminAsync();
        await Primary.EnsureRunning();
        await Eventually.Async(
            Primary.View, view => view.BalanceUsdCents is not null, ApiHost.Patience, "the provider's bill was read", TestContext.Current.CancellationToken);
        Assert.Equal(0, await RoundAsync());
        // The shop pays in advance, and wants fifty dollars to be there.
        _host.Services.GetRequiredService<IOptions<DeskOptions>>().Value.ProviderCreditUsd = 50;
        Assert.Equal(1, await RoundAsync());
        Assert.Equal(0, await RoundAsync());
        var raised = Assert.Single(_posted).Body;
        Assert.Contains("\"state\":\"RAISED\",\"code\":\"PROVIDER_BALANCE\",\"subject\":\"primary\"", raised, StringComparison.Ordinal);
        Assert.Contains("USD paid in advance are left", raised, StringComparison.Ordinal);
        var mail = await _host.Mails.NextAsync(admin.Email);
        Assert.StartsWith("alarm:", mail.MailId, StringComparison.Ordinal);
        Assert.Contains("USD paid in advance are left", mail.Content.Text, StringComparison.Ordinal);
    }

    /// <summary>Who knows the address of a chat service's webhook may speak there.</summary>
    [Fact]
    public async Task The_webhooks_address_is_in_no_line_of_the_log_whatever_comes_of_it_and_no_answer_leads_elsewhere()
    {
        await StuckCallbackAsync();
        foreach (var status in new[] { 503, 307 })
        {
            _status = status;
            Assert.Equal(0, await RoundAsync());
        }

        await _receiver.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await RoundAsync());
        Assert.False(_elsewhere);
        Assert.Equal(2, _posted.Count);
        Assert.Equal(3, _logs.Count(line => line.Contains("did not take alarm", StringComparison.Ordinal)));
        Assert.DoesNotContain(_logs, line => line.Contains(WebhookSecret, StringComparison.Ordinal));
    }

    // Asked for, and in no outbox yet: while nobody works them off, their people wait for a link that they were promised.
    [Fact]
    public async Task Mails_asked_for_that_nobody_works_off_are_an_alarm()
    {
        await _host.Database.ExecuteAsync(
            "INSERT INTO identity.mail_requests (kind, address, person, asked_at, try_at) VALUES (1, 'x@example.com', gen_random_uuid(), now() - interval '10 minutes', now() + interval '1 hour')",
            TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"code\":\"OUTBOX_STUCK\"", Assert.Single(_posted).Body, StringComparison.Ordinal);
        await _host.Database.ExecuteAsync("DELETE FROM identity.mail_requests", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
    }

    // A fault of the grain that knows the provider's accounts, as Orleans hands it on.
    [Fact]
    public async Task One_check_that_breaks_keeps_no_other_alarm_back()
    {
        _host.Outage.Broken = GrainKeys.ProviderFleet;
        await StuckCallbackAsync();
        await RoundAsync();
        Assert.Contains("\"code\":\"CALLBACKS_STUCK\"", Assert.Single(_posted).Body, StringComparison.Ordinal);
    }

    // A fault of one admin's account, as Orleans hands it on.
    [Fact]
    public async Task One_admin_who_cannot_be_told_keeps_an_alarm_and_its_end_from_no_other()
    {
        var (broken, admin) = (await _host.NewAdminAsync(), await _host.NewAdminAsync());
        _host.Outage.Broken = GrainKeys.Account(broken.Id);
        await StuckCallbackAsync();
        await RoundAsync();
        await _host.Database.ExecuteAsync("UPDATE payment_inbox SET handled_at = now()", TestContext.Current.CancellationToken);
        await RoundAsync();
        Assert.Equal((1, 1), (await AlarmMailsAsync(admin), await AlarmMailsAsync(admin, "ShopAlarmOver")));
        _host.Outage.Broken = null;
        await RoundAsync();
        Assert.Equal((1, 1), (await AlarmMailsAsync(broken), await AlarmMailsAsync(broken, "ShopAlarmOver")));
    }

    [Fact]
    public async Task Books_that_differ_and_a_log_that_was_touched_are_alarms()
    {
        await Scenario.FundAsync(_host, await _host.NewCustomerAsync(), 10_000);
        Assert.Equal(0, await Watch.RunOnceAsync(books: true, TestContext.Current.CancellationToken));
        await _host.Database.ExecuteAsync("UPDATE wallets SET balance = balance + 7; UPDATE audit_log SET reason = 'lain' WHERE seq = 1", TestContext.Current.CancellationToken);
        Assert.True(await Watch.RunOnceAsync(books: true, TestContext.Current.CancellationToken) >= 3);
        var codes = string.Concat(_posted.Select(posted => posted.Body));
        Assert.Contains("BOOKS_DIFFER", codes, StringComparison.Ordinal);
        Assert.Contains("balance_is_sum_of_rows", codes, StringComparison.Ordinal);
        Assert.Contains("AUDIT_BROKEN", codes, StringComparison.Ordinal);
        // A quick round did not look at the books: it clears nothing of them.
        Assert.Equal(0, await RoundAsync());
    }

    [Fact]
    public async Task Few_servers_left_to_sell_are_an_alarm_while_there_still_are_some_and_more_room_clears_it()
    {
        var admin = await _host.NewAdminAsync();
        // Two of them are kept for servers that exist: five are left, which is few.
        await SetLimitAsync(7);
        // Nobody has looked at the provider yet: nothing is known, and nothing raised.
        Assert.Equal(0, await RoundAsync());
        await Primary.EnsureRunning();
        await SeenAsync(7);
        Assert.Equal(1, await RoundAsync());
        Assert.Equal(0, await RoundAsync());
        Assert.True((await Primary.View()).Selling);
        var raised = Assert.Single(_posted).Body;
        Assert.Contains("\"code\":\"PROVIDER_CAPACITY\"", raised, StringComparison.Ordinal);
        Assert.Contains("Only 5 more servers can be ordered (primary: 5 of 7)", raised, StringComparison.Ordinal);
        Assert.Equal(1, await AlarmMailsAsync(admin));

        await SetLimitAsync(2);
        await SeenAsync(2);
        Assert.Equal(0, await RoundAsync());
        Assert.Contains("No server can be ordered any more", Assert.Single((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items).Detail, StringComparison.Ordinal);

        // One more than raises it: a single deletion at the edge ends nothing, nor would the next order raise it anew.
        await SetLimitAsync(8);
        await SeenAsync(8);
        Assert.Equal(0, await RoundAsync());
        Assert.Contains("Only 6 more servers", Assert.Single((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items).Detail, StringComparison.Ordinal);
        await SetLimitAsync(9);
        await SeenAsync(9);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\"", _posted.Last().Body, StringComparison.Ordinal);
        // And where none stands, one more than raises it is none.
        await SetLimitAsync(8);
        await SeenAsync(8);
        Assert.Equal(0, await RoundAsync());
    }

    [Fact]
    public async Task A_token_that_the_provider_refuses_and_a_renewal_that_nobody_looks_at_are_alarms_until_they_are_mended()
    {
        var admin = await _host.NewAdminAsync();
        await Primary.EnsureRunning();
        await SeenAsync(1_000);
        Assert.Equal(0, await RoundAsync());
        _host.Cloud.Inject(new Fault { Kind = FaultKinds.Unauthorized, Count = -1 });
        await StandsAsync(ProviderAlarm.TokenRefused);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"state\":\"RAISED\",\"code\":\"PROVIDER_TOKEN\",\"subject\":\"primary\"", _posted.Last().Body, StringComparison.Ordinal);
        Assert.Equal(1, await AlarmMailsAsync(admin));
        _host.Cloud.ClearFaults();
        await Primary.EnsureRunning();
        await StandsAsync(ProviderAlarm.None);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\",\"code\":\"PROVIDER_TOKEN\"", _posted.Last().Body, StringComparison.Ordinal);

        // Of a server that no grain can be woken for: it stays due, and after a quarter of an hour it is forgotten.
        var due = TimeProvider.System.GetUtcNow().AddMinutes(-14).ToUnixTimeMilliseconds();
        await _host.Database.ExecuteAsync($"INSERT INTO grain_state (state, key, due_at, version) VALUES ('droplet', 'droplet:nobody', {due}, 1)", TestContext.Current.CancellationToken);
        Assert.Equal(0, await RoundAsync());
        await _host.Database.ExecuteAsync("UPDATE grain_state SET due_at = due_at - 120000 WHERE key = 'droplet:nobody'", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"code\":\"RENEWALS_OVERDUE\"", _posted.Last().Body, StringComparison.Ordinal);
        await _host.Database.ExecuteAsync("UPDATE grain_state SET due_at = NULL WHERE key = 'droplet:nobody'", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\",\"code\":\"RENEWALS_OVERDUE\"", _posted.Last().Body, StringComparison.Ordinal);

        Task<ProviderAccountView> StandsAsync(ProviderAlarm alarm) => Eventually.Async(
            Primary.View, view => view.Alarm == alarm, ApiHost.Patience, $"the account's alarm is {alarm}", TestContext.Current.CancellationToken);
    }

    IDigitalOceanAccountGrain Primary => _host.Cluster.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount("primary"));

    Task<int> SeenAsync(int limit) => Eventually.Async(
        async () => (await Primary.View()).DropletLimit, seen => seen == limit, ApiHost.Patience, "the account was looked at", TestContext.Current.CancellationToken);

    async Task SetLimitAsync(int dropletLimit)
    {
        using var http = new HttpClient { BaseAddress = _host.Cloud.BaseUrl };
        using var answer = await http.PostAsJsonAsync("/_sandbox/settings", new { dropletLimit }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_droplet_that_stays_unexplained_for_an_hour_is_an_alarm_and_a_strangers_or_a_fresh_one_is_none()
    {
        await _host.Database.ExecuteAsync(
            """
            INSERT INTO provider_drift (account, droplet_id, kind, name, first_seen_at, last_seen_at) VALUES
                ('watched', 1, 'FOREIGN', 'x', now() - interval '2 hours', now()), ('watched', 2, 'UNEXPLAINED', 'x', now() - interval '50 minutes', now())
            """, TestContext.Current.CancellationToken);
        Assert.Equal(0, await RoundAsync());
        await _host.Database.ExecuteAsync("UPDATE provider_drift SET first_seen_at = now() - interval '61 minutes' WHERE droplet_id = 2", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"code\":\"PROVIDER_DRIFT\",\"subject\":\"watched\"", _posted.Last().Body, StringComparison.Ordinal);
        await _host.Database.ExecuteAsync("UPDATE provider_drift SET resolved_at = now() WHERE droplet_id = 2", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\"", _posted.Last().Body, StringComparison.Ordinal);

        // Of an account that is switched off nobody sweeps it away: it is over with the account.
        await _host.Database.ExecuteAsync("UPDATE provider_drift SET account = 'primary', resolved_at = NULL WHERE droplet_id = 2", TestContext.Current.CancellationToken);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"subject\":\"primary\"", _posted.Last().Body, StringComparison.Ordinal);
        Assert.True((await Primary.SetMode(ProviderAccountMode.Disabled)).IsOk);
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\"", _posted.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payment_of_yesterday_that_nobody_credited_is_an_alarm_until_a_person_has_ended_its_case_and_a_gateway_that_is_away_ends_none()
    {
        var reference = await _host.ForeignPaymentAsync(75_000);
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        await AwayAsync();
        Assert.Equal(0, await RoundAsync());
        Assert.Equal(1, await SettleAsync(tomorrow));
        Assert.Contains("\"code\":\"SETTLEMENT_DIFFERS\"", _posted.Last().Body, StringComparison.Ordinal);
        Assert.Contains("Rp 75000", _posted.Last().Body, StringComparison.Ordinal);
        // What did not ask the gateway, or asked in vain, clears nothing; the next day it is still looked after.
        await AwayAsync();
        Assert.Equal(0, await RoundAsync());
        Assert.Equal(0, await SettleAsync(tomorrow.AddDays(1)));
        await _host.Database.ExecuteAsync(
            $"""
            INSERT INTO payment_cases (kind, reference, amount, opened_at) VALUES ('UNMATCHED', '{reference}', 75000, now()) ON CONFLICT DO NOTHING;
            UPDATE payment_cases SET status = 'RESOLVED', resolution = 'DISMISS' WHERE reference = '{reference}'
            """, TestContext.Current.CancellationToken);
        Assert.Equal(1, await SettleAsync(tomorrow.AddDays(1)));
        Assert.Contains("\"state\":\"CLEARED\"", _posted.Last().Body, StringComparison.Ordinal);

        async Task AwayAsync()
        {
            _host.Gateway.AddFault("whitelist_403", path: "merchant/transactions");
            Assert.False(await Settlement.RunOnceAsync(tomorrow, TestContext.Current.CancellationToken));
            using var http = new HttpClient();
            Assert.Equal("[]", await http.GetStringAsync(new Uri(_host.Gateway.Address, "/_sandbox/faults"), TestContext.Current.CancellationToken)); // it was taken
        }
    }

    [Fact]
    public async Task A_day_that_still_differs_after_a_week_ends_and_nobody_is_told_that_it_is_over()
    {
        var admin = await _host.NewAdminAsync();
        await _host.ForeignPaymentAsync(75_000);
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        Assert.Equal(1, await SettleAsync(tomorrow));
        Assert.Equal(0, await SettleAsync(tomorrow.AddDays(6)));
        Assert.Equal(1, await SettleAsync(tomorrow.AddDays(7)));
        Assert.Empty((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items);
        const string truth = "1 payments differ, Rp 75000 together. That was so when the day was last compared. After 7 days it is not compared any more";
        Assert.Contains(truth, Assert.Single((await admin.Http.GetAsync("/internal/alarms?cleared=true").ReadAsync<Page<DeskAlarm>>()).Items).Detail, StringComparison.Ordinal);
        Assert.Contains(truth, _posted.Last().Body, StringComparison.Ordinal);
        Assert.Equal(2, await AlarmMailsAsync(admin));
        Assert.Equal(0, await AlarmMailsAsync(admin, "ShopAlarmOver"));
    }

    [Fact]
    public async Task A_settlement_under_way_holds_back_no_other_alarm_and_the_other_alarms_hold_back_no_settlement()
    {
        await _host.ForeignPaymentAsync(75_000);
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        await StuckCallbackAsync();
        await WhileAnotherHoldsAsync(SettlementWatch.AdvisoryLock, async () =>
        {
            Assert.False(await Settlement.RunOnceAsync(tomorrow, TestContext.Current.CancellationToken));
            Assert.Equal(1, await RoundAsync());
        });
        await WhileAnotherHoldsAsync(AlarmWatch.AdvisoryLock, async () =>
        {
            Assert.True(await Settlement.RunOnceAsync(tomorrow, TestContext.Current.CancellationToken));
            Assert.Equal(0, await RoundAsync());
        });
        Assert.Equal(1, await RoundAsync());
        Assert.Contains("\"code\":\"SETTLEMENT_DIFFERS\"", _posted.Last().Body, StringComparison.Ordinal);
    }

    async Task WhileAnotherHoldsAsync(long advisoryLock, Func<Task> work)
    {
        await using var connection = await _host.Sources.Queries.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection, transaction) { Parameters = { new() { Value = advisoryLock } } };
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await work();
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
    }

    Task<long> AlarmMailsAsync(TestUser admin, string kind = "ShopAlarm") =>
        _host.Database.ScalarAsync<long>($"SELECT count(*) FROM notices WHERE user_id = '{admin.Id}' AND kind = '{kind}'", TestContext.Current.CancellationToken);

    // What a comparison noted is told by the next round.
    async Task<int> SettleAsync(DateTimeOffset at)
    {
        Assert.True(await Settlement.RunOnceAsync(at, TestContext.Current.CancellationToken));
        return await RoundAsync();
    }

    Task<int> RoundAsync() => Watch.RunOnceAsync(books: false, TestContext.Current.CancellationToken);

    // Of a deposit that nobody has made: whenever the inbox's own worker comes by it tells in vain, and gives up after an hour only.
    Task<int> StuckCallbackAsync()
    {
        var body = Callback.BodyOf("DEV-T1", MerchantRef.For(new DepositId(Guid.NewGuid())), 50_000);
        return _host.Database.ExecuteAsync(
            $"""
            INSERT INTO payment_inbox (reference, status, body_sha256, body, received_at)
            VALUES ('DEV-T1', 'PAID', sha256(convert_to('{body}', 'UTF8')), convert_to('{body}', 'UTF8'), now() - interval '3 minutes')
            """, TestContext.Current.CancellationToken);
    }
}
