using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Tests.Admin;

/// <summary>
/// What waits to leave for longer than it should is an alarm: mails and messages, papers, and mails that were asked for.
/// A host of its own: alarms are everybody's.
/// </summary>
public sealed class StuckWorkAlarmTests : IAsyncLifetime
{
    AlarmHost _alarms = null!;

    public async ValueTask InitializeAsync() => _alarms = await AlarmHost.StartAsync();

    public ValueTask DisposeAsync() => _alarms.DisposeAsync();

    [Fact]
    public async Task A_mail_or_message_that_waits_for_ten_minutes_is_an_alarm_and_so_are_papers_and_a_customers_broken_webhook_is_none_while_it_is_tried()
    {
        var (admin, customer) = (await _alarms.Host.NewAdminAsync(), await _alarms.Host.NewCustomerAsync());
        Assert.Equal(0, await _alarms.RoundAsync());
        // Not due again for a while: the courier would deliver it.
        await _alarms.ExecuteAsync(
            $$"""
            WITH told AS (INSERT INTO notices (id, user_id, notice_id, kind, facts, in_panel, created_at)
                          VALUES (gen_random_uuid(), '{{customer.Id}}', 'n', 'Welcome', '{}', true, now()) RETURNING id)
            INSERT INTO notice_deliveries (notice, user_id, channel, target, stage, try_at, created_at)
            SELECT id, '{{customer.Id}}', channel, '', 1, now() + interval '1 hour', now() - interval '11 minutes' FROM told, unnest(ARRAY[1, 2, 3]) channel
            """);
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Equal(1, (await admin.Http.GetAsync("/internal/dashboard").ReadAsync<Dashboard>()).StuckMails);
        Assert.Equal("OUTBOX_STUCK", Assert.Single((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items).Code);
        await _alarms.ExecuteAsync("UPDATE notice_deliveries SET stage = 4 WHERE channel = 1 AND stage = 1");
        Assert.Equal(0, await _alarms.RoundAsync()); // Telegram's still waits.
        await _alarms.ExecuteAsync("UPDATE notice_deliveries SET stage = 4 WHERE channel = 2 AND stage = 1");
        Assert.Equal(1, await _alarms.RoundAsync());
        // Due for long, and held by nobody who tries: whoever the other side is, that is ours.
        await _alarms.ExecuteAsync(
            "UPDATE notice_deliveries SET try_at = now() - interval '11 minutes', leased_until = now() + interval '1 hour' WHERE channel = 3 AND stage = 1");
        Assert.Equal(1, await _alarms.RoundAsync());

        // Not due again for a while: the pump would work it off.
        await _alarms.ExecuteAsync(
            $"""
            WITH queued AS (INSERT INTO ledger_queue (wallet_id, seq) VALUES ('{customer.Id}', 1))
            INSERT INTO paper_waits (wallet_id, tries, since, try_at, reason)
            VALUES ('{customer.Id}', 9, now() - interval '9 minutes', now() + interval '1 hour', 'TimeoutException')
            """);
        Assert.Equal(0, await _alarms.RoundAsync());
        await _alarms.ExecuteAsync("UPDATE paper_waits SET since = now() - interval '11 minutes'");
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"code\":\"PAPERS_STUCK\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
        Assert.Contains(customer.Id.ToString(), _alarms.Posted.Last().Body, StringComparison.Ordinal);
        await _alarms.ExecuteAsync("DELETE FROM ledger_queue");
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"state\":\"CLEARED\",\"code\":\"PAPERS_STUCK\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
    }

    // Asked for, and in no outbox yet: while nobody works them off, their people wait for a link that they were promised.
    [Fact]
    public async Task Mails_asked_for_that_nobody_works_off_are_an_alarm()
    {
        await _alarms.ExecuteAsync(
            "INSERT INTO identity.mail_requests (kind, address, person, asked_at, try_at) VALUES (1, 'x@example.com', gen_random_uuid(), now() - interval '10 minutes', now() + interval '1 hour')");
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"code\":\"OUTBOX_STUCK\"", Assert.Single(_alarms.Posted).Body, StringComparison.Ordinal);
        await _alarms.ExecuteAsync("DELETE FROM identity.mail_requests");
        Assert.Equal(1, await _alarms.RoundAsync());
    }
}
