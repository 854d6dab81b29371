using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class ProviderPageTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task An_admin_sees_alarms_and_findings_drains_replaces_a_token_and_adds_an_account()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync("admin@example.com", "/admin/provider");
        await Expect(page.GetByTestId("provider-account")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("provider-alarm")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("drift-row")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("provider-found")).ToContainTextAsync("39");
        await Expect(page.GetByTestId("provider-standing").First).ToHaveTextAsync("active");
        await Expect(page.GetByTestId("provider-balance").First).ToHaveTextAsync("US$ -16.80");
        await Expect(page.GetByTestId("provider-balance").Nth(1)).ToHaveTextAsync("–");

        await page.GetByTestId("provider-drain").First.ClickAsync();
        await Expect(page.GetByTestId("provider-mode-confirm")).ToBeDisabledAsync();
        await page.GetByTestId("provider-mode-reason").FillAsync("Akun akan ditutup");
        await page.GetByTestId("provider-mode-confirm").ClickAsync();
        await Expect(page.GetByTestId("provider-mode").First).ToHaveAttributeAsync("data-status", "Draining");

        await page.GetByTestId("provider-token").Nth(1).ClickAsync();
        await page.GetByTestId("provider-token-field").FillAsync("dop_v1_bad");
        await Expect(page.GetByTestId("provider-save")).ToBeDisabledAsync();
        await page.GetByTestId("provider-reason-kedua").FillAsync("Rotasi triwulan");
        await page.GetByTestId("provider-save").ClickAsync();
        await Expect(page.GetByTestId("failure")).ToBeVisibleAsync();
        await page.GetByTestId("provider-token-field").FillAsync(FakeProvider.GoodToken);
        await page.GetByTestId("provider-save").ClickAsync();
        await Expect(page.GetByTestId("provider-alarm")).ToHaveCountAsync(0);

        await page.GetByTestId("provider-add").ClickAsync();
        await Expect(page.GetByTestId("provider-save")).ToBeDisabledAsync();
        await page.GetByTestId("provider-id").FillAsync("ketiga");
        await page.GetByTestId("provider-name").FillAsync("Akun ketiga");
        await page.GetByTestId("provider-reason-new").FillAsync("Akun lain hampir penuh");
        await page.GetByTestId("provider-token-field").FillAsync(FakeProvider.GoodToken);
        await page.GetByTestId("provider-save").ClickAsync();
        await Expect(page.GetByTestId("provider-account")).ToHaveCountAsync(3);
        Assert.Equal(["Akun akan ditutup", "Rotasi triwulan", "Rotasi triwulan", "Akun lain hampir penuh"], site.World.Reasons);
    }
}
