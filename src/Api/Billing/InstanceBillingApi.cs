using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Droplets;
using Webrana.Api.Limits;
using Webrana.Api.Plans;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Wire.Billing;
using Webrana.Wire.Droplets;
using AddonPrices = Webrana.Wire.Billing.AddonPrices;
using BillingPeriod = Webrana.Wire.Plans.BillingPeriod;

namespace Webrana.Api.Billing;

/// <summary>A server's subscription: <c>/api/v1/instances/{id}/billing · renew · restore</c>.</summary>
public static class InstanceBillingApi
{
    public static RouteGroupBuilder MapInstanceBilling(this RouteGroupBuilder api)
    {
        api.MapGet("/addons", Addons).WithTags("Shop").ForAnyone().Describe("What backups, snapshots and transfer beyond the quota cost.");
        var instances = api.MapGroup("/instances").WithTags("Instances").ForCustomers(TokenAreas.Servers);
        instances.MapGet("/{id}/billing", GetBilling).Describe(
            "What is paid, what the next renewal will cost, and what threatens.", ProblemKinds.NotFound, ProblemKinds.InvalidState);
        instances.MapPatch("/{id}/billing", ChangePeriod).Describe(
            "Another billing period from the next renewal on, at the price of today.", new ChangeBillingRequest(BillingPeriod.Yearly),
            ProblemKinds.NotFound, ProblemKinds.InvalidState, ProblemKinds.PeriodNotAllowed);
        instances.MapPost("/{id}/renew", Renew).Describe(
            "Pay 1 to 12 further periods now: ahead of time, in grace, or to bring a suspended server back.", new RenewRequest(3),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.InvalidState, ProblemKinds.Blocked, ProblemKinds.InsufficientBalance,
            ProblemKinds.OutstandingDebt, ProblemKinds.TemporarilyUnavailable);
        instances.MapPost("/{id}/restore", Restore).Describe(
            "Bring a hibernated server back from its image, with a new address; its period is held now and charged when it runs.",
            ProblemKinds.NotFound, ProblemKinds.InvalidState, ProblemKinds.Blocked, ProblemKinds.InsufficientBalance, ProblemKinds.OutstandingDebt,
            ProblemKinds.LimitReached, ProblemKinds.TemporarilyUnavailable);
        return api;
    }

    private static async Task<Ok<AddonPrices>> Addons(IClusterClient cluster) =>
        TypedResults.Ok(BillingSettingsMapping.ToWire((await cluster.GetGrain<IBillingSettingsGrain>(GrainKeys.BillingSettings).Get()).Addons));

    private static async Task<Results<Ok<InstanceBilling>, Refusal>> GetBilling(string id, [AsParameters] DropletServices services)
    {
        var (grain, view, refusal) = await OwnAsync(services, id);
        if (grain is null)
            return refusal!;
        if (await grain.Billing() is not { } billing)
            return Refusal.Of(ProblemKinds.InvalidState);
        // Whoever reads this reads the warning that stands on the same page. Of a program with a token nobody knows who reads it.
        if (billing.WarningOpen && !services.Http.User.IsApiToken())
            await grain.WarningSeen();
        return TypedResults.Ok(await ToWire(billing, view!.PlanId, services));
    }

    private static async Task<Results<Ok<InstanceBilling>, Refusal>> ChangePeriod(string id, ChangeBillingRequest body, [AsParameters] DropletServices services)
    {
        var (grain, view, refusal) = await OwnAsync(services, id);
        if (grain is null)
            return refusal!;
        var changed = await grain.SwitchPeriod(new SwitchPeriod(body.BillingPeriod.ToContract(), services.Http.User.Actor()));
        return changed.TryGet(out var billing) ? TypedResults.Ok(await ToWire(billing, view!.PlanId, services)) : Refusal.From(changed);
    }

    private static async Task<Results<Ok<InstanceBilling>, Refusal>> Renew(string id, RenewRequest body, [AsParameters] DropletServices services)
    {
        if (new FieldErrors().Check(body.Periods is >= 1 and <= RenewServer.MostPeriods, "periods", "1 to 12.").Refusal is { } invalid)
            return invalid;
        var (grain, view, refusal) = await OwnAsync(services, id);
        if (grain is null)
            return refusal!;
        var renewed = await grain.Renew(new RenewServer(services.Operation.ToString(), body.Periods, services.Http.User.Actor()));
        return renewed.TryGet(out var billing) ? TypedResults.Ok(await ToWire(billing, view!.PlanId, services)) : Refused(renewed);
    }

    private static async Task<Results<Accepted<ActionAccepted>, Refusal>> Restore(string id, [AsParameters] DropletServices services)
    {
        var (grain, _, refusal) = await OwnAsync(services, id);
        if (grain is null)
            return refusal!;
        var restored = await grain.Restore(new RestoreServer(services.Operation.ToString(), services.Http.User.Actor()));
        return restored.TryGet(out var receipt)
            ? TypedResults.Accepted($"/api/v1/instances/{id}/actions/{receipt.ActionId}", new ActionAccepted(receipt.ActionId))
            : Refused(restored);
    }

    private static async Task<(IDropletBillingGrain? Grain, DropletView? View, Refusal? Refusal)> OwnAsync(DropletServices services, string id)
    {
        var (_, view, refusal) = await services.OwnAsync(id);
        return view is null ? (null, null, refusal) : (services.Cluster.GetGrain<IDropletBillingGrain>(GrainKeys.Droplet(view.Instance)), view, null);
    }

    /// <summary>What is missing is a figure, so that a panel can offer exactly that top-up.</summary>
    private static Refusal Refused<T>(Result<T, RenewError> refused)
        where T : notnull => refused.Error is RenewError.LimitReached ? LimitRefusals.Of(refused.Detail)
        : refused.Error is RenewError.InsufficientBalance
            ? Refusal.Of(ProblemKinds.InsufficientBalance).With(
                new Dictionary<string, long> { ["shortfall"] = long.TryParse(refused.Detail, CultureInfo.InvariantCulture, out var missing) ? missing : 0 })
            : Refusal.From(refused);

    private static async Task<InstanceBilling> ToWire(ServerBilling billing, string planId, DropletServices services)
    {
        var plan = await services.Cluster.GetGrain<IPlanGrain>(GrainKeys.Plan(planId)).Get();
        return new InstanceBilling(
            DropletMapping.ToWire(billing.Period), billing.PriceIdr, billing.PeriodStartAt, billing.DueAt, billing.AutoRenew,
            Enum.Parse<Wire.Billing.RenewalPriority>(billing.Priority.ToString()), DropletMapping.ToWire(billing.NextPeriod), billing.NextPriceIdr, billing.NextPriceFrom,
            [.. billing.Addons.Select(AddonMapping.ToWire)],
            billing.AddonsIdr, Enum.Parse<Wire.Billing.SuspensionReason>(billing.Reason.ToString()), billing.BlockedReason,
            billing.SuspendsAt, billing.HibernatesAt, billing.TerminatesAt,
            plan.Value is { } view
                ? [.. Enum.GetValues<Contracts.Droplets.BillingPeriod>().Where(period => view.Prices.PriceOf(period) is not null)
                    .Select(period => new PeriodOffer(DropletMapping.ToWire(period), view.Prices.PriceOf(period)!.Value))]
                : [],
            billing.CostsIdr ?? []);
    }
}
