using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Droplets;
using Webrana.Wire.Events;

namespace Webrana.Web.Tests.Fakes;

/// <summary>Another plan, an early end, several at once, a failed order once more, and one taken back.</summary>
static class FakeResize
{
    public static void Map(IEndpointRouteBuilder mine, FakeWorld world)
    {
        mine.MapGet("/instances/{id}/resize-options", (string id) => new Page<ResizeOption>(
        [
            .. world.Plans.Where(plan => plan.Id != Server(world, id).PlanId).Select(plan => Obstacle(world, id, plan) is { } obstacle
                ? new ResizeOption(plan.Id, plan.Name, plan.Vcpus, plan.MemoryMb, plan.DiskGb, plan.TransferTb, plan.PriceMonthly, null, false, obstacle)
                : new ResizeOption(
                    plan.Id, plan.Name, plan.Vcpus, plan.MemoryMb, plan.DiskGb, plan.TransferTb, plan.PriceMonthly,
                    (plan.PriceMonthly - Server(world, id).Price) / 2, plan.DiskGb > Server(world, id).DiskGb, null)),
        ], null));
        mine.MapPost("/instances/{id}/resize/quote", (string id, ResizeRequest asked) => Quote(world, id, asked));
        mine.MapPost("/instances/{id}/resize", (string id, ResizeRequest asked) =>
        {
            if (world.SoldOut.Contains(asked.PlanId)) return FakeWorld.Problem(409, ProblemCodes.SoldOut);
            if (asked.MaxCharge < Quote(world, id, asked).Difference) return FakeWorld.Problem(409, ProblemCodes.PriceChanged);
            world.Resized = asked;
            return FakeCustomer.Begin(world, id, InstanceActionType.Resize);
        });
        mine.MapGet("/instances/{id}/deletion", () => world.Deletion);
        mine.MapPost("/instances/actions", (BulkActionRequest asked) => new Page<BulkActionResult>(
        [
            .. asked.InstanceIds.Select(id => Server(world, id).Status == InstanceStatus.Running
                ? new BulkActionResult(id, Begun(world, id, asked.Action), null)
                : new BulkActionResult(id, null, ProblemCodes.InvalidState)),
        ], null));
        mine.MapPost("/orders/{id}/retry", (string id, RetryOrderRequest asked) =>
        {
            world.Retried = asked;
            world.Instances.Insert(0, Server(world, id) with { Id = "i-again", Status = InstanceStatus.Provisioning, FailureReason = null, Region = asked.Region ?? Server(world, id).Region });
            return Results.Json(new OrderAccepted("i-again", "i-again", Server(world, id).Price), statusCode: 202);
        });
        mine.MapPost("/orders/{id}/cancel", (string id) =>
        {
            var at = world.Instances.FindIndex(server => server.Id == id);
            var gone = world.Instances[at] with { Status = InstanceStatus.Failed, FailureReason = "cancelled", RunningAction = null, Cancellable = false };
            world.Instances[at] = gone;
            world.Publish(EventTypes.InstanceChanged, id);
            return Results.Json(
                new Order(id, id, gone.PlanId, gone.BillingPeriod, gone.Price, OrderStatus.Cancelled, gone.FailureReason, null, gone.AutoRenew, gone.CreatedAt), statusCode: 202);
        });
    }

    static string? Obstacle(FakeWorld world, string id, Wire.Plans.Plan plan) =>
        plan.DiskGb < Server(world, id).DiskGb ? ProblemCodes.DiskTooSmall : world.SoldOut.Contains(plan.Id) ? ProblemCodes.SoldOut : null;

    static string Begun(FakeWorld world, string id, InstanceActionType type)
    {
        FakeCustomer.Begin(world, id, type);
        return world.Activity[0].Id;
    }

    static Instance Server(FakeWorld world, string id) => world.Instances.First(server => server.Id == id);

    static ResizeQuote Quote(FakeWorld world, string id, ResizeRequest asked)
    {
        var (server, plan) = (Server(world, id), world.Plans.First(plan => plan.Id == asked.PlanId));
        return new ResizeQuote(
            plan.Id, plan.Name, server.Price, plan.PriceMonthly, (plan.PriceMonthly - server.Price) / 2, server.NextRenewalAt!.Value,
            plan.Vcpus, plan.MemoryMb, asked.Disk ? plan.DiskGb : server.DiskGb, asked.Disk, plan.TransferTb, world.Wallet.Available);
    }
}
