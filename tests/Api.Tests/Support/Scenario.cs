using System.Net;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Testing;
using Webrana.Wire.Admin;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Wallets;

namespace Webrana.Api.Tests.Support;

/// <summary>Steps that several tests need on their way.</summary>
static class Scenario
{
    public const string PlanId = "basic-1";
    public const long PriceIdr = 129_000;

    /// <summary>Gives money as an admin does.</summary>
    public static async Task FundAsync(ApiHost host, TestUser user, long amount)
    {
        var admin = await host.NewAdminAsync();
        await admin.Http.PostAsync($"/internal/wallets/{user.Id}/adjustments", new CreateAdjustmentRequest(amount, "Saldo uji")).ExpectAsync(HttpStatusCode.Created);
    }

    /// <summary>A top-up that is paid for, once its money and its bonus are in the wallet.</summary>
    public static async Task<Deposit> PayAsync(ApiHost host, TestUser customer, long amount, string method, string? code, long expectedBalance)
    {
        var deposit = await customer.Http.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(amount, method, code)).ReadAsync<Deposit>(HttpStatusCode.Created);
        Assert.True(host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        await Eventually.Async(
            () => customer.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>(), wallet => wallet.Balance == expectedBalance, ApiHost.Patience, "amount and bonus are there",
            TestContext.Current.CancellationToken);
        return deposit;
    }

    /// <summary>
    /// Every account of the books agrees with its own records. A test that books on a shared host by any way but the product's own makes this
    /// fail for whoever comes after it, in an order that follows the folder the tests lie in.
    /// </summary>
    public static async Task BooksAgreeAsync(HttpClient admin)
    {
        var books = await admin.GetAsync("/internal/ledger/trial-balance").ReadAsync<TrialBalance>();
        Assert.Equal([], books.Accounts.Where(account => account.Difference != 0));
        Assert.True(books.Balanced);
    }

    public static CreateOrderRequest Order(string? name = null) => new(PlanId, "sgp1", "ubuntu-24-04-x64", name ?? $"uji-{Guid.NewGuid():n}"[..20]);

    /// <summary>Money and an accepted order.</summary>
    public static async Task<OrderAccepted> OrderAsync(ApiHost host, TestUser user)
    {
        await FundAsync(host, user, PriceIdr);
        return await user.Http.PostAsync("/api/v1/orders", Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
    }

    /// <summary>The server once it is in this state.</summary>
    public static Task<Instance> UntilAsync(TestUser user, string instanceId, InstanceStatus status) => Eventually.Async(
        () => user.Http.GetAsync($"/api/v1/instances/{instanceId}").ReadAsync<Instance>(),
        instance => instance.Status == status && instance.RunningAction is null, ApiHost.Patience, $"the server is {status}", TestContext.Current.CancellationToken);
}
