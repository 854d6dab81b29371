using Webrana.Testing;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire;
using Webrana.Wire.Admin;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class DeskPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task A_stop_needs_a_reason_and_puts_a_banner_before_every_customer_within_seconds()
    {
        await using var site = await panel.StartAsync();
        var customer = await site.SignInAsync();
        await Expect(customer.GetByTestId("shop-banner")).ToHaveCountAsync(0);
        var admin = await site.SignInAsync("admin@example.com", "/admin/switches");
        await admin.GetByTestId("switch-Sales").ClickAsync();
        await Expect(admin.GetByTestId("switch-confirm")).ToBeDisabledAsync();
        await admin.GetByTestId("switch-message-id").FillAsync("Kami kembali pukul 20.00.");
        await admin.GetByTestId("switch-reason").FillAsync("Penyedia gangguan");
        await admin.GetByTestId("switch-confirm").ClickAsync();
        await Expect(customer.GetByTestId("shop-banner")).ToHaveTextAsync("Kami kembali pukul 20.00."); // Read every ten seconds.
        await Expect(admin.Locator("[data-switch=Sales] [class*=status-warn]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_is_announced_stands_on_every_page_and_on_the_sign_in_page_until_it_is_taken_down()
    {
        await using var site = await panel.StartAsync();
        var admin = await site.SignInAsync("admin@example.com", "/admin/switches");
        await Expect(admin.GetByTestId("maintenance-none")).ToBeVisibleAsync();
        await admin.GetByTestId("maintenance-open").ClickAsync();
        await admin.GetByTestId("maintenance-message-id").FillAsync("Sabtu pukul 23.00 panel dimulai ulang.");
        await admin.GetByTestId("maintenance-message-en").FillAsync("The panel restarts on Saturday.");
        await Expect(admin.GetByTestId("maintenance-confirm")).ToBeDisabledAsync();
        await admin.GetByTestId("maintenance-reason").FillAsync("Versi baru");
        await admin.GetByTestId("maintenance-confirm").ClickAsync();
        await Expect(admin.GetByTestId("maintenance-now")).ToContainTextAsync("Sabtu pukul 23.00");
        Assert.Equal("The panel restarts on Saturday.", site.World.Maintenance.MessageEn);
        var customer = await site.SignInAsync();
        await Expect(customer.GetByTestId("maintenance-banner")).ToHaveTextAsync("Sabtu pukul 23.00 panel dimulai ulang.");
        await admin.GetByTestId("maintenance-end").ClickAsync();
        await admin.GetByTestId("maintenance-reason").FillAsync("Selesai lebih cepat");
        await admin.GetByTestId("maintenance-confirm").ClickAsync();
        await Expect(admin.GetByTestId("maintenance-none")).ToBeVisibleAsync();
        // A page without a circuit has it from the process's copy: a site of its own, so that nothing is copied yet.
        await using var other = await panel.StartAsync();
        other.World.Maintenance = new("Panel dimulai ulang malam ini.", "x", other.World.Now, other.World.Now.AddHours(1), "Uji", null, null);
        var visitor = await other.VisitAsync();
        // No page waits longer than a second for it: on a busy machine the first may be without.
        await Eventually.Async(
            async () =>
            {
                await visitor.GotoAsync("/login");
                return await visitor.GetByTestId("maintenance-banner").CountAsync();
            },
            shown => shown == 1, TimeSpan.FromSeconds(60), "the page has the banner", TestContext.Current.CancellationToken);
        await Expect(visitor.GetByTestId("maintenance-banner")).ToHaveTextAsync("Panel dimulai ulang malam ini.");
    }

    [Fact]
    public async Task A_queue_longer_than_a_page_is_read_to_its_end()
    {
        await using var site = await panel.StartAsync();
        site.World.PaymentCases.AddRange(Enumerable.Range(0, 50).Select(number => site.World.PaymentCases[0] with { Id = $"more-{number}", Reference = $"MORE-{number}" }));
        var finance = await site.SignInAsync("admin@example.com", "/admin/payments");
        await Expect(finance.GetByTestId("case-row")).ToHaveCountAsync(50);
        await finance.GetByTestId("load-more").ClickAsync();
        await Expect(finance.GetByTestId("case-row")).ToHaveCountAsync(52);
        await Expect(finance.GetByTestId("load-more")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_loaded_while_a_queue_is_read_again_is_not_taken_away_by_the_older_answer()
    {
        await using var site = await panel.StartAsync();
        site.World.PaymentCases.AddRange(Enumerable.Range(0, 50).Select(number => site.World.PaymentCases[0] with { Id = $"more-{number}", Reference = $"MORE-{number}" }));
        var finance = await site.SignInAsync("admin@example.com", "/admin/payments");
        await Expect(finance.GetByTestId("case-row")).ToHaveCountAsync(50);
        // A look that fails can be asked for again, which is sooner than the next one comes by itself.
        site.World.RefuseNext("GET", "/internal/payment-cases", 503, ProblemCodes.TemporarilyUnavailable, times: 1_000);
        await finance.GetByTestId("load-more").ClickAsync();
        var retry = finance.GetByTestId("failure").GetByRole(Microsoft.Playwright.AriaRole.Button);
        await Expect(retry).ToBeVisibleAsync();
        var (asked, late) = (new TaskCompletionSource(), new TaskCompletionSource());
        site.World.RowsGate = () =>
        {
            asked.TrySetResult();
            return late.Task;
        };
        site.World.RefuseNext("GET", "/internal/payment-cases", 503, ProblemCodes.TemporarilyUnavailable, times: 0);
        await retry.ClickAsync();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        site.World.RowsGate = () => Task.CompletedTask;
        await finance.GetByTestId("load-more").ClickAsync();
        // It waits for the answer that is on its way.
        await Expect(finance.GetByTestId("load-more")).ToBeDisabledAsync();
        late.SetResult();
        await Expect(finance.GetByTestId("case-row")).ToHaveCountAsync(52);
        await Expect(finance.GetByTestId("load-more")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Support_sees_the_switches_and_turns_none()
    {
        await using var site = await panel.StartAsync();
        var support = await site.SignInAsync("support@example.com", "/admin/switches");
        await Expect(support.GetByTestId("switch-row")).ToHaveCountAsync(5);
        await Expect(support.GetByTestId("switch-Sales")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_customer_is_frozen_with_a_reason_that_stays_on_their_page_and_let_in_again()
    {
        await using var site = await panel.StartAsync();
        var admin = await site.SignInAsync("admin@example.com", $"/admin/customers/{FakeWorld.UserId}");
        await admin.GetByTestId("freeze-open").ClickAsync();
        await admin.GetByTestId("freeze-reason").FillAsync("Kartu curian");
        await admin.GetByTestId("freeze-confirm").ClickAsync();
        await Expect(admin.GetByTestId("frozen-notice")).ToContainTextAsync("Kartu curian");
        await admin.GetByTestId("freeze-open").ClickAsync();
        await admin.GetByTestId("freeze-reason").FillAsync("Bank: sah");
        await admin.GetByTestId("freeze-confirm").ClickAsync();
        await Expect(admin.GetByTestId("frozen-notice")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_audit_log_shows_both_values_and_says_whether_its_chain_holds()
    {
        await using var site = await panel.StartAsync();
        var admin = await site.SignInAsync("admin@example.com", "/admin/audit");
        await Expect(admin.GetByTestId("audit-row").Nth(1)).ToContainTextAsync("129000 → 139000");
        await admin.GetByTestId("audit-verify").ClickAsync();
        await Expect(admin.GetByTestId("audit-verdict")).ToContainTextAsync("utuh");
        site.World.AuditBroken = true;
        await admin.GetByTestId("audit-verify").ClickAsync();
        await Expect(admin.GetByTestId("audit-verdict")).ToContainTextAsync("RUSAK pada baris 1");
    }

    [Fact]
    public async Task One_search_leads_from_an_address_to_its_server_and_its_story()
    {
        await using var site = await panel.StartAsync();
        var support = await site.SignInAsync("support@example.com", "/admin/search");
        await support.GetByTestId("desk-search").FillAsync("web-01");
        await support.GetByTestId("desk-search").PressAsync("Enter");
        await support.GetByTestId("found-row").GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "web-01" }).ClickAsync();
        await Expect(support.GetByTestId("timeline-row")).ToHaveCountAsync(5);
        await support.GetByTestId("timeline-row").Nth(1).ClickAsync();
        await Expect(support.GetByTestId("timeline-row").Nth(1)).ToContainTextAsync("renew:i-web-01:2");
        await Expect(support.GetByTestId("end-consoles")).ToHaveCountAsync(0);
        await Expect(support.GetByTestId("suspend-open")).ToHaveCountAsync(0);

        // What was told and did not arrive leads to where it is sent again.
        var notice = support.Locator("[data-testid=timeline-row][data-kind=NOTICE]");
        await notice.ClickAsync();
        await Expect(notice).ToContainTextAsync("Gagal terkirim");
        await Expect(notice).ToContainTextAsync("550 no such mailbox");
        await notice.GetByRole(Microsoft.Playwright.AriaRole.Link).ClickAsync();
        await support.GetByTestId("resend").First.ClickAsync();
        await Expect(support.GetByTestId("resend-confirm")).ToBeDisabledAsync();
        await support.GetByTestId("resend-reason").FillAsync("Kotak surat sudah diperbaiki");
        await support.GetByTestId("resend-confirm").ClickAsync();
        await Expect(support.GetByText("Dikirim ulang sekarang")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_renewal_on_the_timeline_leads_to_its_line_in_the_ledger()
    {
        await using var site = await panel.StartAsync();
        var finance = await site.SignInAsync("finance@example.com", $"/admin/customers/{FakeWorld.UserId}");
        await Expect(finance.GetByTestId("ledger-from")).ToHaveCountAsync(0);
        var renewal = finance.Locator("[data-testid=timeline-row][data-kind=MONEY]");
        await renewal.ClickAsync();
        await renewal.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "renew:i-web-01:2" }).ClickAsync();
        await Expect(finance.GetByTestId("ledger-from")).ToContainTextAsync("12");
        Assert.Contains("row=12", finance.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_is_suspended_for_abuse_and_its_owner_reads_why_and_is_offered_nothing_to_pay()
    {
        await using var site = await panel.StartAsync();
        var admin = await site.SignInAsync("admin@example.com", "/admin/instances/i-web-01");
        await admin.GetByTestId("suspend-open").ClickAsync();
        await admin.GetByTestId("suspend-message").FillAsync("Server ini mengirim spam.");
        await Expect(admin.GetByTestId("suspend-confirm")).ToBeDisabledAsync();
        await admin.GetByTestId("suspend-reason").FillAsync("Laporan CERT-118");
        await admin.GetByTestId("suspend-confirm").ClickAsync();
        await Expect(admin.GetByTestId("blocked-notice")).ToContainTextAsync("mengirim spam");
        await Expect(admin.GetByTestId("suspend-open")).ToHaveCountAsync(0);
        await admin.GetByTestId("unsuspend-open").ClickAsync();
        await admin.GetByTestId("unsuspend-reason").FillAsync("Sudah bersih");
        await admin.GetByTestId("unsuspend-confirm").ClickAsync();
        await Expect(admin.GetByTestId("blocked-notice")).ToHaveCountAsync(0);
        await Expect(admin.GetByTestId("suspend-open")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Consoles_are_ended_with_a_reason()
    {
        await using var site = await panel.StartAsync();
        var admin = await site.SignInAsync("admin@example.com", "/admin/instances/i-web-01");
        await admin.GetByTestId("end-consoles").ClickAsync();
        await admin.GetByTestId("end-consoles-reason").FillAsync("Orang lain memegangnya");
        await admin.GetByTestId("end-consoles-confirm").ClickAsync();
        await Expect(admin.GetByText("Konsol yang terbuka")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_was_loaded_of_a_servers_story_stays_when_the_page_looks_again()
    {
        await using var site = await panel.StartAsync();
        site.World.OlderStory = true;
        var admin = await site.SignInAsync("admin@example.com", "/admin/instances/i-web-01");
        await Expect(admin.GetByTestId("timeline-row")).ToHaveCountAsync(5);
        await admin.GetByTestId("load-more").ClickAsync();
        await Expect(admin.GetByTestId("timeline-row")).ToHaveCountAsync(6);
        var looks = site.World.Count("GET", "/internal/instances/i-web-01/timeline");
        await admin.GetByTestId("end-consoles").ClickAsync();
        await admin.GetByTestId("end-consoles-reason").FillAsync("Orang lain memegangnya");
        await admin.GetByTestId("end-consoles-confirm").ClickAsync();
        await Eventually.Async(
            () => site.World.Count("GET", "/internal/instances/i-web-01/timeline") > looks, TimeSpan.FromSeconds(60), "the page looks again", TestContext.Current.CancellationToken);
        // The sheet goes once the page has looked.
        await Expect(admin.GetByTestId("end-consoles-confirm")).ToHaveCountAsync(0);
        await Expect(admin.GetByTestId("timeline-row")).ToHaveCountAsync(6);
        await Expect(admin.GetByTestId("load-more")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_second_factor_is_switched_off_only_where_there_is_one_and_only_with_a_reason()
    {
        await using var site = await panel.StartAsync();
        var at = site.World.Users.FindIndex(user => user.Id == FakeWorld.UserId);
        site.World.Users[at] = site.World.Users[at] with { TwoFactor = true };
        var admin = await site.SignInAsync("admin@example.com", $"/admin/customers/{FakeWorld.UserId}");
        await admin.GetByTestId("two-factor-open").ClickAsync();
        await Expect(admin.GetByTestId("two-factor-confirm")).ToBeDisabledAsync();
        await admin.GetByTestId("two-factor-reason").FillAsync("KTP dan panggilan video cocok");
        await admin.GetByTestId("two-factor-confirm").ClickAsync();
        await Expect(admin.GetByTestId("customer-two-factor")).ToHaveTextAsync("Tidak aktif");
        await Expect(admin.GetByTestId("two-factor-open")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_stuck_order_is_failed_or_retried_and_a_failed_one_ordered_again_with_a_reason()
    {
        await using var site = await panel.StartAsync();
        var admin = await site.SignInAsync("admin@example.com", "/admin/orders");
        await Expect(admin.GetByTestId("stuck-row")).ToHaveCountAsync(3);
        await Expect(admin.GetByTestId("stuck-row").Nth(2)).ToContainTextAsync("hanya pelanggan");
        await admin.GetByTestId("fail-open").ClickAsync();
        await Expect(admin.GetByTestId("fail-order-confirm")).ToBeDisabledAsync();
        await admin.GetByTestId("fail-order-reason").FillAsync("Penyedia tidak menjawab");
        await admin.GetByTestId("fail-order-confirm").ClickAsync();
        await Expect(admin.GetByTestId("stuck-row").First).ToHaveAttributeAsync("data-trouble", "Failed");
        await admin.GetByTestId("retry-open").First.ClickAsync();
        await admin.GetByTestId("retry-order-reason").FillAsync("Pelanggan minta diulang");
        await admin.GetByTestId("retry-order-confirm").ClickAsync();
        await Expect(admin.GetByTestId("placed-again")).ToHaveCountAsync(1);

        var support = await site.SignInAsync("support@example.com", "/admin/orders");
        await Expect(support.GetByTestId("stuck-row")).ToHaveCountAsync(3);
        await Expect(support.GetByTestId("retry-open")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_second_person_approves_what_somebody_else_asked_for()
    {
        await using var site = await panel.StartAsync();
        var admin = await site.SignInAsync("admin@example.com", "/admin/money-requests");
        await admin.GetByTestId("request-decide").ClickAsync();
        await admin.GetByTestId("request-reason").FillAsync("Bukti cocok");
        await admin.GetByTestId("request-approve").ClickAsync();
        await Expect(admin.GetByTestId("request-row").First).ToHaveAttributeAsync("data-status", "Done");
    }

    [Fact]
    public async Task A_payment_that_does_not_fit_is_ended_with_a_reason_and_a_transfer_needs_its_reference()
    {
        await using var site = await panel.StartAsync();
        var finance = await site.SignInAsync("finance@example.com", "/admin/payments");
        await Expect(finance.GetByTestId("case-row")).ToHaveCountAsync(2);
        await finance.GetByTestId("case-resolve").Nth(1).ClickAsync();
        await finance.GetByTestId("how-RefundOutside").ClickAsync();
        await finance.GetByTestId("case-reason").FillAsync("Bukan pelanggan kami");
        await Expect(finance.GetByTestId("case-confirm")).ToBeDisabledAsync();
        await finance.GetByTestId("case-bank").FillAsync("BCA 0098812");
        await finance.GetByTestId("case-confirm").ClickAsync();
        await Expect(finance.GetByTestId("case-row")).ToHaveCountAsync(1);
        Assert.Equal(PaymentResolution.RefundOutside, site.World.PaymentCases[1].Resolution);
        await finance.GotoAsync("/admin/settlement");
        await Expect(finance.GetByTestId("settlement-lines")).ToContainTextAsync("T0001X7");
    }

    [Fact]
    public async Task The_overview_shows_the_shop_and_its_alarms_and_a_report_goes_to_a_file()
    {
        await using var site = await panel.StartAsync();
        var finance = await site.SignInAsync("finance@example.com", "/admin");
        await Expect(finance.GetByTestId("money-in")).ToHaveTextAsync("Rp 1.350.000");
        await Expect(finance.GetByTestId("alarm")).ToContainTextAsync("Tagihan penyedia");
        await Expect(finance.GetByTestId("budget-left")).ToHaveTextAsync("USD -31.40 dari 200");
        // Live: without a reload.
        await Expect(finance.GetByTestId("unpaid")).ToHaveTextAsync("4");
        site.World.Unpaid = 5;
        await Expect(finance.GetByTestId("unpaid")).ToHaveTextAsync("5");
        // In an outage of ours what is in rows stands on, the alarms first, and what is not is said to be unknown.
        await Expect(finance.GetByTestId("provider-away")).ToHaveCountAsync(0);
        site.World.SilosAway = true;
        await Expect(finance.GetByTestId("provider-away")).ToContainTextAsync("tidak menjawab");
        await Expect(finance.GetByTestId("alarm")).ToContainTextAsync("Tagihan penyedia");
        await finance.GotoAsync("/admin/reports");
        await Expect(finance.GetByTestId("report")).ToContainTextAsync("Rp 387.000");
        var file = await finance.RunAndWaitForDownloadAsync(() => finance.GetByTestId("report-csv").ClickAsync());
        Assert.Equal("revenue.csv", file.SuggestedFilename);
        await finance.GotoAsync("/admin/reports?name=Liability");
        await Expect(finance.GetByTestId("report")).ToContainTextAsync("Tanpa bonus");
        await Expect(finance.GetByTestId("report")).ToContainTextAsync("Rp 371.000");
        // Twelve columns stand in a desk's width: nothing of them is behind a scroll.
        Assert.True(await finance.GetByTestId("report").EvaluateAsync<bool>(
            "async table => { await document.fonts.ready; return table.parentElement.scrollWidth <= table.parentElement.clientWidth; }"));
        // What fell due unpaid goes by days or months; who is overdue now stands below it, whatever they are.
        await finance.GotoAsync("/admin/reports?name=Overdue");
        await Expect(finance.GetByTestId("report")).ToContainTextAsync("Rp 258.000");
        await Expect(finance.GetByTestId("report-now")).ToContainTextAsync("db-01");
        await Expect(finance.Locator("#report-from")).ToHaveCountAsync(1);
        await finance.Locator("a[href*='by=month']").ClickAsync();
        await Expect(finance.GetByTestId("report")).ToContainTextAsync("Rp 1.161.000");
        await Expect(finance.GetByTestId("report-now")).ToContainTextAsync("db-01");
    }
}
