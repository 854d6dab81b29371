using System.Text.Json;
using Microsoft.Playwright;
using Webrana.Client;
using static Microsoft.Playwright.Assertions;

namespace Webrana.EndToEnd.Tests;

/// <summary>A developer's first hour: everything by the Swagger page, "Authorize" included.</summary>
[Collection(SandboxJourneys.Name)]
public sealed class SwaggerJourneyTests(RunningSandbox sandbox)
{
    const string Email = "dev.swagger@example.com";
    const string Password = "kopi-tubruk-tiga-77";

    [Fact]
    public async Task A_developer_registers_logs_in_deposits_and_orders_on_the_Swagger_page()
    {
        var page = await sandbox.VisitAsync();
        await page.GotoAsync(sandbox.Addresses.Api + "/swagger/index.html");
        await CallAsync(page, "post", "/api/v1/auth/register", new { email = Email, password = Password, name = "Dev", locale = "en" }, "201");

        var mail = await sandbox.VisitAsync();
        await mail.GotoAsync(await sandbox.MailedLinkAsync(Email));
        await Expect(mail.GetByTestId("confirmed")).ToBeVisibleAsync();

        await CallAsync(page, "get", "/api/v1/wallet", null, "401");
        var tokens = await CallAsync(page, "post", "/api/v1/auth/login", new { email = Email, password = Password }, "200");
        await AuthorizeAsync(page, tokens.GetProperty("accessToken").GetString()!);

        var deposit = await CallAsync(page, "post", "/api/v1/wallet/deposit", new { amount = 500_000, paymentMethod = "QRIS" }, "201");
        Assert.Equal("PENDING", deposit.GetProperty("status").GetString());
        await sandbox.PayAsync(deposit.GetProperty("paymentRef").GetString()!);
        await sandbox.PaidAsync(tokens.GetProperty("accessToken").GetString()!, deposit.GetProperty("id").GetString()!);

        var plan = await sandbox.CheapestMonthlyPlanAsync("sgp1");
        var image = await sandbox.UbuntuAsync();
        var order = await CallAsync(page, "post", "/api/v1/orders", new { planId = plan.Id, region = "sgp1", image, name = "swagger-01" }, "202");
        Assert.Equal(plan.PriceMonthly, order.GetProperty("price").GetInt64());
    }

    static async Task AuthorizeAsync(IPage page, string token)
    {
        await page.Locator(".auth-wrapper > .btn.authorize").ClickAsync();
        await page.Locator(".auth-container input").FillAsync(token);
        await page.Locator(".auth-btn-wrapper .btn.authorize").ClickAsync();
        await page.Locator(".auth-btn-wrapper .btn-done").ClickAsync();
    }

    static async Task<JsonElement> CallAsync(IPage page, string method, string path, object? body, string status)
    {
        var block = page.Locator($".opblock-{method}").Filter(new() { Has = page.Locator($".opblock-summary-path[data-path='{path}']") });
        await block.Locator(".opblock-summary-control").ClickAsync();
        await block.Locator(".try-out__btn").ClickAsync();
        if (body is not null) await block.Locator("textarea.body-param__text").FillAsync(JsonSerializer.Serialize(body));
        await block.Locator(".btn.execute").ClickAsync();
        var answer = block.Locator(".live-responses-table");
        await Expect(answer.Locator("tbody .response-col_status").First).ToContainTextAsync(status);
        var text = await answer.Locator(".highlight-code pre").First.InnerTextAsync();
        await block.Locator(".opblock-summary-control").ClickAsync();
        return JsonDocument.Parse(text).RootElement.Clone();
    }
}
