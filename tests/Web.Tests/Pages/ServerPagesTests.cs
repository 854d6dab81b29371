using Microsoft.Playwright;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire;
using Webrana.Wire.Droplets;
using Webrana.Wire.Events;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class ServerPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task The_list_is_searched_and_filtered_by_its_address_and_follows_changes()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync();
        await Expect(page.GetByTestId("server-row")).ToHaveCountAsync(3);
        await page.GetByText("Mati", new() { Exact = true }).First.ClickAsync();
        await Expect(page).ToHaveURLAsync("/servers?status=off");
        await Expect(page.GetByTestId("server-row")).ToHaveCountAsync(1);
        await page.GotoAsync("/servers?q=165.22.123");
        await Expect(page.GetByTestId("server-row")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("web-01"));
        await page.GetByTestId("server-search").FillAsync("no such server");
        await page.GetByTestId("server-search").PressAsync("Enter");
        await Expect(page.GetByText("Tidak ada server yang cocok")).ToBeVisibleAsync();

        await page.GotoAsync("/servers");
        FakeCustomer.Finish(site.World, "i-worker", InstanceStatus.Running, "165.22.200.7");
        await Expect(page.GetByText("165.22.200.7")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_shutdown_that_the_guest_ignored_is_no_success_and_force_off_is_offered()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await page.GetByTestId("act-shutdown").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToBeVisibleAsync();
        FakeCustomer.Finish(site.World, "i-web-01", InstanceStatus.Running, message: "guest_ignored");
        await Expect(page.GetByTestId("shutdown-ignored")).ToContainTextAsync("Sistem operasi belum mati");
        await page.GetByTestId("offer-force-off").ClickAsync();
        await page.GetByTestId("force-off-confirm").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("shutdown-ignored")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_row_acts_on_its_server()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync();
        await page.GetByLabel("Menu db-01").ClickAsync();
        await page.GetByText("Nyalakan", new() { Exact = true }).ClickAsync();
        await Expect(page.GetByText("Nyalakan: db-01 sedang dikerjakan.")).ToBeVisibleAsync();
        Assert.Equal(1, site.World.Count("POST", "/api/v1/instances/i-db-01/power-on"));
    }

    [Fact]
    public async Task An_account_without_servers_is_shown_the_way()
    {
        await using var site = await panel.StartAsync();
        site.World.Instances.Clear();
        site.World.Wallet = site.World.Wallet with { Balance = 0, Available = 0, Bonus = 0 };
        var page = await site.SignInAsync();
        await page.GetByTestId("first-topup").ClickAsync();
        await Expect(page).ToHaveURLAsync("/wallet/top-up");
    }

    [Fact]
    public async Task An_act_shows_its_progress_and_its_end()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await page.GetByTestId("act-reboot").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToContainTextAsync("Mulai ulang");
        await Expect(page.GetByTestId("act-shutdown")).ToBeDisabledAsync();
        FakeCustomer.Finish(site.World, "i-web-01", InstanceStatus.Running);
        // What is said goes away again after seconds: it is looked for first.
        await Expect(page.GetByText("Mulai ulang: selesai.")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("running-action")).ToHaveCountAsync(0);
        await page.GetByTestId("tab-activity").ClickAsync();
        await Expect(page.GetByTestId("activity-row").First).ToHaveAttributeAsync("data-action", "Reboot");
    }

    [Theory]
    [InlineData("id", "menunggu penyedia kami, lalu dilanjutkan sendiri")]
    [InlineData("en", "waiting for our provider, then it goes on by itself")]
    public async Task An_act_that_waits_for_the_provider_says_so_and_its_server_can_be_destroyed_meanwhile(string language, string words)
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await page.GetByTestId("act-reboot").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToBeVisibleAsync();
        await page.GotoAsync($"/servers/i-web-01/delete?culture={language}");
        await Expect(page.GetByTestId("destroy-blocked")).ToBeVisibleAsync();
        site.World.Step("i-web-01", "WAITING");
        await Expect(page.GetByTestId("running-step")).ToHaveTextAsync(words);
        await Expect(page.GetByTestId("destroy-blocked")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("destroy-open")).ToBeEnabledAsync();
    }

    [Theory]
    [InlineData("id", "Pesanan ini menunggu penyedia kami.", "hanya ditahan, belum ditagih", "menunggu penyedia kami")]
    [InlineData("en", "This order is waiting for our provider.", "is only held, not charged", "waiting for our provider")]
    public async Task An_order_that_waits_for_the_provider_says_so_and_since_when_and_that_its_money_is_only_held(string language, string title, string money, string row)
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync();
        await page.GotoAsync($"/servers/i-worker?culture={language}");
        await Expect(page.GetByTestId("provisioning")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("order-waiting")).ToHaveCountAsync(0);

        site.World.WaitOrder("i-worker", cancellable: false);
        await Expect(page.GetByTestId("order-waiting")).ToContainTextAsync(title);
        await Expect(page.GetByTestId("order-waiting-money")).ToContainTextAsync(money);
        await Expect(page.GetByTestId("order-waiting-money")).ToContainTextAsync("100.000");
        await Expect(page.GetByTestId("order-waiting-since").Locator("time")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("running-step")).ToContainTextAsync(row);
        // It may be there already: that is said, and nothing is offered that would be refused.
        await Expect(page.GetByTestId("order-sent")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("cancel-open")).ToHaveCountAsync(0);

        await page.GotoAsync($"/servers?culture={language}");
        await Expect(page.GetByTestId("row-waiting")).ToHaveTextAsync(row);
        FakeCustomer.Ready(site.World, "i-worker");
        await Expect(page.GetByTestId("row-waiting")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_waiting_order_is_cancelled_after_a_question_and_a_refusal_is_explained()
    {
        await using var site = await panel.StartAsync();
        site.World.WaitOrder("i-worker", cancellable: true);
        site.World.RefuseNext("POST", "/api/v1/orders/i-worker/cancel", 409, ProblemCodes.AlreadySent);
        var page = await site.SignInAsync(returnUrl: "/servers/i-worker");
        await page.GetByTestId("cancel-open").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Batalkan pesanan worker-antrean?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("100.000");
        Assert.Equal(0, site.World.Count("POST", "/api/v1/orders/i-worker/cancel"));
        await page.GetByTestId("cancel-confirm").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "already_sent");

        await page.GetByTestId("cancel-confirm").ClickAsync();
        await Expect(page.GetByTestId("server-cancelled")).ToContainTextAsync("Dana yang ditahan dikembalikan utuh");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        // Nothing failed: it is not offered again elsewhere.
        await Expect(page.GetByTestId("server-failed")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("retry")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("id", "Dibatalkan", "Gagal dibuat")]
    [InlineData("en", "Cancelled", "Failed")]
    public async Task A_cancelled_order_is_called_that_wherever_it_is_listed_and_asks_nobody_for_attention(string language, string cancelled, string failed)
    {
        await using var site = await panel.StartAsync();
        var world = site.World;
        world.Instances[0] = world.Instances[0] with { Status = InstanceStatus.Failed, FailureReason = "no_capacity" };
        world.Instances[1] = world.Instances[1] with { Status = InstanceStatus.Failed, FailureReason = "cancelled" };
        world.Activity.Insert(0, new InstanceAction("create", InstanceActionType.Create, ActionStatus.Errored, world.Now.AddMinutes(-1), world.Now, "customer", "cancelled"));
        var page = await site.SignInAsync();
        await page.GotoAsync($"/servers?culture={language}");
        var row = page.GetByTestId("server-row").Filter(new() { HasText = "db-01" }).Locator(".status");
        await Expect(row).ToHaveTextAsync(cancelled);
        await Expect(row).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("status-off"));
        await Expect(page.GetByTestId("server-row").Filter(new() { HasText = "web-01" }).Locator(".status")).ToHaveTextAsync(failed);
        await page.GotoAsync("/servers?status=attention");
        await Expect(page.GetByTestId("server-row")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("server-row")).ToContainTextAsync("web-01");

        await page.GotoAsync("/servers/i-db-01/activity");
        await Expect(page.GetByTestId("server-status")).ToHaveTextAsync(cancelled);
        await Expect(page.GetByTestId("server-status")).ToHaveAttributeAsync("data-status", "Cancelled");
        await Expect(page.GetByTestId("activity-row").First.Locator(".status-off")).ToHaveTextAsync(cancelled);
        await Expect(page.GetByTestId("activity").Locator(".status-danger")).ToHaveCountAsync(1);

        var admin = await site.SignInAsync("admin@example.com", returnUrl: "/admin/instances");
        await Expect(admin.GetByTestId("instance-row").Filter(new() { HasText = "db-01" }).Locator(".status")).ToHaveTextAsync("Dibatalkan");
    }

    [Fact]
    public async Task The_question_whether_to_cancel_an_order_is_over_when_it_comes_through_meanwhile()
    {
        await using var site = await panel.StartAsync();
        site.World.WaitOrder("i-worker", cancellable: true);
        var page = await site.SignInAsync(returnUrl: "/servers/i-worker");
        await page.GetByTestId("cancel-open").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        FakeCustomer.Ready(site.World, "i-worker");
        await Expect(page.GetByTestId("server-status")).ToHaveAttributeAsync("data-status", "Running");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("order-waiting")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_the_provider_said_when_it_refused_stands_in_the_activity_as_it_was_said()
    {
        await using var site = await panel.StartAsync();
        site.World.Activity.Insert(0, new InstanceAction(
            "a-said", InstanceActionType.Reboot, ActionStatus.Errored, site.World.Now, site.World.Now, "customer", "provider_said:Droplet is off: 1 < 2."));
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/activity");
        await Expect(page.GetByTestId("activity-row").First).ToContainTextAsync("Penyedia menolak: “Droplet is off: 1 < 2.”");
    }

    [Fact]
    public async Task Cutting_the_power_is_asked_about_first_and_a_refusal_is_explained()
    {
        await using var site = await panel.StartAsync();
        site.World.RefuseNext("POST", "/api/v1/instances/i-web-01/power-off", 409, ProblemCodes.ActionInProgress);
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await page.GetByTestId("act-power-off").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Matikan paksa web-01?");
        Assert.Equal(0, site.World.Count("POST", "/api/v1/instances/i-web-01/power-off"));
        await page.GetByTestId("force-off-confirm").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "action_in_progress");
        await Expect(page.GetByTestId("failure")).ToContainTextAsync("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    [Fact]
    public async Task Cutting_the_power_from_the_menu_is_asked_about_in_the_same_way_on_every_tab()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/activity");
        await page.GetByTestId("server-menu").GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Matikan paksa" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Matikan paksa web-01?");
        Assert.Equal(0, site.World.Count("POST", "/api/v1/instances/i-web-01/power-off"));
        await page.GetByTestId("force-off-confirm").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToContainTextAsync("Matikan paksa");
        Assert.Equal(1, site.World.Count("POST", "/api/v1/instances/i-web-01/power-off"));
    }

    [Fact]
    public async Task A_server_is_renamed_and_its_renewal_switched_off()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await page.GetByTestId("rename").ClickAsync();
        await Expect(page.GetByTestId("rename-input")).ToBeFocusedAsync();
        await page.GetByTestId("rename-input").FillAsync("toko");
        await page.GetByTestId("rename-input").PressAsync("Enter");
        await Expect(page.GetByTestId("server-name")).ToHaveTextAsync("toko");
        await page.GetByText("Perpanjang otomatis", new() { Exact = true }).ClickAsync();
        await Expect(page.GetByText("Perpanjang otomatis dimatikan.")).ToBeVisibleAsync();
        Assert.False(site.World.Instances[0].AutoRenew);
    }

    [Fact]
    public async Task Destroying_needs_the_exact_name_and_is_followed_to_its_end()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/delete");
        await page.GetByTestId("destroy-open").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Rp 40.000 kembali ke saldo Anda.");
        await page.GetByTestId("destroy-name").FillAsync("Web-01");
        await Expect(page.GetByTestId("destroy-confirm")).ToBeDisabledAsync();
        await page.GetByTestId("destroy-name").FillAsync("web-01");
        // Its snapshots go on the customer's word only.
        await Expect(page.GetByTestId("destroy-snapshots")).ToHaveTextAsync("Saya paham: 1 snapshot server ini ikut dihapus (sebelum-pembaruan)");
        await Expect(page.GetByTestId("destroy-confirm")).ToBeDisabledAsync();
        await page.GetByTestId("destroy-snapshots-too").CheckAsync();
        await page.GetByTestId("destroy-confirm").ClickAsync();
        await Expect(page.GetByTestId("server-terminating")).ToBeVisibleAsync();
        FakeCustomer.Finish(site.World, "i-web-01", InstanceStatus.Terminated);
        await Expect(page.GetByTestId("server-terminated")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("destroy-blocked")).ToHaveTextAsync("Server ini sudah tidak ada.");
    }

    [Theory]
    [InlineData(InstanceStatus.Suspended, "Server ditangguhkan.")]
    [InlineData(InstanceStatus.Failed, "tidak ada yang ditagih")]
    [InlineData(InstanceStatus.Lost, "sisa waktu yang sudah dibayar kembali ke saldo")]
    public async Task A_state_that_needs_the_customer_says_what_it_means(InstanceStatus status, string told)
    {
        await using var site = await panel.StartAsync();
        site.World.Instances[0] = site.World.Instances[0] with { Status = status, FailureReason = "Kuota penuh." };
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await Expect(page.Locator("main")).ToContainTextAsync(told);
    }

    [Fact]
    public async Task A_server_that_is_not_mine_is_not_found()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/someone-elses");
        await Expect(page.GetByTestId("not-found")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_order_shows_price_saving_and_balance_and_is_followed_until_it_runs()
    {
        await using var site = await panel.StartAsync();
        site.World.Wallet = site.World.Wallet with { Balance = 1_200_000, Available = 1_200_000 };
        site.World.Plans[0] = site.World.Plans[0] with { PriceHourly = 190, AllowDaily = false };
        var page = await site.SignInAsync(returnUrl: "/servers/new?plan=basic-2");
        await Expect(page.GetByTestId("order-price")).ToContainTextAsync("Rp 200.000");
        await Expect(page.GetByTestId("period-Daily")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("plan-pro-8")).ToContainTextAsync("Tidak dijual di lokasi ini");
        await Expect(page.GetByTestId("region-nyc3")).ToContainTextAsync("Sedang penuh");
        await Expect(page.GetByTestId("hourly-basic-1")).ToContainTextAsync("Rp 190/jam");
        await Expect(page.GetByTestId("order-addons")).ToContainTextAsync("cadangan mingguan 27%");
        var today = site.World.Now.ToOffset(TimeSpan.FromHours(7));
        await Expect(page.GetByTestId("order-renews")).ToHaveTextAsync(EndsWith(today.AddMonths(1).Year));
        await page.GetByTestId("period-Yearly").ClickAsync();
        await Expect(page.GetByTestId("order-renews")).ToHaveTextAsync(EndsWith(today.AddYears(1).Year));
        await page.GetByTestId("period-Monthly").ClickAsync();
        await page.GetByTestId("plan-basic-1").ClickAsync();
        // It has a price for the day and is not sold by it.
        await Expect(page.GetByTestId("period-Daily")).ToHaveCountAsync(0);
        await page.GetByTestId("period-Yearly").ClickAsync();
        await Expect(page.GetByTestId("order-summary")).ToContainTextAsync("Hemat Rp 200.000 setahun");
        await Expect(page.GetByTestId("order-after")).ToContainTextAsync("Rp 200.000");
        await page.GetByTestId("period-Monthly").ClickAsync();
        await page.GetByTestId("order-name").FillAsync("toko-01");

        site.World.RefuseNext("POST", "/api/v1/orders", 500, ProblemCodes.InternalError);
        await page.GetByTestId("order-submit").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToContainTextAsync("tidak akan dicatat dua kali");
        await page.GetByTestId("order-submit").ClickAsync();
        await Expect(page.GetByTestId("provisioning")).ToBeVisibleAsync();
        var keys = site.World.Asked.Where(asked => asked.Path == "/api/v1/orders").Select(asked => asked.Key).ToList();
        Assert.Equal(2, keys.Count);
        Assert.Equal(keys[0], keys[1]);

        FakeCustomer.Finish(site.World, "i-new", InstanceStatus.Running, "165.22.9.9");
        await Expect(page.GetByText("toko-01 sudah berjalan.")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("server-ip")).ToHaveTextAsync("165.22.9.9");

        static System.Text.RegularExpressions.Regex EndsWith(int year) => new($"{year}$");
    }

    [Fact]
    public async Task An_order_that_costs_more_than_there_is_leads_to_the_top_up_with_what_is_missing()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/new?plan=basic-4");
        await Expect(page.GetByTestId("order-short")).ToContainTextAsync("Rp 50.000");
        await Expect(page.GetByTestId("order-submit")).ToHaveCountAsync(0);
        await page.GetByTestId("order-summary").GetByText("Isi saldo").ClickAsync();
        await Expect(page.GetByTestId("amount")).ToHaveValueAsync("50.000");
    }

    [Fact]
    public async Task A_lost_hint_is_made_good_by_asking()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-worker");
        await Expect(page.GetByTestId("provisioning")).ToBeVisibleAsync();
        site.World.Instances[2] = site.World.Instances[2] with { Status = InstanceStatus.Running, Ipv4 = "165.22.1.1" };
        await Expect(page.GetByTestId("server-ip")).ToHaveTextAsync("165.22.1.1");
    }

    [Fact]
    public async Task A_page_whose_API_fails_says_so_and_tries_again()
    {
        await using var site = await panel.StartAsync();
        site.World.RefuseNext("GET", "/api/v1/instances", 500, ProblemCodes.InternalError, times: 2);
        var page = await site.SignInAsync();
        await Expect(page.GetByTestId("failure")).ToContainTextAsync("Referensi:");
        await page.GetByRole(AriaRole.Button, new() { Name = "Coba lagi" }).ClickAsync();
        site.World.Publish(EventTypes.InstanceChanged, "i-web-01");
        await Expect(page.GetByTestId("server-row")).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("failure")).ToHaveCountAsync(0);
    }
}
