using Webrana.Testing;
using Webrana.Web.Tests.Browser;
using Webrana.Wire.Billing;
using Webrana.Wire.Droplets;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

/// <summary>What an owner decides about a server's next periods, and what stands where it was stopped for want of money.</summary>
public sealed class BillingPagesTests(Panel panel) : IClassFixture<Panel>
{
    const string Renew = "/api/v1/instances/i-web-01/renew";
    const string Restore = "/api/v1/instances/i-web-01/restore";

    [Fact]
    public async Task Periods_are_paid_ahead_another_length_is_chosen_and_the_turn_is_set()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await Expect(page.GetByTestId("next-renewal")).ToContainTextAsync("15\u00A0Des\u00A02026");
        // What was used beside the plan is shown before it is charged with the renewal.
        await Expect(page.GetByTestId("next-total")).ToHaveTextAsync("Rp 114.200");
        await page.GetByTestId("renew-open").ClickAsync();
        await Expect(page.GetByTestId("renew-periods").Locator("option")).ToHaveCountAsync(12);
        // What is shown is what will be charged, where the price changes among the periods.
        await page.GetByTestId("renew-periods").SelectOptionAsync("6");
        await Expect(page.GetByTestId("renew-total")).ToHaveTextAsync("Rp 654.200");
        await page.GetByTestId("renew-periods").SelectOptionAsync("3");
        await Expect(page.GetByTestId("renew-total")).ToHaveTextAsync("Rp 314.200");
        await page.GetByTestId("renew-confirm").ClickAsync();
        await Expect(page.GetByTestId("next-renewal")).ToContainTextAsync("15\u00A0Mar\u00A02027");
        await Expect(page.GetByTestId("renew-confirm")).ToHaveCountAsync(0);

        await page.GetByTestId("period-open").ClickAsync();
        await Expect(page.GetByTestId("period-confirm")).ToBeDisabledAsync();
        await page.GetByTestId("new-period-Yearly").ClickAsync();
        await page.GetByTestId("period-confirm").ClickAsync();
        await Expect(page.GetByTestId("next-period")).ToHaveTextAsync("Tahunan");
        await Expect(page.GetByTestId("next-price")).ToHaveTextAsync("Rp 1.000.000");
        await Expect(page.GetByTestId("period-confirm")).ToHaveCountAsync(0);

        await page.GetByTestId("priority").SelectOptionAsync("First");
        await Eventually.Async(() => site.World.Instances[0].Priority == RenewalPriority.First, TimeSpan.FromSeconds(60), "its turn is kept");
    }

    [Fact]
    public async Task What_brings_a_stopped_server_back_is_named_add_ons_included_and_is_one_press_away()
    {
        await using var site = await panel.StartAsync();
        site.World.Instances[0] = site.World.Instances[0] with { Status = InstanceStatus.Suspended, SuspensionReason = SuspensionReason.Unpaid };
        site.World.Wallet = site.World.Wallet with { Balance = 110_000, Available = 110_000 };
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        // The price is there, the backups used until now are not: what is asked for is what the renewal takes.
        await Expect(page.GetByTestId("suspended-topup")).ToHaveAttributeAsync("href", "/wallet/top-up?amount=4200");
        site.World.Wallet = site.World.Wallet with { Balance = 114_200, Available = 114_200 };
        await page.ReloadAsync();
        await Expect(page.GetByTestId("bring-back")).ToContainTextAsync("Rp 114.200");
        await page.GetByTestId("bring-back").ClickAsync();
        await Eventually.Async(() => site.World.Count("POST", Renew) == 1, TimeSpan.FromSeconds(60), "it is renewed");

        // From its image it comes back for the price alone.
        site.World.Instances[0] = site.World.Instances[0] with { Status = InstanceStatus.Hibernated, Ipv4 = null };
        await page.ReloadAsync();
        await Expect(page.GetByTestId("bring-back")).ToContainTextAsync("Rp 100.000");
        await page.GetByTestId("bring-back").ClickAsync();
        await Eventually.Async(() => site.World.Count("POST", Restore) == 1, TimeSpan.FromSeconds(60), "it is restored");

        // No money lifts a block.
        site.World.Instances[0] = site.World.Instances[0] with { Status = InstanceStatus.Suspended, SuspensionReason = SuspensionReason.Blocked, RunningAction = null };
        await page.ReloadAsync();
        await Expect(page.Locator("[data-testid=suspended-notice][data-reason=Blocked]")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("bring-back")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("suspended-topup")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("renew-open")).ToHaveCountAsync(0);
    }
}
