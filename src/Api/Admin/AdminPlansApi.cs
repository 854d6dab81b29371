using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Webrana.Api.Plans;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Plans;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>The catalogue as admins keep it: <c>/internal/plans</c>.</summary>
public static partial class AdminPlansApi
{
    public static RouteGroupBuilder MapAdminPlans(this RouteGroupBuilder admin)
    {
        var plans = admin.MapGroup("/plans").WithTags("Plans");
        plans.MapGet("", ListPlans).For(Desk.Read).Describe("All plans, hidden and retired ones included.");
        plans.MapGet("/{id}", GetPlan).For(Desk.Read).Describe("One plan.", ProblemKinds.NotFound);
        plans.MapPost("", CreatePlan).Describe(
            "Create a plan; its id stays for ever.",
            new CreatePlanRequest(
                "basic-1", "Basic 1", "s-1vcpu-1gb", 1, 1024, 25, 1, ["sgp1"], 110_000, PriceHourly: 165, PriceDaily: 4_500, PriceYearly: 1_200_000,
                AllowDaily: true, AllowMonthly: true, AllowYearly: true, ProviderCostUsd: 6, StockLimit: 500, Reason: "Ukuran baru di Singapura"),
            ProblemKinds.ValidationFailed, ProblemKinds.InvalidPlan, ProblemKinds.InvalidPrice, ProblemKinds.PriceMissing, ProblemKinds.AlreadyExists);
        plans.MapPatch("/{id}", ChangePlan).Describe(
            "Change name, regions, visibility, order, cost or stock; absent fields stay.", new UpdatePlanRequest(Name: "Basic 1", Hidden: false, ProviderCostUsd: 6, StockLimit: 500, Reason: "Kuota akun penyedia dinaikkan"),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.InvalidPlan);
        plans.MapPatch("/{id}/pricing", ChangePricing).Describe(
            "Change prices and allowed periods as one new version; absent fields stay. Servers keep the price they were sold at, unless a date is given from which they move.",
            new PlanPricing(PriceMonthly: 115_000, AllowYearly: false, MovesRunningAt: new DateTimeOffset(2099, 3, 1, 0, 0, 0, TimeSpan.Zero), Reason: "Kurs dolar naik"),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.NoticeTooShort, ProblemKinds.InvalidPrice, ProblemKinds.PriceMissing);
        plans.MapDelete("/{id}", RetirePlan).Describe(
            "Stop selling it, for good; servers already bought go on.", new ChangeReason("Penyedia menghentikan ukuran ini"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        return admin;
    }

    private static async Task<Ok<Page<AdminPlan>>> ListPlans(PlanCatalogue catalogue, PlanFigures figures, CancellationToken cancellation)
    {
        var facts = await figures.ReadAsync(cancellation);
        return TypedResults.Ok(new Page<AdminPlan>([.. (await catalogue.AllAsync(cancellation)).Select(facts.ToWire)]));
    }

    private static async Task<Results<Ok<AdminPlan>, Refusal>> GetPlan(string id, IClusterClient cluster, PlanFigures figures, CancellationToken cancellation) =>
        Find(cluster, id) is { } plan ? (await plan.Get()).ToOk((await figures.ReadAsync(cancellation)).ToWire) : Refusal.Of(ProblemKinds.NotFound);

    private static async Task<Results<Created<AdminPlan>, Refusal>> CreatePlan(
        CreatePlanRequest body, IClusterClient cluster, PlanFigures figures, AuditLog audit, HttpContext http)
    {
        if (Reasons.Judge(body.Reason) is { } invalid)
            return invalid;
        if (Find(cluster, body.Id) is not { } plan)
            return Refusal.Of(ProblemKinds.InvalidPlan, "The id has 1 to 40 lower-case letters, digits and dashes.");
        var facts = await figures.ReadAsync(http.RequestAborted);
        var intent = await audit.IntendAsync(http, "plan.created", GrainKeys.Plan(body.Id), body with { Reason = null }, body.Reason?.Trim(), before: null);
        var created = await plan.Create(new DefinePlan(
            body.Name, body.Size, body.Vcpus, body.MemoryMb, body.DiskGb, body.TransferTb,
            new PlanPrices(body.PriceHourly, body.PriceDaily, body.PriceMonthly, body.PriceYearly, body.AllowDaily, body.AllowMonthly,
                body.AllowYearly ?? body.PriceYearly is not null),
            body.Regions, body.Hidden, body.SortOrder, Cents(body.ProviderCostUsd), body.StockLimit));
        await intent.EndAsync(created, facts.ToWire);
        return created.ToCreated(view => $"/internal/plans/{view.PlanId}", (await figures.ReadAsync(http.RequestAborted)).ToWire);
    }

    private static async Task<Results<Ok<AdminPlan>, Refusal>> ChangePlan(
        string id, UpdatePlanRequest body, IClusterClient cluster, PlanFigures figures, AuditLog audit, HttpContext http)
    {
        if (Reasons.Judge(body.Reason) is { } invalid)
            return invalid;
        if (Find(cluster, id) is not { } plan)
            return Refusal.Of(ProblemKinds.NotFound);
        var found = await plan.Get();
        if (!found.TryGet(out var before))
            return Refusal.From(found);
        var facts = await figures.ReadAsync(http.RequestAborted);
        var intent = await audit.IntendAsync(http, "plan.changed", GrainKeys.Plan(id), body with { Reason = null }, body.Reason?.Trim(), facts.ToWire(before));
        var changed = await plan.Change(new ChangePlan(body.Name, body.Regions, body.Hidden, body.SortOrder, Cents(body.ProviderCostUsd), body.StockLimit));
        await intent.EndAsync(changed, facts.ToWire);
        return changed.ToOk((await figures.ReadAsync(http.RequestAborted)).ToWire);
    }

    private static async Task<Results<Ok<AdminPlan>, Refusal>> ChangePricing(
        string id, PlanPricing body, IClusterClient cluster, PlanFigures figures, AuditLog audit, HttpContext http)
    {
        if (Reasons.Judge(body.Reason) is { } invalid)
            return invalid;
        if (Find(cluster, id) is not { } plan)
            return Refusal.Of(ProblemKinds.NotFound);
        var found = await plan.Get();
        if (!found.TryGet(out var before))
            return Refusal.From(found);
        var facts = await figures.ReadAsync(http.RequestAborted);
        var intent = await audit.IntendAsync(http, "plan.priced", GrainKeys.Plan(id), body with { Reason = null }, body.Reason?.Trim(), facts.ToWire(before));
        var priced = await plan.SetPricing(new SetPricing(
            body.PriceHourly, body.PriceDaily, body.PriceMonthly, body.PriceYearly, body.AllowDaily, body.AllowMonthly, body.AllowYearly, body.MovesRunningAt));
        await intent.EndAsync(priced, facts.ToWire);
        return priced.ToOk((await figures.ReadAsync(http.RequestAborted)).ToWire);
    }

    private static async Task<Results<NoContent, Refusal>> RetirePlan(
        string id, [FromBody] ChangeReason? body, IClusterClient cluster, PlanFigures figures, AuditLog audit, HttpContext http)
    {
        if (Reasons.Judge(body?.Reason) is { } invalid)
            return invalid;
        if (Find(cluster, id) is not { } plan)
            return Refusal.Of(ProblemKinds.NotFound);
        var found = await plan.Get();
        if (!found.TryGet(out var before))
            return Refusal.From(found);
        var facts = await figures.ReadAsync(http.RequestAborted);
        var intent = await audit.IntendAsync(http, "plan.retired", GrainKeys.Plan(id), asked: null, body?.Reason?.Trim(), facts.ToWire(before));
        var retired = await plan.Retire();
        await intent.EndAsync(retired, facts.ToWire);
        return retired.IsOk ? TypedResults.NoContent() : Refusal.From(retired);
    }

    /// <summary>Dollars as people write them → cents as they are stored; a part of a cent is dropped.</summary>
    private static int? Cents(decimal? dollars) => dollars is { } amount ? (int)Math.Clamp(amount * 100, int.MinValue / 2, int.MaxValue / 2) : null;

    /// <summary>Only a well-formed slug reaches a grain: a key is for ever.</summary>
    private static IPlanGrain? Find(IClusterClient cluster, string id) => Slug().IsMatch(id) ? cluster.GetGrain<IPlanGrain>(GrainKeys.Plan(id)) : null;

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Slug();
}
