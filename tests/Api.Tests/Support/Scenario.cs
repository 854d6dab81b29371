using System.Net;
using Webrana.Testing;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;

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
