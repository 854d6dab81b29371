using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;
using Webrana.Testing;

namespace Webrana.Data.Tests.Wallets;

/// <summary>A life of one customer, row by row with the records that explain it; then each record, or each row, goes missing in turn.</summary>
public sealed class TrialBalanceTests : IAsyncLifetime
{
    private const string Deposit = "11111111-1111-1111-1111-111111111111";
    private const string Server = "22222222-2222-2222-2222-222222222222";
    private static readonly Guid Owner = Guid.NewGuid();

    private readonly MigratedDatabase _own = new();

    public async ValueTask InitializeAsync()
    {
        await _own.InitializeAsync();
        await using var ledger = new LedgerStore(_own.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        foreach (var command in Life()) await PostAsync(ledger, command);
        await StateAsync("deposit", Deposit, PaidDeposit("Credited", 500, 500));
        await StateAsync("droplet", Server, RunningServer("Captured", periods: 2));
        await Sql($"""
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at)
            VALUES ('hemat', '{Deposit}', '{Owner}', 1, 50, 2, now()), ('hemat', 'late', '{Owner}', 2, 30, 2, now())
            """);
        await Sql($$"""
            SELECT audit_append(now(), NULL, 'admin:x', action, 'wallet:{{Owner}}', NULL, NULL, NULL, '{"operation": "adjustment:1", "amount": -20}', NULL)
            FROM unnest(ARRAY['wallet.adjustment_requested', 'wallet.adjusted', 'wallet.adjusted']) action
            """);
    }

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task Every_account_agrees_with_its_own_records()
    {
        var trial = await TrialAsync();
        Assert.All(trial.Accounts, account => Assert.Equal((account.Account, 0L, 0L), (account.Account, account.DifferenceIdr, account.InFlightIdr)));
        Assert.Equal(
            ["ADJUSTMENT -20", "GATEWAY 500", "HOLDS 0", "PAYOUT 0", "PROMO_EXPENSE 50", "RECEIVABLE 0", "REVENUE -200", "WALLETS -330"],
            trial.Accounts.Select(account => $"{account.Account} {account.SubledgerIdr}"));
        Assert.True(trial.IsBalanced);
    }

    [Theory]
    [InlineData("GATEWAY", 500, "DELETE FROM grain_state WHERE state = 'deposit'")] // a row without its deposit
    [InlineData("GATEWAY", -1, "UPDATE grain_state SET payload = jsonb_set(payload, '{payments,0,credited}', '501') WHERE state = 'deposit'")]
    [InlineData("REVENUE", 100, "UPDATE grain_state SET payload = jsonb_set(payload, '{subscription,paidPeriod}', '3') WHERE state = 'droplet'")]
    [InlineData("HOLDS", 100, "UPDATE grain_state SET payload = jsonb_set(payload, '{hold}', '\"Held\"') WHERE state = 'droplet'", "order:" + Server + ":%")]
    [InlineData("PROMO_EXPENSE", 80, "DELETE FROM promo_usages")]
    [InlineData("ADJUSTMENT", -20, "DELETE FROM audit_log")]
    [InlineData("WALLETS", 7, "UPDATE wallets SET balance = balance + 7")]
    [InlineData("RECEIVABLE", 9, "UPDATE wallet_transactions SET contra_account = 'RECEIVABLE', amount = 9 WHERE kind = 4")]
    public async Task A_discrepancy_is_found_in_its_account(string account, long difference, string damage, string? gone = null)
    {
        // Without the rows themselves nothing is in flight: what is held then has no row at all.
        if (gone is not null) await Sql($"DELETE FROM wallet_transactions WHERE operation_id LIKE '{gone}'");
        await Sql(damage);
        var trial = await TrialAsync();
        Assert.False(trial.IsBalanced);
        Assert.Equal(difference, trial.Accounts.Single(one => one.Account == account).DifferenceIdr);
    }

    [Theory]
    [InlineData("GATEWAY", 500, "UPDATE grain_state SET payload = jsonb_set(jsonb_set(payload, '{payments,0,credited}', '0'), '{payments,0,stage}', '\"Confirmed\"') WHERE state = 'deposit'")]
    [InlineData("REVENUE", -100, "UPDATE grain_state SET payload = jsonb_set(payload || '{\"renewing\": {\"period\": 2}}', '{subscription,paidPeriod}', '1') WHERE state = 'droplet'")]
    [InlineData("PROMO_EXPENSE", 80, "UPDATE promo_usages SET stage = 1")]
    [InlineData("ADJUSTMENT", -20, "DELETE FROM audit_log WHERE action = 'wallet.adjusted'")]
    public async Task Money_whose_outcome_is_not_stored_yet_is_in_flight_and_no_difference(string account, long inFlight, string before)
    {
        await Sql(before);
        var trial = await TrialAsync();
        Assert.Equal((inFlight, 0), trial.Accounts.Where(one => one.Account == account).Select(one => (one.InFlightIdr, one.DifferenceIdr)).Single());
        Assert.True(trial.IsBalanced);
    }

    [Fact]
    public async Task A_capture_between_the_ledger_and_its_server_is_in_flight_on_both_of_its_accounts()
    {
        await StateAsync("droplet", Server, $$"""{"phase": "Capturing", "hold": "Held", "order": {"owner": "{{Owner}}", "priceIdr": 100} }""");
        await Sql($"UPDATE wallet_transactions SET contra_account = 'ADJUSTMENT', operation_id = 'adjustment:2' WHERE operation_id = 'renew:{Server}:2'");
        await Sql($$"""
            SELECT audit_append(now(), NULL, 'admin:x', 'wallet.adjusted', 'wallet:{{Owner}}', NULL, NULL, NULL, '{"operation": "adjustment:2", "amount": -100}', NULL)
            """);
        var trial = await TrialAsync();
        Assert.Equal([("HOLDS", 100L), ("REVENUE", -100L)], trial.Accounts.Where(one => one.InFlightIdr != 0).Select(one => (one.Account, one.InFlightIdr)));
        Assert.True(trial.IsBalanced);
    }

    [Fact]
    public async Task A_hold_whose_order_is_not_stored_as_held_yet_is_in_flight()
    {
        var other = Guid.NewGuid();
        await using var ledger = new LedgerStore(_own.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        await PostAsync(ledger, new PlaceHold($"order:{other}:hold", $"order:{other}", 30, Memo("VPS_PAYMENT", "REVENUE")));
        Assert.False((await TrialAsync()).IsBalanced);
        await StateAsync("droplet", $"{other}", $$"""{"phase": "Ordering", "hold": "None", "order": {"owner": "{{Owner}}", "priceIdr": 30} }""");
        Assert.True((await TrialAsync()).IsBalanced);
        await StateAsync("droplet", $"{other}", $$"""{"phase": "Creating", "hold": "Held", "order": {"owner": "{{Owner}}", "priceIdr": 30} }""");
        var trial = await TrialAsync();
        Assert.True(trial.IsBalanced);
        Assert.Equal((-30, 0), trial.Accounts.Where(one => one.Account == "HOLDS").Select(one => (one.SubledgerIdr, one.InFlightIdr)).Single());
    }

    [Fact]
    public async Task A_change_of_plan_is_in_flight_until_its_server_says_what_became_of_it()
    {
        var holdId = $"plan-change:{Server}:up";
        var server = $$"""{"phase": "Running", "hold": "Captured", "order": {"owner": "{{Owner}}", "priceIdr": 150}, "subscription": {"paidPeriod": 2}""";
        await using var ledger = new LedgerStore(_own.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);

        await PostAsync(ledger, new PlaceHold($"{holdId}:hold", holdId, 40, Memo("PLAN_CHANGE", "REVENUE")));
        await StateAsync("droplet", Server, server + """, "chargedIdr": 200, "planChange": {"id": "up", "hold": "None", "differenceIdr": 40}}""");
        Assert.Equal(("HOLDS", -40L), Assert.Single((await BalancedAsync()).Where(one => one.InFlightIdr != 0).Select(one => (one.Account, one.InFlightIdr))));

        await StateAsync("droplet", Server, server + """, "chargedIdr": 200, "planChange": {"id": "up", "hold": "Held", "differenceIdr": 40}}""");
        Assert.Equal(-40, (await BalancedAsync()).Single(one => one.Account == "HOLDS").SubledgerIdr);

        await PostAsync(ledger, new CaptureHold($"{holdId}:capture", holdId, Memo("PLAN_CHANGE", "REVENUE")));
        Assert.Equal(
            [("HOLDS", 40L), ("REVENUE", -40L)], (await BalancedAsync()).Where(one => one.InFlightIdr != 0).Select(one => (one.Account, one.InFlightIdr)));

        await StateAsync("droplet", Server, server + """, "chargedIdr": 240, "planChange": null}""");
        Assert.DoesNotContain(await BalancedAsync(), one => one.InFlightIdr != 0);
    }

    [Fact]
    public async Task A_refund_is_in_flight_until_its_server_has_noted_it()
    {
        const string Running = """{"phase": "Terminating", "hold": "Captured", "subscription": {"paidPeriod": 2}, "chargedIdr": """;
        var order = $$""", "order": {"owner": "{{Owner}}", "priceIdr": 100}""";
        await using var ledger = new LedgerStore(_own.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        await PostAsync(ledger, new Refund($"refund:renew:{Server}:2:end", 60, 100, [], Memo("REFUND", "REVENUE")));
        Assert.False((await TrialAsync()).IsBalanced);

        await StateAsync("droplet", Server, Running + "200" + order + $$""", "returning": {"purpose": "end", "items": [{"operation": "renew:{{Server}}:2", "amountIdr": 60 }] } }""");
        Assert.Equal(60, (await BalancedAsync()).Single(one => one.Account == "REVENUE").InFlightIdr);

        await StateAsync("droplet", Server, Running + "140" + order + """, "returning": null}""");
        Assert.Equal((-140, 0), (await BalancedAsync()).Where(one => one.Account == "REVENUE").Select(one => (one.SubledgerIdr, one.InFlightIdr)).Single());
    }

    [Theory]
    [InlineData(true)]  // The inviter's: what was spent is left.
    [InlineData(false)] // The invited person's: it is taken, and owed where it is not there.
    public async Task A_reward_on_its_way_back_is_explained_in_every_window(bool leaveSpent)
    {
        var subject = $"referral:{Owner}";
        var grant = $"promo:teman:{subject}";
        await using var ledger = new LedgerStore(_own.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        await PostAsync(ledger, new GrantBonus(grant, 60, null, "teman", Memo("PROMO", "PROMO_EXPENSE")));
        await Sql($"INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at) VALUES ('teman', '{subject}', '{Owner}', 1, 60, 2, now())");
        // A third of it is spent, and next to no other money is left.
        const long Spent = 20;
        await PostAsync(ledger, new Debit("adjustment:2", Spent, Memo("ADJUSTMENT", "ADJUSTMENT")));
        await AdjustedAsync("adjustment:2", -Spent);
        await PostAsync(ledger, new Debit("adjustment:3", 325, Memo("ADJUSTMENT", "ADJUSTMENT"), CashOnly: true));
        await AdjustedAsync("adjustment:3", -325);
        var before = (await BalancedAsync()).Single(one => one.Account == "PROMO_EXPENSE").SubledgerIdr;

        // Taken without anybody having said so: nothing explains it.
        var wallet = (await ledger.LoadAsync(Owner)).Wallet;
        foreach (var line in Reversals.Lines(wallet, new TakeBackGrant($"take-back:{grant}", grant, 60, 0, leaveSpent, Memo("PROMO", "PROMO_EXPENSE"))).ToList())
            await PostAsync(ledger, line);
        Assert.False((await TrialAsync()).IsBalanced);

        // With the intent it is in flight,
        await StateAsync("rewards", $"{Owner}", """{"referral": {"stage": "TakenBack"} }""");
        var back = leaveSpent ? 60 - Spent : 60;
        Assert.Equal(-back, (await BalancedAsync()).Single(one => one.Account == "PROMO_EXPENSE").InFlightIdr);

        // and settled when the promo knows, what is left of it a cost.
        await Sql($"UPDATE promo_usages SET stage = 4, kept = {(leaveSpent ? Spent : 0)}, taken_back_at = now() WHERE subject_id = '{subject}'");
        var expense = (await BalancedAsync()).Single(one => one.Account == "PROMO_EXPENSE");
        Assert.Equal((before - back, 0), (expense.SubledgerIdr, expense.InFlightIdr));
        Assert.Equal(leaveSpent ? 0 : 15, (await TrialAsync()).Accounts.Single(one => one.Account == "RECEIVABLE").SubledgerIdr);

        // A purchase that is refunded later brings its share back to the lot, which lapses like any other, whatever the clocks say.
        await PostAsync(ledger, new Refund("refund:adjustment:2", 10, Spent, [new Lot(grant, "Promo", Spent, 1, "teman")], Memo("REFUND", "ADJUSTMENT")));
        await AdjustedAsync("refund:adjustment:2", 10);
        await PostAsync(ledger, new ExpireLot("expire:2", grant, new PostingMemo("BONUS_EXPIRY", grant, "PROMO_EXPENSE", "a line")));
        Assert.Equal(before - back - 10, (await BalancedAsync()).Single(one => one.Account == "PROMO_EXPENSE").SubledgerIdr);
    }

    private Task<int> AdjustedAsync(string operation, long amountIdr) => Sql($$"""
        SELECT audit_append(now(), NULL, 'admin:x', 'wallet.adjusted', 'wallet:{{Owner}}', NULL, NULL, NULL, '{"operation": "{{operation}}", "amount": {{amountIdr}} }', NULL)
        """);

    private async Task<IReadOnlyList<BookAccount>> BalancedAsync()
    {
        var trial = await TrialAsync();
        Assert.True(trial.IsBalanced, string.Join(", ", trial.Accounts));
        return trial.Accounts;
    }

    private static IEnumerable<LedgerCommand> Life()
    {
        yield return new Credit("tripay:T1", 500, Memo("DEPOSIT", "GATEWAY"));
        yield return new GrantBonus($"promo:hemat:{Deposit}", 50, 1, "hemat", Memo("PROMO", "PROMO_EXPENSE"));
        yield return new PlaceHold($"order:{Server}:hold", $"order:{Server}", 100, Memo("VPS_PAYMENT", "REVENUE"));
        yield return new CaptureHold($"order:{Server}:capture", $"order:{Server}", Memo("VPS_PAYMENT", "REVENUE"));
        yield return new Debit($"renew:{Server}:2", 100, Memo("RENEWAL", "REVENUE"));
        yield return new Debit("adjustment:1", 20, Memo("ADJUSTMENT", "ADJUSTMENT"));
        yield return new GrantBonus("promo:hemat:late", 30, 1, "hemat", Memo("PROMO", "PROMO_EXPENSE"));
        yield return new ExpireLot("expire:1", "promo:hemat:late", new PostingMemo("BONUS_EXPIRY", "promo:hemat:late", "PROMO_EXPENSE", "a line"));
    }

    private static PostingMemo Memo(string type, string contra) => new(type, "x", contra, "a line");

    private static string PaidDeposit(string stage, long credited, long total) => $$"""
        {"owner": "{{Owner}}", "credited": {{total}}, "payments": [{"reference": "T1", "stage": "{{stage}}", "credited": {{credited}} }] }
        """;

    private static string RunningServer(string hold, int periods) => $$"""
        {"phase": "Running", "hold": "{{hold}}", "order": {"owner": "{{Owner}}", "priceIdr": 100}, "subscription": {"paidPeriod": {{periods}} } }
        """;

    // What the wallet grain does with one command, without the grain.
    private static async Task PostAsync(LedgerStore ledger, LedgerCommand command)
    {
        var stored = await ledger.LoadAsync(Owner);
        var decision = LedgerRules.Decide(stored.Wallet, command, command is ExpireLot ? 5 : 0);
        var item = new LedgerItem(stored, decision.After, [new LedgerEntry(command.OperationId, decision.Line)], new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        Assert.Equal(CommitOutcome.Committed, (await ledger.CommitAsync(item)).Outcome);
    }

    private Task<int> StateAsync(string state, string id, string payload) => Sql($"""
        INSERT INTO grain_state (state, key, version, payload) VALUES ('{state}', '{state}:{id}', 1, '{payload}')
        ON CONFLICT (state, key) DO UPDATE SET payload = excluded.payload
        """);

    private Task<int> Sql(string sql) => _own.Database.ExecuteAsync(sql);

    private Task<TrialBalance> TrialAsync() => new LedgerQueries(_own.Sources).TrialBalanceAsync(TestContext.Current.CancellationToken);
}
