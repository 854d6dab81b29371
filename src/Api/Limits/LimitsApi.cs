using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Hosting;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Limits;
using Webrana.Data.Limits;
using Webrana.Domain.Limits;
using Webrana.Wire.Limits;

namespace Webrana.Api.Limits;

/// <summary>How much a customer may have: <c>/api/v1/me/limits</c>, and for the desk <c>/internal/users/{id}/limits</c>.</summary>
public static class LimitsApi
{
    public static RouteGroupBuilder MapLimits(this RouteGroupBuilder api)
    {
        api.MapGet("/me/limits", async (IClusterClient cluster, HttpContext http) => TypedResults.Ok(ToWire(await cluster.LimitsAsync(http.User.GetUserId()))))
            .WithTags("Account").ForCustomers(TokenAreas.Profile).Describe("How many servers, how large a plan and how much a day I may have, what is used of it, and how to raise it.");
        return api;
    }

    public static RouteGroupBuilder MapAdminLimits(this RouteGroupBuilder admin)
    {
        var limits = admin.MapGroup("/users/{id}/limits").WithTags("Users");
        limits.MapGet("", GetLimits).For(Desk.Read).Describe("A customer's limits, what is used of them, and figures set by hand.", ProblemKinds.NotFound);
        limits.MapPut("", SetLimits).Describe(
            "Set a customer's limits by hand, whatever the rule says; without figures the rule holds again. Servers that run stay.",
            new SetLimitsRequest("Perusahaan dengan kontrak tahunan", 100, 16), ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        return admin;
    }

    private static async Task<Results<Ok<CustomerLimitsState>, Refusal>> GetLimits(string id, [AsParameters] LimitServices services) =>
        await services.FindAsync(id) is { } user ? TypedResults.Ok(await services.StateAsync(user)) : Refusal.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<CustomerLimitsState>, Refusal>> SetLimits(
        string id, SetLimitsRequest body, [AsParameters] LimitServices services, AuditLog audit, BusinessTime clock)
    {
        if (await services.FindAsync(id) is not { } user)
            return Refusal.Of(ProblemKinds.NotFound);
        var invalid = new FieldErrors().CheckReason(body.Reason)
            .Check(body.Servers is null or (>= 0 and <= 10_000), "servers", "0 to 10,000.")
            .Check(body.PlanVcpus is null or (>= 0 and <= 1_000), "planVcpus", "0 to 1,000.")
            .Check(body.SpendPerDay is null or (>= 0 and <= 1_000_000_000_000), "spendPerDay", "0 to 1,000,000,000,000.").Refusal;
        if (invalid is not null)
            return invalid;
        var before = (await services.Rows.FindOverrideAsync(user.Value, services.Cancellation))?.Figures;
        var figures = body is { Servers: null, PlanVcpus: null, SpendPerDay: null } ? null : new LimitOverride(body.Servers, body.PlanVcpus, body.SpendPerDay);
        await audit.NoteAsync(services.Http, "customer.limits_changed", GrainKeys.Account(user), reason: body.Reason.Trim(), before: Shown(before), after: Shown(figures));
        await services.Rows.OverrideAsync(
            user.Value, figures is null ? null : new LimitOverrideRow(figures, body.Reason.Trim(), services.Http.User.GetUserId().Value, clock.GetUtcNow()));
        return TypedResults.Ok(await services.StateAsync(user));
    }

    private static object Shown(LimitOverride? figures) => new { figures?.Servers, planVcpus = figures?.Vcpus, spendPerDay = figures?.SpendPerDayIdr };

    internal static AccountLimits ToWire(LimitsView view) => new(
        view.Servers, view.ServersUsed, view.Vcpus, view.SpendPerDayIdr, view.SpentIdr, view.PaidIdr, view.FirstPaidAt,
        view.Next is { } next ? new HigherLimits(next.Servers, next.Vcpus, next.SpendPerDayIdr, next.MissingPaidIdr, next.MissingDays) : null);

    internal static Task<LimitsView> LimitsAsync(this IClusterClient cluster, UserId user) => cluster.GetGrain<ILimitsGrain>(GrainKeys.Limits(user)).Get();

    /// <summary>What the desk's endpoints work with.</summary>
    internal sealed record LimitServices(IClusterClient Cluster, CustomerLimitRows Rows, IdentityDb Db, HttpContext Http, CancellationToken Cancellation)
    {
        public async Task<UserId?> FindAsync(string id) =>
            UserId.TryParse(id, out var user) && await Db.Users.AnyAsync(one => one.Id == user.Value, Cancellation) ? user : null;

        public async Task<CustomerLimitsState> StateAsync(UserId user)
        {
            var byHand = await Rows.FindOverrideAsync(user.Value, Cancellation);
            var by = byHand is null ? null : (await Db.Users.FindAsync([byHand.ActorId], Cancellation))?.Email;
            return new CustomerLimitsState(ToWire(await Cluster.LimitsAsync(user)), byHand is null ? null : new LimitsByHand(
                byHand.Figures.Servers, byHand.Figures.Vcpus, byHand.Figures.SpendPerDayIdr, byHand.Reason, by, byHand.Since));
        }
    }
}
