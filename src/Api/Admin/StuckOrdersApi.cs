using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>Orders that did not come through: <c>/internal/stuck-orders</c>. Who looks after servers sees them; acting on them is the admins'.</summary>
internal static class StuckOrdersApi
{
    private const string Orders = "stuck-orders";

    public static RouteGroupBuilder MapStuckOrders(this RouteGroupBuilder admin)
    {
        var orders = admin.MapGroup("/stuck-orders").WithTags("Orders");
        orders.MapGet("", List).For(Desk.Care).Describe(
            "Orders that take too long, oldest first, then the newest failed ones; ?trouble= shows one kind. A page may hold fewer than asked for and still say that there is more.",
            ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        orders.MapPost("/{id}/retry", Retry).Describe(
            "Work on a late order now, with its time anew; place a failed one again, once, at the price of today.",
            new DeskActRequest("Token penyedia sudah diganti, pelanggan masih menunggu"),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.NotStuck, ProblemKinds.UserDataLost, ProblemKinds.InvalidState, ProblemKinds.SalesStopped,
            ProblemKinds.AccountFrozen, ProblemKinds.NoCapacity, ProblemKinds.SoldOut, ProblemKinds.PlanUnavailable, ProblemKinds.PeriodNotAllowed, ProblemKinds.RegionUnavailable,
            ProblemKinds.ImageUnavailable, ProblemKinds.InvalidName, ProblemKinds.NameTaken, ProblemKinds.SshKeyUnknown, ProblemKinds.InsufficientBalance,
            ProblemKinds.OutstandingDebt, ProblemKinds.LimitReached, ProblemKinds.OperationConflict);
        orders.MapPost("/{id}/fail", Fail).Describe(
            "Give a late order up: its money is released once, whatever was made is destroyed, its customer is told.",
            new DeskActRequest("Penyedia tidak menjawab sejak pagi"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.NotStuck);
        return admin;
    }

    private static async Task<Results<Ok<Page<StuckOrder>>, Refusal>> List(OrderDesk desk, string? trouble, int? limit, string? cursor, CancellationToken cancellation)
    {
        if (PageQuery.TryRead(Orders, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (!OrderPlace.TryRead(page.After, out var after))
            return Refusal.Of(ProblemKinds.InvalidCursor);
        if (!WireNames.TryRead<OrderTrouble>(trouble, out var only))
            return new FieldErrors().Check(false, "trouble", "LATE, UNSETTLED or FAILED.").Refusal!;
        var (orders, next) = await desk.ListAsync(only, page.Limit, after, cancellation);
        return TypedResults.Ok(new Page<StuckOrder>(orders, PageQuery.Cursor(Orders, next?.ToString())));
    }

    private static async Task<Results<Accepted<OrderRetried>, Refusal>> Retry(string id, DeskActRequest body, OrderDesk desk, HttpContext http)
    {
        if (!InstanceId.TryParse(id, out var order))
            return Refusal.Of(ProblemKinds.NotFound);
        if (new FieldErrors().CheckReason(body.Reason).Refusal is { } invalid)
            return invalid;
        var (retried, refusal) = await desk.RetryAsync(http, order, body.Reason.Trim());
        return retried is null ? refusal! : TypedResults.Accepted($"/internal/instances/{retried.OrderId}", retried);
    }

    private static async Task<Results<NoContent, Refusal>> Fail(string id, DeskActRequest body, OrderDesk desk, HttpContext http)
    {
        if (!InstanceId.TryParse(id, out var order))
            return Refusal.Of(ProblemKinds.NotFound);
        if (new FieldErrors().CheckReason(body.Reason).Refusal is { } invalid)
            return invalid;
        return await desk.FailAsync(http, order, body.Reason.Trim()) is { } refused ? refused : TypedResults.NoContent();
    }
}
