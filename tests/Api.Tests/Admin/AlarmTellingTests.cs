using System.Security.Cryptography;
using System.Text;
using Webrana.Api.Accounts;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Tests.Admin;

/// <summary>
/// Each alarm is raised once and cleared once, told by mail and by a signed POST, whatever is away or broken meanwhile.
/// A host of its own: alarms are everybody's.
/// </summary>
public sealed class AlarmTellingTests : IAsyncLifetime
{
    AlarmHost _alarms = null!;

    public async ValueTask InitializeAsync() => _alarms = await AlarmHost.StartAsync();

    public ValueTask DisposeAsync() => _alarms.DisposeAsync();

    [Fact]
    public async Task An_alarm_is_raised_once_told_signed_and_by_mail_and_cleared_once()
    {
        var admin = await _alarms.Host.NewAdminAsync();
        // Made at a shell, and never signed in since.
        const string Owner = "ibu.pemilik@example.com";
        Assert.Equal(0, await CreateAdmin.RunAsync(_alarms.Host.Services, Owner, "Ibu Pemilik", TextWriter.Null));
        Assert.Equal(0, await _alarms.RoundAsync());
        await _alarms.StuckCallbackAsync();

        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Equal(0, await _alarms.RoundAsync());
        foreach (var address in new[] { admin.Email, Owner })
            Assert.StartsWith("alarm:", (await _alarms.Host.Mails.NextAsync(address)).MailId, StringComparison.Ordinal);
        var (body, signature) = Assert.Single(_alarms.Posted);
        Assert.Contains("\"state\":\"RAISED\"", body, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"CALLBACKS_STUCK\"", body, StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(AlarmReceiver.Key), Encoding.UTF8.GetBytes(body))), signature);
        Assert.Equal("CALLBACKS_STUCK", Assert.Single((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items).Code);
        Assert.Equal("CALLBACKS_STUCK", Assert.Single((await admin.Http.GetAsync("/internal/dashboard").ReadAsync<Dashboard>()).Alarms).Code);

        await _alarms.ExecuteAsync("DELETE FROM payment_inbox");
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
        Assert.Empty((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items);
        Assert.NotNull(Assert.Single((await admin.Http.GetAsync("/internal/alarms?cleared=true").ReadAsync<Page<DeskAlarm>>()).Items).ClearedAt);
    }

    [Fact]
    public async Task A_webhook_that_is_away_is_told_again_and_nobody_is_mailed_twice_for_it()
    {
        await _alarms.StuckCallbackAsync();
        _alarms.Webhook.Status = 503;
        Assert.Equal(0, await _alarms.RoundAsync());
        _alarms.Webhook.Status = 200;
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Equal(2, _alarms.Posted.Count);
        Assert.Equal(_alarms.Posted.First().Body, _alarms.Posted.Last().Body);
    }

    /// <summary>The outage itself is the alarm: the one who should hear of it does not hear it through what is out.</summary>
    [Fact]
    public async Task A_cluster_that_is_away_is_told_to_the_webhook_and_on_the_overview_at_once_and_to_mailboxes_when_it_is_back()
    {
        var admin = await _alarms.Host.NewAdminAsync();
        Assert.Equal(0, await _alarms.RoundAsync());
        var due = TimeProvider.System.GetUtcNow().AddMinutes(-16).ToUnixTimeMilliseconds();
        await _alarms.ExecuteAsync($"INSERT INTO grain_state (state, key, due_at, version) VALUES ('droplet', 'droplet:nobody', {due}, 1)");

        _alarms.Host.Outage.Lasts = true;
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.Contains("\"state\":\"RAISED\",\"code\":\"RENEWALS_OVERDUE\"", Assert.Single(_alarms.Posted).Body, StringComparison.Ordinal);
        var overview = await admin.Http.GetAsync("/internal/dashboard").ReadAsync<Dashboard>();
        Assert.Equal("RENEWALS_OVERDUE", Assert.Single(overview.Alarms).Code);
        Assert.Equal(1, overview.OverdueRenewals);
        Assert.True(overview is { ProviderFree: null, ProviderCallsLeft: null, ProviderCallsLimit: null, ProviderUsd: null });
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.Single(_alarms.Posted);

        _alarms.Host.Outage.Lasts = false;
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.Single(_alarms.Posted);
        Assert.Equal(1, await _alarms.MailsAsync(admin));
    }

    [Fact]
    public async Task An_outage_that_was_over_before_any_mail_left_is_mailed_in_both_its_words()
    {
        var admin = await _alarms.Host.NewAdminAsync();
        await _alarms.StuckCallbackAsync();
        _alarms.Host.Outage.Lasts = true;
        Assert.Equal(0, await _alarms.RoundAsync());
        await _alarms.ExecuteAsync("DELETE FROM payment_inbox");
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.Equal(2, _alarms.Posted.Count);
        _alarms.Host.Outage.Lasts = false;
        Assert.Equal(2, await _alarms.RoundAsync());
        Assert.Equal(2, _alarms.Posted.Count);
        Assert.Equal(1, await _alarms.MailsAsync(admin));
        Assert.Equal(1, await _alarms.MailsAsync(admin, "ShopAlarmOver"));
    }

    [Fact]
    public async Task What_was_told_before_the_two_ways_were_told_apart_is_told_by_neither_again()
    {
        var admin = await _alarms.Host.NewAdminAsync();
        await _alarms.ExecuteAsync(
            "INSERT INTO alarms (code, subject, detail, raised_at, raised_told_at) VALUES ('CALLBACKS_STUCK', '', 'x', now(), now())");
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\"", Assert.Single(_alarms.Posted).Body, StringComparison.Ordinal);
        Assert.Equal(0, await _alarms.MailsAsync(admin));
        Assert.Equal(1, await _alarms.MailsAsync(admin, "ShopAlarmOver"));
    }

    /// <summary>Who knows the address of a chat service's webhook may speak there.</summary>
    [Fact]
    public async Task The_webhooks_address_is_in_no_line_of_the_log_whatever_comes_of_it_and_no_answer_leads_elsewhere()
    {
        await _alarms.StuckCallbackAsync();
        foreach (var status in new[] { 503, 307 })
        {
            _alarms.Webhook.Status = status;
            Assert.Equal(0, await _alarms.RoundAsync());
        }

        await _alarms.Webhook.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.False(_alarms.Webhook.LedElsewhere);
        Assert.Equal(2, _alarms.Posted.Count);
        Assert.Equal(3, _alarms.Logs.Count(line => line.Contains("did not take alarm", StringComparison.Ordinal)));
        Assert.DoesNotContain(_alarms.Logs, line => line.Contains(AlarmReceiver.Secret, StringComparison.Ordinal));
    }

    // A fault of the grain that knows the provider's accounts, as Orleans hands it on.
    [Fact]
    public async Task One_check_that_breaks_keeps_no_other_alarm_back()
    {
        _alarms.Host.Outage.Broken = GrainKeys.ProviderFleet;
        await _alarms.StuckCallbackAsync();
        await _alarms.RoundAsync();
        Assert.Contains("\"code\":\"CALLBACKS_STUCK\"", Assert.Single(_alarms.Posted).Body, StringComparison.Ordinal);
    }

    // A fault of one admin's account, as Orleans hands it on.
    [Fact]
    public async Task One_admin_who_cannot_be_told_keeps_an_alarm_and_its_end_from_no_other()
    {
        var (broken, admin) = (await _alarms.Host.NewAdminAsync(), await _alarms.Host.NewAdminAsync());
        _alarms.Host.Outage.Broken = GrainKeys.Account(broken.Id);
        await _alarms.StuckCallbackAsync();
        await _alarms.RoundAsync();
        await _alarms.ExecuteAsync("UPDATE payment_inbox SET handled_at = now()");
        await _alarms.RoundAsync();
        Assert.Equal((1, 1), (await _alarms.MailsAsync(admin), await _alarms.MailsAsync(admin, "ShopAlarmOver")));
        _alarms.Host.Outage.Broken = null;
        await _alarms.RoundAsync();
        Assert.Equal((1, 1), (await _alarms.MailsAsync(broken), await _alarms.MailsAsync(broken, "ShopAlarmOver")));
    }
}
