using Webrana.Domain.Ledger;
using static Webrana.Data.Tests.Reconciliation.CheckedBooks;

namespace Webrana.Data.Tests.Reconciliation;

/// <summary>What servers say of their money and of their place, against what was booked and taken.</summary>
[Collection(CheckedBooksCollection.Name)]
public sealed class ServerBooksTests(MigratedDatabase database)
{
    readonly CheckedBooks _books = new(database);

    [Fact]
    public async Task A_period_said_to_be_paid_without_its_charge_is_found_unless_the_charge_is_on_its_way()
    {
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT"), _books.Renewal(2));
        await _books.StateAsync("droplet", """{"hold": "Captured", "renewing": null, "subscription": {"paidPeriod": 3}}""");
        Assert.Contains($"droplet:{_books.Thing}", (await _books.FindAsync("renewals_are_the_paid_periods")).Examples);

        await _books.StateAsync("droplet", """{"hold": "Captured", "renewing": {"period": 3}, "subscription": {"paidPeriod": 3}}""");
        Assert.DoesNotContain($"droplet:{_books.Thing}", (await _books.FindAsync("renewals_are_the_paid_periods")).Examples);
    }

    [Theory]
    [InlineData("Capturing", "Held", false)]
    [InlineData("Building", "Held", true)]
    [InlineData("Running", "Captured", true)]
    public async Task A_restored_servers_period_that_is_captured_and_not_noted_yet_is_not_found(string phase, string hold, bool found)
    {
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT"), _books.Renewal(2), _books.Renewal(3));
        await _books.StateAsync("droplet", $$"""
            {"phase": "{{phase}}", "hold": "{{hold}}", "subscription": {"paidPeriod": 2}, "hibernation": {"restore": {"id": "r", "period": 3} } }
            """);
        Assert.Equal(found, (await _books.FindAsync("renewals_are_the_paid_periods")).Examples.Contains($"droplet:{_books.Thing}"));
    }

    [Fact]
    public async Task A_restored_server_with_one_charge_too_many_or_too_few_is_found_while_it_is_captured_too()
    {
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT"), _books.Renewal(2));
        await _books.StateAsync("droplet", """
            {"phase": "Capturing", "hold": "Held", "subscription": {"paidPeriod": 3}, "hibernation": {"restore": {"id": "r", "period": 4} } }
            """);
        Assert.Contains($"droplet:{_books.Thing}", (await _books.FindAsync("renewals_are_the_paid_periods")).Examples);

        await _books.BookAsync(_books.Renewal(3));
        Assert.DoesNotContain($"droplet:{_books.Thing}", (await _books.FindAsync("renewals_are_the_paid_periods")).Examples);
        await _books.BookAsync(_books.Renewal(4));
        Assert.DoesNotContain($"droplet:{_books.Thing}", (await _books.FindAsync("renewals_are_the_paid_periods")).Examples);
        await _books.BookAsync(_books.Renewal(5));
        Assert.Contains($"droplet:{_books.Thing}", (await _books.FindAsync("renewals_are_the_paid_periods")).Examples);
    }

    [Fact]
    public async Task A_period_charged_in_two_wallets_is_found()
    {
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT"), _books.Renewal(2));
        await _books.BookAsync(Guid.NewGuid(), _books.Credit("test:money", 500_000, "ADJUSTMENT"), _books.Renewal(2));

        Assert.Contains($"renew:{_books.Thing}:2", (await _books.FindAsync("period_is_charged_once")).Examples);
    }

    [Fact]
    public async Task A_period_that_was_left_out_is_found()
    {
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT"), _books.Renewal(2), _books.Renewal(4));

        Assert.Contains($"droplet:{_books.Thing}", (await _books.FindAsync("periods_are_contiguous")).Examples);
    }

    [Fact]
    public async Task Money_held_for_an_order_that_is_over_is_found()
    {
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT"), _books.Hold(100_000));
        await _books.StateAsync("droplet", $$"""{"hold": "Held", "order": {"owner": "{{_books.Owner}}", "createdAt": 0} }""");
        Assert.DoesNotContain($"order:{_books.Thing}", (await _books.FindAsync("hold_has_an_open_order")).Examples);

        await _books.StateAsync("droplet", """{"hold": "Released"}""");
        Assert.Contains($"order:{_books.Thing}", (await _books.FindAsync("hold_has_an_open_order")).Examples);
    }

