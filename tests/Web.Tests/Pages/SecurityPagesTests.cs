using Microsoft.Playwright;
using Webrana.Testing;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire.Events;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

/// <summary>How a person protects their account, page by page.</summary>
public sealed class SecurityPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task The_password_is_changed_with_the_present_one()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/account/security");
        await page.GetByTestId("password-open").ClickAsync();
        await page.GetByTestId("password-current").FillAsync("salah");
        await page.GetByTestId("password-new").FillAsync("kopi-susu-gula-aren");
        await page.GetByTestId("password-save").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "wrong_password");
        await page.GetByTestId("password-current").FillAsync(FakeWorld.Password);
        await page.GetByTestId("password-save").ClickAsync();
        await Expect(page.GetByText("Kata sandi diganti, perangkat lain dikeluarkan.")).ToBeVisibleAsync();
        Assert.Equal("kopi-susu-gula-aren", site.World.PasswordChange!.NewPassword);
    }

    [Fact]
    public async Task A_change_of_address_waits_for_both_and_can_be_dropped()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/account/security");
        await page.GetByTestId("email-open").ClickAsync();
        await page.GetByTestId("email-new").FillAsync("sari.baru@example.com");
        await page.GetByTestId("email-password").FillAsync(FakeWorld.Password);
        await page.GetByTestId("email-save").ClickAsync();
        await Expect(page.GetByTestId("email-pending")).ToContainTextAsync("sari.baru@example.com");
        await page.GetByTestId("email-cancel").ClickAsync();
        await Expect(page.GetByTestId("email-pending")).ToHaveCountAsync(0);

        await page.GotoAsync("/confirm-email-change?token=old");
        await page.GetByTestId("agree").ClickAsync();
        await Expect(page.GetByTestId("agreed-waits")).ToBeVisibleAsync();
        await page.GotoAsync("/confirm-email-change?token=new");
        await page.GetByTestId("agree").ClickAsync();
        site.World.Users[0] = site.World.Users[0] with { Email = "sari.baru@example.com" };
        await page.GetByTestId("agreed-done").ClickAsync();
        // Whoever signed in with the old address reads the new one.
        await Expect(page.GetByTestId("security").GetByText("sari.baru@example.com")).ToBeVisibleAsync();
        await page.GotoAsync("/confirm-email-change?token=made-up");
        await page.GetByTestId("agree").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "invalid_token");
    }

    [Fact]
    public async Task Two_step_verification_is_set_up_shows_its_codes_once_and_is_switched_off()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/account/security");
        await page.GetByTestId("two-factor-open").ClickAsync();
        await page.GetByTestId("two-factor-password").FillAsync(FakeWorld.Password);
        await page.GetByTestId("two-factor-next").ClickAsync();
        await Expect(page.GetByTestId("two-factor-qr").Locator("svg")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("two-factor-secret")).ToHaveTextAsync("JBSW Y3DP EHPK 3PXP");
        await page.GetByTestId("two-factor-code").FillAsync("000000");
        await page.GetByTestId("two-factor-next").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "wrong_code");
        await page.GetByTestId("two-factor-code").FillAsync("123456");
        await page.GetByTestId("two-factor-next").ClickAsync();
        await Expect(page.GetByTestId("recovery-codes").Locator("li")).ToHaveCountAsync(10);
        await page.GetByTestId("codes-kept").ClickAsync();
        await Expect(page.GetByTestId("two-factor-on")).ToBeVisibleAsync();
        await page.GetByTestId("two-factor-off-open").ClickAsync();
        await page.GetByTestId("two-factor-password").FillAsync(FakeWorld.Password);
        await page.GetByTestId("two-factor-code").FillAsync("ABCD0-EFGH0");
        await page.GetByTestId("two-factor-next").ClickAsync();
        await Expect(page.GetByTestId("two-factor-open")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Signing_in_asks_for_the_code_and_never_shows_the_password_again()
    {
        await using var site = await panel.StartAsync();
        site.World.AsksForCode = true;
        var page = await site.VisitAsync();
        await page.GotoAsync("/login?returnUrl=%2Faccount");
        await page.GetByTestId("email").FillAsync("sari@example.com");
        await page.GetByTestId("password").FillAsync(FakeWorld.Password);
        await page.GetByTestId("login-submit").ClickAsync();
        await Expect(page.GetByTestId("code")).ToBeVisibleAsync();
        Assert.DoesNotContain(FakeWorld.Password, await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByTestId("code").FillAsync("000000");
        await page.GetByTestId("code-submit").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "invalid_two_factor_code");
        await page.GetByTestId("code").FillAsync("123456");
        await page.GetByTestId("code-submit").ClickAsync();
        await Expect(page).ToHaveURLAsync("/account");
        Assert.Equal("127.0.0.1", site.World.LastVisitor.Address);
        Assert.Contains("Chrome", site.World.LastVisitor.Agent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_are_listed_ended_alone_and_all_at_once()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/account/security");
        await Expect(page.GetByTestId("device-row")).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("device-row").First).ToContainTextAsync("Firefox, Linux");
        await page.GetByTestId("device-end").First.ClickAsync();
        await Expect(page.GetByTestId("device-row")).ToHaveCountAsync(2);
        await page.GetByTestId("devices-end-all").ClickAsync();
        await page.GetByTestId("devices-end-others").ClickAsync();
        await Expect(page.GetByTestId("device-row")).ToHaveCountAsync(1);
        await page.GetByTestId("devices-end-all").ClickAsync();
        await page.GetByTestId("devices-end-confirm").ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/login\?expired=1"));
    }

    [Fact]
    public async Task An_open_page_leaves_when_its_login_is_ended_elsewhere_and_stays_when_another_is()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/account/security");
        await Expect(page.GetByTestId("device-row")).ToHaveCountAsync(3);
        await Eventually.Async(() => site.World.Listeners > 0, TimeSpan.FromSeconds(60), "the page listens");
        site.World.Devices.RemoveAt(2);
        site.World.Publish(EventTypes.SessionEnded, "");
        await Expect(page.GetByTestId("device-row")).ToHaveCountAsync(2);
        site.World.EndedSessions.Add("session-customer");
        site.World.Publish(EventTypes.SessionEnded, "");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/login\?expired=1"));
    }

    [Fact]
    public async Task An_API_token_is_made_with_chosen_rights_shown_once_and_revoked()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/account/api-tokens");
        await page.GetByTestId("token-add").ClickAsync();
        await page.GetByTestId("token-name").FillAsync("CI");
        await page.GetByTestId("scope-servers-write").CheckAsync();
        await page.GetByTestId("scope-wallet-read").CheckAsync();
        await page.GetByTestId("token-days").SelectOptionAsync("30");
        await page.GetByTestId("token-password").FillAsync(FakeWorld.Password);
        await page.GetByTestId("token-save").ClickAsync();
        await Expect(page.GetByTestId("token-value")).ToContainTextAsync("wbr_pat_AbCdEfGh");
        Assert.Equal(["servers:write", "wallet:read"], site.World.TokenAsked!.Scopes);
        Assert.Equal(30, site.World.TokenAsked.ExpiresInDays);
        await page.GetByTestId("token-kept").ClickAsync();
        // The row is there from the making on; the page is looked at when the sheet is gone.
        await Expect(page.GetByTestId("token-value")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("token-row")).ToHaveCountAsync(3);
        Assert.DoesNotContain("wbr_pat_AbCdEfGh", await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByTestId("token-revoke").First.ClickAsync();
        await page.GetByTestId("token-revoke-confirm").ClickAsync();
        await Expect(page.GetByTestId("token-row")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_passkey_is_removed()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/account/security");
        await page.GetByTestId("passkey-remove").ClickAsync();
        await Expect(page.GetByTestId("passkey-row")).ToHaveCountAsync(0);
    }
}
