using Webrana.Web.Tests.Browser;
using Webrana.Wire.Droplets;
using Webrana.Wire.Events;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class FirewallPageTests(Panel panel) : IClassFixture<Panel>
{
    const string Server = "i-web-01";

    [Fact]
    public async Task Rules_come_from_templates_are_edited_saved_and_shown_as_applied_when_they_are()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: $"/servers/{Server}/networking");
        await Expect(page.GetByTestId("firewall-rule")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("firewall-state")).ToHaveTextAsync("Aktif");
        await Expect(page.GetByTestId("firewall-save")).ToBeDisabledAsync();
        await page.GetByTestId("template-WEB").ClickAsync();
        await Expect(page.GetByTestId("firewall-rule")).ToHaveCountAsync(3);
        await page.GetByTestId("firewall-save").ClickAsync();
        await Expect(page.GetByTestId("firewall-state")).ToHaveTextAsync("Sedang diterapkan");
        Assert.Equal(["22", "80", "443"], site.World.Firewall!.Rules.Select(rule => rule.Ports));
        Assert.Equal(["203.0.113.0/24"], site.World.Firewall.Rules[0].Sources);

        site.World.ApplyFirewall();
        site.World.Publish(EventTypes.ActionChanged, Server);
        await Expect(page.GetByTestId("firewall-state")).ToHaveTextAsync("Aktif");
    }

    [Fact]
    public async Task Closing_SSH_is_said_to_shut_the_console_out_and_a_rule_that_is_none_is_refused()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: $"/servers/{Server}/networking");
        await page.GetByTestId("rule-ports").FillAsync("8000-9000");
        await Expect(page.GetByTestId("firewall-no-ssh")).ToBeVisibleAsync();
        await page.GetByTestId("rule-ports").FillAsync("x");
        await page.GetByTestId("firewall-save").ClickAsync();
        await Expect(page.GetByTestId("firewall")).ToContainTextAsync("Ada aturan yang tidak dapat dipakai");
        await page.GetByTestId("rule-remove").ClickAsync();
        await Expect(page.GetByTestId("firewall")).ToContainTextAsync("Tanpa aturan tidak ada yang dapat masuk");
    }
}