    [Fact]
    public async Task An_order_placed_again_after_it_was_turned_away_is_asked_for_its_own_hold()
    {
        await _books.BookAsync(
            _books.Credit("test:money", 500_000, "ADJUSTMENT"), _books.Hold(100_000),
            new ReleaseHold($"order:{_books.Thing}:release", $"order:{_books.Thing}", _books.Memo("VPS_PAYMENT")));
        await _books.StateAsync("droplet", $$"""{"hold": "Held", "turns": 1, "order": {"owner": "{{_books.Owner}}", "createdAt": 0} }""");
        Assert.Contains($"droplet:{_books.Thing}", (await _books.FindAsync("open_order_has_its_hold")).Examples);

        await _books.BookAsync(new PlaceHold($"order:{_books.Thing}:1:hold", $"order:{_books.Thing}:1", 100_000, _books.Memo("VPS_PAYMENT")));
        Assert.DoesNotContain($"droplet:{_books.Thing}", (await _books.FindAsync("open_order_has_its_hold")).Examples);
    }

    [Fact]
    public async Task An_order_without_its_hold_is_found()
    {
        await _books.StateAsync("droplet", $$"""{"hold": "Held", "order": {"owner": "{{_books.Owner}}", "createdAt": 0} }""");

        Assert.Contains($"droplet:{_books.Thing}", (await _books.FindAsync("open_order_has_its_hold")).Examples);
    }

    [Fact]
    public async Task A_server_that_never_was_and_was_paid_is_found()
    {
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT"), _books.Hold(100_000), _books.Capture());
        await _books.StateAsync("droplet", $$"""{"phase": "Failed", "hold": "Captured", "order": {"owner": "{{_books.Owner}}", "createdAt": 0} }""");

        Assert.Contains($"droplet:{_books.Thing}", (await _books.FindAsync("failed_orders_cost_nothing")).Examples);
    }

    [Fact]
    public async Task Money_held_for_a_change_of_plan_that_is_over_is_found()
    {
        var holdId = $"plan-change:{_books.Thing}:resize-1";
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT"), new PlaceHold($"{holdId}:hold", holdId, 70_000, _books.Memo("PLAN_CHANGE")));
        await _books.StateAsync("droplet", """{"hold": "Captured", "planChange": {"id": "resize-1", "hold": "Held", "differenceIdr": 70000}}""");
        Assert.DoesNotContain(holdId, (await _books.FindAsync("hold_has_an_open_order")).Examples);

        await _books.StateAsync("droplet", """{"hold": "Captured", "planChange": {"id": "resize-2", "hold": "Held", "differenceIdr": 70000}}""");
        Assert.Contains(holdId, (await _books.FindAsync("hold_has_an_open_order")).Examples);
        await _books.StateAsync("droplet", """{"hold": "Captured", "planChange": null}""");
        Assert.Contains(holdId, (await _books.FindAsync("hold_has_an_open_order")).Examples);
    }

    [Theory]
    [InlineData("Running", """{"id": "resize-1", "hold": "None", "differenceIdr": 70000}""", false)]
    [InlineData("Off", """{"id": "resize-1", "hold": "None", "applied": false, "differenceIdr": 70000}""", false)]
    [InlineData("Running", """{"id": "resize-2", "hold": "None", "differenceIdr": 70000}""", true)]
    [InlineData("Running", """{"id": "resize-1", "hold": "None", "applied": true, "differenceIdr": 70000}""", true)]
    [InlineData("Running", """{"id": "resize-1", "hold": "None", "differenceIdr": -70000}""", true)]
    [InlineData("Running", """{"id": "resize-1", "hold": "Released", "differenceIdr": 70000}""", true)]
    [InlineData("Terminated", """{"id": "resize-1", "hold": "None", "differenceIdr": 70000}""", true)]
    public async Task Money_held_for_a_change_of_plan_that_waits_for_another_action_is_not_found(string phase, string change, bool found)
    {
        var holdId = $"plan-change:{_books.Thing}:resize-1";
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT"), new PlaceHold($"{holdId}:hold", holdId, 70_000, _books.Memo("PLAN_CHANGE")));
        await _books.StateAsync("droplet", $$"""{"phase": "{{phase}}", "hold": "Captured", "action": {"id": "suspend-1"}, "planChange": {{change}} }""");

        Assert.Equal(found, (await _books.FindAsync("hold_has_an_open_order")).Examples.Contains(holdId));
    }

