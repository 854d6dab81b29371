using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts.Droplets;
using Webrana.Wire;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Droplets;

/// <summary>One act on several servers: <c>/api/v1/instances/actions</c>.</summary>
public static class BulkApi
{
    private const int MostInstances = 50;

    public static RouteGroupBuilder MapBulk(this RouteGroupBuilder api)
    {
        api.MapGroup("/instances").WithTags("Instances").RequireAuthorization().MapPost("/actions", Act).Describe(
            "Switch several servers on or off, or restart them; each answers for itself.",
            new BulkActionRequest(InstanceActionType.Reboot, ["0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01", "0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b02"]), ProblemKinds.ValidationFailed);
        return api;
    }

    private static async Task<Results<Ok<Page<BulkActionResult>>, Refusal>> Act(BulkActionRequest body, [AsParameters] DropletServices services)
    {
        var kind = KindOf(body.Action);
        var invalid = new FieldErrors()
            .Check(kind is not null, "action", "POWER_ON, POWER_OFF, SHUTDOWN or REBOOT.")
            .Check(body.InstanceIds.Count is > 0 and <= MostInstances, "instanceIds", "1 to 50 ids.")
            .Check(body.InstanceIds.Distinct(StringComparer.OrdinalIgnoreCase).Count() == body.InstanceIds.Count, "instanceIds", "Each once.")
            .Refusal;
        if (invalid is not null)
            return invalid;
        // Action ids belong to their server: the one operation is each one's action, and a repetition is the same one for each.
        return TypedResults.Ok(new Page<BulkActionResult>(await Task.WhenAll(body.InstanceIds.Select(id => ActAsync(id, kind!.Value, services))), null));
    }

    private static async Task<BulkActionResult> ActAsync(string id, ActionKind kind, DropletServices services)
    {
        var (grain, _, _) = await services.OwnAsync(id);
        if (grain is null)
            return new BulkActionResult(id, null, ProblemCodes.NotFound);
        var started = await grain.Act(new StartAction(services.Operation.ToString(), kind, services.Http.User.Actor()));
        return started.TryGet(out var receipt)
            ? new BulkActionResult(id, receipt.ActionId, null)
            : new BulkActionResult(id, null, GrainErrors.KindOf(started.Error!.Value).Code);
    }

    private static ActionKind? KindOf(InstanceActionType action) => action switch
    {
        InstanceActionType.PowerOn => ActionKind.PowerOn,
        InstanceActionType.PowerOff => ActionKind.PowerOff,
        InstanceActionType.Shutdown => ActionKind.Shutdown,
        InstanceActionType.Reboot => ActionKind.Reboot,
        _ => null,
    };
}
