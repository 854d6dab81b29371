using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;
using Webrana.Wire.Wallets;

namespace Webrana.Api.Tests.Journeys;

[Collection(ApiCollection.Name)]
public sealed class ResizeTests(SharedApi api)
{
    [Fact]
    public async Task Another_plan_is_quoted_made_and_paid_and_an_early_end_gives_the_rest_back()
    {
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        var server = await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var path = $"/api/v1/instances/{order.InstanceId}";

        var options = await user.Http.GetAsync(path + "/resize-options").ReadAsync<Page<ResizeOption>>();
        Assert.DoesNotContain(options.Items, option => option.PlanId == server.PlanId);
        var bigger = options.Items.Single(option => option.PlanId == "basic-2");
        Assert.True(bigger is { Obstacle: null, CanGrowDisk: true, Difference: > 0 });

        await user.Http.PostAsync(path + "/resize", new ResizeRequest("basic-2")).RefusedAsync(409, ProblemCodes.InsufficientBalance);
        await user.Http.PostAsync(path + "/resize", new ResizeRequest(server.PlanId)).RefusedAsync(422, ProblemCodes.SamePlan);
        await user.Http.PostAsync(path + "/resize", new ResizeRequest("")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await Scenario.FundAsync(api.Host, user, 200_000);
        var quote = await user.Http.PostAsync(path + "/resize/quote", new ResizeRequest("basic-2", Disk: true)).ReadAsync<ResizeQuote>();
        Assert.Equal((server.Price, true, 200_000), (quote.CurrentPrice, quote.DiskGrows, quote.Available));
        await user.Http.PostAsync(path + "/resize", new ResizeRequest("basic-2", MaxCharge: 1)).RefusedAsync(409, ProblemCodes.PriceChanged);

        var accepted = await user.Http.PostAsync(path + "/resize", new ResizeRequest("basic-2", MaxCharge: quote.Difference)).ReadAsync<ActionAccepted>(HttpStatusCode.Accepted);
        var ended = await Eventually.Async(
            () => user.Http.GetAsync($"{path}/actions/{accepted.ActionId}").ReadAsync<InstanceAction>(), action => action.Status != ActionStatus.InProgress,
            ApiHost.Patience, "it is resized", TestContext.Current.CancellationToken);
        Assert.Equal((InstanceActionType.Resize, ActionStatus.Completed, null), (ended.Type, ended.Status, ended.Step));
        var resized = await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        Assert.Equal(("basic-2", quote.Price), (resized.PlanId, resized.Price));
        var rows = await user.Http.GetAsync("/api/v1/wallet/transactions").ReadAsync<Page<Transaction>>();
        Assert.Equal((ReferenceType.PlanChange, order.InstanceId), (rows.Items[0].ReferenceType, rows.Items[0].ReferenceId));

        var preview = await user.Http.GetAsync(path + "/deletion").ReadAsync<DeletionPreview>();
        Assert.True(preview is { RefundsUnusedDays: true, Refund: > 0, Lapses: 0 });
        await user.Http.SendJsonAsync(HttpMethod.Delete, $"{path}?confirm={server.Name}", null).ExpectAsync(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Terminated);
        rows = await user.Http.GetAsync("/api/v1/wallet/transactions?referenceType=REFUND").ReadAsync<Page<Transaction>>();
        Assert.Equal(preview.Refund, rows.Items.Sum(row => row.Amount));
        await user.Http.GetAsync(path + "/deletion").RefusedAsync(409, ProblemCodes.InvalidState);
        await (await api.Host.NewCustomerAsync()).Http.GetAsync(path + "/resize-options").RefusedAsync(404, ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_plan_that_is_sold_out_says_so_before_and_is_refused()
    {
        var admin = (await api.Host.NewAdminAsync()).Http;
        var plan = $"habis-{Guid.NewGuid():n}"[..20];
        await admin.PostAsync("/internal/plans", new CreatePlanRequest(plan, "Habis", "s-2vcpu-4gb", 2, 4096, 80, 4, ["sgp1"], 250_000, SortOrder: 95, StockLimit: 0)).ExpectAsync(HttpStatusCode.Created);
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        await Scenario.FundAsync(api.Host, user, 500_000);
        var path = $"/api/v1/instances/{order.InstanceId}";

        Assert.Empty((await user.Http.GetAsync("/api/v1/plans").ReadAsync<Page<Plan>>()).Items.Single(shown => shown.Id == plan).Regions);
        var option = (await user.Http.GetAsync(path + "/resize-options").ReadAsync<Page<ResizeOption>>()).Items.Single(shown => shown.PlanId == plan);
        Assert.Equal((ProblemCodes.SoldOut, null), (option.Obstacle, option.Difference));
        await user.Http.PostAsync(path + "/resize/quote", new ResizeRequest(plan)).RefusedAsync(409, ProblemCodes.SoldOut);
        await user.Http.PostAsync(path + "/resize", new ResizeRequest(plan)).RefusedAsync(409, ProblemCodes.SoldOut);
        Assert.Equal(500_000, (await user.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>()).Available);

        // One more may be sold, and it is on the shelf again.
        await admin.SendJsonAsync(HttpMethod.Patch, $"/internal/plans/{plan}", new UpdatePlanRequest(StockLimit: 1)).ExpectAsync(HttpStatusCode.OK);
        Assert.NotEmpty((await user.Http.GetAsync("/api/v1/plans").ReadAsync<Page<Plan>>()).Items.Single(shown => shown.Id == plan).Regions);
        await user.Http.PostAsync(path + "/resize/quote", new ResizeRequest(plan)).ReadAsync<ResizeQuote>();
        await admin.SendJsonAsync(HttpMethod.Delete, $"/internal/plans/{plan}", null).ExpectAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task One_act_on_several_servers_answers_for_each()
    {
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var stranger = await api.Host.NewCustomerAsync();
        var theirs = await Scenario.OrderAsync(api.Host, stranger);

        var done = await user.Http.PostAsync("/api/v1/instances/actions", new BulkActionRequest(InstanceActionType.Shutdown, [order.InstanceId, theirs.InstanceId, "no-such"]))
            .ReadAsync<Page<BulkActionResult>>();
        Assert.Equal([null, ProblemCodes.NotFound, ProblemCodes.NotFound], done.Items.Select(result => result.Code));
        Assert.NotNull(done.Items[0].ActionId);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Off);

        done = await user.Http.PostAsync("/api/v1/instances/actions", new BulkActionRequest(InstanceActionType.Reboot, [order.InstanceId])).ReadAsync<Page<BulkActionResult>>();
        Assert.Equal(ProblemCodes.InvalidState, Assert.Single(done.Items).Code);
        await user.Http.PostAsync("/api/v1/instances/actions", new BulkActionRequest(InstanceActionType.Destroy, [order.InstanceId])).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await user.Http.PostAsync("/api/v1/instances/actions", new BulkActionRequest(InstanceActionType.Reboot, [])).RefusedAsync(422, ProblemCodes.ValidationFailed);
    }

    [Fact]
    public async Task Only_a_failed_order_is_ordered_again()
    {
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        await user.Http.PostAsync($"/api/v1/orders/{order.OrderId}/retry", new RetryOrderRequest("fra1")).RefusedAsync(409, ProblemCodes.InvalidState);
        await user.Http.PostAsync("/api/v1/orders/nothing/retry", new RetryOrderRequest("fra1")).RefusedAsync(404, ProblemCodes.NotFound);
    }
}
