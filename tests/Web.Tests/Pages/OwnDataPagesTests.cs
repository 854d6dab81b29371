using System.Collections.Concurrent;
using Microsoft.Playwright;
using Webrana.Testing;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire;
using Webrana.Wire.Events;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

/// <summary>Limits, the copy of one's data, and closing the account.</summary>
public sealed class OwnDataPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task Limits_stand_on_the_account_page_with_how_they_rise_and_an_admin_sets_them_with_a_reason()
    {
        await using var site = await panel.StartAsync();
        var customer = await site.SignInAsync();
        await customer.GotoAsync("/account");
        await Expect(customer.GetByTestId("limits-servers")).ToHaveTextAsync("3 dari 20");
        await Expect(customer.GetByTestId("limits-raise")).ToContainTextAsync("1.550.000");
        await Expect(customer.GetByTestId("limits-raise")).ToContainTextAsync("18 hari");

        var admin = await site.SignInAsync("admin@example.com");
        await admin.GotoAsync($"/admin/customers/{site.World.Users[0].Id}");
        await admin.GetByTestId("limits-set").ClickAsync();
        await admin.GetByTestId("limits-servers-input").FillAsync("75");
        await admin.GetByTestId("limits-reason").FillAsync("Kontrak tahunan");
        await admin.GetByTestId("limits-confirm").ClickAsync();
        await Expect(admin.GetByTestId("limits-by-hand")).ToContainTextAsync("Kontrak tahunan");
        Assert.Equal((75, null), (site.World.LimitsByHand!.Servers, site.World.LimitsByHand.SpendPerDay));
    }

    [Fact]
    public async Task A_copy_of_ones_data_is_one_download()
    {
        await using var site = await panel.StartAsync();
        var customer = await site.SignInAsync();
        await customer.GotoAsync("/account/data");
        var download = await customer.RunAndWaitForDownloadAsync(() => customer.GetByTestId("export").ClickAsync());
        Assert.EndsWith(".zip", download.SuggestedFilename, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_is_closed_after_its_servers_with_address_password_and_the_money_given_up()
    {
        await using var site = await panel.StartAsync();
        var customer = await site.SignInAsync();
        await customer.GotoAsync("/account/data");
        await Expect(customer.GetByTestId("closing-servers")).ToBeVisibleAsync();
        await Expect(customer.GetByTestId("closing-open")).ToBeDisabledAsync();

        site.World.Closing = site.World.Closing with { Servers = 0 };
        await customer.ReloadAsync();
        await customer.GetByTestId("closing-open").ClickAsync();
        await customer.GetByTestId("closing-email").FillAsync(site.World.Users[0].Email);
        await customer.GetByTestId("closing-password").FillAsync("salah-sekali");
        await Expect(customer.GetByTestId("closing-confirm")).ToBeDisabledAsync();
        await customer.GetByTestId("closing-give-up").CheckAsync();
        await customer.GetByTestId("closing-confirm").ClickAsync();
        await Expect(customer.GetByTestId("failure").First).ToHaveAttributeAsync("data-code", ProblemCodes.WrongPassword);
        await customer.GetByTestId("closing-password").FillAsync(FakeWorld.Password);
        await customer.GetByTestId("closing-confirm").ClickAsync();
        await Expect(customer.GetByTestId("account-closed")).ToBeVisibleAsync();
        Assert.Equal((FakeWorld.Password, 12_500), (site.World.Closed!.Password, site.World.Closed.GiveUp));
    }

    [Fact]
    public async Task Who_closes_an_account_is_told_so_also_when_the_end_of_the_login_is_heard_of_before_the_answer()
    {
        await using var site = await panel.StartAsync();
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        site.World.Closing = site.World.Closing with { Servers = 0, Balance = 0 };
        site.World.ClosingGate = answered.Task;
        var customer = await site.SignInAsync();
        await customer.GotoAsync("/account/data");
        await Eventually.Async(() => site.World.Listeners > 0, TimeSpan.FromSeconds(60), "the page listens");
        await customer.GetByTestId("closing-open").ClickAsync();
        await customer.GetByTestId("closing-email").FillAsync(site.World.Users[0].Email);
        await customer.GetByTestId("closing-password").FillAsync(FakeWorld.Password);
        var visited = new ConcurrentQueue<string>();
        customer.Request += (_, request) => visited.Enqueue(request.Url);
        await customer.GetByTestId("closing-confirm").ClickAsync();
        await Eventually.Async(() => site.World.Closed is not null, TimeSpan.FromSeconds(60), "the closing is asked for");

        var asked = site.World.Count("POST", "/api/v1/auth/sessions/exchange");
        site.World.EndedSessions.Add("session-customer");
        site.World.Publish(EventTypes.SessionEnded, "");
        await Eventually.Async(() => site.World.Count("POST", "/api/v1/auth/sessions/exchange") > asked, TimeSpan.FromSeconds(60), "the page hears that its login ended");
        answered.SetResult();
        await Expect(customer.GetByTestId("account-closed")).ToBeVisibleAsync();
        Assert.DoesNotContain(visited, address => address.Contains("/login", StringComparison.Ordinal));
    }
}
