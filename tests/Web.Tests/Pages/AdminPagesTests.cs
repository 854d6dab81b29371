using Microsoft.Playwright;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class AdminPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task Only_admins_see_the_admin_section()
    {
        await using var site = await panel.StartAsync();
        var customer = await site.SignInAsync();
        await Expect(customer.GetByTestId("servers")).ToBeVisibleAsync();
        await Expect(customer.GetByTestId("admin-nav")).ToHaveCountAsync(0);
        var admin = await site.SignInAsync("admin@example.com");
        await Expect(admin.GetByTestId("admin-nav")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Each_role_sees_of_the_desk_what_it_may_do()
    {
        await using var site = await panel.StartAsync();
        var finance = await site.SignInAsync("finance@example.com", "/admin/customers");
        await finance.GetByText("Sari Wulandari").ClickAsync();
        await Expect(finance.GetByTestId("adjust-open")).ToBeVisibleAsync();
        await Expect(finance.GetByTestId("instance-row")).ToHaveCountAsync(0);
        await Expect(finance.GetByTestId("roles-open")).ToHaveCountAsync(0);
        await Expect(finance.GetByTestId("admin-nav").GetByRole(AriaRole.Link, new() { Name = "Semua server" })).ToHaveCountAsync(0);

        var support = await site.SignInAsync("support@example.com", "/admin/customers");
        await support.GetByText("Sari Wulandari").ClickAsync();
        await Expect(support.GetByTestId("instance-row")).ToHaveCountAsync(3);
        await Expect(support.GetByTestId("adjust-open")).ToHaveCountAsync(0);
        await support.GotoAsync("/admin/staff");
        await Expect(support.GetByTestId("staff")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_admin_gives_a_role_with_a_reason_and_finds_the_person_among_the_staff()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/staff");
        await Expect(page.GetByTestId("staff-row")).ToHaveCountAsync(1);
        await page.GotoAsync($"/admin/customers/{FakeWorld.UserId}");
        await page.GetByTestId("roles-open").ClickAsync();
        await page.GetByTestId("role-Finance").ClickAsync();
        await Expect(page.GetByTestId("roles-confirm")).ToBeDisabledAsync();
        await page.GetByTestId("roles-reason").FillAsync("Mulai bertugas di keuangan");
        await page.GetByTestId("roles-confirm").ClickAsync();
        await Expect(page.GetByTestId("customer-roles")).ToHaveTextAsync("Pelanggan, Keuangan");
        await Expect(page.GetByTestId("roles-confirm")).ToHaveCountAsync(0);
        await page.GotoAsync("/admin/staff");
        await Expect(page.GetByTestId("staff-row")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task An_admin_finds_a_customer_and_books_a_correction_once()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/customers");
        await page.GetByTestId("customer-search").FillAsync("sari");
        await page.GetByTestId("customer-search").PressAsync("Enter");
        await Expect(page.GetByTestId("customer-row")).ToHaveCountAsync(1);
        await page.GetByText("Sari Wulandari").ClickAsync();
        await Expect(page.GetByTestId("customer-balance")).ToHaveTextAsync("Rp 350.000");
        await Expect(page.GetByTestId("instance-row")).ToHaveCountAsync(3);

        await page.GetByTestId("adjust-open").ClickAsync();
        await Expect(page.GetByTestId("adjust-confirm")).ToBeDisabledAsync();
        await page.GetByTestId("direction-debit").ClickAsync();
        await page.GetByTestId("adjust-amount").FillAsync("50.000");
        await page.GetByTestId("adjust-reason").FillAsync("Isi saldo ganda");
        site.World.RefuseNext("POST", $"/internal/wallets/{FakeWorld.UserId}/adjustments", 500, ProblemCodes.InternalError);
        await page.GetByTestId("adjust-confirm").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToBeVisibleAsync();
        await page.GetByTestId("adjust-confirm").ClickAsync();
        await Expect(page.GetByTestId("customer-balance")).ToHaveTextAsync("Rp 300.000");
        var keys = site.World.Asked.Where(asked => asked.Path.EndsWith("/adjustments", StringComparison.Ordinal)).Select(asked => asked.Key).ToList();
        Assert.Equal(2, keys.Count);
        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task Lists_are_filtered_by_their_address()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/deposits");
        await Expect(page.GetByTestId("deposit-row")).ToHaveCountAsync(7);
        await page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Kedaluwarsa" }).ClickAsync();
        await Expect(page.GetByTestId("deposit-row")).ToHaveCountAsync(1);
        await page.GotoAsync("/admin/instances?status=Running");
        await Expect(page.GetByTestId("instance-row").First).ToBeVisibleAsync();
        await page.GotoAsync("/admin/wallets");
        await Expect(page.GetByTestId("trial-balance")).ToHaveAttributeAsync("data-balanced", "true");
        await Expect(page.GetByTestId("wallet-row")).ToHaveCountAsync(3);
        await page.GotoAsync("/admin/customers/nobody");
        await Expect(page.GetByTestId("not-found")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Books_that_disagree_with_their_records_say_so_in_red()
    {
        await using var site = await panel.StartAsync();
        site.World.MissingDepositIdr = 75_000;
        var page = await site.SignInAsync("admin@example.com", "/admin/wallets");
        await Expect(page.GetByTestId("trial-balance")).ToHaveAttributeAsync("data-balanced", "false");
        await page.GetByTestId("trial-balance").Locator("summary").ClickAsync();
        await Expect(page.GetByTestId("trial-difference")).ToHaveTextAsync("Rp 75.000");
        await Expect(page.GetByTestId("trial-difference")).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("differs"));
    }

    [Fact]
    public async Task Prices_are_changed_and_a_period_without_a_price_cannot_be_sold()
    {
        await using var site = await panel.StartAsync();
        site.World.AdminPlans[0] = site.World.AdminPlans[0] with { ProviderCostUsd = 4.5m, ProviderCost = 74_700, MarginMonthly = 25_300, MarginPercent = 25, StockLimit = 500, Sold = 12 };
        var page = await site.SignInAsync("admin@example.com", "/admin/plans");
        await Expect(page.GetByTestId("plan-row").First).ToContainTextAsync("$ 4.50");
        await Expect(page.GetByTestId("margin-basic-1")).ToHaveTextAsync("Rp 25.300");
        await Expect(page.GetByTestId("margin-yearly-basic-1")).ToHaveTextAsync("margin Rp 103.600");
        await Expect(page.GetByTestId("stock-basic-1")).ToHaveTextAsync("12 / 500");
        await page.GetByTestId("edit-basic-1").ClickAsync();
        await page.GetByTestId("price-monthly").FillAsync("");
        await Expect(page.GetByTestId("pricing-save")).ToBeDisabledAsync();
        await page.GetByTestId("price-monthly").FillAsync("125.000");
        await Expect(page.GetByTestId("pricing-save")).ToBeDisabledAsync();
        await page.GetByTestId("pricing-reason").FillAsync("Kurs dolar naik");
        // Only shown, never charged: it needs no period that is sold by it.
        await page.GetByTestId("price-hourly").FillAsync("190");
        await page.GetByTestId("pricing-save").ClickAsync();
        await Expect(page.GetByTestId("plans")).ToContainTextAsync("Rp 125.000");
        Assert.Equal((125_000, 190), (site.World.AdminPlans[0].PriceMonthly, site.World.AdminPlans[0].PriceHourly));
        Assert.Equal(["Kurs dolar naik"], site.World.Reasons);
    }

    [Fact]
    public async Task A_new_plan_is_priced_limited_sorted_and_hidden_and_an_old_one_is_retired()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/plans");
        await page.GetByTestId("plan-new").ClickAsync();
        await page.GetByTestId("plan-id").FillAsync("besar-16");
        await page.GetByTestId("plan-size").FillAsync("s-8vcpu-16gb");
        await page.GetByTestId("plan-name").FillAsync("Besar 16");
        await page.GetByTestId("plan-reason").FillAsync("Banyak yang minta");
        await Expect(page.GetByTestId("plan-save")).ToBeDisabledAsync(); // Nothing is sold without a price.
        await page.GetByTestId("plan-monthly").FillAsync("1.650.000");
        await page.GetByTestId("plan-cost").FillAsync("96.00");
        await page.GetByTestId("plan-stock").FillAsync("25");
        await page.GetByTestId("plan-sort").FillAsync("7");
        await Expect(page.GetByTestId("plan-hidden")).ToBeCheckedAsync(); // Until its admin has looked at it.
        await page.GetByTestId("plan-save").ClickAsync();
        await Expect(page.GetByTestId("plans")).ToContainTextAsync("Besar 16");
        var made = site.World.CreatedPlan!;
        Assert.Equal(("besar-16", "s-8vcpu-16gb", 1_650_000, 96m, 25, 7, true),
            (made.Id, made.Size, made.PriceMonthly, made.ProviderCostUsd, made.StockLimit, made.SortOrder, made.Hidden));

        await page.GetByTestId("change-besar-16").ClickAsync();
        await page.GetByTestId("plan-retire").CheckAsync();
        await page.GetByTestId("plan-reason").FillAsync("Ternyata tidak laku");
        await page.GetByTestId("plan-save").ClickAsync();
        await Expect(page.GetByTestId("plan-sheet")).ToBeHiddenAsync();
        Assert.True(site.World.AdminPlans[^1].Retired);
    }

    [Fact]
    public async Task A_period_is_switched_off_and_running_servers_move_to_a_price_on_a_day_an_admin_sets()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/plans");
        await page.GetByTestId("edit-basic-1").ClickAsync();
        await page.GetByTestId("allow-yearly").UncheckAsync();
        await page.GetByTestId("price-monthly").FillAsync("130.000");
        await page.GetByTestId("pricing-reason").FillAsync("Harga baru");
        var jakarta = site.World.Now.ToOffset(TimeSpan.FromHours(7)).Date;
        await page.GetByTestId("moves-at").FillAsync(jakarta.AddDays(3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await page.GetByTestId("pricing-reason").FocusAsync();
        await Expect(page.GetByTestId("pricing-save")).ToBeDisabledAsync(); // Customers are told at least fourteen days before.
        await page.GetByTestId("moves-at").FillAsync(jakarta.AddDays(40).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await page.GetByTestId("pricing-reason").FocusAsync();
        await page.GetByTestId("pricing-save").ClickAsync();
        await Expect(page.GetByTestId("plans")).ToContainTextAsync("Rp 130.000");
        var asked = site.World.Pricing!;
        Assert.Equal((130_000, true, false), (asked.PriceMonthly, asked.AllowMonthly, asked.AllowYearly));
        Assert.Equal(new DateTimeOffset(jakarta.AddDays(40), TimeSpan.FromHours(7)), asked.MovesRunningAt);
    }

    [Fact]
    public async Task A_policy_is_changed_in_hours_and_the_others_stay_to_the_minute()
    {
        await using var site = await panel.StartAsync();
        site.World.Settings = site.World.Settings with { Monthly = site.World.Settings.Monthly with { GraceMinutes = 4_335 } };
        var page = await site.SignInAsync("admin@example.com", "/admin/billing");
        await page.GetByTestId("grace-daily").FillAsync("1.5");
        await page.GetByTestId("settings-reason").FillAsync("Lebih lunak");
        await page.GetByTestId("settings-save").ClickAsync();
        await Expect(page.GetByTestId("settings-version")).ToHaveTextAsync("Versi 4");
        Assert.Equal((90, 4_335), (site.World.Settings.Daily.GraceMinutes, site.World.Settings.Monthly.GraceMinutes));
    }

    [Fact]
    public async Task A_plan_and_the_billing_settings_are_changed_by_keys_alone_and_only_with_a_reason()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/plans");
        await page.GetByTestId("change-basic-1").PressAsync("Enter");
        await page.GetByTestId("plan-name").FillAsync("Basic baru");
        await Expect(page.GetByTestId("plan-save")).ToBeDisabledAsync();
        await PanelSite.HasFocusAsync(page.GetByTestId("plan-reason"));
        await page.GetByTestId("plan-reason").PressSequentiallyAsync("Nama lama membingungkan");
        // A key is not held back, as a click is, until the button can be pressed.
        await Expect(page.GetByTestId("plan-save")).ToBeEnabledAsync();
        await page.GetByTestId("plan-save").PressAsync("Enter");
        await Expect(page.GetByTestId("plans")).ToContainTextAsync("Basic baru");

        await page.GotoAsync("/admin/billing");
        await Expect(page.GetByTestId("undelivered-row")).ToContainTextAsync("db-01");
        await page.GetByTestId("usd-rate").FillAsync("17.000");
        await Expect(page.GetByTestId("settings-save")).ToBeDisabledAsync();
        await page.GetByTestId("settings-reason").FillAsync("Kurs bulan ini");
        await Expect(page.GetByTestId("settings-save")).ToBeEnabledAsync();
        await page.GetByTestId("settings-save").PressAsync("Enter");
        await Expect(page.GetByTestId("settings-version")).ToHaveTextAsync("Versi 4");
        await Expect(page.GetByTestId("settings-save")).ToBeDisabledAsync(); // The next change has a reason of its own.
        Assert.Equal(["Nama lama membingungkan", "Kurs bulan ini"], site.World.Reasons);
    }
}
