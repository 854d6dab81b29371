using Npgsql;
using Webrana.Api.Alarms;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Tests.Admin;

/// <summary>
/// Books, log or a day at the gateway that disagree are alarms.
/// A host of its own: alarms are everybody's.
/// </summary>
public sealed class BooksAlarmTests : IAsyncLifetime
{
    AlarmHost _alarms = null!;

    public async ValueTask InitializeAsync() => _alarms = await AlarmHost.StartAsync();

    public ValueTask DisposeAsync() => _alarms.DisposeAsync();

    [Fact]
    public async Task Books_that_differ_and_a_log_that_was_touched_are_alarms()
    {
        await Scenario.FundAsync(_alarms.Host, await _alarms.Host.NewCustomerAsync(), 10_000);
        Assert.Equal(0, await _alarms.Watch.RunOnceAsync(books: true, TestContext.Current.CancellationToken));
        await _alarms.ExecuteAsync("UPDATE wallets SET balance = balance + 7; UPDATE audit_log SET reason = 'lain' WHERE seq = 1");
        Assert.True(await _alarms.Watch.RunOnceAsync(books: true, TestContext.Current.CancellationToken) >= 3);
        var codes = string.Concat(_alarms.Posted.Select(posted => posted.Body));
        Assert.Contains("BOOKS_DIFFER", codes, StringComparison.Ordinal);
        Assert.Contains("balance_is_sum_of_rows", codes, StringComparison.Ordinal);
        Assert.Contains("AUDIT_BROKEN", codes, StringComparison.Ordinal);
        // A quick round did not look at the books: it clears nothing of them.
        Assert.Equal(0, await _alarms.RoundAsync());
    }

    [Fact]
    public async Task A_payment_of_yesterday_that_nobody_credited_is_an_alarm_until_a_person_has_ended_its_case_and_a_gateway_that_is_away_ends_none()
    {
        var reference = await _alarms.Host.ForeignPaymentAsync(75_000);
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        await AwayAsync();
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.Equal(1, await SettleAsync(tomorrow));
        Assert.Contains("\"code\":\"SETTLEMENT_DIFFERS\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
        Assert.Contains("Rp 75000", _alarms.Posted.Last().Body, StringComparison.Ordinal);
        // What did not ask the gateway, or asked in vain, clears nothing; the next day it is still looked after.
        await AwayAsync();
        Assert.Equal(0, await _alarms.RoundAsync());
        Assert.Equal(0, await SettleAsync(tomorrow.AddDays(1)));
        await _alarms.ExecuteAsync(
            $"""
            INSERT INTO payment_cases (kind, reference, amount, opened_at) VALUES ('UNMATCHED', '{reference}', 75000, now()) ON CONFLICT DO NOTHING;
            UPDATE payment_cases SET status = 'RESOLVED', resolution = 'DISMISS' WHERE reference = '{reference}'
            """);
        Assert.Equal(1, await SettleAsync(tomorrow.AddDays(1)));
        Assert.Contains("\"state\":\"CLEARED\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);

        async Task AwayAsync()
        {
            _alarms.Host.Gateway.AddFault("whitelist_403", path: "merchant/transactions");
            Assert.False(await _alarms.Settlement.RunOnceAsync(tomorrow, TestContext.Current.CancellationToken));
            using var http = new HttpClient();
            Assert.Equal("[]", await http.GetStringAsync(new Uri(_alarms.Host.Gateway.Address, "/_sandbox/faults"), TestContext.Current.CancellationToken)); // it was taken
        }
    }

    [Fact]
    public async Task A_day_that_still_differs_after_a_week_ends_and_nobody_is_told_that_it_is_over()
    {
        var admin = await _alarms.Host.NewAdminAsync();
        await _alarms.Host.ForeignPaymentAsync(75_000);
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        Assert.Equal(1, await SettleAsync(tomorrow));
        Assert.Equal(0, await SettleAsync(tomorrow.AddDays(6)));
        Assert.Equal(1, await SettleAsync(tomorrow.AddDays(7)));
        Assert.Empty((await admin.Http.GetAsync("/internal/alarms").ReadAsync<Page<DeskAlarm>>()).Items);
        const string truth = "1 payments differ, Rp 75000 together. That was so when the day was last compared. After 7 days it is not compared any more";
        Assert.Contains(truth, Assert.Single((await admin.Http.GetAsync("/internal/alarms?cleared=true").ReadAsync<Page<DeskAlarm>>()).Items).Detail, StringComparison.Ordinal);
        Assert.Contains(truth, _alarms.Posted.Last().Body, StringComparison.Ordinal);
        Assert.Equal(2, await _alarms.MailsAsync(admin));
        Assert.Equal(0, await _alarms.MailsAsync(admin, "ShopAlarmOver"));
    }

    [Fact]
    public async Task A_settlement_under_way_holds_back_no_other_alarm_and_the_other_alarms_hold_back_no_settlement()
    {
        await _alarms.Host.ForeignPaymentAsync(75_000);
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        await _alarms.StuckCallbackAsync();
        await WhileAnotherHoldsAsync(SettlementWatch.AdvisoryLock, async () =>
        {
            Assert.False(await _alarms.Settlement.RunOnceAsync(tomorrow, TestContext.Current.CancellationToken));
            Assert.Equal(1, await _alarms.RoundAsync());
        });
        await WhileAnotherHoldsAsync(AlarmWatch.AdvisoryLock, async () =>
        {
            Assert.True(await _alarms.Settlement.RunOnceAsync(tomorrow, TestContext.Current.CancellationToken));
            Assert.Equal(0, await _alarms.RoundAsync());
        });
        Assert.Equal(1, await _alarms.RoundAsync());
        Assert.Contains("\"code\":\"SETTLEMENT_DIFFERS\"", _alarms.Posted.Last().Body, StringComparison.Ordinal);
    }

    // What a comparison noted is told by the next round.
    async Task<int> SettleAsync(DateTimeOffset at)
    {
        Assert.True(await _alarms.Settlement.RunOnceAsync(at, TestContext.Current.CancellationToken));
        return await _alarms.RoundAsync();
    }

    async Task WhileAnotherHoldsAsync(long advisoryLock, Func<Task> work)
    {
        await using var connection = await _alarms.Host.Sources.Queries.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection, transaction) { Parameters = { new() { Value = advisoryLock } } };
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await work();
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
    }
}
