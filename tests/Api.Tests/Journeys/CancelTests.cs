using System.Net;
using Webrana.Api.Droplets;
using Webrana.Api.Tests.Support;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;
using Webrana.Wire.Wallets;
using Ordered = Webrana.Contracts.Droplets;

namespace Webrana.Api.Tests.Journeys;

/// <summary>Orders that wait for the provider, and those that their customers take back meanwhile.</summary>
[Collection(ApiCollection.Name)]
public sealed class CancelTests(SharedApi api) : IDisposable
{
    const string Droplets = "/v2/droplets";

    // What a test did not get to must not strike the next one.
    public void Dispose() => api.Host.Cloud.ClearFaults();

    [Fact]
    public async Task An_order_that_the_provider_turns_away_is_taken_back_with_all_its_money_and_is_nobodys_trouble()
    {
        var (admin, user) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync());
        api.Host.Cloud.Inject(new Fault { Kind = FaultKinds.Status429, Method = "POST", Path = Droplets, Count = -1, Seconds = 0.3 });
        var order = await Scenario.OrderAsync(api.Host, user);
        var path = $"/api/v1/orders/{order.OrderId}";
        await Eventually.Async(() => user.Http.GetAsync(path).ReadAsync<Order>(), read => read.Cancellable, ApiHost.Patience, "it can be taken back");

        // At the moment of a try it may be on its way; between two it is not.
        await Eventually.Async(() => StatusAsync(user, $"{path}/cancel"), status => status == HttpStatusCode.Accepted, ApiHost.Patience, "it is taken back");
        var gone = await user.Http.GetAsync(path).ReadAsync<Order>();
        Assert.Equal((OrderStatus.Cancelled, "cancelled", false), (gone.Status, gone.FailureReason, gone.Cancellable));
        Assert.Equal(OrderStatus.Cancelled, (await user.Http.PostAsync($"{path}/cancel").ReadAsync<Order>(HttpStatusCode.Accepted)).Status);
        await Eventually.Async(
            () => user.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>(), money => money is { Held: 0, Balance: Scenario.PriceIdr }, ApiHost.Patience, "the money is free");

        var server = await user.Http.GetAsync($"/api/v1/instances/{order.InstanceId}").ReadAsync<Instance>();
        Assert.Equal((InstanceStatus.Failed, "cancelled", null), (server.Status, server.FailureReason, server.RunningAction));
        var lines = await Eventually.Async(
            () => user.Http.GetAsync($"/api/v1/instances/{order.InstanceId}/activity").ReadAsync<Page<InstanceAction>>(),
            page => page.Items is [{ Status: not ActionStatus.InProgress }], ApiHost.Patience, "its line has ended");
        Assert.Equal((InstanceActionType.Create, ActionStatus.Errored, "cancelled"), (lines.Items[0].Type, lines.Items[0].Status, lines.Items[0].Message));
        // Nobody at the desk is asked to place it again.
        await Eventually.Async(
            () => admin.Http.GetAsync("/internal/stuck-orders").ReadAsync<Page<StuckOrder>>(), page => page.Items.All(stuck => stuck.OrderId != order.OrderId), ApiHost.Patience,
            "it is in no list of the desk");
        // Its customer may: as soon as its name is free.
        await Eventually.Async(
            () => StatusAsync(user, $"{path}/retry", new RetryOrderRequest()), status => status == HttpStatusCode.Accepted, ApiHost.Patience, "it is ordered once more");
    }

    [Fact]
    public async Task What_may_be_at_the_provider_what_runs_and_what_is_not_theirs_is_not_cancelled()
    {
        var (user, stranger) = (await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync());
        var before = api.Host.Cloud.CountRequests("POST", Droplets);
        // The create arrives, its answer does not, and what became of it cannot be read.
        api.Host.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = Droplets });
        api.Host.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = Droplets, Count = -1 });
        var order = await Scenario.OrderAsync(api.Host, user);
        var cancel = $"/api/v1/orders/{order.OrderId}/cancel";
        await Eventually.Async(() => api.Host.Cloud.CountRequests("POST", Droplets) > before, ApiHost.Patience, "a create was sent");
        // And it was this one: another test's order may still be on its way.
        await Eventually.Async(
            () => user.Http.GetAsync($"/api/v1/orders/{order.OrderId}").ReadAsync<Order>(), shown => !shown.Cancellable, ApiHost.Patience, "its own was sent");

        await user.Http.PostAsync(cancel).RefusedAsync(409, ProblemCodes.AlreadySent);
        await stranger.Http.PostAsync(cancel).RefusedAsync(404, ProblemCodes.NotFound);
        Assert.False((await user.Http.GetAsync($"/api/v1/orders/{order.OrderId}").ReadAsync<Order>()).Cancellable);
        Assert.Equal(Scenario.PriceIdr, (await user.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>()).Held);

        api.Host.Cloud.ClearFaults();
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        await user.Http.PostAsync(cancel).RefusedAsync(409, ProblemCodes.InvalidState);
        await user.Http.PostAsync("/api/v1/orders/nothing/cancel").RefusedAsync(404, ProblemCodes.NotFound);
    }

    [Fact]
    public void What_waits_for_the_provider_says_so_and_since_when_and_so_does_its_order()
    {
        var since = new DateTimeOffset(2026, 12, 1, 3, 0, 0, TimeSpan.Zero);
        var waiting = new Ordered.ActivityEntry(
            "create", Ordered.ActionKind.Create, Ordered.ActivityStatus.InProgress, since.AddSeconds(-1), null, "user:1", null, "Waiting", since);
        var shown = waiting.ToWire();
        Assert.Equal("WAITING", shown.Step);
        Assert.Equal(since, shown.WaitingSince);

        var view = new Ordered.DropletView(
            default, default, "web-1", Ordered.DropletStatus.Provisioning, Ordered.OrderStatus.Held, null, null, null, "sgp1", "ubuntu-24-04-x64", Scenario.PlanId,
            1, 1024, 25, 1, Ordered.BillingPeriod.Monthly, Scenario.PriceIdr, null, true, waiting, [], since, "primary", null, Cancellable: true);
        Assert.Equal(since, view.ToOrder().WaitingSince);
        Assert.True(view.ToOrder().Cancellable && view.ToWire().Cancellable);
        // A server that is rebooted is no order.
        Assert.Null((view with { RunningAction = waiting with { Kind = Ordered.ActionKind.Reboot } }).ToOrder().WaitingSince);
    }

    static async Task<HttpStatusCode> StatusAsync(TestUser user, string path, object? body = null)
    {
        using var answer = await user.Http.PostAsync(path, body);
        return answer.StatusCode;
    }
}
