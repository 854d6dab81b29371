using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Legal;
using Webrana.Api.Limits;
using Webrana.Api.Paging;
using Webrana.Api.Plans;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Wallets;
using Webrana.Data.States;
using Webrana.Domain.Droplets;
using Webrana.Wire;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Droplets;

/// <summary>Buying servers: <c>/api/v1/orders</c>. An order and its server share one id.</summary>
public static class OrdersApi
{
    private const int MaximumSshKeys = 20;

    public static RouteGroupBuilder MapOrders(this RouteGroupBuilder api)
    {
        var orders = api.MapGroup("/orders").WithTags("Orders").ForCustomers(TokenAreas.Servers);
        orders.MapPost("", PlaceOrder).AfterTerms().Describe(
            "Order a server; the price is held now and charged when it runs.",
            new CreateOrderRequest("basic-1", "sgp1", "ubuntu-24-04-x64", "toko-kopi"),
            ProblemKinds.ValidationFailed, ProblemKinds.TermsNotAccepted, ProblemKinds.SalesStopped, ProblemKinds.AccountFrozen, ProblemKinds.NoCapacity, ProblemKinds.SoldOut, ProblemKinds.PlanUnavailable, ProblemKinds.PeriodNotAllowed, ProblemKinds.RegionUnavailable,
            ProblemKinds.ImageUnavailable, ProblemKinds.InvalidName, ProblemKinds.NameTaken, ProblemKinds.SshKeyUnknown, ProblemKinds.InsufficientBalance, ProblemKinds.LimitReached, ProblemKinds.OperationConflict);
        orders.MapGet("", ListOrders).Describe("Orders, newest first.", ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        orders.MapGet("/{id}", GetOrder).Describe("One order.", ProblemKinds.NotFound);
        orders.MapPost("/{id}/retry", RetryOrder).AfterTerms().Describe(
            "An order that failed or was cancelled once more, in another location or as another plan.", new RetryOrderRequest("fra1"),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.TermsNotAccepted, ProblemKinds.InvalidState, ProblemKinds.NoCapacity, ProblemKinds.PlanUnavailable, ProblemKinds.PeriodNotAllowed,
            ProblemKinds.RegionUnavailable, ProblemKinds.ImageUnavailable, ProblemKinds.NameTaken, ProblemKinds.SshKeyUnknown, ProblemKinds.InsufficientBalance, ProblemKinds.LimitReached, ProblemKinds.OperationConflict);
        orders.MapPost("/{id}/cancel", CancelOrder).Describe(
            "Take back an order that the provider was certainly not given; what was held for it is released in full.",
            ProblemKinds.NotFound, ProblemKinds.AlreadySent, ProblemKinds.InvalidState);
        return api;
    }

    private static async Task<Results<Accepted<OrderAccepted>, Refusal>> PlaceOrder(CreateOrderRequest body, [AsParameters] DropletServices services)
    {
        var keys = body.SshKeyIds ?? [];
        var invalid = new FieldErrors()
            .Check(body.PlanId.Length is > 0 and <= 64, "planId", "1 to 64 characters.")
            .Check(body.Region.Length is > 0 and <= 32, "region", "1 to 32 characters.")
            .Check(body.Image.Length is > 0 and <= 128, "image", "1 to 128 characters.")
            .Check(body.UserData is null || Encoding.UTF8.GetByteCount(body.UserData) <= FirstBoot.MaximumUserDataBytes, "userData", "At most 60 KiB.")
            .Check(AreKeyIds(keys), "sshKeyIds", "At most 20 ids.")
            .Refusal;
        if (invalid is not null)
            return invalid;
        var instance = new InstanceId(services.Operation.Id);
        var command = new PlaceOrder(
            services.User, body.PlanId, body.Region, body.Image, body.Name, body.BillingPeriod.ToContract(), body.AutoRenew, keys, body.UserData,
            services.Http.User.Actor());
        return await PlaceAsync(services, instance, command);
    }

    /// <summary>Whether these may be ids of keys; whether they are is asked of the library.</summary>
    internal static bool AreKeyIds(IReadOnlyList<string>? ids) => ids is null || (ids.Count <= MaximumSshKeys && ids.All(id => id is { Length: > 0 and <= 64 }));

    private static async Task<Results<Accepted<OrderAccepted>, Refusal>> RetryOrder(string id, RetryOrderRequest body, [AsParameters] DropletServices services)
    {
        var (grain, _, refusal) = await services.OwnAsync(id);
        if (grain is null)
            return refusal!;
        var failed = await grain.Failed();
        if (!failed.TryGet(out var first))
            return Refusal.From(failed);
        var invalid = new FieldErrors()
            .Check(body.Region is null or { Length: > 0 and <= 32 }, "region", "1 to 32 characters.")
            .Check(body.PlanId is null or { Length: > 0 and <= 64 }, "planId", "1 to 64 characters.")
            .Check(body.UserData is not null || !first.HadUserData, "userData", "The first order had user data, which is not kept: send it again, or an empty text.")
            .Check(body.UserData is null || Encoding.UTF8.GetByteCount(body.UserData) <= FirstBoot.MaximumUserDataBytes, "userData", "At most 60 KiB.")
            .Refusal;
        if (invalid is not null)
            return invalid;
        var again = first.Order with
        {
            Region = body.Region ?? first.Order.Region,
            PlanId = body.PlanId ?? first.Order.PlanId,
            UserData = string.IsNullOrWhiteSpace(body.UserData) ? null : body.UserData,
            Actor = services.Http.User.Actor(),
        };
        return await PlaceAsync(services, new InstanceId(services.Operation.Id), again);
    }

    private static async Task<Results<Accepted<OrderAccepted>, Refusal>> PlaceAsync(DropletServices services, InstanceId instance, PlaceOrder command)
    {
        var ordered = await services.Droplet(instance).Order(command);
        if (ordered.Error is OrderError.InsufficientBalance)
            return await ShortfallAsync(services, command, Refusal.From(ordered));
        if (ordered.Error is OrderError.LimitReached)
            return LimitRefusals.Of(ordered.Detail);
        return ordered.ToAccepted(
            receipt => $"/api/v1/orders/{receipt.Instance}",
            receipt => new OrderAccepted(receipt.Instance.ToString(), receipt.Instance.ToString(), receipt.PriceIdr));
    }

    private static async Task<Results<Ok<Page<Order>>, Refusal>> ListOrders([AsParameters] DropletServices services, int? limit, string? cursor)
    {
        if (PageQuery.TryRead("orders", limit, cursor, out var page) is { } refusal)
            return refusal;
        var (views, next) = await services.ListAsync(new StateFilter(StateNames.Droplet, services.User.ToString()), page, _ => true);
        return TypedResults.Ok(new Page<Order>([.. views.Select(DropletMapping.ToOrder)], PageQuery.Cursor("orders", next)));
    }

    private static async Task<Results<Ok<Order>, Refusal>> GetOrder(string id, [AsParameters] DropletServices services)
    {
        var (_, view, refusal) = await services.OwnAsync(id);
        return view is null ? refusal! : TypedResults.Ok(view.ToOrder());
    }

    private static async Task<Results<Accepted<Order>, Refusal>> CancelOrder(string id, [AsParameters] DropletServices services)
    {
        var (grain, _, refusal) = await services.OwnAsync(id);
        return grain is null ? refusal! : (await grain.Cancel()).ToAccepted(view => $"/api/v1/orders/{view.Instance}", DropletMapping.ToOrder);
    }

    /// <summary>Says how much is missing, so that a panel can offer exactly that top-up. Figures of this moment; the refusal stands without them.</summary>
    private static async Task<Refusal> ShortfallAsync(DropletServices services, PlaceOrder order, Refusal refusal)
    {
        var wallet = await services.Cluster.GetGrain<IWalletGrain>(GrainKeys.Wallet(order.Owner)).Get();
        var plan = await services.Cluster.GetGrain<IPlanGrain>(GrainKeys.Plan(order.PlanId)).Get();
        if (plan.Value?.Prices.PriceOf(order.BillingPeriod) is not { } price)
            return refusal;
        return refusal.With(new Dictionary<string, long>
        {
            ["price"] = price,
            ["available"] = wallet.AvailableIdr,
            ["shortfall"] = Math.Max(0, price - wallet.AvailableIdr),
        });
    }
}
