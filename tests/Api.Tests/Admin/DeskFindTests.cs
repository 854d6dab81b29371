using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Api.Security;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Notifications;
using Webrana.Wire.Wallets;
using Ledger = Webrana.Contracts.Wallets;

namespace Webrana.Api.Tests.Admin;

/// <summary>From whatever a customer quotes to the customer, and from there to everything that happened, and why.</summary>
[Collection(ApiCollection.Name)]
public sealed class DeskFindTests(SharedApi api)
{
    ApiHost Host => api.Host;

    static Task<Page<FoundItem>> SearchAsync(HttpClient http, string words) => http.GetAsync($"/internal/search?q={Uri.EscapeDataString(words)}").ReadAsync<Page<FoundItem>>();

    static Task<Page<TimelineEntry>> TimelineAsync(HttpClient http, string of) => http.GetAsync($"/internal/{of}/timeline?limit=200").ReadAsync<Page<TimelineEntry>>();

    [Fact]
    public async Task Whatever_a_customer_or_a_bank_quotes_leads_to_the_customer()
    {
        var (support, finance, customer) = (await Host.NewStaffAsync(Roles.Support), await Host.NewStaffAsync(Roles.Finance), await Host.NewCustomerAsync());
        var phone = $"0857{Random.Shared.NextInt64(10_000_000, 99_999_999)}";
        await customer.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/me", new UpdateProfileRequest(Phone: phone)).ExpectAsync(HttpStatusCode.OK);
        await Host.Anonymous().PostAsync("/api/v1/auth/login", new LoginRequest(customer.Email, TestUser.Password)).ReadAsync<TokenPair>();
        var deposit = await customer.Http.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(200_000, "BRIVA")).ReadAsync<Deposit>(HttpStatusCode.Created);
        var order = await Scenario.OrderAsync(Host, customer);
        var server = await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        var provider = (await support.Http.GetAsync($"/internal/instances/{order.InstanceId}").ReadAsync<AdminInstance>()).DropletId!;

        foreach (var (words, by, kind) in new (string, string, FoundKind)[]
                 {
                     (customer.Email, "EMAIL", FoundKind.Customer), (customer.Email[..12], "EMAIL", FoundKind.Customer), (phone, "PHONE", FoundKind.Customer),
                     ($"+62 {phone[1..]}", "PHONE", FoundKind.Customer), (customer.Id.ToString(), "ID", FoundKind.Customer),
                     (server.Name, "NAME", FoundKind.Server), (server.Ipv4!, "IP", FoundKind.Server), (provider, "PROVIDER_ID", FoundKind.Server),
                     (deposit.MerchantRef, "MERCHANT_REF", FoundKind.Deposit), (deposit.PaymentRef!, "REFERENCE", FoundKind.Deposit), (deposit.PayCode!, "VA", FoundKind.Deposit),
                 })
        {
            var found = await Eventually.Async(
                async () => (await SearchAsync(support.Http, words)).Items, items => items.Any(item => item.UserId == customer.Id.ToString() && item.By == by), ApiHost.Patience, $"'{words}' is found by {by}");
            var item = found.First(item => item.UserId == customer.Id.ToString() && item.By == by);
            Assert.Equal((kind, customer.Email), (item.Kind, item.Email));
        }

