using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Droplets;

/// <summary>How the owner enters a server: <c>/api/v1/instances/{id}/access · credentials</c>.</summary>
public static class AccessApi
{
    public static RouteGroupBuilder MapAccess(this RouteGroupBuilder api)
    {
        var instances = api.MapGroup("/instances").WithTags("Instances").ForCustomers(TokenAreas.Servers);
        instances.MapGet("/{id}/access", GetAccess).Describe(
            "How to log in: user, fingerprint of the host key, whether a password waits to be shown.", ProblemKinds.NotFound);
        instances.MapPost("/{id}/credentials", TakeCredentials).Describe(
            "The root password, once; a repetition with the same Idempotency-Key gets it again for ten minutes, everybody else 410.",
            ProblemKinds.NotFound, ProblemKinds.InvalidState, ProblemKinds.CredentialsTaken);
        return api;
    }

    private static async Task<Results<Ok<Wire.Droplets.InstanceAccess>, Refusal>> GetAccess(string id, [AsParameters] DropletServices services)
    {
        var (door, refusal) = await services.OwnDoorAsync(id);
        return door is null ? refusal! : (await door.Access()).ToOk(DropletMapping.ToWire);
    }

    private static async Task<Results<Ok<InstanceCredentials>, Refusal>> TakeCredentials(string id, [AsParameters] DropletServices services)
    {
        var (door, refusal) = await services.OwnDoorAsync(id);
        if (door is null)
            return refusal!;
        services.Http.Response.Headers.CacheControl = "no-store";
        return (await door.Reveal(services.Operation.ToString())).ToOk(shown => new InstanceCredentials(shown.User, shown.Password));
    }

    /// <summary>The way into the caller's own server, or the same 404 as ever.</summary>
    internal static async Task<(IDropletAccessGrain? Door, Refusal? Refusal)> OwnDoorAsync(this DropletServices services, string id)
    {
        var (_, view, refusal) = await services.OwnAsync(id);
        return view is null ? (null, refusal) : (services.Cluster.GetGrain<IDropletAccessGrain>(GrainKeys.Droplet(view.Instance)), null);
    }
}
