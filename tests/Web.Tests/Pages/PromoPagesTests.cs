using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire;
using Webrana.Wire.Deposits;
using Webrana.Wire.Promos;
using Webrana.Wire.Wallets;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class PromoPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task The_top_up_shows_the_bonus_as_it_is_typed_and_one_press_takes_the_hint()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet/top-up");
        await Expect(page.GetByTestId("promo-gets")).ToContainTextAsync("Bonus Rp 10.000");
        await page.GetByTestId("amount").FillAsync("450000");
        await Expect(page.GetByTestId("promo-hint")).ToHaveTextAsync("Isi Rp 50.000 lagi untuk bonus Rp 75.000");
        await page.GetByTestId("promo-hint").ClickAsync();
        await Expect(page.GetByTestId("amount")).ToHaveValueAsync("500.000");
        await Expect(page.GetByTestId("topup-bonus")).ToHaveTextAsync("+Rp 75.000");
        await Expect(page.GetByTestId("topup-credit")).ToHaveTextAsync("Rp 575.000");
        await page.GetByTestId("channel-BRIVA").ClickAsync();
        await Expect(page.GetByTestId("topup-total")).ToHaveTextAsync("Rp 504.250");
        await page.GetByTestId("topup-submit").ClickAsync();
        await Expect(page.GetByTestId("bonus-held")).ToContainTextAsync("Bonus Rp 75.000 ditahan untuk Anda sampai");
        await Expect(page.GetByTestId("deposit-credit")).ToHaveTextAsync("Rp 575.000");
    }

    [Fact]
    public async Task A_code_is_applied_before_paying_and_says_why_it_is_not()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet/top-up");
        await page.GetByText("Punya kode promo?").ClickAsync();
        await page.GetByTestId("promo").FillAsync("salah");
        await page.GetByTestId("promo-apply").ClickAsync();
        await Expect(page.GetByTestId("promo-refused")).ToHaveAttributeAsync("data-code", ProblemCodes.PromoCodeInvalid);

        await page.GetByTestId("promo").FillAsync(FakePromos.GoodCode.ToLowerInvariant());
        await page.GetByTestId("promo-apply").ClickAsync();
        await Expect(page.GetByTestId("promo-refused")).ToContainTextAsync("mulai isi saldo Rp 200.000");
        await Expect(page.GetByTestId("topup-submit")).ToBeDisabledAsync();
        await page.GetByTestId("promo-minimum").ClickAsync();
        await Expect(page.GetByTestId("promo-applied")).ToContainTextAsync(FakePromos.GoodCode);
        await Expect(page.GetByTestId("topup-bonus")).ToHaveTextAsync("+Rp 25.000");
        await page.GetByTestId("promo-remove").ClickAsync();
        await Expect(page.GetByTestId("topup-bonus")).ToHaveTextAsync("+Rp 10.000");
    }

    [Fact]
    public async Task Typing_an_amount_never_asks_about_a_code_that_was_refused()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet/top-up?code=SALAH");
        await Expect(page.GetByTestId("promo-refused")).ToBeVisibleAsync();
        site.World.RefuseNext("POST", "/api/v1/promos/validate", 429, ProblemCodes.TooManyPromoCodes, times: 0);
        await page.GetByTestId("amount").FillAsync("500000");
        // The refused code is not among the questions any more: the answer is the automatic promo's.
        await Expect(page.GetByTestId("topup-bonus")).ToHaveTextAsync("+Rp 75.000");
        // That answer does not unsay the refusal: nobody pays without the code they typed.
        await Expect(page.GetByTestId("promo-refused")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("topup-submit")).ToBeDisabledAsync();
    }

    [Theory]
    [InlineData("d-held", "bonus-held", "pasti masuk ke saldo")]
    [InlineData("d-late-bonus", "bonus-if-left", "jumlahnya dapat berbeda")]
    [InlineData("d-given", "bonus-given", "Termasuk bonus Rp 75.000")]
    public async Task The_payment_page_says_beforehand_how_certain_the_bonus_is(string id, string shown, string words)
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/wallet/deposits/" + id);
        await Expect(page.GetByTestId(shown)).ToContainTextAsync(words);
    }

    [Theory]
    [InlineData(DepositStatus.Paid, DepositPromoStatus.Lost, "bonus-lost")]
    [InlineData(DepositStatus.Refund, DepositPromoStatus.TakenBack, "bonus-taken-back")]
    public async Task A_bonus_that_was_not_given_or_taken_back_is_said(DepositStatus status, DepositPromoStatus promo, string shown)
    {
        await using var site = await panel.StartAsync();
        var at = site.World.Deposits.FindIndex(deposit => deposit.Id == "d-held");
        site.World.Deposits[at] = site.World.Deposits[at] with { Status = status, Promo = site.World.Deposits[at].Promo! with { Status = promo } };
        var page = await site.SignInAsync(returnUrl: "/wallet/deposits/d-held");
        await Expect(page.GetByTestId(shown)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_wallet_shows_bonus_lots_with_their_end_and_a_debt_in_red()
    {
        await using var site = await panel.StartAsync();
        site.World.Wallet = site.World.Wallet with { Debt = 40_000 };
        var page = await site.SignInAsync(returnUrl: "/wallet");
        await Expect(page.GetByTestId("bonus-lot")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("bonus-lot").First).ToContainTextAsync("5 hari lagi");
        await Expect(page.GetByTestId("debt")).ToHaveTextAsync("−Rp 40.000");
        await Expect(page.GetByTestId("debt")).ToHaveClassAsync(new Regex("text-danger"));
        await Expect(page.GetByTestId("debt-notice")).ToContainTextAsync("Pesanan dan perpanjangan menunggu");
    }

    [Fact]
    public async Task The_referral_page_gives_link_and_code_and_says_what_was_earned_from_whom()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/referral");
        await Expect(page.GetByTestId("referral-link")).ToHaveValueAsync("https://panel.example/register?ref=SARI25KOPI");
        await Expect(page.GetByTestId("referral-code")).ToHaveTextAsync("SARI25KOPI");
        await Expect(page.GetByTestId("referral-earned")).ToHaveTextAsync("Rp 20.000");
        await Expect(page.GetByTestId("friend-row")).ToHaveCountAsync(5);
        await Expect(page.GetByTestId("friend-row").Last).ToContainTextAsync("isi saldo teman dikembalikan");
        await Expect(page.GetByTestId("friend-row").First).ToContainTextAsync("b•••@gmail.com");
        await Expect(page.GetByTestId("promo-offer")).ToHaveCountAsync(3);
        site.World.ReferralMostIdr = 50_000;
        site.World.Promos.Add(site.World.Promos[1] with { Id = "halo", Name = "Halo", Code = null, MinDeposit = null });
        await page.ReloadAsync();
        await Expect(page.GetByTestId("referral")).ToContainTextAsync("Anda mendapat 10% (maks Rp 50.000) dan teman Anda 5% (maks Rp 50.000)");
        await Expect(page.GetByTestId("promo-offer").Filter(new() { HasText = "Bonus akhir pekan" }).GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("promo-offer").Filter(new() { HasText = "Halo" }).GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
        site.World.HasReferralOffer = false;
        await page.ReloadAsync();
        await Expect(page.GetByTestId("referral")).ToContainTextAsync("tidak ada bonus referral");
    }

    [Fact]
    public async Task An_invitation_stands_in_the_registration_form_and_is_sent_with_it()
    {
        await using var site = await panel.StartAsync();
        var page = await site.VisitAsync();
        await page.GotoAsync("/register?ref=SARI25KOPI");
        await Expect(page.GetByTestId("referral")).ToHaveValueAsync("SARI25KOPI");
        site.World.RefuseNext("POST", "/api/v1/auth/register", 422, ProblemCodes.WeakPassword);
        await page.GetByTestId("name").FillAsync("Budi");
        await page.GetByTestId("email").FillAsync("budi@example.com");
        await page.GetByTestId("password").FillAsync("kopi-tubruk-77");
        await page.GetByTestId("register-submit").ClickAsync();
        // The form that came back, not the one that was sent: that one says the same.
        await Expect(page.Locator($"[data-code={ProblemCodes.WeakPassword}]")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("referral")).ToHaveValueAsync("SARI25KOPI");
        await page.GetByTestId("password").FillAsync("kopi-tubruk-77");
        await page.GetByTestId("register-submit").ClickAsync();
        await Expect(page.GetByTestId("register-done")).ToBeVisibleAsync();
        Assert.Equal("SARI25KOPI", site.World.LastInvitation);
    }

    [Fact]
    public async Task An_admin_lists_filters_and_switches_promos()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/promos");
        await Expect(page.GetByTestId("promo-row")).ToHaveCountAsync(5);
        var first = page.GetByTestId("promo-row").First;
        await Expect(first).ToContainTextAsync("Isi saldo minimal Rp 100.000 lewat QRIS atau BRI Virtual Account mendapat bonus Rp 10.000");
        await Expect(first.GetByTestId("promo-usage")).ToContainTextAsync("412 dari 1.000");
        await Expect(first.GetByTestId("promo-budget")).ToContainTextAsync("Rp 21.340.000 dari Rp 25.000.000");
        await first.GetByTestId("promo-switch").ClickAsync();
        await Expect(page.GetByTestId("switch-confirm")).ToBeDisabledAsync();
        await Expect(first.GetByTestId("promo-status")).ToHaveAttributeAsync("data-status", "On");
        await PanelSite.HasFocusAsync(page.GetByTestId("switch-reason"));
        await page.GetByTestId("switch-reason").PressSequentiallyAsync("Anggaran minggu ini habis");
        await Expect(page.GetByTestId("switch-confirm")).ToBeEnabledAsync(); // A key, unlike a click, does not wait for that.
        await page.GetByTestId("switch-confirm").PressAsync("Enter");
        await Expect(first.GetByTestId("promo-status")).ToHaveAttributeAsync("data-status", "Off");
        Assert.Equal(["Anggaran minggu ini habis"], site.World.Reasons);
        await page.GetByRole(AriaRole.Link, new() { Name = "Diarsipkan" }).ClickAsync();
        await Expect(page.GetByTestId("promo-row")).ToHaveCountAsync(1);
        await page.GotoAsync("/admin/promos?status=Ended");
        await Expect(page.GetByTestId("promos-empty")).ToBeVisibleAsync();

        // Years of campaigns: the oldest are found, too.
        site.World.Promos.AddRange(Enumerable.Range(0, 50).Select(number => site.World.Promos[1] with { Id = $"dulu-{number}", Name = $"Dulu {number}" }).ToList());
        await page.GotoAsync("/admin/promos");
        await Expect(page.GetByTestId("promo-row")).ToHaveCountAsync(50);
        await page.GetByTestId("load-more").ClickAsync();
        await Expect(page.GetByTestId("promo-row")).ToHaveCountAsync(55);
    }

    [Fact]
    public async Task A_promo_is_written_with_its_sentence_previewed_and_published_once()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/promos/new");
        await page.GetByTestId("promo-name").FillAsync("Bonus akhir tahun");
        await Expect(page.GetByTestId("promo-preview")).ToBeDisabledAsync();
        // With the confirmed address nobody has topped up; with a minimum it is for a top-up, and may be for the first of all.
        await page.GetByTestId("type-NewUserBonus").ClickAsync();
        await Expect(page.GetByTestId("promo-new-only")).ToHaveCountAsync(0);
        await page.GetByTestId("promo-min").FillAsync("50000");
        await Expect(page.GetByTestId("promo-new-only")).ToBeVisibleAsync();
        await page.GetByTestId("type-DepositBonus").ClickAsync();
        await page.GetByTestId("valueType-Fixed").ClickAsync();
        await page.GetByTestId("promo-value").FillAsync("10000");
        await page.GetByTestId("promo-min").FillAsync("100000");
        await Expect(page.GetByTestId("rule")).ToContainTextAsync("Isi saldo minimal Rp 100.000 mendapat bonus Rp 10.000");
        await page.GetByTestId("tier-add").ClickAsync();
        await Expect(page.GetByTestId("tier-from-1")).ToHaveValueAsync("100000");
        await page.GetByTestId("tier-add").ClickAsync();
        await page.GetByTestId("tier-from-2").FillAsync("500000");
        await page.GetByTestId("tier-value-2").FillAsync("75000");
        await page.GetByTestId("promo-channel-QRIS").CheckAsync();
        await Expect(page.GetByTestId("rule")).ToContainTextAsync("lewat QRIS mendapat bonus Rp 10.000, mulai Rp 500.000 menjadi Rp 75.000");
        await Expect(page.GetByTestId("rule-other")).ToContainTextAsync("by QRIS gets a bonus of Rp 10.000");
        await page.GetByTestId("promo-preview").ClickAsync();
        await Expect(page.GetByTestId("preview-cost")).ToHaveTextAsync("Rp 4.365.000");
        await Expect(page.GetByTestId("preview-users")).ToHaveTextAsync("187");
        await Expect(page.GetByTestId("preview-note")).ToContainTextAsync("satu kotak surat");
        var everybody = await page.RunAndWaitForDownloadAsync(() => page.GetByTestId("preview-csv").ClickAsync());
        Assert.Equal("promo-preview.csv", everybody.SuggestedFilename);
        Assert.Contains("Bonus akhir tahun", await File.ReadAllTextAsync((await everybody.PathAsync())!), StringComparison.Ordinal);

        await page.GetByTestId("promo-total").FillAsync("500");
        await Expect(page.GetByTestId("promo-publish")).ToHaveCountAsync(0);
        await page.GetByTestId("promo-preview").ClickAsync();
        site.World.RefuseNext("POST", "/internal/promos", 500, ProblemCodes.InternalError);
        await Expect(page.GetByTestId("promo-publish")).ToBeDisabledAsync();
        await page.GetByTestId("promo-reason").FillAsync("Kampanye akhir tahun");
        await page.GetByTestId("promo-publish").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToBeVisibleAsync();
        await page.GetByTestId("promo-publish").ClickAsync();
        await Expect(page).ToHaveURLAsync("/admin/promos/p-new");
        var sent = site.World.Asked.Where(asked => asked is { Method: "POST", Path: "/internal/promos" }).Select(asked => asked.Key).ToList();
        Assert.Equal(2, sent.Count);
        Assert.Single(sent.Distinct());
        Assert.Equal([new PromoTier(100_000, 10_000), new PromoTier(500_000, 75_000)], site.World.Promos[0].Tiers);
        Assert.Equal(["QRIS"], site.World.Promos[0].PaymentMethods);
    }

    [Fact]
    public async Task A_preview_that_fails_does_not_stop_a_campaign_and_a_code_can_be_generated()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/promos/new");
        await page.GetByTestId("type-DepositCashback").ClickAsync();
        await page.GetByTestId("promo-name").FillAsync("Kembalian");
        await page.GetByTestId("promo-value").FillAsync("5");
        await page.GetByTestId("code-generate").ClickAsync();
        await Expect(page.GetByTestId("promo-code")).ToHaveValueAsync("K7PWQ2MXNB4T");
        await Expect(page.GetByTestId("rule")).ToContainTextAsync("dengan kode K7PWQ2MXNB4T mendapat kembalian 5%");
        site.World.RefuseNext("POST", "/internal/promos/preview", 503, ProblemCodes.TemporarilyUnavailable);
        await page.GetByTestId("promo-preview").ClickAsync();
        await page.GetByTestId("promo-reason").FillAsync("Pratinjau sedang tidak bisa, dicek dengan tangan");
        await page.GetByTestId("promo-publish-anyway").ClickAsync();
        await Expect(page).ToHaveURLAsync("/admin/promos/p-new");
        await Expect(page.GetByTestId("usage-empty")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("id", "Isi saldo temannya dikembalikan; Rp 4.000 sudah terpakai dan dibiarkan", "yang sudah terpakai menjadi utangnya", "Bonus undangan ditarik kembali")]
    [InlineData("en", "Rp 4.000 had been spent and was left", "what was spent of it is owed", "Referral reward taken back: the top-up that earned it was paid back")]
    public async Task A_reward_that_was_taken_back_says_why_to_the_admin_and_to_the_customer(string language, string inviter, string invited, string customer)
    {
        await using var site = await panel.StartAsync();
        var (at, who) = (FakeWorld.Start.AddDays(-2), FakeWorld.UserId);
        site.World.PromoUsages.Insert(0, new PromoUsage(who, "ani@example.com", null, 10_000, PromoUsageStatus.TakenBack, at, at, PromoUsageCause.Referral, at, 4_000));
        site.World.PromoUsages.Insert(0, new PromoUsage(who, "budi@example.com", null, 5_000, PromoUsageStatus.TakenBack, at, at, PromoUsageCause.Referee, at));
        site.World.Transactions.Insert(0, new Transaction(
            "t-back", "wallet-1", TransactionType.Debit, -6_000, 350_000, 344_000, ReferenceType.Promo, "teman", "Bonus undangan · Invite", FakeWorld.Start, TransactionCause.RewardTakenBack));
        var page = await site.SignInAsync("admin@example.com", "/admin/promos/akhir-pekan");
        await page.GotoAsync($"/admin/promos/akhir-pekan?culture={language}");
        await Expect(page.GetByTestId("usage-why").First).ToContainTextAsync(invited);
        await Expect(page.GetByTestId("usage-why").Nth(1)).ToContainTextAsync(inviter);

        await page.GotoAsync("/wallet");
        await Expect(page.GetByTestId("ledger-note").First).ToContainTextAsync(customer);
    }

    [Fact]
    public async Task A_promos_page_tells_who_used_it_what_changed_and_archives_it()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/promos/akhir-pekan");
        await Expect(page.GetByTestId("usage-row")).ToHaveCountAsync(12);
        await Expect(page.GetByTestId("usage-sum")).ToContainTextAsync("12 pemakaian");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByTestId("usage-csv").ClickAsync());
        Assert.Equal("promo-akhir-pekan.csv", download.SuggestedFilename);
        Assert.StartsWith("usedAt,amount", await File.ReadAllTextAsync((await download.PathAsync())!), StringComparison.Ordinal);

        await page.GetByTestId("tab-versions").ClickAsync();
        await Expect(page.GetByTestId("version-row")).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("version-row").First).ToContainTextAsync("Anggaran");
        await page.GetByTestId("promo-edit").ClickAsync();
        await Expect(page.GetByTestId("promo-name")).ToHaveValueAsync("Bonus akhir pekan");
        await Expect(page.GetByTestId("tier-row")).ToHaveCountAsync(2);
        await page.GetByTestId("promo-name").FillAsync("Bonus Sabtu");
        await page.GetByTestId("promo-preview").ClickAsync();
        await page.GetByTestId("promo-reason").FillAsync("Nama yang lebih jelas");
        await page.GetByTestId("promo-publish").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Bonus Sabtu", Exact = true })).ToBeVisibleAsync();

        await page.GetByTestId("archive-open").ClickAsync();
        await Expect(page.GetByTestId("archive-confirm")).ToBeDisabledAsync();
        await page.GetByTestId("archive-reason").FillAsync("Kampanye selesai");
        await page.GetByTestId("archive-confirm").ClickAsync();
        await Expect(page.GetByTestId("promo-status")).ToHaveAttributeAsync("data-status", "Archived");
        Assert.Equal(["Nama yang lebih jelas", "Kampanye selesai"], site.World.Reasons);
        await Expect(page.GetByTestId("promo-edit")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Usages_are_for_admins_only_also_as_a_file()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync();
        var answer = await page.Context.APIRequest.GetAsync("/admin/promos/akhir-pekan/usage.csv");
        Assert.DoesNotContain("usedAt", await answer.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_referral_in_doubt_is_decided_with_a_reason()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/promos");
        await Expect(page.GetByTestId("reviews-waiting")).ToContainTextAsync("1 bonus");
        await page.GotoAsync("/admin/promos/reviews");
        await Expect(page.GetByTestId("review-row")).ToContainTextAsync(new Regex("Nomor telepon sama.*Perangkat sama", RegexOptions.Singleline));
        await page.GetByTestId("review-decide").ClickAsync();
        await Expect(page.GetByTestId("review-refuse")).ToBeDisabledAsync();
        await page.GetByTestId("review-note").FillAsync("Satu orang dengan dua akun");
        await page.GetByTestId("review-refuse").ClickAsync();
        await Expect(page.GetByTestId("reviews-empty")).ToBeVisibleAsync();
        Assert.Equal((site.World.Users[1].Id, new DecideReviewRequest(false, "Satu orang dengan dua akun")), Assert.Single(site.World.Decisions));
    }

    [Fact]
    public async Task A_welcome_in_doubt_is_told_from_the_same_persons_referral_and_decided_by_itself()
    {
        await using var site = await panel.StartAsync();
        var referral = site.World.Reviews[0];
        site.World.Reviews.Insert(0, referral with
        {
            ReferrerId = null, ReferrerEmail = null, DepositId = null, DepositAmount = 0, ReferrerAmount = 0, RefereeAmount = 25_000, Kind = PromoReviewKind.Welcome,
        });
        var page = await site.SignInAsync("admin@example.com", "/admin/promos/reviews");
        await Expect(page.GetByTestId("review-row")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("review-row").First).ToContainTextAsync("Bonus pendaftar baru");
        await page.GetByTestId("review-decide").First.ClickAsync();
        await Expect(page.GetByTestId("review-sheet")).ToContainTextAsync("Rp 25.000");
        await Expect(page.GetByTestId("review-sheet")).Not.ToContainTextAsync("Rp 0");
        await page.GetByTestId("review-note").FillAsync("Satu keluarga");
        await page.GetByTestId("review-pay").ClickAsync();
        await Expect(page.GetByTestId("review-row")).ToHaveCountAsync(1);
        Assert.Equal((referral.UserId, new DecideReviewRequest(true, "Satu keluarga", PromoReviewKind.Welcome)), Assert.Single(site.World.Decisions));
    }

    [Fact]
    public async Task Reviews_that_were_all_decided_meanwhile_lead_on_to_those_that_still_wait()
    {
        await using var site = await panel.StartAsync();
        site.World.FirstReviewsAreDecided = true;
        var page = await site.SignInAsync("admin@example.com", "/admin/promos/reviews");
        await page.GetByTestId("load-more").ClickAsync();
        await Expect(page.GetByTestId("review-row")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("load-more")).ToHaveCountAsync(0);
    }
}
