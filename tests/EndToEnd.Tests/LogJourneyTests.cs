using System.Net.Http.Headers;
using System.Web;
using Microsoft.Playwright;
using Webrana.Client;
using Webrana.Testing;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Security;
using Webrana.Wire.Webhooks;
using static Microsoft.Playwright.Assertions;

namespace Webrana.EndToEnd.Tests;

/// <summary>What real processes write down of a person: API, silo and Web, each with the settings it is started with.</summary>
[Collection(SandboxJourneys.Name)]
public sealed class LogJourneyTests(RunningSandbox sandbox)
{
    // Each part occurs nowhere else, and is looked for without what an address or a form would write otherwise ("@", blanks).
    const string Mailbox = "rahasia.catatan";
    const string Email = $"{Mailbox}@example.com";
    const string Password = "kata-sandi-rahasia-88";
    const string WrongPassword = "kata-sandi-keliru-88";
    const string Surname = "Rahasiawati";
    const string Phone = "081277665544";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly LocatorAssertionsToBeVisibleOptions Visible = new() { Timeout = 120_000 };

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_person_types_and_is_given_to_keep_is_in_no_log_of_any_process()
    {
        var secrets = new Dictionary<string, string>
        {
            ["address"] = Mailbox, ["password"] = Password, ["wrong password"] = WrongPassword, ["name"] = Surname, ["phone"] = Phone[1..], ["a private key"] = "PRIVATE KEY-----",
            ["the provider's token"] = sandbox.Addresses.DigitalOceanToken, ["the gateway's key"] = sandbox.Addresses.TripayApiKey,
            ["the gateway's private key"] = sandbox.Addresses.TripayPrivateKey, ["the admin's password"] = sandbox.Addresses.Logins.Admin.Password,
        };
        await InTheBrowserAsync(secrets);
        await ByTheApiAsync(secrets);
        await AtTheDeskAsync(secrets);

        var logs = await sandbox.LogsAsync();
        Assert.Equal(["api", "silo", "web"], logs.Keys.Select(role => role.Split('-')[0]).Distinct().Order(StringComparer.Ordinal));
        // Whoever wrote nothing, or only what went wrong, would prove nothing.
        Assert.All(logs, log => Assert.Contains("Now listening on", log.Value, StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.True(secret.Value.Length >= 5, secret.Key));
        Assert.Empty(
            from log in logs
            from secret in secrets
            let line = log.Value.Split('\n').FirstOrDefault(one => one.Contains(secret.Value, StringComparison.OrdinalIgnoreCase))
            where line is not null
            select $"{secret.Key} in {log.Key}: {line}");
    }

    /// <summary>Through the Web: registers, follows the mailed link, mistypes, signs in, and asks for a mail with the address in the query.</summary>
    async Task InTheBrowserAsync(Dictionary<string, string> secrets)
    {
        var page = await sandbox.VisitAsync();
        await page.GotoAsync("/register");
        await page.GetByTestId("name").FillAsync($"Sari {Surname}");
        await page.GetByTestId("email").FillAsync(Email);
        await page.GetByTestId("phone").FillAsync(Phone);
        await page.GetByTestId("password").FillAsync(Password);
        await page.GetByTestId("register-submit").ClickAsync();
        await Expect(page.GetByTestId("register-done")).ToBeVisibleAsync(Visible);
        var link = await sandbox.MailedLinkAsync(Email);
        secrets["the mailed link's token"] = HttpUtility.ParseQueryString(new Uri(link).Query)["token"]!;
        await page.GotoAsync(link);
        await Expect(page.GetByTestId("confirmed")).ToBeVisibleAsync(Visible);
        await page.GotoAsync($"/resend-confirmation?email={Uri.EscapeDataString(Email)}");

        await SignInAsync(page, WrongPassword);
        await Expect(page.Locator("[data-code=invalid_credentials]")).ToBeVisibleAsync(Visible);
        await SignInAsync(page, Password);
        await Expect(page).ToHaveURLAsync("/servers");
        secrets["the session's cookie"] = (await page.Context.CookiesAsync()).MaxBy(cookie => cookie.Value.Length)!.Value;
        await page.Context.CloseAsync();
    }

    static async Task SignInAsync(IPage page, string password)
    {
        await page.GotoAsync("/login");
        await page.GetByTestId("email").FillAsync(Email);
        await page.GetByTestId("password").FillAsync(password);
        await page.GetByTestId("login-submit").ClickAsync();
    }

    /// <summary>Everything that is shown once: tokens, the second factor, a webhook's secret, a server's password.</summary>
    async Task ByTheApiAsync(Dictionary<string, string> secrets)
    {
        using var http = new HttpClient { BaseAddress = new Uri(sandbox.Addresses.Api + "/") };
        var client = new WebranaClient(http);
        var pair = Of(await client.Auth.LoginAsync(new LoginRequest(Email, Password), Stop));
        (secrets["the access token"], secrets["the refresh token"]) = (pair.AccessToken, pair.RefreshToken);
        var me = client.As(pair.AccessToken);
        secrets["the second factor's secret"] = Of(await me.SetUpTwoFactorAsync(new SetUpTwoFactorRequest(Password), Stop)).Secret.Replace(" ", "", StringComparison.Ordinal);
        secrets["the webhook's secret"] = Of(await me.CreateWebhookAsync(new CreateWebhookRequest("https://hooks.example.com/x"), IdempotencyKey.New(), Stop)).Secret;
        var token = Of(await me.CreateApiTokenAsync(new CreateApiTokenRequest("uji", ["read"], Password), IdempotencyKey.New(), Stop)).Token;
        secrets["the API token"] = token;
        Assert.True((await client.As(token).MeAsync(Stop)).IsOk);

        var deposit = Of(await me.CreateDepositAsync(new CreateDepositRequest(500_000, "QRIS"), IdempotencyKey.New(), Stop));
        await sandbox.PayAsync(deposit.PaymentRef!);
        await sandbox.PaidAsync(pair.AccessToken, deposit.Id);
        var plan = await sandbox.CheapestMonthlyPlanAsync("sgp1");
        var order = Of(await me.CreateOrderAsync(new CreateOrderRequest(plan.Id, "sgp1", await sandbox.UbuntuAsync(), "catatan-01"), IdempotencyKey.New(), Stop));
        await Eventually.Async(
            async () => (await me.InstanceAsync(order.InstanceId, Stop)).Value?.Status == InstanceStatus.Running, Patience, "the server runs", Stop);
        secrets["the server's password"] = Of(await me.TakeCredentialsAsync(order.InstanceId, IdempotencyKey.New(), Stop)).Password;
    }

    /// <summary>Looked for by address and by phone, as the desk does: both stand in the query of a request.</summary>
    async Task AtTheDeskAsync(Dictionary<string, string> secrets)
    {
        using var http = new HttpClient { BaseAddress = new Uri(sandbox.Addresses.Api + "/") };
        var login = sandbox.Addresses.Logins.Admin;
        var pair = Of(await new WebranaClient(http).Auth.LoginAsync(new LoginRequest(login.Email, login.Password), Stop));
        secrets["the admin's access token"] = pair.AccessToken;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.AccessToken);
        foreach (var word in new[] { Email, Phone })
            Assert.Contains(Mailbox, await http.GetStringAsync(new Uri($"internal/search?q={Uri.EscapeDataString(word)}", UriKind.Relative), Stop), StringComparison.Ordinal);
    }

    static T Of<T>(ApiResult<T> answer)
    {
        Assert.True(answer.IsOk, answer.Failure?.Code);
        return answer.Value!;
    }
}
