using Microsoft.Playwright;
using Webrana.Web.Tests.Browser;
using Webrana.Wire.Events;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class NoticePagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task The_bell_counts_live_and_falls_when_notices_are_opened_or_all_marked_read()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/notifications");
        await Expect(page.GetByTestId("unread")).ToHaveTextAsync("2");
        site.World.Notices.Insert(0, site.World.Notices[0] with { Id = "n-new", Title = "Baru saja" });
        site.World.Publish(EventTypes.NotificationCreated, "n-new");
        await Expect(page.GetByTestId("unread")).ToHaveTextAsync("3");
        await Expect(page.GetByTestId("notice").First).ToContainTextAsync("Baru saja");

        await page.GetByTestId("notice-read").First.ClickAsync();
        await Expect(page.GetByTestId("unread")).ToHaveTextAsync("2");
        await page.GetByText("Belum dibaca", new() { Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("notice")).ToHaveCountAsync(2);
        await page.GetByTestId("read-all").ClickAsync();
        await Expect(page.GetByTestId("notices-empty")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("unread")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_notices_button_opens_it_and_leads_to_its_place_in_this_panel()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/notifications?show=servers");
        await page.GetByTestId("notice-open").First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/servers/i-web-01$"));
        Assert.NotNull(site.World.Notices[0].ReadAt);
    }

    [Fact]
    public async Task Preferences_switch_except_what_is_mandatory_and_a_chat_is_linked_by_its_code()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/notifications/settings");
        var paid = page.Locator("[data-testid=preference][data-type='deposit.paid']");
        await paid.GetByTestId("mail").ClickAsync();
        await Expect(paid.GetByTestId("mail")).ToHaveAttributeAsync("aria-checked", "false");
        await Expect(page.Locator("[data-testid=preference][data-type='server.final_warning']").GetByTestId("mail")).ToBeDisabledAsync();

        await Expect(page.GetByTestId("balance-alert")).ToHaveValueAsync("50000");
        await page.GetByTestId("balance-alert").FillAsync("75.000");
        await page.GetByTestId("balance-alert-save").ClickAsync();
        await Expect(page.GetByText("Batas saldo disimpan")).ToBeVisibleAsync();
        Assert.Equal(75_000, site.World.Preferences.BalanceAlert);

        await page.GetByTestId("telegram-link").ClickAsync();
        await Expect(page.GetByTestId("telegram-code")).ToHaveTextAsync("ABCDEFGH23");
        site.World.Preferences = site.World.Preferences with { Telegram = "@budi" };
        await page.GetByTestId("telegram-unlink").ClickAsync();
        await Expect(page.GetByTestId("telegram-link")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_webhook_is_added_with_its_secret_shown_once_tested_switched_and_removed()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/webhooks");
        await Expect(page.GetByTestId("webhook-delivery")).ToHaveCountAsync(2);
        await page.GetByTestId("webhook-add").ClickAsync();
        await page.GetByTestId("webhook-url").FillAsync("http://plain.example.com");
        await page.GetByTestId("webhook-save").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "webhook_url_invalid");
        await page.GetByTestId("webhook-url").FillAsync("https://new.example.com/hook");
        await page.GetByTestId("webhook-event").First.CheckAsync();
        await page.GetByTestId("webhook-save").ClickAsync();
        await Expect(page.GetByTestId("webhook-secret")).ToHaveTextAsync("whsec_c2VjcmV0");
        await page.GetByTestId("webhook-secret-done").ClickAsync();
        await Expect(page.GetByTestId("webhook")).ToHaveCountAsync(2);

        await page.GetByTestId("webhook-ping").First.ClickAsync();
        await Expect(page.GetByText("Uji coba dikirim")).ToBeVisibleAsync();
        await page.GetByTestId("webhook-switch").First.ClickAsync();
        await Expect(page.GetByTestId("webhook-ping").First).ToBeDisabledAsync();
        await page.GetByTestId("webhook-remove").First.ClickAsync();
        await page.GetByTestId("webhook-remove-confirm").ClickAsync();
        await Expect(page.GetByTestId("webhook")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_paper_is_found_read_and_downloaded()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/invoices");
        await Expect(page.GetByTestId("invoice-row")).ToHaveCountAsync(2);
        await page.GetByText("WBR-2026-000124").ClickAsync();
        await Expect(page.GetByTestId("invoice-number")).ToHaveTextAsync("WBR-2026-000124");
        await Expect(page.GetByTestId("invoice-total")).ToContainTextAsync("150.000");
        await Expect(page.GetByTestId("invoice")).ToContainTextAsync("Rp 14.865");
        // On paper it stands alone.
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(page.Locator(".page-head").Filter(new() { HasText = "WBR-2026-000124" })).ToBeHiddenAsync();
        await Expect(page.GetByTestId("invoice")).ToBeVisibleAsync();
        await page.EmulateMediaAsync(new() { Media = Media.Screen });
        var download = page.WaitForDownloadAsync();
        await page.GetByTestId("invoice-pdf").ClickAsync();
        Assert.Equal("WBR-2026-000124.pdf", (await download).SuggestedFilename);
        await page.GotoAsync("/invoices/WBR-2026-999999");
        await Expect(page.GetByTestId("not-found")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("invoice")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_admin_resends_what_is_stuck_and_previews_what_is_said()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@webrana.test", returnUrl: "/admin/outbox");
        await Expect(page.GetByTestId("outbox-row")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("outbox-age")).ToContainTextAsync("1 menunggu");
        await page.GetByTestId("resend").First.ClickAsync();
        await page.GetByTestId("resend-reason").FillAsync("Kotak surat diperbaiki");
        await page.GetByTestId("resend-confirm").ClickAsync();
        await Expect(page.GetByText("Dikirim ulang sekarang")).ToBeVisibleAsync();
        Assert.Equal(["o-1"], site.World.Resent);

        await page.GetByTestId("notice-previews").ClickAsync();
        await Expect(page.GetByTestId("preview-subject")).ToHaveTextAsync("web-1 siap dipakai");
        await page.GetByText("Inggris").ClickAsync();
        await Expect(page.GetByTestId("preview-subject")).ToHaveTextAsync("web-1 is ready");
        await Expect(page.FrameLocator("[data-testid=preview-html]").Locator("p")).ToHaveTextAsync("web-1 is ready");
    }
}
