using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Limits;
using Webrana.Api.Plans;
using Webrana.Api.Billing;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Wire;
using Webrana.Wire.Droplets;
using ResizeQuote = Webrana.Wire.Droplets.ResizeQuote;

namespace Webrana.Api.Droplets;

/// <summary>Another plan, and what an early end gives back: <c>/api/v1/instances/{id}/resize-options · resize · resize/quote · deletion</c>.</summary>
public static class ResizeApi
{
    private static readonly ProblemKind[] QuoteRefusals =
    [
        ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.InvalidState, ProblemKinds.PlanUnavailable, ProblemKinds.PeriodNotAllowed,
        ProblemKinds.RegionUnavailable, ProblemKinds.SamePlan, ProblemKinds.DiskTooSmall, ProblemKinds.SoldOut, ProblemKinds.TemporarilyUnavailable,
    ];

    public static RouteGroupBuilder MapResize(this RouteGroupBuilder api)
    {
        var server = api.MapGroup("/instances/{id}").WithTags("Instances").RequireAuthorization();
        server.MapGet("/resize-options", ListOptions).Describe(
            "Plans it can change to, with the price difference of the time already paid for.", ProblemKinds.NotFound, ProblemKinds.InvalidState);
        server.MapPost("/resize/quote", Quote).Describe(
            "What one plan would cost from this second on; changes nothing.", new ResizeRequest("basic-2"), QuoteRefusals);
        server.MapPost("/resize", Resize).Describe(
            "Change its plan: shut down, resize, switch on again; the difference is charged or given back when it is made.", new ResizeRequest("basic-2", false, 150_000),
            [.. QuoteRefusals, ProblemKinds.ActionInProgress, ProblemKinds.PriceChanged, ProblemKinds.InsufficientBalance, ProblemKinds.OutstandingDebt, ProblemKinds.LimitReached, ProblemKinds.OperationConflict]);
        server.MapGet("/deletion", PreviewDeletion).Describe("What a deletion now would give back.", ProblemKinds.NotFound, ProblemKinds.InvalidState);
        return api;
    }

    private static async Task<Results<Ok<Page<ResizeOption>>, Refusal>> ListOptions(string id, [AsParameters] DropletServices services, PlanCatalogue catalogue)
    {
        var (grain, view, refusal) = await OwnAsync(services, id);
        if (grain is null)
            return refusal!;
        var plans = (await catalogue.AllAsync(services.Cancellation)).Where(plan => plan is { Hidden: false, Retired: false } && plan.PlanId != view!.PlanId).ToList();
        var quotes = await Task.WhenAll(plans.Select(plan => grain.QuoteResize(plan.PlanId, growDisk: false)));
        if (quotes.FirstOrDefault(quote => quote.Error is ResizeError.InvalidState or ResizeError.NotFound) is { IsOk: false, Error: not null } whole)
            return Refusal.From(whole);
        return TypedResults.Ok(new Page<ResizeOption>([.. plans.Zip(quotes, (plan, quote) => ToOption(plan, quote, view!))], null));
    }

    private static async Task<Results<Ok<ResizeQuote>, Refusal>> Quote(string id, ResizeRequest body, [AsParameters] DropletServices services)
    {
        if (Check(body) is { } invalid)
            return invalid;
        var (grain, _, refusal) = await OwnAsync(services, id);
        return grain is null ? refusal! : (await grain.QuoteResize(body.PlanId, body.Disk)).ToOk(ToWire);
    }

    private static async Task<Results<Accepted<ActionAccepted>, Refusal>> Resize(string id, ResizeRequest body, [AsParameters] DropletServices services)
    {
        if (Check(body) is { } invalid)
            return invalid;
        var (grain, _, refusal) = await OwnAsync(services, id);
        if (grain is null)
            return refusal!;
        var started = await grain.Resize(new ResizeDroplet(services.Operation.ToString(), body.PlanId, body.Disk, services.Http.User.Actor(), body.MaxCharge));
        if (started.Error is ResizeError.LimitReached)
            return LimitRefusals.Of(started.Detail);
        return started.ToAccepted(receipt => $"/api/v1/instances/{id}/actions/{receipt.ActionId}", receipt => new ActionAccepted(receipt.ActionId));
    }

    private static async Task<Results<Ok<DeletionPreview>, Refusal>> PreviewDeletion(string id, [AsParameters] DropletServices services)
    {
        var (grain, _, refusal) = await services.OwnAsync(id);
        return grain is null
            ? refusal!
            : (await grain.QuoteDeletion()).ToOk(quote => new DeletionPreview(
                quote.RefundIdr, quote.Days, quote.ByPolicy, quote.OrdinaryIdr, quote.BonusIdr, quote.LapsesIdr,
                [.. (quote.Addons ?? []).Select(AddonMapping.ToWire)], quote.AddonsIdr, quote.OwedIdr));
    }

    private static Refusal? Check(ResizeRequest body) => new FieldErrors()
        .Check(body.PlanId.Length is > 0 and <= 64, "planId", "1 to 64 characters.")
        .Check(body.MaxCharge is null or >= 0, "maxCharge", "Not negative.")
        .Refusal;

    private static async Task<(IDropletResizeGrain? Grain, DropletView? View, Refusal? Refusal)> OwnAsync(DropletServices services, string id)
    {
        var (_, view, refusal) = await services.OwnAsync(id);
        return view is null ? (null, null, refusal) : (services.Cluster.GetGrain<IDropletResizeGrain>(GrainKeys.Droplet(view.Instance)), view, null);
    }

    private static ResizeOption ToOption(PlanView plan, Result<Contracts.Droplets.ResizeQuote, ResizeError> quote, DropletView server) => new(
        plan.PlanId, plan.Name, plan.Vcpus, plan.MemoryMb, plan.DiskGb, plan.TransferTb, plan.Prices.PriceOf(server.BillingPeriod),
        quote.Value?.DifferenceIdr, quote.IsOk && plan.DiskGb > server.DiskGb,
        quote.Error is { } error ? JsonNamingPolicy.SnakeCaseLower.ConvertName(error.ToString()) : null);

    private static ResizeQuote ToWire(Contracts.Droplets.ResizeQuote quote) => new(
        quote.PlanId, quote.PlanName, quote.CurrentPriceIdr, quote.PriceIdr, quote.DifferenceIdr, quote.PaidUntil, quote.Vcpus, quote.MemoryMb,
        quote.DiskGb, quote.DiskGrows, quote.TransferTb, quote.AvailableIdr);
}
