using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Api.Tests.Webhooks;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Deposits;
using Webrana.Wire.Wallets;

namespace Webrana.Api.Tests.Admin;

/// <summary>Money moved by hand: a second person above the setting, bonus never paid out, everything once. A host of its own: the books are everybody's.</summary>
public sealed class MoneyDeskTests : IAsyncLifetime
{
    const string Reason = "Dobel bayar November";

    ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_large_correction_waits_for_a_second_person_who_is_not_the_first()
    {
        var (first, second) = (await _host.NewStaffAsync(Roles.Finance), await _host.NewAdminAsync());
        var customer = await _host.NewCustomerAsync();
        var asked = await first.Http.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(1_000_001, Reason)).ReadAsync<MoneyRequest>(HttpStatusCode.Accepted);
        Assert.Equal((MoneyRequestStatus.Pending, true), (asked.Status, asked.Mine));
        Assert.Equal(0, await BalanceAsync(customer));
        await first.Http.PostAsync($"/internal/money-requests/{asked.Id}/approve", new DeskActRequest("Saya sendiri")).RefusedAsync(409, ProblemCodes.OwnRequest);

        var approved = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            second.Http.PostAsync($"/internal/money-requests/{asked.Id}/approve", new DeskActRequest("Bukti cocok")).ReadAsync<MoneyRequest>()));
        Assert.Contains(approved, one => one.Status == MoneyRequestStatus.Done);
        Assert.Equal(1_000_001, await BalanceAsync(customer));
        await second.Http.PostAsync($"/internal/money-requests/{asked.Id}/refuse", new DeskActRequest("Terlambat")).RefusedAsync(409, ProblemCodes.AlreadyDecided);
        await Scenario.BooksAgreeAsync(second.Http);
        // Old and new value, from intent to outcome; who lost the race of the approvals decided nothing.
        Assert.Equal([" PENDING"], await ChangesAsync(customer, "wallet.adjustment_waiting", "status"));
        Assert.Equal(["PENDING APPROVED"], await ChangesAsync(customer, "wallet.adjustment_approved", "status"));
        Assert.All(await ChangesAsync(customer, "wallet.adjustment_requested", "balance"), change => Assert.Equal("0 1000001", change));
        Assert.All(await ChangesAsync(customer, "wallet.adjusted", "balance"), change => Assert.Equal("0 1000001", change));
    }

    /// <summary>As a crash leaves it between the ledger and what remembers that it was asked: the money has moved, and the same is asked again.</summary>
    [Fact]
    public async Task A_repeated_intent_says_what_was_decided_first_and_not_the_deed_on_top_of_itself()
    {
        var (first, second) = (await _host.NewStaffAsync(Roles.Finance), await _host.NewAdminAsync());
        var customer = await _host.NewCustomerAsync();
        var asked = await first.Http.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(2_000_000, Reason)).ReadAsync<MoneyRequest>(HttpStatusCode.Accepted);
        await ApproveAsync();
        Assert.Equal(1, await _host.Database.ExecuteAsync($"update money_requests set status = 'APPROVED' where id = '{asked.Id}' and status = 'DONE'"));
        await ApproveAsync();
        Assert.Equal(["0 2000000", "0 2000000"], await ChangesAsync(customer, "wallet.adjustment_requested", "balance"));
        Assert.Equal(["0 2000000", "0 2000000"], await ChangesAsync(customer, "wallet.adjusted", "balance"));

        // Small enough for one person, who sends it again with its key.
        var key = Guid.NewGuid().ToString("N");
        await CorrectAsync();
        Assert.Equal(1, await _host.Database.ExecuteAsync("update idempotency_claims set status = null, answer = null, lease_until = now() - interval '1 second' where status = 201"));
        await CorrectAsync();
        Assert.Equal(["2000000 1500000", "2000000 1500000"], (await ChangesAsync(customer, "wallet.adjustment_requested", "balance")).Skip(2));
        Assert.Equal(1_500_000, await BalanceAsync(customer));
        await Scenario.BooksAgreeAsync(second.Http);

        Task ApproveAsync() => second.Http.PostAsync($"/internal/money-requests/{asked.Id}/approve", new DeskActRequest("Bukti cocok")).ExpectAsync(HttpStatusCode.OK);
        Task CorrectAsync() =>
            first.Http.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(-500_000, Reason), key).ExpectAsync(HttpStatusCode.Created);
    }

    /// <summary>The fault: the process dies between the decision and its line. The money that moves behind it must have a name.</summary>
    [Fact]
    public async Task A_decision_of_a_process_that_died_has_a_name_and_the_same_again_carries_it_out()
    {
        var (first, second) = (await _host.NewStaffAsync(Roles.Finance), await _host.NewAdminAsync());
        var customer = await _host.NewCustomerAsync();
        var asked = await first.Http.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(3_000_000, Reason)).ReadAsync<MoneyRequest>(HttpStatusCode.Accepted);
        var fault = $"dies_{customer.Id.Value:n}";
        await _host.Database.ExecuteAsync($"""
            CREATE FUNCTION {fault}() RETURNS trigger LANGUAGE plpgsql AS $f$
                BEGIN IF NEW.subject = 'wallet:{customer.Id}' AND NEW.action = 'wallet.adjustment_approved' THEN RAISE EXCEPTION 'died'; END IF; RETURN NEW; END $f$;
            CREATE TRIGGER {fault} BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION {fault}();
            """, TestContext.Current.CancellationToken);
        try
        {
            using var died = await second.Http.PostAsync($"/internal/money-requests/{asked.Id}/approve", new DeskActRequest("Bukti cocok"));
            Assert.Equal(HttpStatusCode.InternalServerError, died.StatusCode);
        }
        finally
        {
            await _host.Database.ExecuteAsync($"DROP TRIGGER {fault} ON audit_log; DROP FUNCTION {fault}()", TestContext.Current.CancellationToken);
        }

        Assert.Equal(["PENDING APPROVED"], await ChangesAsync(customer, "wallet.change_requested", "status"));
        Assert.Equal(0, await BalanceAsync(customer));
        await second.Http.PostAsync($"/internal/money-requests/{asked.Id}/approve", new DeskActRequest("Bukti cocok")).ExpectAsync(HttpStatusCode.OK);
        Assert.Equal(3_000_000, await BalanceAsync(customer));
    }

    [Fact]
    public async Task What_a_second_person_refuses_moves_nothing()
    {
        var (first, second) = (await _host.NewAdminAsync(), await _host.NewAdminAsync());
        var customer = await _host.NewCustomerAsync();
        var asked = await first.Http.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(5_000_000, Reason)).ReadAsync<MoneyRequest>(HttpStatusCode.Accepted);
        var refused = await second.Http.PostAsync($"/internal/money-requests/{asked.Id}/refuse", new DeskActRequest("Tanpa bukti")).ReadAsync<MoneyRequest>();
        Assert.Equal((MoneyRequestStatus.Refused, "Tanpa bukti"), (refused.Status, refused.DecisionReason));
        await second.Http.PostAsync($"/internal/money-requests/{asked.Id}/approve", new DeskActRequest("Jadi")).RefusedAsync(409, ProblemCodes.AlreadyDecided);
        Assert.Equal(0, await BalanceAsync(customer));
        Assert.Equal(["PENDING REFUSED"], await ChangesAsync(customer, "wallet.adjustment_refused", "status"));

        // Page by page, newest first, each once.
        var later = await first.Http.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(6_000_000, Reason)).ReadAsync<MoneyRequest>(HttpStatusCode.Accepted);
        var newest = await second.Http.GetAsync("/internal/money-requests?limit=1").ReadAsync<Page<MoneyRequest>>();
        var rest = await second.Http.GetAsync($"/internal/money-requests?limit=1&cursor={newest.NextCursor}").ReadAsync<Page<MoneyRequest>>();
        Assert.Equal((later.Id, asked.Id), (Assert.Single(newest.Items).Id, Assert.Single(rest.Items).Id));
        Assert.Null(rest.NextCursor);
        Assert.Null((await second.Http.GetAsync("/internal/money-requests?limit=1&status=PENDING").ReadAsync<Page<MoneyRequest>>()).NextCursor);
        await second.Http.GetAsync($"/internal/payment-cases?cursor={newest.NextCursor}").RefusedAsync(400, ProblemCodes.InvalidCursor);
    }

    [Fact]
    public async Task A_payout_takes_ordinary_money_only_once_and_the_books_know_where_it_went()
    {
        var finance = (await _host.NewStaffAsync(Roles.Finance)).Http;
        var customer = await _host.NewCustomerAsync();
        await Scenario.FundAsync(_host, customer, 80_000);
        await finance.PostAsync($"/internal/wallets/{customer.Id}/payouts", new CreatePayoutRequest(80_001, "BCA 1", Reason)).RefusedAsync(409, ProblemCodes.InsufficientBalance);
        await finance.PostAsync($"/internal/wallets/{customer.Id}/payouts", new CreatePayoutRequest(30_000, " ", Reason)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        var key = Guid.NewGuid().ToString("N");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var paid = await finance.PostAsync($"/internal/wallets/{customer.Id}/payouts", new CreatePayoutRequest(30_000, "BCA 0098812", Reason), key).ReadAsync<MoneyRequest>(HttpStatusCode.Accepted);
            Assert.Equal(MoneyRequestStatus.Done, paid.Status);
        }

        Assert.Equal(50_000, await BalanceAsync(customer));
        Assert.Equal("PAYOUT", await _host.Database.ScalarAsync<string>($"select contra_account from wallet_transactions where wallet_id = '{customer.Id}' and amount = -30000"));
        await Scenario.BooksAgreeAsync(finance);
        Assert.Equal(
            ["wallet.payout_requested", "wallet.payout_refused", "wallet.payout_requested", "wallet.paid_out"],
            (await _host.Database.ScalarAsync<string>($"select string_agg(action, ',' order by id) from audit_log where subject = 'wallet:{customer.Id}' and action like 'wallet.pa%'")).Split(','));
        Assert.Equal(["80000 50000"], await ChangesAsync(customer, "wallet.paid_out", "balance"));
        Assert.Equal(["APPROVED FAILED"], await ChangesAsync(customer, "wallet.payout_refused", "status"));
        await finance.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(-20_000, Reason)).ExpectAsync(HttpStatusCode.Created);
        Assert.Contains("50000 30000", await ChangesAsync(customer, "wallet.adjusted", "balance"));
    }

    [Fact]
    public async Task A_signed_payment_for_nobody_lands_at_the_desk_and_is_ended_once()
    {
        var admin = (await _host.NewAdminAsync()).Http;
        Assert.False(await Callback.Signed(Callback.BodyOf("DEV-T0001-UNMATCHED", "TOKO-LAIN-1", 75_000)).PostAsync(_host.Anonymous()));
        var found = Assert.Single((await admin.GetAsync("/internal/payment-cases").ReadAsync<Page<PaymentCase>>()).Items);
        Assert.Equal((PaymentCaseKind.Unmatched, "DEV-T0001-UNMATCHED", "OPEN"), (found.Kind, found.Reference, found.Status));
        // The gateway itself knows of no such payment: nothing to credit.
        var customer = await _host.NewCustomerAsync();
        await admin.PostAsync($"/internal/payment-cases/{found.Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Credit, Reason, customer.Id.ToString())).RefusedAsync(503, ProblemCodes.GatewayUnavailable);
        await admin.PostAsync($"/internal/payment-cases/{found.Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.RefundOutside, Reason)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        var ended = await admin.PostAsync($"/internal/payment-cases/{found.Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Dismiss, "Toko lain")).ReadAsync<PaymentCase>();
        Assert.Equal(("RESOLVED", PaymentResolution.Dismiss), (ended.Status, ended.Resolution));
        await admin.PostAsync($"/internal/payment-cases/{found.Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Credit, Reason, customer.Id.ToString())).RefusedAsync(409, ProblemCodes.AlreadyDecided);
        Assert.Equal(0, await BalanceAsync(customer));
    }

    [Fact]
    public async Task A_payment_that_its_deposit_has_credited_is_credited_to_nobody_again_and_the_settlement_agrees()
    {
        var admin = (await _host.NewAdminAsync()).Http;
        var customer = await _host.NewCustomerAsync();
        var deposit = await customer.Http.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(100_000, "BRIVA")).ReadAsync<Deposit>(HttpStatusCode.Created);
        // As if our row of it had been lost: the case stands alone, and the gateway has the money.
        await _host.Database.ExecuteAsync($"INSERT INTO payment_cases (kind, reference, amount, opened_at) VALUES ('UNMATCHED', '{deposit.PaymentRef}', 1, now())", TestContext.Current.CancellationToken);
        var found = Assert.Single((await admin.GetAsync("/internal/payment-cases").ReadAsync<Page<PaymentCase>>()).Items);
        await admin.PostAsync($"/internal/payment-cases/{found.Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Credit, Reason, customer.Id.ToString())).RefusedAsync(409, ProblemCodes.PaymentNotPaid);
        Assert.True(_host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        await Eventually.Async(() => BalanceAsync(customer), balance => balance == 100_000, ApiHost.Patience, "the deposit's own path credits", TestContext.Current.CancellationToken);
        await admin.PostAsync($"/internal/payment-cases/{found.Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Credit, Reason, customer.Id.ToString())).RefusedAsync(409, ProblemCodes.AlreadyCredited);
        // Nor does anybody else get it.
        await admin.PostAsync($"/internal/payment-cases/{found.Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Credit, Reason, (await _host.NewCustomerAsync()).Id.ToString())).RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.Equal(100_000, await BalanceAsync(customer));
        var settlement = await admin.GetAsync($"/internal/settlement?day={TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)):yyyy-MM-dd}").ReadAsync<Settlement>();
        Assert.Equal((1, 100_000L, 0L), (settlement.GatewayCount, settlement.LedgerCredited, settlement.Difference));

        // What the gateway gives back leaves the wallet, and neither side has it any more: no difference that somebody would be woken for.
        Assert.True(_host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Refund));
        await Eventually.Async(() => BalanceAsync(customer), balance => balance == 0, ApiHost.Patience, "what was given back has left the wallet", TestContext.Current.CancellationToken);
        settlement = await admin.GetAsync($"/internal/settlement?day={settlement.Day}").ReadAsync<Settlement>();
        Assert.Equal((0, 0L, 0), (settlement.GatewayCount, settlement.Difference, settlement.Lines.Count));
        await admin.GetAsync("/internal/settlement?day=kemarin").RefusedAsync(422, ProblemCodes.ValidationFailed);
    }

    [Fact]
    public async Task A_second_payment_of_one_invoice_is_balance_already_and_goes_back_by_bank_with_its_reference()
    {
        var finance = (await _host.NewStaffAsync(Roles.Finance)).Http;
        var customer = await _host.NewCustomerAsync();
        await Scenario.FundAsync(_host, customer, 200_000);
        foreach (var (kind, reference) in new[] { ("PAID_TWICE", "DEV-TWICE"), ("LATE", "DEV-LATE") })
        {
            await _host.Database.ExecuteAsync(
                $"INSERT INTO payment_cases (kind, reference, user_id, amount, opened_at) VALUES ('{kind}', '{reference}', '{customer.Id}', 100000, now())", TestContext.Current.CancellationToken);
        }

        var newest = await finance.GetAsync("/internal/payment-cases?limit=1").ReadAsync<Page<PaymentCase>>();
        var rest = await finance.GetAsync($"/internal/payment-cases?limit=1&cursor={newest.NextCursor}").ReadAsync<Page<PaymentCase>>();
        Assert.Null(rest.NextCursor);
        var cases = newest.Items.Concat(rest.Items).ToDictionary(one => one.Kind);
        Assert.Equal(2, cases.Count);
        foreach (var one in cases.Values)
            await finance.PostAsync($"/internal/payment-cases/{one.Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Credit, Reason)).RefusedAsync(409, ProblemCodes.AlreadyCredited);
        await finance.PostAsync($"/internal/payment-cases/{cases[PaymentCaseKind.Late].Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Dismiss, "Pelanggan memakainya")).ExpectAsync(HttpStatusCode.OK);
        await finance.PostAsync(
            $"/internal/payment-cases/{cases[PaymentCaseKind.PaidTwice].Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.RefundOutside, Reason, BankReference: "BCA 0098812")).ExpectAsync(HttpStatusCode.OK);
        Assert.Equal(200_000, await BalanceAsync(customer));
        await finance.PostAsync($"/internal/wallets/{customer.Id}/payouts", new CreatePayoutRequest(100_000, "BCA 0098812", Reason)).ExpectAsync(HttpStatusCode.Accepted);
        Assert.Equal(100_000, await BalanceAsync(customer));
        Assert.Equal("BCA 0098812", await _host.Database.ScalarAsync<string>($"select facts->>'reference' from notices where user_id = '{customer.Id}' and kind = 'PaidOut'"));
        await Scenario.BooksAgreeAsync(finance);
    }

    [Fact]
    public async Task A_payment_that_no_deposit_explains_is_credited_by_hand_once_with_the_gateways_own_sum()
    {
        var admin = (await _host.NewAdminAsync()).Http;
        var customer = await _host.NewCustomerAsync();
        var reference = await _host.ForeignPaymentAsync(75_000);
        var found = (await Eventually.Async(
            async () => (await admin.GetAsync("/internal/payment-cases").ReadAsync<Page<PaymentCase>>()).Items, cases => cases.Count == 1, ApiHost.Patience,
            "the gateway's callback is a case", TestContext.Current.CancellationToken))[0];
        Assert.Equal((PaymentCaseKind.Unmatched, reference), (found.Kind, found.Reference));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => admin.PostAsync(
            $"/internal/payment-cases/{found.Id}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Credit, Reason, customer.Id.ToString()))));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(75_000, await BalanceAsync(customer));
        Assert.Equal(75_000, Assert.Single((await admin.GetAsync("/internal/payment-cases?resolved=true").ReadAsync<Page<PaymentCase>>()).Items).Credited);
        var changes = await ChangesAsync(customer, "payment.credited", "balance");
        Assert.NotEmpty(changes);
        Assert.All(changes, change => Assert.Equal("0 75000", change));
        await Scenario.BooksAgreeAsync(admin);
    }

    /// <summary>The fault: the process dies between the ledger and the offer, or the one-way offer gets lost. Only what was stored before is found again.</summary>
    [Fact]
    public async Task Money_that_comes_by_hand_is_announced_to_waiting_servers_and_money_that_goes_is_not()
    {
        var (first, second) = (await _host.NewStaffAsync(Roles.Finance), await _host.NewAdminAsync());
        var customer = await _host.NewCustomerAsync();
        Assert.Equal(0, await AnnouncedAtAsync());
        await AdjustAsync(50_000).ExpectAsync(HttpStatusCode.Created);
        var came = await AnnouncedAtAsync();
        Assert.NotEqual(0, came);
        await AdjustAsync(-20_000).ExpectAsync(HttpStatusCode.Created);
        Assert.Equal(came, await AnnouncedAtAsync());

        // By two people: with the second one's word, and not with the wish.
        var asked = await AdjustAsync(2_000_000).ReadAsync<MoneyRequest>(HttpStatusCode.Accepted);
        Assert.Equal(came, await AnnouncedAtAsync());
        await second.Http.PostAsync($"/internal/money-requests/{asked.Id}/approve", new DeskActRequest("Bukti cocok")).ExpectAsync(HttpStatusCode.OK);
        Assert.True(await AnnouncedAtAsync() > came);

        Task<HttpResponseMessage> AdjustAsync(long amount) =>
            first.Http.PostAsync($"/internal/wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(amount, Reason));

        Task<long> AnnouncedAtAsync() => _host.Database.ScalarAsync<long>(
            $"select coalesce(max((payload->>'announcedAt')::bigint), 0) from grain_state where state = 'money-arrival' and key = 'money:{customer.Id}'");
    }

    /// <summary>What the audit log says a value was and is since, line by line; nothing stands for null.</summary>
    async Task<string[]> ChangesAsync(TestUser customer, string action, string value) => (await _host.Database.ScalarAsync<string>(
        $"select coalesce(string_agg(coalesce(before->>'{value}', '') || ' ' || coalesce(after->>'{value}', ''), ',' order by id), '') from audit_log where subject = 'wallet:{customer.Id}' and action = '{action}'"))
        .Split(',', StringSplitOptions.RemoveEmptyEntries);

    async Task<long> BalanceAsync(TestUser customer) => (await customer.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>()).Balance;
}
