using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webrana.Api.Admin;
using Webrana.Api.Tests.Support;
using Webrana.Contracts.Providers;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Tests.Admin;

/// <summary>
/// What is wrong at the provider is an alarm: its bill, its room, its token, its droplets, and renewals that nobody looks at.
/// A host of its own: alarms are everybody's.
/// </summary>
public sealed class ProviderAlarmTests : IAsyncLifetime
{
    AlarmHost _alarms = null!;

    public async ValueTask InitializeAsync() => _alarms = await AlarmHost.StartAsync();

    public ValueTask DisposeAsync() => _alarms.DisposeAsync();

    [Fact]
    public async Task What_is_left_of_the_money_at_the_provider_is_told_to_the_webhook_and_by_mail()
    {
        var admin = await _alarms.Host.NewAdminAsync();
        await _alarms.Primary.EnsureRunning();
        await Eventually.Async(
            _alarms.Primary.View, view => view.BalanceUsdCents is not null, ApiHost.Patience, "the provider's bill was read", TestContext.Current.CancellationToken);
        Assert.Equal(0, await _alarms.RoundAsync());
        // The shop pays in advance, and wants fifty dollars to be there.
        _alarms.Host.Services.GetRequiredService<IOptions<DeskOptions>>().Value.ProviderCreditUsd = 50;
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Equal(0, await _alarms.RoundAsync());
        var raised = Assert.Single(_alarms.Posted).Body;
        Assert.Contains("\"state\":\"RAISED\",\"code\":\"PROVIDER_BALANCE\",\"subject\":\"primary\"", raised, StringComparison.Ordinal);
        Assert.Contains("USD paid in advance are left", raised, StringComparison.Ordinal);
        var mail = await _alarms.Host.Mails.NextAsync(admin.Email);
        Assert.StartsWith("alarm:", mail.MailId, StringComparison.Ordinal);
        Assert.Contains("USD paid in advance are left", mail.Content.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Few_servers_left_to_sell_are_an_alarm_while_there_still_are_some_and_more_room_clears_it()
    {
        var admin = await _alarms.Host.NewAdminAsync();
        // Two of them are kept for servers that exist: five are left, which is few.
        await SetLimitAsync(7);
        // Nobody has looked at the provider yet: nothing is known, and nothing raised.
        Assert.Equal(0, await _alarms.RoundAsync());
        await _alarms.Primary.EnsureRunning();
        await SeenAsync(7);
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.True((await _alarms.Primary.View()).Selling);
        var raised = Assert.Single(_alarms.Posted).Body;
        Assert.Contains("\"code\":\"PROVIDER_CAPACITY\"", raised, StringComparison.Ordinal);
        Assert.Contains("Only 5 more servers can be ordered (primary: 5 of 7)", raised, StringComparison.Ordinal);
        Assert.Equal(1, await _alarms.MailsAsync(admin));

        await SetLimitAsync(2);
        await SeenAsync(2);
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.Contains("No server can be ordered any more", Assert.Single((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items).Detail, StringComparison.Ordinal);

        // One more than raises it: a single deletion at the edge ends nothing, nor would the next order raise it anew.
        await SetLimitAsync(8);
        await SeenAsync(8);
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.Contains("Only 6 more servers", Assert.Single((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items).Detail, StringComparison.Ordinal);
        await SetLimitAsync(9);
        await SeenAsync(9);
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
        // And where none stands, one more than raises it is none.
        await SetLimitAsync(8);
        await SeenAsync(8);
        Assert.Equal(0, await _alarms.RoundAsync());
    }

    [Fact]
    public async Task A_token_that_the_provider_refuses_and_a_renewal_that_nobody_looks_at_are_alarms_until_they_are_mended()
    {
        var admin = await _alarms.Host.NewAdminAsync();
        await _alarms.Primary.EnsureRunning();
        await SeenAsync(1_000);
        Assert.Equal(0, await _alarms.RoundAsync());
        _alarms.Host.Cloud.Inject(new Fault { Kind = FaultKinds.Unauthorized, Count = -1 });
        await StandsAsync(ProviderAlarm.TokenRefused);
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"state\":\"RAISED\",\"code\":\"PROVIDER_TOKEN\",\"subject\":\"primary\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
        Assert.Equal(1, await _alarms.MailsAsync(admin));
        _alarms.Host.Cloud.ClearFaults();
        await _alarms.Primary.EnsureRunning();
        await StandsAsync(ProviderAlarm.None);
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\",\"code\":\"PROVIDER_TOKEN\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);

        // Of a server that no grain can be woken for: it stays due, and after a quarter of an hour it is forgotten.
        var due = TimeProvider.System.GetUtcNow().AddMinutes(-14).ToUnixTimeMilliseconds();
        await _alarms.ExecuteAsync($"INSERT INTO grain_state (state, key, due_at, version) VALUES ('droplet', 'droplet:nobody', {due}, 1)");
        Assert.Equal(0, await _alarms.RoundAsync());
        await _alarms.ExecuteAsync("UPDATE grain_state SET due_at = due_at - 120000 WHERE key = 'droplet:nobody'");
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"code\":\"RENEWALS_OVERDUE\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
        await _alarms.ExecuteAsync("UPDATE grain_state SET due_at = NULL WHERE key = 'droplet:nobody'");
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\",\"code\":\"RENEWALS_OVERDUE\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);

        Task<ProviderAccountView> StandsAsync(ProviderAlarm alarm) => Eventually.Async(
            _alarms.Primary.View, view => view.Alarm == alarm, ApiHost.Patience, $"the account's alarm is {alarm}", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_droplet_that_stays_unexplained_for_an_hour_is_an_alarm_and_a_strangers_or_a_fresh_one_is_none()
    {
        await _alarms.ExecuteAsync(
            """
            INSERT INTO provider_drift (account, droplet_id, kind, name, first_seen_at, last_seen_at) VALUES
                ('watched', 1, 'FOREIGN', 'x', now() - interval '2 hours', now()), ('watched', 2, 'UNEXPLAINED', 'x', now() - interval '50 minutes', now())
            """);
        Assert.Equal(0, await _alarms.RoundAsync());
        await _alarms.ExecuteAsync("UPDATE provider_drift SET first_seen_at = now() - interval '61 minutes' WHERE droplet_id = 2");
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"code\":\"PROVIDER_DRIFT\",\"subject\":\"watched\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
        await _alarms.ExecuteAsync("UPDATE provider_drift SET resolved_at = now() WHERE droplet_id = 2");
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);

        // Of an account that is switched off nobody sweeps it away: it is over with the account.
        await _alarms.ExecuteAsync("UPDATE provider_drift SET account = 'primary', resolved_at = NULL WHERE droplet_id = 2");
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"subject\":\"primary\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
        Assert.True((await _alarms.Primary.SetMode(ProviderAccountMode.Disabled)).IsOk);
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
    }

    Task<int> SeenAsync(int limit) => Eventually.Async(
        async () => (await _alarms.Primary.View()).DropletLimit, seen => seen == limit, ApiHost.Patience, "the account was looked at", TestContext.Current.CancellationToken);

    async Task SetLimitAsync(int dropletLimit)
    {
        using var http = new HttpClient { BaseAddress = _alarms.Host.Cloud.BaseUrl };
        using var answer = await http.PostAsJsonAsync("/_sandbox/settings", new { dropletLimit }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
