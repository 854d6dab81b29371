using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Webrana.EndToEnd.Tests;

/// <summary>The provider simulator's own page, as a person uses it who wants to see what the shop does on a bad day.</summary>
[Collection(SandboxJourneys.Name)]
public sealed class SimulatorPageTests(RunningSandbox sandbox)
{
    // Where nobody calls: what is laid out here strikes no other journey.
    const string Nowhere = "/v2/nothing";

    [Fact]
    public async Task Every_fault_is_laid_out_by_its_button_all_are_cleared_and_a_setting_is_kept()
    {
        var page = await sandbox.VisitAsync();
        await page.GotoAsync(sandbox.Addresses.DigitalOcean);
        await page.Locator("#how input[name=path]").FillAsync(Nowhere);
        var kinds = await page.Locator("button[data-kind]").EvaluateAllAsync<string[]>("buttons => buttons.map(button => button.dataset.kind)");
        Assert.Contains("drop_after_effect", kinds);
        foreach (var kind in kinds)
        {
            await page.Locator($"button[data-kind={kind}]").ClickAsync();
            await Expect(page.Locator("#faults")).ToContainTextAsync($"{kind} ×1 {Nowhere}");
        }

        await page.Locator("#clear").ClickAsync();
        await Expect(page.Locator("#faults")).ToHaveTextAsync("none");

        var switched = page.Locator("#settings input[name=cloudInitOnRebuild]");
        await Expect(switched).ToBeCheckedAsync();
        await StoredAsync(page, () => switched.ClickAsync());
        await page.ReloadAsync();
        await Expect(switched).Not.ToBeCheckedAsync();
        await StoredAsync(page, () => switched.ClickAsync());
    }

    static Task<IResponse> StoredAsync(IPage page, Func<Task> change) => page.RunAndWaitForResponseAsync(
        change, answer => answer.Request.Method == "POST" && answer.Url.EndsWith("/_sandbox/settings", StringComparison.Ordinal));
}
