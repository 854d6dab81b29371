using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Wire.Billing;

namespace Webrana.Api.Billing;

/// <summary>The forecast of a wallet: <c>/api/v1/wallet/runway</c>.</summary>
public static class RunwayApi
{
    private const int DefaultDays = 90;

    public static RouteGroupBuilder MapRunway(this RouteGroupBuilder api)
    {
        api.MapGet("/wallet/runway", Forecast).WithTags("Wallet").ForCustomers(TokenAreas.Wallet).Describe(
            "What the wallet's servers will charge in the next ?days= (1 to 400, default 90), when the money ends, and what top-up covers it.",
            ProblemKinds.ValidationFailed);
        return api;
    }

    private static async Task<Results<Ok<Runway>, Refusal>> Forecast(HttpContext http, IClusterClient cluster, int? days)
    {
        var look = days ?? DefaultDays;
        if (new FieldErrors().Check(look is >= 1 and <= RunwayLimits.MaxDays, "days", $"1 to {RunwayLimits.MaxDays}.").Refusal is { } refusal)
            return refusal;
        var view = await cluster.GetGrain<IRunwayGrain>(GrainKeys.Runway(http.User.GetUserId())).Forecast(look);
        return TypedResults.Ok(new Runway(
            view.FromAt, view.UntilAt, view.AvailableIdr, view.EndsAt, view.TopUpIdr, view.TopUp30Idr, [.. view.Steps.Select(ToWire)], view.TopUp90Idr));
    }

    private static RunwayStep ToWire(RunwayStepView step) =>
        new(step.At, KindOf(step.Kind), step.Server?.ToString(), step.ServerName, step.AmountIdr, step.LeftIdr);

    private static RunwayEvent KindOf(RunwayStepKind kind) => kind switch
    {
        RunwayStepKind.Renewed => RunwayEvent.Renewed,
        RunwayStepKind.NotPaid => RunwayEvent.NotPaid,
        RunwayStepKind.Suspended => RunwayEvent.Suspended,
        RunwayStepKind.Terminated => RunwayEvent.Terminated,
        RunwayStepKind.Hibernated => RunwayEvent.Hibernated,
        _ => RunwayEvent.BonusExpired,
    };
}
