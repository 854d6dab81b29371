using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data.Reconciliation;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Data.Tests.Reconciliation;

/// <summary>Each test makes its own wallet and records, so that they share a database and never each other's findings.</summary>
public sealed class BooksCheckTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Later = Noon.AddHours(1);

    readonly Guid _owner = Guid.NewGuid();
    readonly Guid _thing = Guid.NewGuid();

    [Fact]
    public async Task Books_whose_records_agree_are_sound()
    {
        await BookAsync(Credit($"tripay:{_thing:N}", 200_000, "DEPOSIT"), Hold(100_000), Capture(), Renewal(2), Renewal(3));
        await StateAsync("deposit", $$"""{"credited": 200000}""");
        await StateAsync("droplet", $$"""{"hold": "Captured", "renewing": null, "subscription": {"paidPeriod": 3}, "order": {"owner": "{{_owner}}", "createdAt": 0} }""");

        Assert.DoesNotContain(await new BooksCheck(database.Sources).RunAsync(Later, TestContext.Current.CancellationToken), Mine);
    }

    [Fact]
    public async Task Every_promise_is_asked_and_named_once()
    {
        var names = (await new BooksCheck(database.Sources).RunAsync(Later, TestContext.Current.CancellationToken)).Select(finding => finding.Name).ToList();

        Assert.Equal(names.Distinct(), names);
        Assert.Contains("chain_is_unbroken", names);
        Assert.Contains("deposit_agrees_with_ledger", names);
    }

    [Fact]
    public async Task A_credit_without_its_deposit_is_found_once_it_had_time_to_settle()
    {
        await BookAsync(Credit($"tripay:{_thing:N}", 50_000, "DEPOSIT"));

        Assert.Contains($"deposit:{_thing}", (await FindAsync("deposit_agrees_with_ledger")).Examples);
        Assert.DoesNotContain($"deposit:{_thing}", (await FindAsync("deposit_agrees_with_ledger", settledBefore: Noon)).Examples);
    }

    [Fact]
    public async Task A_deposit_that_claims_more_than_was_booked_is_found()
    {
        await BookAsync(Credit($"tripay:{_thing:N}", 50_000, "DEPOSIT"));
        await StateAsync("deposit", """{"credited": 100000}""");

        Assert.Contains($"deposit:{_thing}", (await FindAsync("deposit_agrees_with_ledger")).Examples);
    }

    [Fact]
    public async Task One_payment_credited_to_two_wallets_is_found()
    {
        var reference = $"tripay:{_thing:N}";
        await BookAsync(Credit(reference, 50_000, "DEPOSIT"));
        await BookAsync(Guid.NewGuid(), Credit(reference, 50_000, "DEPOSIT"));

        Assert.Contains(reference, (await FindAsync("gateway_reference_is_credited_once")).Examples);
    }

    [Fact]
    public async Task A_period_said_to_be_paid_without_its_charge_is_found_unless_the_charge_is_on_its_way()
    {
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT"), Renewal(2));
        await StateAsync("droplet", """{"hold": "Captured", "renewing": null, "subscription": {"paidPeriod": 3}}""");
        Assert.Contains($"droplet:{_thing}", (await FindAsync("renewals_are_the_paid_periods")).Examples);

        await StateAsync("droplet", """{"hold": "Captured", "renewing": {"period": 3}, "subscription": {"paidPeriod": 3}}""");
        Assert.DoesNotContain($"droplet:{_thing}", (await FindAsync("renewals_are_the_paid_periods")).Examples);
    }

    [Theory]
    [InlineData("Capturing", "Held", false)]
    [InlineData("Building", "Held", true)]
    [InlineData("Running", "Captured", true)]
    public async Task A_restored_servers_period_that_is_captured_and_not_noted_yet_is_not_found(string phase, string hold, bool found)
    {
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT"), Renewal(2), Renewal(3));
        await StateAsync("droplet", $$"""
            {"phase": "{{phase}}", "hold": "{{hold}}", "subscription": {"paidPeriod": 2}, "hibernation": {"restore": {"id": "r", "period": 3} } }
            """);
        Assert.Equal(found, (await FindAsync("renewals_are_the_paid_periods")).Examples.Contains($"droplet:{_thing}"));
    }

    [Fact]
    public async Task A_restored_server_with_one_charge_too_many_or_too_few_is_found_while_it_is_captured_too()
    {
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT"), Renewal(2));
        await StateAsync("droplet", """
            {"phase": "Capturing", "hold": "Held", "subscription": {"paidPeriod": 3}, "hibernation": {"restore": {"id": "r", "period": 4} } }
            """);
        Assert.Contains($"droplet:{_thing}", (await FindAsync("renewals_are_the_paid_periods")).Examples);

        await BookAsync(Renewal(3));
        Assert.DoesNotContain($"droplet:{_thing}", (await FindAsync("renewals_are_the_paid_periods")).Examples);
        await BookAsync(Renewal(4));
        Assert.DoesNotContain($"droplet:{_thing}", (await FindAsync("renewals_are_the_paid_periods")).Examples);
        await BookAsync(Renewal(5));
        Assert.Contains($"droplet:{_thing}", (await FindAsync("renewals_are_the_paid_periods")).Examples);
    }

    [Fact]
    public async Task A_period_charged_in_two_wallets_is_found()
    {
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT"), Renewal(2));
        await BookAsync(Guid.NewGuid(), Credit("test:money", 500_000, "ADJUSTMENT"), Renewal(2));

        Assert.Contains($"renew:{_thing}:2", (await FindAsync("period_is_charged_once")).Examples);
    }

    [Fact]
    public async Task Money_held_for_an_order_that_is_over_is_found()
    {
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT"), Hold(100_000));
        await StateAsync("droplet", $$"""{"hold": "Held", "order": {"owner": "{{_owner}}", "createdAt": 0} }""");
        Assert.DoesNotContain($"order:{_thing}", (await FindAsync("hold_has_an_open_order")).Examples);

        await StateAsync("droplet", """{"hold": "Released"}""");
        Assert.Contains($"order:{_thing}", (await FindAsync("hold_has_an_open_order")).Examples);
    }

    [Fact]
    public async Task An_order_placed_again_after_it_was_turned_away_is_asked_for_its_own_hold()
    {
        await BookAsync(
            Credit("test:money", 500_000, "ADJUSTMENT"), Hold(100_000), new ReleaseHold($"order:{_thing}:release", $"order:{_thing}", Memo("VPS_PAYMENT")));
        await StateAsync("droplet", $$"""{"hold": "Held", "turns": 1, "order": {"owner": "{{_owner}}", "createdAt": 0} }""");
        Assert.Contains($"droplet:{_thing}", (await FindAsync("open_order_has_its_hold")).Examples);

        await BookAsync(new PlaceHold($"order:{_thing}:1:hold", $"order:{_thing}:1", 100_000, Memo("VPS_PAYMENT")));
        Assert.DoesNotContain($"droplet:{_thing}", (await FindAsync("open_order_has_its_hold")).Examples);
    }

    [Fact]
    public async Task Money_held_for_a_change_of_plan_that_is_over_is_found()
    {
        var holdId = $"plan-change:{_thing}:resize-1";
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT"), new PlaceHold($"{holdId}:hold", holdId, 70_000, Memo("PLAN_CHANGE")));
        await StateAsync("droplet", """{"hold": "Captured", "planChange": {"id": "resize-1", "hold": "Held", "differenceIdr": 70000}}""");
        Assert.DoesNotContain(holdId, (await FindAsync("hold_has_an_open_order")).Examples);

        await StateAsync("droplet", """{"hold": "Captured", "planChange": {"id": "resize-2", "hold": "Held", "differenceIdr": 70000}}""");
        Assert.Contains(holdId, (await FindAsync("hold_has_an_open_order")).Examples);
        await StateAsync("droplet", """{"hold": "Captured", "planChange": null}""");
        Assert.Contains(holdId, (await FindAsync("hold_has_an_open_order")).Examples);
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
        var holdId = $"plan-change:{_thing}:resize-1";
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT"), new PlaceHold($"{holdId}:hold", holdId, 70_000, Memo("PLAN_CHANGE")));
        await StateAsync("droplet", $$"""{"phase": "{{phase}}", "hold": "Captured", "action": {"id": "suspend-1"}, "planChange": {{change}} }""");

        Assert.Equal(found, (await FindAsync("hold_has_an_open_order")).Examples.Contains(holdId));
    }

    [Fact]
    public async Task A_server_that_says_it_was_charged_something_else_than_its_rows_add_up_to_is_found_unless_money_is_on_its_way()
    {
        PostingMemo Sold(string type) => new(type, _thing.ToString(), "REVENUE", "Uji");
        await BookAsync(
            Credit("test:money", 500_000, "ADJUSTMENT"), new Debit($"renew:{_thing}:1", 100_000, Sold("RENEWAL")),
            new Debit($"plan-change:{_thing}:1", 30_000, Sold("PLAN_CHANGE")), new Refund("refund:x", 20_000, 100_000, [], Sold("REFUND")));
        await StateAsync("droplet", """{"chargedIdr": 110000}""");
        Assert.DoesNotContain($"droplet:{_thing}", (await FindAsync("server_agrees_with_ledger")).Examples);

        await StateAsync("droplet", """{"chargedIdr": 130000}""");
        Assert.Contains($"droplet:{_thing}", (await FindAsync("server_agrees_with_ledger")).Examples);
        Assert.DoesNotContain($"droplet:{_thing}", (await FindAsync("server_agrees_with_ledger", settledBefore: Noon)).Examples);

        await StateAsync("droplet", """{"chargedIdr": 130000, "returning": {"purpose": "end", "items": []}}""");
        Assert.DoesNotContain($"droplet:{_thing}", (await FindAsync("server_agrees_with_ledger")).Examples);

        // As the first releases wrote it: price times periods.
        await StateAsync("droplet", """{"order": {"priceIdr": 55000}, "subscription": {"paidPeriod": 2}, "chargedIdr": null, "returning": null}""");
        Assert.DoesNotContain($"droplet:{_thing}", (await FindAsync("server_agrees_with_ledger")).Examples);
    }

    [Fact]
    public async Task A_server_that_takes_another_plans_stock_or_none_or_two_is_found_unless_it_is_on_its_way()
    {
        async Task<bool> FoundAsync() => (await FindAsync("plan_stock_agrees_with_servers")).Examples.Contains($"droplet:{_thing}");
        Task HasAsync(string phase, string change = "null") => StateAsync("droplet", $$"""{"phase": "{{phase}}", "order": {"planId": "kecil"}, "planChange": {{change}} }""");
        Task TakesAsync(string plan, string? to = null) => database.Database.ExecuteAsync($"""
            INSERT INTO plan_stock VALUES ('{_thing}', '{plan}', {(to is null ? "NULL" : $"'{to}'")}) ON CONFLICT (instance) DO UPDATE SET plan_id = excluded.plan_id, moving_to = excluded.moving_to
            """, TestContext.Current.CancellationToken);

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
        await database.Database.ExecuteAsync($"DELETE FROM plan_stock WHERE instance = '{_thing}'", TestContext.Current.CancellationToken);
        Assert.False(await FoundAsync());
    }

    [Fact]
    public async Task An_order_without_its_hold_is_found()
    {
        await StateAsync("droplet", $$"""{"hold": "Held", "order": {"owner": "{{_owner}}", "createdAt": 0} }""");

        Assert.Contains($"droplet:{_thing}", (await FindAsync("open_order_has_its_hold")).Examples);
    }

    [Fact]
    public async Task A_balance_that_its_rows_do_not_explain_is_found()
    {
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT"));
        await database.Database.ExecuteAsync($"UPDATE wallets SET balance = balance + 1 WHERE wallet_id = '{_owner}'", TestContext.Current.CancellationToken);

        Assert.Contains($"wallet:{_owner}", (await FindAsync("balance_is_sum_of_rows")).Examples);
        await database.Database.ExecuteAsync($"UPDATE wallets SET balance = balance - 1 WHERE wallet_id = '{_owner}'", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_bonus_that_was_never_credited_is_found()
    {
        await ExecuteAsync($"""
            INSERT INTO promo_counters (promo_id, used, granted) VALUES ('{_thing}', 1, 5000);
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at, committed_at)
            VALUES ('{_thing}', 'deposit', '{_owner}', 1, 5000, 2, '{Noon:O}', '{Noon:O}')
            """);
        Assert.Contains($"{_thing}/deposit", (await FindAsync("promo_usages_are_credited")).Examples);

        await BookAsync(Credit($"promo:{_thing}:deposit", 5_000, "PROMO"));
        Assert.DoesNotContain($"{_thing}/deposit", (await FindAsync("promo_usages_are_credited")).Examples);
        Assert.DoesNotContain($"{_thing}", (await FindAsync("promo_limits_are_kept")).Examples);
    }

    [Theory]
    [InlineData("ReferralBonus", false)]
    [InlineData("DepositBonus", true)]
    public async Task One_person_twice_is_too_often_unless_it_is_for_two_friends(string type, bool isFound)
    {
        await ExecuteAsync($$"""
            INSERT INTO promo_counters (promo_id, used, granted) VALUES ('{{_thing}}', 2, 10000);
            INSERT INTO promo_versions (promo_id, version, change, actor, definition, occurred_at)
            VALUES ('{{_thing}}', 1, 'CREATED', 'test', '{"type": "{{type}}", "maxUsagePerUser": 1}', '{{Noon:O}}');
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at)
            SELECT '{{_thing}}', 'referral:' || n, '{{_owner}}', n, 5000, 1, '{{Noon:O}}' FROM generate_series(1, 2) n
            """);
        Assert.Equal(isFound, (await FindAsync("promo_limits_are_kept")).Examples.Contains($"{_thing}"));
    }

    // Its place stays used: beside one that was given, the counter stands at two.
    [Fact]
    public async Task A_usage_that_was_taken_back_keeps_its_place()
    {
        await ExecuteAsync($"""
            INSERT INTO promo_counters (promo_id, used, granted) VALUES ('{_thing}', 2, 10000);
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at, committed_at, taken_back_at)
            VALUES ('{_thing}', 'one', '{_owner}', 1, 5000, 2, '{Noon:O}', '{Noon:O}', NULL), ('{_thing}', 'two', '{_owner}', 2, 5000, 4, '{Noon:O}', '{Noon:O}', '{Noon:O}')
            """);
        Assert.DoesNotContain($"{_thing}", (await FindAsync("promo_limits_are_kept")).Examples);
        await ExecuteAsync($"UPDATE promo_counters SET used = 1 WHERE promo_id = '{_thing}'");
        Assert.Contains($"{_thing}", (await FindAsync("promo_limits_are_kept")).Examples);
    }

    [Fact]
    public async Task A_reward_that_was_taken_back_without_its_rows_or_left_more_than_was_spent_is_found()
    {
        var (grant, reward) = ($"promo:{_thing}:referral:{_thing}", $"{_thing}/referral:{_thing}");
        await ExecuteAsync($"""
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, kept, reserved_at, committed_at, taken_back_at)
            VALUES ('{_thing}', 'referral:{_thing}', '{_owner}', 1, 5000, 4, 2000, '{Noon:O}', '{Noon:O}', '{Noon:O}')
            """);
        Assert.Contains(reward, (await FindAsync("taken_back_rewards_cost_what_was_left")).Examples);

        await BookAsync(
            new GrantBonus(grant, 5_000, null, "p", new PostingMemo("PROMO", "p", "PROMO_EXPENSE", "a line")),
            new Debit("test:spent", 2_000, Memo("RENEWAL")),
            new TakeBackLot($"take-back:{grant}", grant, new PostingMemo("PROMO", "p", "PROMO_EXPENSE", "a line"), MayBeGone: true));
        Assert.DoesNotContain(reward, (await FindAsync("taken_back_rewards_cost_what_was_left")).Examples);

        await ExecuteAsync($"UPDATE promo_usages SET kept = 3000 WHERE promo_id = '{_thing}'");
        Assert.Contains(reward, (await FindAsync("taken_back_rewards_cost_what_was_left")).Examples);
    }

    [Fact]
    public async Task A_reward_that_outlived_the_deposit_that_earned_it_is_found()
    {
        await ExecuteAsync($$"""
            INSERT INTO grain_state (state, key, version, status, payload)
            VALUES ('deposit', 'deposit:{{_thing}}', 1, 'REFUND', '{"updatedAt": {{Noon.ToUnixTimeMilliseconds()}} }'),
                   ('rewards', 'rewards:{{_owner}}', 1, 'ACTIVE', '{"referral": {"deposit": "{{_thing}}", "stage": "Paid"} }')
            """);
        Assert.Contains($"rewards:{_owner}", (await FindAsync("refunded_deposits_earn_no_reward")).Examples);
        await ExecuteAsync($$"""
            UPDATE grain_state SET payload = '{"referral": {"deposit": "{{_thing}}", "stage": "TakenBack"} }' WHERE key = 'rewards:{{_owner}}'
            """);
        Assert.DoesNotContain($"rewards:{_owner}", (await FindAsync("refunded_deposits_earn_no_reward")).Examples);
    }

    [Fact]
    public async Task A_promo_used_more_often_than_its_rule_allows_is_found()
    {
        await ExecuteAsync($$"""
            INSERT INTO promo_counters (promo_id, used, granted) VALUES ('{{_thing}}', 2, 10000);
            INSERT INTO promo_versions (promo_id, version, change, actor, definition, occurred_at)
            VALUES ('{{_thing}}', 1, 'CREATED', 'test', '{"maxUsageTotal": 1, "maxUsagePerUser": 5}', '{{Noon:O}}');
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at)
            SELECT '{{_thing}}', 'deposit' || n, '{{_owner}}', n, 5000, 1, '{{Noon:O}}' FROM generate_series(1, 2) n
            """);
        Assert.Contains($"{_thing}", (await FindAsync("promo_limits_are_kept")).Examples);
    }

    [Fact]
    public async Task A_period_that_was_left_out_is_found()
    {
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT"), Renewal(2), Renewal(4));

        Assert.Contains($"droplet:{_thing}", (await FindAsync("periods_are_contiguous")).Examples);
    }

    [Fact]
    public async Task A_server_that_never_was_and_was_paid_is_found()
    {
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT"), Hold(100_000), Capture());
        await StateAsync("droplet", $$"""{"phase": "Failed", "hold": "Captured", "order": {"owner": "{{_owner}}", "createdAt": 0} }""");

        Assert.Contains($"droplet:{_thing}", (await FindAsync("failed_orders_cost_nothing")).Examples);
    }

    [Fact]
    public async Task A_terminated_server_that_was_not_seen_gone_is_found()
    {
        await StateAsync("droplet", """{"phase": "Terminated", "droplet": {"id": 7, "gone": false}}""");
        Assert.Contains($"droplet:{_thing}", (await FindAsync("terminated_is_gone_at_the_provider")).Examples);

        await StateAsync("droplet", """{"phase": "Terminated", "droplet": {"id": 7, "gone": true}}""");
        Assert.DoesNotContain($"droplet:{_thing}", (await FindAsync("terminated_is_gone_at_the_provider")).Examples);
    }

    [Theory]
    [InlineData(20, 11, true)]
    [InlineData(20, 13, false)]
    public async Task Calls_above_what_the_provider_allows_in_a_minute_are_found(int share, int slotsLater, bool found)
    {
        await ExecuteAsync($"INSERT INTO provider_permits (account, slot, share, taken) VALUES ('{_thing}', 1000, {share}, 200), ('{_thing}', {1000 + slotsLater}, {share}, 51)");

        Assert.Equal(found, (await FindAsync("provider_limits_are_kept")).Examples.Contains($"{_thing}/{1000 + slotsLater}"));
    }

    [Fact]
    public async Task Drift_and_due_work_and_callbacks_that_lie_are_found()
    {
        await ExecuteAsync($"""
            INSERT INTO provider_drift (account, droplet_id, kind, name, first_seen_at, last_seen_at) VALUES ('{_thing}', 1, 'UNEXPLAINED', 'x', '{Noon:O}', '{Noon:O}');
            INSERT INTO payment_inbox (reference, status, body_sha256, body, received_at) VALUES ('{_thing}', 'PAID', '\x00', '\x00', '{Noon:O}');
            INSERT INTO grain_state (state, key, due_at, version, payload) VALUES ('account', 'account:{_thing}', {Noon.ToUnixTimeMilliseconds()}, 1, '{"{}"}')
            """);

        Assert.Contains($"{_thing}/1", (await FindAsync("provider_drift_is_resolved")).Examples);
        Assert.Contains($"{_thing}", (await FindAsync("callbacks_are_worked_off")).Examples);
        Assert.Contains($"account/account:{_thing}", (await FindAsync("due_work_does_not_lie")).Examples);
    }

    [Theory]
    [InlineData("DISABLED", false)]
    [InlineData("DRAINING", true)]
    public async Task Drift_of_an_account_that_is_switched_off_waits_until_a_sweep_looks_there_again(string mode, bool found)
    {
        await ExecuteAsync($"""
            INSERT INTO provider_drift (account, droplet_id, kind, name, first_seen_at, last_seen_at) VALUES ('{_thing}', 1, 'UNEXPLAINED', 'x', '{Noon:O}', '{Noon:O}');
            INSERT INTO grain_state (state, key, status, version, payload) VALUES ('do-account', 'do-account:{_thing}', '{mode}', 1, '{"{}"}')
            """);

        Assert.Equal(found, (await FindAsync("provider_drift_is_resolved")).Examples.Contains($"{_thing}/1"));
    }

    [Fact]
    public async Task A_ledger_that_the_application_may_change_is_found()
    {
        Assert.Equal(0, (await FindAsync("ledger_is_append_only")).Broken);
        Assert.Equal(0, (await FindAsync("operations_are_unique_by_index")).Broken);

        var role = new Npgsql.NpgsqlConnectionStringBuilder(database.Options.ConnectionString).Username;
        await ExecuteAsync($"GRANT UPDATE ON wallet_transactions TO {role}");
        Assert.Contains("wallet_transactions", (await FindAsync("ledger_is_append_only")).Examples);
        await ExecuteAsync($"REVOKE UPDATE ON wallet_transactions FROM {role}");
    }

    Task<int> ExecuteAsync(string sql) => database.Database.ExecuteAsync(sql, TestContext.Current.CancellationToken);

    [Fact]
    public async Task The_ledger_is_exported_row_by_row_for_its_days()
    {
        await BookAsync(Credit("test:money", 500_000, "ADJUSTMENT", "Koreksi, \"dua kali\""), Hold(100_000));
        var export = new LedgerExport(database.Sources);

        var day = new StringWriter();
        await export.WriteAsync(day, Noon, Later, TestContext.Current.CancellationToken);
        var mine = day.ToString().Split('\n').Where(line => line.Contains(_owner.ToString(), StringComparison.Ordinal)).ToList();
        Assert.StartsWith("occurred_at_utc,wallet_id,seq,amount,", day.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, mine.Count);
        Assert.EndsWith(",\"Koreksi, \"\"dua kali\"\"\"", mine[0], StringComparison.Ordinal);

        var before = new StringWriter();
        await export.WriteAsync(before, Noon.AddDays(-1), Noon, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(_owner.ToString(), before.ToString(), StringComparison.Ordinal);
    }

    bool Mine(BooksFinding finding) => finding.Examples.Any(example =>
        example.Contains(_thing.ToString(), StringComparison.Ordinal) || example.Contains(_owner.ToString(), StringComparison.Ordinal));

    async Task<BooksFinding> FindAsync(string name, DateTimeOffset? settledBefore = null) =>
        (await new BooksCheck(database.Sources).RunAsync(settledBefore ?? Later, TestContext.Current.CancellationToken)).Single(finding => finding.Name == name);

    Credit Credit(string operation, long amountIdr, string type, string description = "Uji") => new Credit(operation, amountIdr, Memo(type, description));

    PlaceHold Hold(long amountIdr) => new PlaceHold($"order:{_thing}:hold", $"order:{_thing}", amountIdr, Memo("VPS_PAYMENT"));

    CaptureHold Capture() => new CaptureHold($"order:{_thing}:capture", $"order:{_thing}", Memo("VPS_PAYMENT"));

    Debit Renewal(int period) => new Debit($"renew:{_thing}:{period}", 10_000, Memo("RENEWAL"));

    PostingMemo Memo(string type, string description = "Uji") => new(type, _thing.ToString(), "ADJUSTMENT", description);

    Task BookAsync(params LedgerCommand[] commands) => BookAsync(_owner, commands);

    async Task BookAsync(Guid owner, params LedgerCommand[] commands)
    {
        await using var ledger = new LedgerStore(database.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        var stored = await ledger.LoadAsync(owner);
        var wallet = stored.Wallet;
        var entries = new List<LedgerEntry>();
        foreach (var command in commands)
        {
            var decision = LedgerRules.Decide(wallet, command, 0);
            entries.Add(new LedgerEntry(command.OperationId, decision.Line));
            wallet = decision.After;
        }

        Assert.Equal(CommitOutcome.Committed, (await ledger.CommitAsync(new LedgerItem(stored, wallet, entries, Noon))).Outcome);
    }

    Task<int> StateAsync(string state, string payload) => database.Database.ExecuteAsync($"""
        INSERT INTO grain_state (state, key, version, payload) VALUES ('{state}', '{state}:{_thing}', 1, '{payload}')
        ON CONFLICT (state, key) DO UPDATE SET payload = EXCLUDED.payload
        """, TestContext.Current.CancellationToken);
}