        Assert.Contains((await SearchAsync(support.Http, "127.0.0.1")).Items, item => item.By == "SIGN_IN_IP");
        // Who has no servers to look after finds none, and everything else all the same.
        Assert.DoesNotContain((await SearchAsync(finance.Http, server.Ipv4!)).Items, item => item.Kind == FoundKind.Server);
        Assert.Contains((await SearchAsync(finance.Http, deposit.PayCode!)).Items, item => item.Kind == FoundKind.Deposit);
        Assert.Empty((await SearchAsync(support.Http, $"tidak-ada-{Guid.NewGuid():n}")).Items);
        await support.Http.GetAsync("/internal/search?q=a").RefusedAsync(422, ProblemCodes.ValidationFailed);
        await customer.Http.GetAsync("/internal/search?q=sari").RefusedAsync(403, ProblemCodes.Forbidden);
    }

    [Fact]
    public async Task An_address_is_found_however_it_is_written_of_a_server_a_sign_in_and_a_script()
    {
        var (support, customer, scripted) = (await Host.NewStaffAsync(Roles.Support), await Host.NewCustomerAsync(), await Host.NewCustomerAsync());
        var order = await Scenario.OrderAsync(Host, customer);
        await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        // Of this test alone: the last two groups of every address below.
        var own = $"{Random.Shared.Next(0x1000, 0x10000):x}:{Random.Shared.Next(0x1000, 0x10000):x}";
        var droplet = GrainKeys.Droplet(new InstanceId(Guid.Parse(order.InstanceId)));
        await new Data.Desk.Lookups(Host.Sources).FileAsync(droplet, customer.Id.Value, [(Data.Desk.LookupKind.Ip, $"2001:DB8:0:0:A::{own.ToUpperInvariant()}")], TestContext.Current.CancellationToken);
        foreach (var words in new[] { $"2001:db8:0:0:a::{own}", $"2001:0DB8:0000:0000:000A:0000:{own}", $"2001:db8::a:0:{own}" })
        {
            var found = Assert.Single((await SearchAsync(support.Http, words)).Items);
            Assert.Equal((FoundKind.Server, "IP", order.InstanceId, $"2001:db8::a:0:{own}"), (found.Kind, found.By, found.Id, found.Matched));
        }

        var visitor = Host.Anonymous();
        visitor.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", $"2001:db8:1::{own}");
        await visitor.PostAsync("/api/v1/auth/login", new LoginRequest(customer.Email, TestUser.Password)).ReadAsync<TokenPair>();
        var tokens = Host.Services.GetRequiredService<ApiTokens>();
        var token = (await tokens.CreateAsync(scripted.Id, Guid.NewGuid(), "skrip", ["read"], null, TestContext.Current.CancellationToken))!.Token;
        var script = Host.Anonymous();
        script.DefaultRequestHeaders.Authorization = new("Bearer", token);
        script.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", $"2001:db8:2::{own}");
        await script.GetAsync("/api/v1/instances").ExpectAsync(HttpStatusCode.OK);
        foreach (var (words, by, whose) in new[] { ($"2001:DB8:1:0:0:0:{own}", "SIGN_IN_IP", customer), ($"2001:DB8:2:0:0:0:{own}", "TOKEN_IP", scripted) })
        {
            var found = Assert.Single((await SearchAsync(support.Http, words)).Items);
            Assert.Equal((FoundKind.Customer, by, whose.Id.ToString()), (found.Kind, found.By, found.Id));
        }

        Assert.Contains((await SearchAsync(support.Http, "::ffff:127.0.0.1")).Items, item => item.By is "SIGN_IN_IP" or "TOKEN_IP");
    }

    [Fact]
    public async Task The_customers_timeline_tells_everything_in_its_order_with_its_cause()
    {
        var (admin, customer) = (await Host.NewAdminAsync(), await Host.NewCustomerAsync());
        await Host.Anonymous().PostAsync("/api/v1/auth/login", new LoginRequest(customer.Email, TestUser.Password)).ReadAsync<TokenPair>();
        var deposit = await customer.Http.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(200_000, "BRIVA")).ReadAsync<Deposit>(HttpStatusCode.Created);
        Assert.True(Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        await Eventually.Async(
            async () => (await customer.Http.GetAsync("/api/v1/notifications").ReadAsync<NotificationPage>()).Items.Any(notice => notice.Type == "deposit.paid"), ApiHost.Patience, "the deposit is told");
        var order = await customer.Http.PostAsync("/api/v1/orders", Scenario.Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        // What came back of a server, a bonus, and a payment that the desk credited, as each part books them.
        var wallet = Host.Cluster.GetGrain<Ledger.IWalletGrain>(Webrana.Contracts.GrainKeys.Wallet(customer.Id));
        Assert.True((await wallet.Credit(new Ledger.CreditCommand(
            "refund:jejak", 1_000, new Ledger.PostingReference(Ledger.ReferenceType.Refund, order.OrderId, Ledger.ContraAccount.Revenue, "Sisa waktu")))).IsOk);
        Assert.True((await wallet.GrantBonus(new Ledger.GrantBonusCommand(
            "promo:jejak:1", 2_000, null, new Ledger.PostingReference(Ledger.ReferenceType.Promo, "jejak", Ledger.ContraAccount.PromoExpense, "Bonus")))).IsOk);
        Assert.True((await wallet.GrantBonus(new Ledger.GrantBonusCommand(
            "promo:jejak:2", 500, TimeProvider.System.GetUtcNow().AddDays(-1), new Ledger.PostingReference(Ledger.ReferenceType.Promo, "lewat", Ledger.ContraAccount.PromoExpense, "Bonus")))).IsOk);
        await wallet.BookExpiries();
        Assert.True((await wallet.Credit(new Ledger.CreditCommand(
            $"tripay:asing-{customer.Id}", 3_000, new Ledger.PostingReference(Ledger.ReferenceType.Adjustment, "payment-case:jejak", Ledger.ContraAccount.Gateway, "Asing")))).IsOk);
        await admin.Http.PostAsync($"/internal/users/{customer.Id}/freeze", new DeskActRequest("Kartu curian")).ExpectAsync(HttpStatusCode.OK);
        await admin.Http.PostAsync($"/internal/wallets/{customer.Id}/payouts", new CreatePayoutRequest(10_000, "BCA 1", "Berhenti")).ExpectAsync(HttpStatusCode.Accepted);

        var rows = (await Eventually.Async(
            () => TimelineAsync(admin.Http, $"users/{customer.Id}"), page => page.Items.Any(row => row is { Kind: "NOTICE", What: "server.ready", Status: "DELIVERED" }), ApiHost.Patience, "all is told")).Items;
        Assert.Equal(rows.Select(row => row.At).OrderDescending(), rows.Select(row => row.At));
        Assert.Contains(rows, row => row is { Kind: "DEPOSIT", Status: "PAID", Amount: 200_000 } && row.Text == deposit.MerchantRef && row.Subject == $"deposit:{deposit.Id}");
        Assert.Contains(rows, row => row is { Kind: "MONEY", What: "DEPOSIT", Amount: 200_000 } && row.Why == $"tripay:{deposit.PaymentRef}");
        Assert.Contains(rows, row => row is { Kind: "MONEY", What: "VPS_PAYMENT" } && row.Why == $"order:{order.OrderId}:capture" && row.Subject == $"droplet:{order.OrderId}");
        Assert.Contains(rows, row => row is { Kind: "MONEY", What: "REFUND", Amount: 1_000 } && row.Subject == $"droplet:{order.OrderId}");
        Assert.Contains(rows, row => row is { Kind: "MONEY", What: "PROMO", Subject: "promo:jejak" });
        Assert.Contains(rows, row => row is { Kind: "MONEY", What: "BONUS_EXPIRY", Amount: -500, Subject: "promo:lewat" });
        Assert.Contains(rows, row => row is { Kind: "MONEY", Amount: 3_000, Subject: "payment-case:jejak" });
        Assert.Contains(rows, row => row is { Kind: "MONEY", What: "REFUND", Amount: -10_000 } && row.Why!.StartsWith("payout:", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Kind == "ORDER" && row.Subject == $"droplet:{order.OrderId}");
        Assert.Contains(rows, row => row is { Kind: "ACTION", What: "Create" } && row.Subject == $"droplet:{order.OrderId}");
        Assert.Contains(rows, row => row is { Kind: "SIGN_IN", Why: not null });
        Assert.Contains(rows, row => row is { Kind: "ADMIN", What: "customer.frozen", Text: "Kartu curian" } && row.Why!.StartsWith("audit:", StringComparison.Ordinal));
        Assert.Contains(rows, row => row is { Kind: "REQUEST", What: "PAYOUT", Status: "DONE" } && row.Why!.StartsWith("request:", StringComparison.Ordinal));
        Assert.Contains(rows, row => row is { Kind: "NOTICE", What: "deposit.paid" } && row.Why == $"outbox:{customer.Id}");
        Assert.Contains(rows, row => row is { Kind: "NOTICE", What: "server.ready" } && row.Subject == $"droplet:{order.OrderId}" && row.Text!.StartsWith("MAIL ACCEPTED", StringComparison.Ordinal));
        Assert.Contains(rows, row => row is { Kind: "NOTICE", What: "account.frozen" });
        Assert.Contains(rows, row => row is { Kind: "NOTICE", What: "wallet.paid_out" });

        // Page by page it is the same story, though an order and its first action share their moment and a page ends between them.
        var (paged, cursor) = (new List<string>(), "");
        do
        {
            var page = await admin.Http.GetAsync($"/internal/users/{customer.Id}/timeline?limit=1{cursor}").ReadAsync<Page<TimelineEntry>>();
            paged.AddRange(page.Items.Select(row => $"{row.Kind}/{row.Id}"));
            cursor = page.NextCursor is { } next ? $"&cursor={Uri.EscapeDataString(next)}" : "";
        }
        while (cursor.Length > 0);
        Assert.Empty(rows.Select(row => $"{row.Kind}/{row.Id}").Except(paged));
        Assert.Equal(paged.Distinct(), paged);

        // Booked without a server, a promo and a case behind them: the books are everybody's here, so it is taken back.
        foreach (var (contra, amount) in new[] { (Ledger.ContraAccount.Revenue, 1_000), (Ledger.ContraAccount.PromoExpense, 2_500), (Ledger.ContraAccount.Gateway, 3_000) })
        {
            Assert.True((await wallet.Debit(new Ledger.DebitCommand(
                $"jejak:{contra}", amount, new Ledger.PostingReference(Ledger.ReferenceType.Adjustment, "jejak", contra, "Dikembalikan")))).IsOk);
        }

        await Scenario.BooksAgreeAsync(admin.Http);
    }

    [Fact]
    public async Task A_debt_leads_to_what_it_is_owed_for()
    {
        var (admin, customer) = (await Host.NewAdminAsync(), await Host.NewCustomerAsync());
        var wallet = Host.Cluster.GetGrain<Ledger.IWalletGrain>(Webrana.Contracts.GrainKeys.Wallet(customer.Id));
        var promo = new Ledger.PostingReference(Ledger.ReferenceType.Promo, "utang", Ledger.ContraAccount.PromoExpense, "Bonus");
        var shop = new Ledger.PostingReference(Ledger.ReferenceType.Adjustment, "utang", Ledger.ContraAccount.Gateway, "Belanja");
        Assert.True((await wallet.GrantBonus(new Ledger.GrantBonusCommand("promo:utang:1", 400, null, promo))).IsOk);
        Assert.True((await wallet.Debit(new Ledger.DebitCommand("utang:belanja", 400, shop))).IsOk);
        Assert.True((await wallet.TakeBackBonus(new Ledger.TakeBackBonusCommand("promo:utang:1", 400, LeaveSpent: false, promo))).IsOk);
        // Given again it pays the debt, and the books, which are everybody's here, are as they were.
        Assert.True((await wallet.Credit(new Ledger.CreditCommand($"tripay:utang-{customer.Id}", 400, shop))).IsOk);

        var rows = (await TimelineAsync(admin.Http, $"users/{customer.Id}")).Items;
        Assert.Contains(rows, row => row is { Kind: "MONEY", What: "REFUND", Amount: 400, Subject: "promo:utang", Status: "RECEIVABLE" });
        var paid = Assert.Single(rows, row => row is { Kind: "MONEY", What: "REFUND", Amount: -400, Subject: null, Status: "RECEIVABLE" });
        // What it was paid with stands before it in the ledger, where its line leads.
        var number = paid.Id[(customer.Id.ToString().Length + 1)..];
        var lines = (await admin.Http.GetAsync($"/internal/wallets/{customer.Id}/transactions?upTo={number}&limit=2").ReadAsync<Page<Transaction>>()).Items;
        Assert.Equal([(paid.Id, -400L), ($"{customer.Id}-{long.Parse(number, CultureInfo.InvariantCulture) - 1}", 400L)], lines.Select(line => (line.Id, line.Amount)));
        await Scenario.BooksAgreeAsync(admin.Http);
    }

    [Fact]
    public async Task The_servers_timeline_shows_what_was_told_of_it_and_what_did_not_arrive()
    {
        var (admin, customer) = (await Host.NewAdminAsync(), await Host.NewCustomerAsync());
        var order = await Scenario.OrderAsync(Host, customer);
        await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        await customer.Http.PostAsync($"/api/v1/instances/{order.InstanceId}/reboot").ExpectAsync(HttpStatusCode.Accepted);
        await admin.Http.PostAsync($"/internal/instances/{order.InstanceId}/suspend", new BlockServerRequest("Spam")).ExpectAsync(HttpStatusCode.OK);
        await Eventually.Async(
            () => TimelineAsync(admin.Http, $"instances/{order.InstanceId}"), page => page.Items.Any(row => row is { Kind: "NOTICE", What: "server.blocked", Status: "DELIVERED" }), ApiHost.Patience, "it is told");
        await Host.Database.ExecuteAsync(
            $"UPDATE notice_deliveries d SET stage = 3, answer = '550 no such mailbox' FROM notices n WHERE n.id = d.notice AND n.user_id = '{customer.Id}' AND n.kind = 'Blocked'", TestContext.Current.CancellationToken);

        var rows = (await TimelineAsync(admin.Http, $"instances/{order.InstanceId}")).Items;
        var failed = Assert.Single(rows, row => row is { Kind: "NOTICE", What: "server.blocked" });
        Assert.Equal(("FAILED", "MAIL REFUSED: 550 no such mailbox", $"outbox:{customer.Id}"), (failed.Status, failed.Text, failed.Why));
        Assert.Contains(rows, row => row is { Kind: "NOTICE", What: "server.ready" });
        Assert.Contains(rows, row => row is { Kind: "ADMIN", What: "instance.suspended", Text: "Spam" });
        Assert.Contains(rows, row => row is { Kind: "MONEY", What: "VPS_PAYMENT" });
        // Its hold moved no money: the charge stands once.
        Assert.DoesNotContain(rows, row => row is { Kind: "MONEY", Amount: 0 });
        Assert.Contains(rows, row => row is { Kind: "ACTION", What: "Block" } && row.Subject == $"account:{customer.Id}" && row.Id.StartsWith(order.InstanceId, StringComparison.Ordinal));
        Assert.Contains(rows, row => row is { Kind: "ORDER", Amount: -Scenario.PriceIdr } && row.Subject == $"account:{customer.Id}");
        Assert.DoesNotContain(rows, row => row.What == "account.welcome");
    }

    [Fact]
    public async Task What_the_desk_did_to_a_customers_servers_payments_and_mails_stands_on_their_timeline_and_finance_sees_of_servers_the_money()
    {
        var (admin, finance, customer) = (await Host.NewAdminAsync(), await Host.NewStaffAsync(Roles.Finance), await Host.NewCustomerAsync());
        var order = await Scenario.OrderAsync(Host, customer);
        await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        await admin.Http.PostAsync($"/internal/instances/{order.InstanceId}/suspend", new BlockServerRequest("Spam")).ExpectAsync(HttpStatusCode.OK);
        var payment = await Host.Database.ScalarAsync<Guid>(
            $"INSERT INTO payment_cases (kind, reference, user_id, amount, opened_at) VALUES ('LATE', 'DEV-{customer.Id}', '{customer.Id}', 1, now()) RETURNING id");
        await finance.Http.PostAsync($"/internal/payment-cases/{payment}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.Dismiss, "Sudah dipakai")).ExpectAsync(HttpStatusCode.OK);
        var mail = (await Eventually.Async(
            async () => (await admin.Http.GetAsync($"/internal/outbox?userId={customer.Id}").ReadAsync<OutboxPage>()).Items.FirstOrDefault(item => item is { Type: "server.ready", Stage: DeliveryStage.Accepted }),
            item => item is not null, ApiHost.Patience, "it was mailed"))!;
        await admin.Http.PostAsync($"/internal/outbox/{mail.Id}/resend", new DeskActRequest("Belum diterima")).ExpectAsync(HttpStatusCode.NoContent);

        var all = (await TimelineAsync(admin.Http, $"users/{customer.Id}")).Items;
        Assert.Contains(all, row => row is { Kind: "ADMIN", What: "instance.suspended", Text: "Spam" } && row.Subject == $"instance:{order.InstanceId}");
        Assert.Contains(all, row => row is { Kind: "ADMIN", What: "payment.dismiss", Text: "Sudah dipakai" } && row.Subject == $"payment-case:{payment}");
        Assert.Contains(all, row => row is { Kind: "ADMIN", What: "notice.resent", Text: "Belum diterima" } && row.Subject!.StartsWith("notice:", StringComparison.Ordinal));
        Assert.Contains(all, row => row.Kind == "ORDER");

        var money = (await TimelineAsync(finance.Http, $"users/{customer.Id}")).Items;
        Assert.DoesNotContain(money, row => row.Kind is "ORDER" or "ACTION" || row is { Kind: "ADMIN", What: "instance.suspended" });
        Assert.DoesNotContain(money, row => row.Kind == "NOTICE" && (row.Subject is not null || row.What.StartsWith("server.", StringComparison.Ordinal)));
        Assert.Contains(money, row => row is { Kind: "MONEY", What: "VPS_PAYMENT" });
        Assert.Contains(money, row => row is { Kind: "ADMIN", What: "payment.dismiss" });
    }

    [Fact]
    public async Task The_whole_desk_sees_a_customers_timeline_and_only_who_looks_after_servers_a_servers()
    {
        var customer = await Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(Host, customer);
        var (users, servers) = ($"/internal/users/{customer.Id}/timeline", $"/internal/instances/{order.InstanceId}/timeline");
        foreach (var role in new[] { Roles.Admin, Roles.Finance, Roles.Support })
        {
            var person = await Host.NewStaffAsync(role);
            await person.Http.GetAsync(users).ExpectAsync(HttpStatusCode.OK);
            await person.Http.GetAsync(servers).ExpectAsync(role == Roles.Finance ? HttpStatusCode.Forbidden : HttpStatusCode.OK);
            await person.Http.GetAsync($"/internal/users/{Guid.NewGuid()}/timeline").RefusedAsync(404, ProblemCodes.NotFound);
        }

        await customer.Http.GetAsync(users).RefusedAsync(403, ProblemCodes.Forbidden);
        await Host.Anonymous().GetAsync(servers).RefusedAsync(401, ProblemCodes.Unauthenticated);
    }

    [Fact]
    public async Task Support_sends_a_customers_mail_again_with_a_reason_whatever_became_of_it()
    {
        var (support, customer) = (await Host.NewStaffAsync(Roles.Support), await Host.NewCustomerAsync());
        var order = await Scenario.OrderAsync(Host, customer);
        await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        async Task<OutboxItem> MailAsync() => (await support.Http.GetAsync($"/internal/outbox?userId={customer.Id}").ReadAsync<OutboxPage>()).Items.Single(item => item.Type == "server.ready");
        var sent = await Eventually.Async(
            async () => (await support.Http.GetAsync($"/internal/outbox?userId={customer.Id}").ReadAsync<OutboxPage>()).Items.SingleOrDefault(item => item is { Type: "server.ready", Stage: DeliveryStage.Accepted }),
            item => item is not null, ApiHost.Patience, "it was mailed");
        await support.Http.PostAsync($"/internal/outbox/{sent!.Id}/resend", new DeskActRequest("")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await support.Http.PostAsync($"/internal/outbox/{sent.Id}/resend", new DeskActRequest("Belum diterima")).ExpectAsync(HttpStatusCode.NoContent);
        await Eventually.Async(MailAsync, item => item is { Stage: DeliveryStage.Accepted, Attempts: 1 } && item.CreatedAt > sent.CreatedAt, ApiHost.Patience, "it was mailed again");
        await support.Http.GetAsync("/internal/outbox?userId=siapa").RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.Equal("Belum diterima Accepted Waiting", await Host.Database.ScalarAsync<string>(
            $"select concat_ws(' ', reason, before->>'stage', after->>'stage') from audit_log where action = 'notice.resent' and detail->>'userId' = '{customer.Id}'"));
        await (await Host.NewStaffAsync(Roles.Finance)).Http.GetAsync("/internal/outbox").RefusedAsync(403, ProblemCodes.Forbidden);
    }
}
