using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Wire;
using Webrana.Wire.Security;

namespace Webrana.Api.Security;

/// <summary>Where a person is signed in, and ending it: <c>/api/v1/me/sessions</c>.</summary>
public static class DevicesApi
{
    public static RouteGroupBuilder MapDevices(this RouteGroupBuilder api)
    {
        var sessions = api.MapGroup("/me/sessions").WithTags("Security").ForThePerson();
        sessions.MapGet("", List).Describe("Where you are signed in, last seen first.");
        sessions.MapDelete("/{id}", EndOne).Describe("Sign one login out; its consoles and open pages end.", ProblemKinds.NotFound, ProblemKinds.InvalidSession);
        sessions.MapDelete("", EndAll).Describe(
            "Sign out everywhere, this login included unless ?keepCurrent=true; consoles and open pages end, API tokens stay.", ProblemKinds.InvalidSession);
        return api;
    }

    private static async Task<Ok<Page<SignedInDevice>>> List([AsParameters] SecurityServices security) =>
        TypedResults.Ok(new Page<SignedInDevice>(
            await security.Sessions.ListAsync(security.UserId, security.Http.User.GetLogin(), security.Cancellation)));

    private static async Task<Results<NoContent, Refusal>> EndOne(string id, [AsParameters] SecurityServices security)
    {
        if (!Guid.TryParseExact(id, "D", out var login) || !await security.Sessions.EndLoginAsync(security.UserId, login, security.Cancellation))
            return Refusal.Of(ProblemKinds.NotFound);
        await security.SignOuts.TellAsync(security.UserId);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EndAll([AsParameters] SecurityServices security, bool keepCurrent = false)
    {
        var keep = keepCurrent ? security.Http.User.GetLogin() : null;
        await security.Sessions.EndAllAsync(security.UserId, security.Cancellation, keep);
        await security.SignOuts.TellAsync(security.UserId);
        return TypedResults.NoContent();
    }
}
