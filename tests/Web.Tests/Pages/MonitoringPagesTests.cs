using Microsoft.Playwright;
using Webrana.Web.Tests.Browser;
using Webrana.Wire;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class MonitoringPagesTests(Panel panel) : IClassFixture<Panel>
{
    const string Metrics = "/api/v1/instances/i-web-01/metrics";

    [Fact]
    public async Task The_overview_has_the_gauges_of_a_running_server()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01");
        await Expect(page.GetByTestId("gauge-cpu")).ToContainTextAsync("45%");
        await Expect(page.GetByTestId("gauge-memory")).ToContainTextAsync("72%");
        await Expect(page.GetByTestId("gauge-disk")).ToContainTextAsync("35%");
        await Expect(page.GetByTestId("gauge-transfer")).ToContainTextAsync("2,5 GB / 1 TB");
        await page.GotoAsync("/servers/i-worker");
        await Expect(page.GetByTestId("provisioning")).ToBeVisibleAsync();
        Assert.Equal(0, site.World.Count("GET", "/api/v1/instances/i-worker/metrics"));
    }

    [Fact]
    public async Task Graphs_are_read_only_while_in_view_by_pointer_and_by_keyboard_and_for_the_span_of_the_address()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/activity");
        await Expect(page.GetByTestId("activity")).ToBeVisibleAsync();
        Assert.Equal(0, site.World.Count("GET", Metrics));
        await page.GetByTestId("tab-graphs").ClickAsync();
        await Expect(page.GetByTestId("chart-cpu").Locator("path.chart-line")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("chart-bandwidth").Locator("path.chart-line")).ToHaveCountAsync(2);
        Assert.Equal(1, site.World.Count("GET", Metrics));

        await page.GetByTestId("chart-cpu").Locator("[data-chart]").HoverAsync();
        await Expect(page.GetByTestId("chart-cpu").Locator("[data-chart-read]")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@": \d+(,\d+)?%$"));
        await page.GetByTestId("chart-bandwidth").Locator("[data-chart-keys]").FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page.GetByTestId("chart-bandwidth").Locator("[data-chart-keys]")).ToHaveAttributeAsync("aria-valuetext", new System.Text.RegularExpressions.Regex("Masuk .* Mbps, Keluar .* Mbps"));

        await page.GetByText("7 hari", new() { Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync("/servers/i-web-01/graphs?range=7d");
        // The address changes before the page does, and the old graphs go with the first drawing of the new span.
        await Expect(page.GetByText("7 hari", new() { Exact = true })).ToHaveAttributeAsync("aria-current", "true");
        await Expect(page.GetByTestId("chart-cpu")).ToBeVisibleAsync();
        Assert.Equal(2, site.World.Count("GET", Metrics));
    }

    [Fact]
    public async Task Old_measurements_say_how_old_they_are_and_a_failure_can_be_tried_again()
    {
        await using var site = await panel.StartAsync();
        site.World.MetricsReadAt = site.World.Now.AddMinutes(-12);
        site.World.RefuseNext("GET", Metrics, 503, ProblemCodes.TemporarilyUnavailable);
        var page = await site.SignInAsync(returnUrl: "/servers/i-web-01/graphs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Coba lagi" }).ClickAsync();
        await Expect(page.GetByTestId("graphs-age")).ToContainTextAsync("belum bisa dibaca");
    }

    [Fact]
    public async Task What_is_not_measured_says_so()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-db-01/graphs");
        await Expect(page.GetByTestId("chart-disk")).ToContainTextAsync("Belum ada pengukuran");
    }
}
