using Microsoft.Playwright;
using Webrana.Web.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class KeyPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task A_key_is_added_under_its_comment_and_removed_again()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/ssh-keys");
        await Expect(page.GetByTestId("key-row")).ToHaveCountAsync(1);
        await page.GetByTestId("key-add").ClickAsync();
        await page.GetByTestId("key-text").FillAsync("-----BEGIN OPENSSH PRIVATE KEY-----");
        await Expect(page.GetByTestId("key-private")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("key-save")).ToBeDisabledAsync();

        await page.GetByTestId("key-text").FillAsync("ssh-rsa AAAAB3 laptop");
        await page.GetByTestId("key-save").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToHaveAttributeAsync("data-code", "key_name_taken");
        await page.GetByTestId("key-name").FillAsync("kantor");
        await page.GetByTestId("key-save").ClickAsync();
        await Expect(page.GetByTestId("key-row")).ToHaveCountAsync(2);

        await page.GetByTestId("key-remove").First.ClickAsync();
        await page.GetByTestId("key-remove-confirm").ClickAsync();
        await Expect(page.GetByTestId("key-row")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("key-row")).ToContainTextAsync("kantor");
    }

    [Fact]
    public async Task An_order_takes_the_chosen_keys_and_the_script_and_says_how_root_logs_in()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/new?plan=basic-1");
        await Expect(page.GetByTestId("order-access")).ToContainTextAsync("kata sandi yang ditampilkan sekali");
        await page.GetByTestId("order-key").ClickAsync();
        await Expect(page.GetByTestId("order-access")).ToContainTextAsync("login dengan kata sandi dimatikan");
        await page.GetByTestId("user-data-open").ClickAsync();
        await page.GetByTestId("user-data").FillAsync("#cloud-config\npackages: [nginx]");
        await page.GetByTestId("order-submit").ClickAsync();
        await Expect(page.GetByTestId("provisioning")).ToBeVisibleAsync();
        Assert.Equal(["k-1"], site.World.Ordered!.SshKeyIds!);
        Assert.Equal("#cloud-config\npackages: [nginx]", site.World.Ordered.UserData);
    }
}
