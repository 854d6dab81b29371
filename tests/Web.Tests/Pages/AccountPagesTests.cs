using Microsoft.Playwright;
using Webrana.Testing;
using Webrana.Web.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class AccountPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task A_person_registers_confirms_and_resets_without_a_circuit()
    {
        await using var site = await panel.StartAsync();
        var page = await site.VisitAsync();
        await page.GotoAsync("/");
        await page.GetByTestId("hero-register").ClickAsync();
        await page.GetByTestId("name").FillAsync("Sari Wulandari");
        await page.GetByTestId("email").FillAsync("sari@example.com");
        await page.GetByTestId("password").FillAsync("kopi-tubruk-77");
        await page.GetByTestId("register-submit").ClickAsync();
        await Expect(page.GetByTestId("register-done")).ToContainTextAsync("sari@example.com");

        await page.GotoAsync("/confirm-email?userId=u&token=good");
        await Expect(page.GetByTestId("confirm-forgot")).ToHaveAttributeAsync("href", "/forgot-password");
        await page.GetByTestId("confirmed").ClickAsync();
        await Expect(page.GetByTestId("login-submit")).ToBeVisibleAsync();

        await page.GotoAsync("/forgot-password");
        await page.GetByTestId("email").FillAsync("sari@example.com");
        await page.GetByTestId("mail-submit").ClickAsync();
        await Expect(page.GetByTestId("mail-sent")).ToBeVisibleAsync();

        await page.GotoAsync("/resend-confirmation?email=sari%40example.com");
        await Expect(page.GetByTestId("email")).ToHaveValueAsync("sari@example.com");
        await page.GetByTestId("mail-submit").ClickAsync();
        await Expect(page.GetByTestId("mail-sent")).ToBeVisibleAsync();

        await page.GotoAsync("/reset-password?userId=u&token=old");
        await page.GetByTestId("password").FillAsync("kopi-tubruk-78");
        await page.GetByTestId("reset-submit").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "invalid_token");
        await page.GotoAsync("/reset-password?userId=u&token=good");
        await page.GetByTestId("password").FillAsync("kopi-tubruk-78");
        await page.GetByTestId("reset-submit").ClickAsync();
        await Expect(page.GetByTestId("reset-done")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_profile_is_changed_and_the_session_ended()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/account");
        await page.GetByTestId("account-name").FillAsync("Sari W.");
        await page.GetByTestId("account-save").ClickAsync();
        await Expect(page.GetByText("Profil disimpan.")).ToBeVisibleAsync();
        await page.GetByTestId("account-menu").ClickAsync();
        await Expect(page.GetByText("Sari W.", new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByTestId("sign-out").ClickAsync();
        await Expect(page).ToHaveURLAsync("/login");
        Assert.Equal("session-customer", Assert.Single(site.World.EndedSessions));
    }

    [Fact]
    public async Task A_session_that_ended_elsewhere_leads_to_the_sign_in_page_and_back()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/account");
        // This circuit has its token, so that only the next page finds the session ended.
        await Expect(page.GetByTestId("top-balance")).ToHaveTextAsync("Rp 350.000");
        site.World.EndedSessions.Add("session-customer");
        // The page leaves by itself, perhaps before it is loaded whole.
        await page.GotoAsync("/wallet?type=Deposit", new() { WaitUntil = WaitUntilState.Commit });
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(
            @"/login\?expired=1&returnUrl=" + System.Text.RegularExpressions.Regex.Escape(Uri.EscapeDataString("/wallet?type=Deposit"))));
    }

    [Fact]
    public async Task Theme_and_language_are_remembered()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync();
        await page.GetByTestId("theme").ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.GetByTestId("language").ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await Expect(page.GetByTestId("new-server")).ToHaveTextAsync("Order server");
        await page.ReloadAsync();
        await Expect(page.GetByTestId("new-server")).ToHaveTextAsync("Order server");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    [Fact]
    public async Task The_keyboard_reaches_everything_it_promises()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync();
        await Expect(page.GetByTestId("servers")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByTestId("server-search")).ToBeFocusedAsync();
        await page.Locator("h1").FocusAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Pintasan papan ketik");
        // The sheet listens to keys a moment after it is seen.
        await Eventually.Async(
            async () =>
            {
                await page.Keyboard.PressAsync("Escape");
                return await page.GetByRole(AriaRole.Dialog).CountAsync() == 0;
            },
            TimeSpan.FromSeconds(60), "the sheet is closed");
        await GoAsync(page, "w", page.GetByTestId("balance"));
        await Expect(page.GetByTestId("balance")).ToContainTextAsync("Rp 350.000");
        await GoAsync(page, "s", page.GetByTestId("new-server"));
        await Expect(page.GetByTestId("language")).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("/servers\\?culture=en$"));
        await page.Keyboard.PressAsync("n");
        await Expect(page.GetByTestId("order-summary")).ToBeVisibleAsync();
    }

    // Both are asked for by the circuit, and on a slow line or a busy machine they come when somebody types already.
    [Fact]
    public async Task Who_is_in_a_field_keeps_the_focus_that_a_page_and_a_sheet_take_late()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/account");
        Task TitleTakesItAsync() => page.EvaluateAsync("() => Blazor._internal.domWrapper.focusBySelector('h1')");
        // The place of MudBlazor's trap that holds the focus when a sheet has opened.
        const string Trap = ".mud-focus-trap > [tabindex='-1']:empty";
        Task SheetTakesItAsync() => page.EvaluateAsync("trap => Blazor._internal.domWrapper.focus(document.querySelector(trap), false)", Trap);
        Task NobodyHasItAsync() => page.EvaluateAsync("() => document.activeElement.blur()");
        await page.GetByTestId("account-name").FocusAsync();
        await TitleTakesItAsync();
        await Expect(page.GetByTestId("account-name")).ToBeFocusedAsync();
        await NobodyHasItAsync();
        await TitleTakesItAsync();
        await Expect(page.Locator("h1")).ToBeFocusedAsync();

        await page.GotoAsync("/account/security");
        await page.GetByTestId("password-open").ClickAsync();
        await Expect(page.Locator(Trap)).ToBeFocusedAsync();
        await page.GetByTestId("password-new").FocusAsync();
        await SheetTakesItAsync();
        await Expect(page.GetByTestId("password-new")).ToBeFocusedAsync();
        await NobodyHasItAsync();
        await SheetTakesItAsync();
        await Expect(page.Locator(Trap)).ToBeFocusedAsync();
    }

    // The second key counts only shortly after the first, which a busy machine may miss: who sees nothing happen presses both again.
    static Task GoAsync(IPage page, string place, ILocator there) => Eventually.Async(
        async () =>
        {
            await page.Keyboard.PressAsync("g");
            await page.Keyboard.PressAsync(place);
            return await there.IsVisibleAsync();
        },
        TimeSpan.FromSeconds(60), "the keys lead there");
}
