using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Webrana.EndToEnd.Tests;

/// <summary>How a person protects their account, moves it to another address and ends it, on real processes and in a browser with an authenticator of its own.</summary>
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

    [Fact]
    public async Task A_customer_moves_the_account_to_another_address_takes_their_data_along_and_closes_it_without_help()
    {
        const string before = "dewi.lama@example.com";
        const string after = "dewi.baru@example.com";
        await sandbox.RegisterAsync(before, "Dewi Lestari", Password);
        var page = await sandbox.VisitAsync();
        await SignInAsync(page, before, "/account/security");
        await Expect(page).ToHaveURLAsync("/account/security");
        await ChangeAddressAsync(page, before, after);

        // The account is the new address's: that one signs in, and what is kept of the person names it.
        await page.Context.ClearCookiesAsync();
        await SignInAsync(page, after, "/account/data");
        await Expect(page).ToHaveURLAsync("/account/data");
        var profile = await ExportedAsync(page, "profile.json");
        Assert.Contains(after, profile, StringComparison.Ordinal);
        Assert.DoesNotContain(before, profile, StringComparison.Ordinal);

        await CloseAsync(page, after);
        await sandbox.MailedAsync(after, "Akun Webrana Anda sudah ditutup");
        await page.Context.ClearCookiesAsync();
        await SignInAsync(page, after, "/servers");
        // Shut at once; a moment later there is nobody of that address any more.
        await Expect(page.Locator("[data-code=account_frozen], [data-code=invalid_credentials]")).ToBeVisibleAsync(Visible);
    }

    /// <summary>Both mailboxes are asked for their word, and only with both does the address change.</summary>
    async Task ChangeAddressAsync(IPage page, string before, string after)
    {
        await page.GetByTestId("email-open").ClickAsync();
        await page.GetByTestId("email-new").FillAsync(after);
        await page.GetByTestId("email-password").FillAsync(Password);
        await page.GetByTestId("email-save").ClickAsync();
        await Expect(page.GetByTestId("email-pending")).ToContainTextAsync(after);

        // Read on another device, where nobody is signed in.
        var mailbox = await sandbox.VisitAsync();
        foreach (var (address, outcome) in new[] { (before, "agreed-waits"), (after, "agreed-done") })
        {
            await mailbox.GotoAsync(await sandbox.MailedLinkAsync(address, "/confirm-email-change?"));
            await mailbox.GetByTestId("agree").ClickAsync();
            await Expect(mailbox.GetByTestId(outcome)).ToBeVisibleAsync(Visible);
        }

        await sandbox.MailedAsync(before, "Email akun Webrana Anda sudah diganti");
    }

    static async Task<string> ExportedAsync(IPage page, string name)
    {
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByTestId("export").ClickAsync());
        using var copy = ZipFile.OpenRead((await file.PathAsync())!);
        using var reader = new StreamReader(await copy.GetEntry(name)!.OpenAsync());
        return await reader.ReadToEndAsync();
    }

    static async Task CloseAsync(IPage page, string email)
    {
        await page.GetByTestId("closing-open").ClickAsync();
        await page.GetByTestId("closing-email").FillAsync(email);
        await page.GetByTestId("closing-password").FillAsync(Password);
        await page.GetByTestId("closing-confirm").ClickAsync();
        await Expect(page.GetByTestId("account-closed")).ToBeVisibleAsync(Visible);
    }

    static async Task SignInAsync(IPage page, string email, string to)
    {
        await page.GotoAsync("/login?returnUrl=" + Uri.EscapeDataString(to));
        await page.GetByTestId("email").FillAsync(email);
        await page.GetByTestId("password").FillAsync(Password);
        await page.GetByTestId("login-submit").ClickAsync();
    }
}
