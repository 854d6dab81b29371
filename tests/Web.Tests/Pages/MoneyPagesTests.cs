using Microsoft.Playwright;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire;
using Webrana.Wire.Deposits;
using Webrana.Wire.Events;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class MoneyPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task The_wallet_explains_every_row_and_what_is_to_come()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet");
        await Expect(page.GetByTestId("balance")).ToHaveTextAsync("Rp 350.000");
        await Expect(page.GetByTestId("renewals")).ToContainTextAsync("Kurang Rp 150.000");
        await Expect(page.GetByTestId("ledger-row")).ToHaveCountAsync(6);
        await Expect(page.GetByTestId("ledger-balance").First).ToHaveTextAsync("Rp 350.000");
        await page.GetByLabel("Rincian").First.ClickAsync();
        await Expect(page.Locator(".row-details")).ToContainTextAsync("Rp 400.000");
        await page.GetByText("Perpanjangan server", new() { Exact = true }).First.ClickAsync();
        await Expect(page).ToHaveURLAsync("/wallet?type=Renewal");
        await Expect(page.GetByTestId("ledger-row")).ToHaveCountAsync(1);
        await page.GetByTestId("tab-deposits").ClickAsync();
        await Expect(page.GetByTestId("deposit-row")).ToHaveCountAsync(7);
    }

    [Fact]
    public async Task The_forecast_says_when_the_money_ends_and_what_top_up_helps()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet");
        await Expect(page.GetByTestId("runway-ends")).ToHaveTextAsync("Cukup sampai 21\u00A0Des\u00A02026");
        await Expect(page.GetByTestId("renewals").Locator("li")).ToHaveCountAsync(4);
        await page.GetByTestId("runway-all").ClickAsync();
        await Expect(page.GetByTestId("renewals").Locator("li")).ToHaveCountAsync(7);
        await Expect(page.GetByTestId("renewals")).ToContainTextAsync("Bonus kedaluwarsa");
        await page.GetByTestId("runway-topup-30").ClickAsync();
        await Expect(page).ToHaveURLAsync("/wallet/top-up?amount=150000");
    }

    [Fact]
    public async Task A_wallet_that_covers_everything_says_so_and_offers_nothing()
    {
        await using var site = await panel.StartAsync();
        site.World.Runway = site.World.Runway with { EndsAt = null, TopUp = 0, TopUp30Days = 0, Steps = [site.World.Runway.Steps[0]] };
        var page = await site.SignInAsync(returnUrl: "/wallet");
        await Expect(page.GetByTestId("runway-covered")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("runway-topup")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_balance_changes_without_a_reload_in_every_tab()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/servers");
        await Expect(other.GetByTestId("top-balance")).ToHaveTextAsync("Rp 350.000");
        site.World.Wallet = site.World.Wallet with { Balance = 900_000, Available = 900_000 };
        site.World.Publish(EventTypes.WalletChanged, "wallet-1");
        await Expect(page.GetByTestId("balance")).ToHaveTextAsync("Rp 900.000");
        await Expect(other.GetByTestId("top-balance")).ToHaveTextAsync("Rp 900.000");
        Assert.Equal(1, site.World.Listeners);
    }

    [Fact]
    public async Task A_top_up_shows_fee_and_total_and_turns_to_paid_by_itself()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet/top-up");
        await Expect(page.GetByTestId("channel-MANDIRIVA")).ToContainTextAsync("Sedang tidak tersedia");
        await page.GetByTestId("chip-200000").ClickAsync();
        await Expect(page.GetByTestId("channel-OVO")).ToContainTextAsync("Paling banyak Rp 150.000");
        await page.GetByTestId("channel-BRIVA").ClickAsync();
        await Expect(page.GetByTestId("topup-fee")).ToHaveTextAsync("Rp 4.250");
        await Expect(page.GetByTestId("topup-total")).ToHaveTextAsync("Rp 204.250");
        await page.GetByTestId("topup-submit").ClickAsync();
        await Expect(page.GetByTestId("pay-code")).ToHaveTextAsync("128001234567890");
        await Expect(page.GetByTestId("amount-to-pay")).ToHaveTextAsync("Rp 204.250");
        await Expect(page.GetByTestId("countdown")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^\d+:\d\d"));
        await Expect(page.GetByTestId("checkout-link")).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^http"));

        site.World.Wallet = site.World.Wallet with { Balance = 550_000, Available = 550_000 };
        site.World.Deposits[0] = site.World.Deposits[0] with { Status = DepositStatus.Paid, PaidAt = site.World.Now };
        site.World.Publish(EventTypes.DepositChanged, "d-new");
        await Expect(page.GetByTestId("deposit-paid")).ToContainTextAsync("Lunas");
        await Expect(page.GetByTestId("balance-now")).ToHaveTextAsync("Rp 550.000");
        await Expect(page.GetByTestId("top-balance")).ToHaveTextAsync("Rp 550.000");
    }

    [Fact]
    public async Task A_paid_top_up_shows_the_balance_that_comes_after_its_page_was_read()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet/deposits/d-paid");
        await Expect(page.GetByTestId("balance-now")).ToHaveTextAsync("Rp 350.000");

        // The bonus is booked after the top-up: the hint of it makes the page and the top bar read, each for itself.
        var late = new TaskCompletionSource();
        var paid = site.World.Deposits.FindIndex(deposit => deposit.Id == "d-paid");
        site.World.Deposits[paid] = site.World.Deposits[paid] with { TotalCredit = 475_000 };
        // First the gate: the page may be reading just now.
        site.World.WalletGate = () => late.Task;
        site.World.Wallet = site.World.Wallet with { Balance = 425_000, Available = 425_000 };
        site.World.Publish(EventTypes.WalletChanged, "wallet-1");
        await Expect(page.GetByTestId("deposit-paid")).ToContainTextAsync("Rp 475.000");
        await Expect(page.GetByTestId("balance-now")).ToHaveTextAsync("Rp 350.000");
        late.SetResult();
        await Expect(page.GetByTestId("balance-now")).ToHaveTextAsync("Rp 425.000");
        await Expect(page.GetByTestId("top-balance")).ToHaveTextAsync("Rp 425.000");
    }

    [Fact]
    public async Task An_amount_is_typed_freely_and_nonsense_is_caught_before_it_is_sent()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet/top-up");
        await page.GetByTestId("channel-BRIVA").ClickAsync();
        await page.GetByTestId("amount").FillAsync("dua ratus");
        await Expect(page.GetByText("Isi rupiah bulat")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("topup-submit")).ToBeDisabledAsync();
        await page.GetByTestId("amount").FillAsync("5000");
        await Expect(page.GetByTestId("channel-BRIVA")).ToContainTextAsync("Mulai Rp 10.000");
        await page.GetByTestId("amount").FillAsync("75000");
        await page.GetByTestId("amount").BlurAsync();
        await Expect(page.GetByTestId("amount")).ToHaveValueAsync("75.000");
        await Expect(page.GetByTestId("topup-total")).ToHaveTextAsync("Rp 79.250");
        await page.GetByText("Punya kode promo?").ClickAsync();
        await page.GetByTestId("promo").FillAsync("SALAH");
        // A code that was typed and not applied is still meant: it is asked about before anything is created.
        await page.GetByTestId("topup-submit").ClickAsync();
        await Expect(page.GetByTestId("promo-refused")).ToHaveAttributeAsync("data-code", "promo_code_invalid");
        await page.GetByTestId("promo").FillAsync("");
        site.World.RefuseNext("POST", "/api/v1/wallet/deposit", 503, ProblemCodes.GatewayUnavailable);
        await page.GetByTestId("topup-submit").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "gateway_unavailable");
    }

    [Theory]
    [InlineData("d-qr", "qr")]
    [InlineData("d-late", "deposit-ended")]
    [InlineData("nothing", "not-found")]
    public async Task A_deposit_page_shows_what_fits_its_state(string id, string shown)
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet/deposits/" + id);
        await Expect(page.GetByTestId(shown)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_number_is_copied_with_one_press()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet/deposits/d-va");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GetByTestId("copy-pay-code").ClickAsync();
        await Expect(page.GetByTestId("copy-pay-code")).ToContainTextAsync("Tersalin");
        Assert.Equal("128001234567890", await page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task Long_histories_are_loaded_piece_by_piece()
    {
        await using var site = await panel.StartAsync();
        var row = site.World.Transactions[0];
        for (var number = 0; number < 60; number++) site.World.Transactions.Add(row with { Id = "more-" + number });
        var page = await site.SignInAsync(returnUrl: "/wallet");
        await Expect(page.GetByTestId("ledger-row")).ToHaveCountAsync(50);
        await page.GetByTestId("load-more").ClickAsync();
        await Expect(page.GetByTestId("ledger-row")).ToHaveCountAsync(66);
        await Expect(page.GetByTestId("load-more")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_filter_that_is_chosen_while_more_is_on_its_way_shows_its_own_rows_alone()
    {
        await using var site = await panel.StartAsync();
        var topUp = site.World.Transactions[^1];
        for (var number = 0; number < 60; number++) site.World.Transactions.Add(topUp with { Id = "more-" + number });
        var page = await site.SignInAsync(returnUrl: "/wallet");
        await Expect(page.GetByTestId("ledger-row")).ToHaveCountAsync(50);
        var (asked, late) = (new TaskCompletionSource(), new TaskCompletionSource());
        site.World.RowsGate = () =>
        {
            asked.TrySetResult();
            return late.Task;
        };
        await page.GetByTestId("load-more").ClickAsync();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await page.GetByText("Perpanjangan server", new() { Exact = true }).First.ClickAsync();
        await Expect(page.GetByTestId("ledger-row")).ToHaveCountAsync(0);
        late.SetResult();
        await Expect(page.GetByTestId("ledger-row")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("page-broken")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_loaded_while_the_page_reads_again_is_not_taken_away_by_the_older_answer()
    {
        await using var site = await panel.StartAsync();
        var row = site.World.Transactions[0];
        for (var number = 0; number < 60; number++) site.World.Transactions.Add(row with { Id = "more-" + number });
        var page = await site.SignInAsync(returnUrl: "/wallet");
        await Expect(page.GetByTestId("ledger-row")).ToHaveCountAsync(50);
        var (asked, late) = (new TaskCompletionSource(), new TaskCompletionSource());
        site.World.RowsGate = () =>
        {
            asked.TrySetResult();
            return late.Task;
        };
        site.World.Publish(EventTypes.WalletChanged, "wallet-1");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        site.World.RowsGate = () => Task.CompletedTask;
        await page.GetByTestId("load-more").ClickAsync();
        // It waits for the answer that is on its way.
        await Expect(page.GetByTestId("load-more")).ToBeDisabledAsync();
        late.SetResult();
        await Expect(page.GetByTestId("ledger-row")).ToHaveCountAsync(66);
        await Expect(page.GetByTestId("load-more")).ToHaveCountAsync(0);
    }
}
