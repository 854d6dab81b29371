using Microsoft.Playwright;
using Webrana.Client;
using Webrana.Testing;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;
using Webrana.Wire.Wallets;
using static Microsoft.Playwright.Assertions;

namespace Webrana.EndToEnd.Tests;

/// <summary>A sandbox that nobody else lives in: its clock is turned further than any other journey could bear. After the others, for two would only measure each other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SandboxOfAYear : ICollectionFixture<RunningSandbox>
{
    public const string Name = "One sandbox, a year on";
}

/// <summary>The clock page's longest button, pressed by whoever wants to see a customer's year go by.</summary>
[Collection(SandboxOfAYear.Name)]
public sealed class YearJourneyTests(RunningSandbox sandbox)
{
    const string Email = "sari.setahun@example.com", Password = "kopi-tubruk-tiga-77";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly LocatorAssertionsToHaveTextOptions Text = new() { Timeout = 120_000 };

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_year_turned_on_the_clocks_page_has_renewed_a_months_server_twelve_times_before_it_says_done()
    {
        using var http = new HttpClient { BaseAddress = new Uri(sandbox.Addresses.Api + "/") };
        var client = new WebranaClient(http);
        await sandbox.RegisterAsync(Email, "Sari Setahun", Password);
        var me = client.As(Of(await client.Auth.LoginAsync(new LoginRequest(Email, Password), Stop)).AccessToken);
        var plan = await sandbox.CheapestMonthlyPlanAsync("sgp1");
        var price = plan.PriceMonthly;
        // A month more than a year takes: nothing but the due dates says when it is charged.
        var deposit = Of(await me.CreateDepositAsync(new CreateDepositRequest(price * 14, "BRIVA"), IdempotencyKey.New(), Stop));
        await sandbox.PayAsync(deposit.PaymentRef!);
        await Eventually.Async(async () => Of(await me.WalletAsync(Stop)).Balance == price * 14, Patience, "the top-up", Stop);
        var order = Of(await me.CreateOrderAsync(
            new CreateOrderRequest(plan.Id, "sgp1", await sandbox.UbuntuAsync(), "setahun-01", BillingPeriod.Monthly), IdempotencyKey.New(), Stop));
        var server = (await Eventually.Async(
            async () => Of(await me.InstanceAsync(order.InstanceId, Stop)), one => one.Status == InstanceStatus.Running, Patience, "the server runs", Stop))!;

        var clock = await sandbox.VisitAsync();
        await clock.GotoAsync(sandbox.Addresses.Control);
        await clock.Locator("[data-advance=P365D]").ClickAsync();
        await Expect(clock.Locator("#outcome")).ToHaveTextAsync("Done.", Text);

        // Nothing is waited for from here on. Where 29 February lies in the year its twelfth month ends a day after the 365.
        var bought = Local(server.NextRenewalAt).AddMonths(-1);
        var months = bought.AddMonths(12) <= bought.AddDays(365) ? 12 : 11;
        var rows = Of(await me.TransactionsAsync(cancellationToken: Stop)).Items.Where(row => row.ReferenceType == ReferenceType.Renewal).ToList();
        Assert.Equal(Enumerable.Repeat(-price, months), rows.Select(row => row.Amount));
        Assert.Equal(price * (13 - months), Of(await me.WalletAsync(Stop)).Balance);
        var after = Of(await me.InstanceAsync(order.InstanceId, Stop));
        Assert.Equal(InstanceStatus.Running, after.Status);
        Assert.Equal(months, MonthsBetween(Local(server.NextRenewalAt), Local(after.NextRenewalAt)));
    }

    static DateTimeOffset Local(DateTimeOffset? at) => at!.Value.ToOffset(TimeSpan.FromHours(7));

    static int MonthsBetween(DateTimeOffset from, DateTimeOffset to) => ((to.Year - from.Year) * 12) + to.Month - from.Month;

    static T Of<T>(ApiResult<T> answer)
    {
        Assert.True(answer.IsOk, answer.Failure?.Code);
        return answer.Value!;
    }
}
