using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Droplets;
using Webrana.Data.States;
using Webrana.Wire;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Droplets;

/// <summary>The customer's servers: <c>/api/v1/instances</c>.</summary>
public static class InstancesApi
{
    private const string Terminated = "TERMINATED";

    public static RouteGroupBuilder MapInstances(this RouteGroupBuilder api)
    {
        var instances = api.MapGroup("/instances").WithTags("Instances").ForCustomers(TokenAreas.Servers);
        instances.MapGet("", ListInstances).Describe(
            "Servers, newest first; terminated ones only with ?status=TERMINATED.",
            ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        instances.MapGet("/{id}", GetInstance).Describe("One server.", ProblemKinds.NotFound);
        instances.MapPatch("/{id}", ChangeInstance).Describe(
            "Rename it, switch automatic renewal, set its turn when money is short, lock it against deletion, tag it.", new UpdateInstanceRequest("toko-kopi-2", true, false, ["produksi"]),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.InvalidName, ProblemKinds.NameTaken, ProblemKinds.InvalidState);
        instances.MapDelete("/{id}", DeleteInstance).Describe(
            "Destroy it for good, and its snapshots and backups with it; ?confirm= must be its exact name.",
            ProblemKinds.NotFound, ProblemKinds.ConfirmationMismatch, ProblemKinds.DeleteProtected, ProblemKinds.InvalidState);
        MapActions(instances);
        return api.MapAccess().MapRebuild().MapResize().MapBulk().MapFirewall();
    }

    private static void MapActions(RouteGroupBuilder instances)
    {
        foreach (var (path, kind, summary) in new[]
        {
            ("power-on", ActionKind.PowerOn, "Switch it on."),
            ("power-off", ActionKind.PowerOff, "Cut its power; what is not on disk is lost."),
            ("shutdown", ActionKind.Shutdown, "Ask its operating system to stop."),
            ("reboot", ActionKind.Reboot, "Ask its operating system to restart."),
            ("reset-password", ActionKind.ResetPassword, "Give root a new random password, to be read once from credentials."),
        })
        {
            instances.MapPost($"/{{id}}/{path}", (string id, [AsParameters] DropletServices services) => Act(id, kind, services))
                .Describe(summary, ProblemKinds.NotFound, ProblemKinds.ActionInProgress, ProblemKinds.InvalidState, ProblemKinds.OperationConflict);
        }

        instances.MapGet("/{id}/actions/{actionId}", GetAction).Describe("How far one action is.", ProblemKinds.NotFound);
        instances.MapGet("/{id}/activity", ListActivity).Describe(
            "Who did what and how it ended, newest first.", ProblemKinds.NotFound, ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
    }

    private static async Task<Results<Ok<Page<Instance>>, Refusal>> ListInstances(
        [AsParameters] DropletServices services, string? status, string? search, int? limit, string? cursor)
    {
        if (PageQuery.TryRead("instances", limit, cursor, out var page) is { } refusal)
            return refusal;
        if (!WireNames.TryRead<InstanceStatus>(status, out var wanted))
            return new FieldErrors().Check(false, "status", "One of the documented statuses.").Refusal!;
        var filter = new StateFilter(StateNames.Droplet, services.User.ToString(), WireNames.Of(wanted));
        var (views, next) = await services.ListAsync(filter, page, row => wanted is not null || row.Status != Terminated);
        // By name: a page may come out shorter than its limit; its cursor says whether there is more.
        var found = views.Where(view => string.IsNullOrWhiteSpace(search) || view.Name.Contains(search.Trim(), StringComparison.OrdinalIgnoreCase));
        return TypedResults.Ok(new Page<Instance>([.. found.Select(DropletMapping.ToWire)], PageQuery.Cursor("instances", next)));
    }

    private static async Task<Results<Ok<Instance>, Refusal>> GetInstance(string id, [AsParameters] DropletServices services)
    {
        var (_, view, refusal) = await services.OwnAsync(id);
        return view is null ? refusal! : TypedResults.Ok(view.ToWire());
    }

    private static async Task<Results<Ok<Instance>, Refusal>> ChangeInstance(string id, UpdateInstanceRequest body, [AsParameters] DropletServices services)
    {
        if (Labels.Check(body.Tags) is { } invalid)
            return invalid;
        var (grain, _, refusal) = await services.OwnAsync(id);
        return grain is null
            ? refusal!
            : (await grain.Change(new ChangeDroplet(body.Name, body.AutoRenew, services.Http.User.Actor(), body.Protected, Labels.Clean(body.Tags),
                body.Priority is { } priority ? Enum.Parse<RenewalPriority>(priority.ToString()) : null))).ToOk(DropletMapping.ToWire);
    }

    private static async Task<Results<Accepted<ActionAccepted>, Refusal>> DeleteInstance(
        string id, string? confirm, [AsParameters] DropletServices services)
    {
        var (grain, _, refusal) = await services.OwnAsync(id);
        if (grain is null)
            return refusal!;
        var deleted = await grain.Delete(new DeleteDroplet(services.Operation.ToString(), confirm ?? "", services.Http.User.Actor()));
        return deleted.ToAccepted(receipt => Location(id, receipt), receipt => new ActionAccepted(receipt.ActionId));
    }

    private static async Task<Results<Accepted<ActionAccepted>, Refusal>> Act(string id, ActionKind kind, DropletServices services)
    {
        var (grain, _, refusal) = await services.OwnAsync(id);
        if (grain is null)
            return refusal!;
        var started = await grain.Act(new StartAction(services.Operation.ToString(), kind, services.Http.User.Actor()));
        return started.ToAccepted(receipt => Location(id, receipt), receipt => new ActionAccepted(receipt.ActionId));
    }

    private static async Task<Results<Ok<InstanceAction>, Refusal>> GetAction(string id, string actionId, [AsParameters] DropletServices services)
    {
        var (grain, _, refusal) = await services.OwnAsync(id);
        return grain is null ? refusal! : (await grain.Action(actionId)).ToOk(DropletMapping.ToWire);
    }

    private static async Task<Results<Ok<Page<InstanceAction>>, Refusal>> ListActivity(
        string id, [AsParameters] DropletServices services, InstanceActivity activity, int? limit, string? cursor)
    {
        if (PageQuery.TryRead("activity", limit, cursor, out var page) is { } refusal)
            return refusal;
        var (_, view, notMine) = await services.OwnAsync(id);
        if (view is null)
            return notMine!;
        var rows = await activity.ListAsync(view.Instance.Value, page.Limit, page.After, services.Cancellation);
        return TypedResults.Ok(new Page<InstanceAction>([.. rows.Rows.Select(DropletMapping.ToWire)], PageQuery.Cursor("activity", rows.Next)));
    }

    private static string Location(string id, ActionReceipt receipt) => $"/api/v1/instances/{id}/actions/{receipt.ActionId}";
}
