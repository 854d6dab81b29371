using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Webrana.EndToEnd.Tests;

/// <summary>How a person protects their account, on real processes and in a browser with an authenticator of its own.</summary>
[Collection(SandboxJourneys.Name)]
public sealed class AccountJourneyTests(RunningSandbox sandbox)
{
    const string Password = "kopi-tubruk-dua-77";

    static readonly LocatorAssertionsToBeVisibleOptions Visible = new() { Timeout = 120_000 };

    [Fact]
    public async Task A_passkey_is_made_signs_in_without_address_and_password_and_is_dead_once_removed()
    {
        var page = await sandbox.VisitAsync();
        await sandbox.RegisterAsync("dewi.passkey@example.com", "Dewi Lestari", Password);
        var web = new UriBuilder(sandbox.Addresses.Web) { Host = "localhost" }.Uri.GetLeftPart(UriPartial.Authority);
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });

        await page.GotoAsync(web + "/login");
        await page.GetByTestId("email").FillAsync("dewi.passkey@example.com");
        await page.GetByTestId("password").FillAsync(Password);
        await page.GetByTestId("login-submit").ClickAsync();
        await Expect(page).ToHaveURLAsync(web + "/servers");
        await page.GotoAsync(web + "/account/security");
        await page.GetByTestId("passkey-open").ClickAsync();
        await page.GetByTestId("passkey-name").FillAsync("Laptop uji");
        await page.GetByTestId("passkey-password").FillAsync(Password);
        await page.GetByTestId("passkey-save").ClickAsync();
        await Expect(page.GetByTestId("passkey-row")).ToContainTextAsync("Laptop uji");

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(web + "/login");
        await page.GetByTestId("passkey-login").ClickAsync();
        await Expect(page).ToHaveURLAsync(web + "/servers");

        await page.GotoAsync(web + "/account/security");
        await page.GetByTestId("passkey-remove").ClickAsync();
        await Expect(page.GetByTestId("passkey-row")).ToHaveCountAsync(0);
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(web + "/login");
        await page.GetByTestId("passkey-login").ClickAsync();
        await Expect(page.Locator("[data-code=invalid_passkey]")).ToBeVisibleAsync(Visible);
    }

    [Fact]
    public async Task Signing_out_everywhere_empties_an_open_page_in_another_browser()
    {
        await sandbox.RegisterAsync("dewi.devices@example.com", "Dewi Lestari", Password);
        var (here, there) = (await sandbox.VisitAsync(), await sandbox.VisitAsync());
        foreach (var page in new[] { here, there })
        {
            await page.GotoAsync("/login?returnUrl=%2Faccount%2Fsecurity");
            await page.GetByTestId("email").FillAsync("dewi.devices@example.com");
            await page.GetByTestId("password").FillAsync(Password);
            await page.GetByTestId("login-submit").ClickAsync();
            await Expect(page.GetByTestId("devices")).ToBeVisibleAsync(Visible);
        }

        await here.GetByTestId("devices-end-all").ClickAsync();
        await here.GetByTestId("devices-end-confirm").ClickAsync();
        await Expect(here).ToHaveURLAsync(new Regex(@"/login\?expired=1"));
        await Expect(there).ToHaveURLAsync(new Regex(@"/login\?expired=1"));
    }
}
