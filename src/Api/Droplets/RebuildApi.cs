using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Wire;
using Webrana.Wire.Droplets;
using RebuildMethod = Webrana.Wire.Droplets.RebuildMethod;

namespace Webrana.Api.Droplets;

/// <summary>Another operating system: <c>/api/v1/instances/{id}/rebuild-options · rebuild</c>.</summary>
public static class RebuildApi
{
    public static RouteGroupBuilder MapRebuild(this RouteGroupBuilder api)
    {
        var instances = api.MapGroup("/instances").WithTags("Instances").ForCustomers(TokenAreas.Servers);
        instances.MapGet("/{id}/rebuild-options", ListOptions).Describe(
            "Images it can be rebuilt with, and which of them keep its address.", ProblemKinds.NotFound, ProblemKinds.TemporarilyUnavailable);
        instances.MapPost("/{id}/rebuild", Rebuild).Describe(
            "Wipe it and install an image, with the SSH keys it has or others; see rebuild-options for what becomes of its address.", new RebuildRequest("ubuntu-24-04-x64", ["0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01"]),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.ActionInProgress, ProblemKinds.InvalidState,
            ProblemKinds.ImageUnavailable, ProblemKinds.SshKeyUnknown, ProblemKinds.OperationConflict);
        return api;
    }

    private static async Task<Results<Ok<Page<RebuildOption>>, Refusal>> ListOptions(string id, [AsParameters] DropletServices services)
    {
        var (grain, refusal) = await OwnAsync(services, id);
        if (grain is null)
            return refusal!;
        return (await grain.RebuildOptions()).ToOk(options => new Page<RebuildOption>([.. options.Choices.Select(choice => ToWire(choice, options.Current))], null));
    }

    private static async Task<Results<Accepted<ActionAccepted>, Refusal>> Rebuild(string id, RebuildRequest body, [AsParameters] DropletServices services)
    {
        var invalid = new FieldErrors()
            .Check(body.Image.Length is > 0 and <= 128, "image", "1 to 128 characters.")
            .Check(OrdersApi.AreKeyIds(body.SshKeyIds), "sshKeyIds", "At most 20 ids.")
            .Refusal;
        if (invalid is not null)
            return invalid;
        var (grain, refusal) = await OwnAsync(services, id);
        if (grain is null)
            return refusal!;
        var started = await grain.Rebuild(new RebuildDroplet(services.Operation.ToString(), body.Image, services.Http.User.Actor(), body.SshKeyIds));
        return started.ToAccepted(receipt => $"/api/v1/instances/{id}/actions/{receipt.ActionId}", receipt => new ActionAccepted(receipt.ActionId));
    }

    private static async Task<(IDropletRebuildGrain? Grain, Refusal? Refusal)> OwnAsync(DropletServices services, string id)
    {
        var (_, view, refusal) = await services.OwnAsync(id);
        return view is null ? (null, refusal) : (services.Cluster.GetGrain<IDropletRebuildGrain>(GrainKeys.Droplet(view.Instance)), null);
    }

    private static RebuildOption ToWire(RebuildChoice choice, string current)
    {
        var inPlace = choice.Method == Contracts.Droplets.RebuildMethod.InPlace;
        return new RebuildOption(
            choice.Image, choice.Name, choice.Distribution, inPlace ? RebuildMethod.InPlace : RebuildMethod.Replace, inPlace, choice.Image == current);
    }
}
