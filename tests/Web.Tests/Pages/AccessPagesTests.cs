using Microsoft.Playwright;
using Webrana.Testing;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire;
using Webrana.Wire.Droplets;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

/// <summary>Logging in for the first time, a lost password, another operating system.</summary>
public sealed class AccessPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task The_password_is_asked_for_shown_once_with_a_warning_and_gone_after_a_reload()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await Expect(page.GetByTestId("ssh-command")).ToContainTextAsync("ssh root@165.22.");
        await page.GetByTestId("reveal-open").ClickAsync();
        Assert.Equal(0, site.World.Count("POST", "/api/v1/instances/i-web-01/credentials"));
        await page.GetByTestId("reveal-confirm").ClickAsync();
        await Expect(page.GetByTestId("password")).ToHaveTextAsync(FakeAccess.Password);
        await Expect(page.GetByTestId("password-shown")).ToContainTextAsync("tidak dapat ditampilkan lagi");
        await page.ReloadAsync();
        await Expect(page.GetByText("sudah pernah ditampilkan")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("password")).ToHaveCountAsync(0);
        var asked = site.World.Asked.Single(call => call.Path.EndsWith("/credentials", StringComparison.Ordinal));
        Assert.False(string.IsNullOrEmpty(asked.Key)); // a lost answer can be asked for again
        // A copy was put back that does not know our key: there is nothing to offer, and that is said.
        site.World.Managed = false;
        await page.ReloadAsync();
        await Expect(page.GetByTestId("not-managed")).ToContainTextAsync("pasang ulang");
    }

    [Fact]
    public async Task A_password_somebody_else_was_shown_is_explained()
    {
        await using var site = await panel.StartAsync();
        site.World.RefuseNext("POST", "/api/v1/instances/i-web-01/credentials", 410, ProblemCodes.CredentialsTaken);
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await page.GetByTestId("reveal-open").ClickAsync();
        await page.GetByTestId("reveal-confirm").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "credentials_taken");
    }

    [Fact]
    public async Task A_reset_runs_as_an_action_and_ends_with_a_new_password_to_show()
    {
        await using var site = await panel.StartAsync();
        site.World.Revealed.Add("i-web-01");
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await page.GetByTestId("reset-open").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("diminta ke dukungan");
        await page.GetByTestId("reset-confirm").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToContainTextAsync("kata sandi", new() { IgnoreCase = true });
        await Expect(page.GetByTestId("reset-open")).ToBeDisabledAsync();
        site.World.Revealed.Clear();
        FakeCustomer.Finish(site.World, "i-web-01", InstanceStatus.Running);
        await Expect(page.GetByTestId("reveal-open")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_rebuild_tells_what_becomes_of_the_address_and_wants_the_name_typed()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/rebuild");
        await Expect(page.GetByTestId("rebuild-open")).ToBeDisabledAsync();
        await page.GetByTestId("rebuild-ubuntu-22-04-x64").ClickAsync();
        await page.GetByTestId("rebuild-open").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Alamat IP tetap");
        await Expect(page.GetByTestId("rebuild-may-lose")).ToContainTextAsync("snapshot dan cadangannya");
        // Escape is heard where the focus is, which the sheet takes after it is drawn, and it listens to keys a moment later still.
        await Expect(page.Locator("[role=dialog]:focus-within")).ToBeVisibleAsync();
        await Eventually.Async(
            async () =>
            {
                await page.Keyboard.PressAsync("Escape");
                return await page.GetByRole(AriaRole.Dialog).CountAsync() == 0;
            },
            TimeSpan.FromSeconds(60), "the sheet is closed");
        await page.GetByTestId("rebuild-debian-12-x64").ClickAsync();
        await page.GetByTestId("rebuild-open").ClickAsync();
        await Expect(page.GetByTestId("rebuild-new-ip")).ToContainTextAsync("alamat IP baru");
        await page.GetByTestId("rebuild-name").FillAsync("web-0");
        await Expect(page.GetByTestId("rebuild-confirm")).ToBeDisabledAsync();
        await page.GetByTestId("rebuild-name").FillAsync("web-01");
        await page.GetByTestId("rebuild-confirm").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToHaveAttributeAsync("data-action", "Rebuild");
        Assert.Equal("debian-12-x64", site.World.Rebuilt?.Image);
        Assert.Null(site.World.Rebuilt?.SshKeyIds);
    }

    [Fact]
    public async Task Keys_of_the_library_are_chosen_for_a_rebuild_and_named_before_it_is_confirmed()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/rebuild");
        await page.GetByTestId("rebuild-ubuntu-22-04-x64").ClickAsync();
        await page.GetByTestId("rebuild-keys-choose").ClickAsync();
        await Expect(page.GetByTestId("rebuild-entry")).ToContainTextAsync("kata sandi baru");
        await page.GetByTestId("key-choice").ClickAsync();
        await Expect(page.GetByTestId("rebuild-entry")).ToContainTextAsync("kunci ini saja");
        await page.GetByTestId("rebuild-open").ClickAsync();
        await Expect(page.GetByTestId("rebuild-sheet-keys")).ToContainTextAsync("laptop");
        await page.GetByTestId("rebuild-name").FillAsync("web-01");
        await page.GetByTestId("rebuild-confirm").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToHaveAttributeAsync("data-action", "Rebuild");
        Assert.Equal(["k-1"], site.World.Rebuilt?.SshKeyIds);
    }
}