    [Fact]
    public async Task A_server_that_says_it_was_charged_something_else_than_its_rows_add_up_to_is_found_unless_money_is_on_its_way()
    {
        PostingMemo Sold(string type) => new(type, _books.Thing.ToString(), "REVENUE", "Uji");
        await _books.BookAsync(
            _books.Credit("test:money", 500_000, "ADJUSTMENT"), new Debit($"renew:{_books.Thing}:1", 100_000, Sold("RENEWAL")),
            new Debit($"plan-change:{_books.Thing}:1", 30_000, Sold("PLAN_CHANGE")), new Refund("refund:x", 20_000, 100_000, [], Sold("REFUND")));
        await _books.StateAsync("droplet", """{"chargedIdr": 110000}""");
        Assert.DoesNotContain($"droplet:{_books.Thing}", (await _books.FindAsync("server_agrees_with_ledger")).Examples);

        await _books.StateAsync("droplet", """{"chargedIdr": 130000}""");
        Assert.Contains($"droplet:{_books.Thing}", (await _books.FindAsync("server_agrees_with_ledger")).Examples);
        Assert.DoesNotContain($"droplet:{_books.Thing}", (await _books.FindAsync("server_agrees_with_ledger", settledBefore: Noon)).Examples);

        await _books.StateAsync("droplet", """{"chargedIdr": 130000, "returning": {"purpose": "end", "items": []}}""");
        Assert.DoesNotContain($"droplet:{_books.Thing}", (await _books.FindAsync("server_agrees_with_ledger")).Examples);

        // As the first releases wrote it: price times periods.
        await _books.StateAsync("droplet", """{"order": {"priceIdr": 55000}, "subscription": {"paidPeriod": 2}, "chargedIdr": null, "returning": null}""");
        Assert.DoesNotContain($"droplet:{_books.Thing}", (await _books.FindAsync("server_agrees_with_ledger")).Examples);
    }

    [Fact]
    public async Task A_server_that_takes_another_plans_stock_or_none_or_two_is_found_unless_it_is_on_its_way()
    {
        async Task<bool> FoundAsync() => (await _books.FindAsync("plan_stock_agrees_with_servers")).Examples.Contains($"droplet:{_books.Thing}");
        Task HasAsync(string phase, string change = "null") => _books.StateAsync(
            "droplet", $$"""{"phase": "{{phase}}", "order": {"planId": "kecil"}, "planChange": {{change}} }""");
        Task TakesAsync(string plan, string? to = null) => _books.ExecuteAsync($"""
            INSERT INTO plan_stock VALUES ('{_books.Thing}', '{plan}', {(to is null ? "NULL" : $"'{to}'")})
            ON CONFLICT (instance) DO UPDATE SET plan_id = excluded.plan_id, moving_to = excluded.moving_to
            """);

        await HasAsync("Running");
        Assert.True(await FoundAsync());
        await TakesAsync("kecil");
        Assert.False(await FoundAsync());
        await TakesAsync("besar");
        Assert.True(await FoundAsync());
        await TakesAsync("kecil", "besar");
        Assert.True(await FoundAsync());

        await HasAsync("Running", """{"id": "c", "planId": "besar"}""");
        Assert.False(await FoundAsync());
        await HasAsync("Terminating");
        Assert.False(await FoundAsync());
        await HasAsync("Terminated");
        Assert.True(await FoundAsync());
        await _books.ExecuteAsync($"DELETE FROM plan_stock WHERE instance = '{_books.Thing}'");
        Assert.False(await FoundAsync());
    }
}
