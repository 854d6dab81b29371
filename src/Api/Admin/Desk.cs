using Microsoft.AspNetCore.Authorization;
using Webrana.Api.Accounts;
using Webrana.Api.Security;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Admin;

/// <summary>
/// Who may ask what under <c>/internal</c>: every route has exactly one of these policies. A route that names none is the admins' alone, so
/// that forgetting closes a door instead of opening one.
/// </summary>
public static class Desk
{
    /// <summary>Looking at customers, money and prices: everybody at the desk.</summary>
    public const string Read = "desk:read";

    /// <summary>Acting on money and reading the books: admin, finance.</summary>
    public const string Money = "desk:money";

    /// <summary>Looking at servers and sending mails again: admin, support.</summary>
    public const string Care = "desk:care";

    /// <summary>All policies with the roles that satisfy them.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Policies = new Dictionary<string, string[]>
    {
        [AuthSetup.AdminPolicy] = [Roles.Admin],
        [Read] = Roles.Staff.Split(','),
        [Money] = Roles.MoneyDesk.Split(','),
        [Care] = Roles.CareDesk.Split(','),
    };

    /// <summary>Opens a route to a policy's roles.</summary>
    public static RouteHandlerBuilder For(this RouteHandlerBuilder endpoint, string policy) => endpoint.RequireAuthorization(policy);

    /// <summary>Gives every route of the group that names no policy the admins'.</summary>
    public static RouteGroupBuilder AdminUnlessSaid(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (!endpoint.Metadata.OfType<IAuthorizeData>().Any(data => data.Policy is not null && Policies.ContainsKey(data.Policy)))
                endpoint.Metadata.Add(new AuthorizeAttribute(AuthSetup.AdminPolicy));
        });
        return group;
    }

    /// <summary>The roles that may use an endpoint of the desk; null for an endpoint that is not one.</summary>
    internal static string[]? RolesOf(IEnumerable<object> metadata) =>
        metadata.OfType<IAuthorizeData>().Select(data => Policies.GetValueOrDefault(data.Policy ?? "")).FirstOrDefault(roles => roles is not null);

    internal static void AddDesk(this AuthorizationBuilder authorization)
    {
        foreach (var (name, roles) in Policies)
            authorization.AddPolicy(name, policy => policy.RequireAuthenticatedUser().AddRequirements(new DeskRole(roles)));
        authorization.Services.AddSingleton<IAuthorizationHandler, DeskRoleHandler>();
    }
}

/// <summary>One of these roles, held now.</summary>
internal sealed record DeskRole(string[] Roles) : IAuthorizationRequirement;

/// <summary>
/// Believes a token's "no", and asks the rows for a "yes": a role that was taken, or a login that was ended, must not live on for the rest
/// of a token's ten minutes where money is moved. One read by key; the desk is not busy.
/// </summary>
internal sealed class DeskRoleHandler(SessionStore sessions, RefusedAccess refused) : AuthorizationHandler<DeskRole>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, DeskRole requirement)
    {
        var http = context.Resource as HttpContext;
        var known = context.User.TryGetUserId(out var user);
        if (known && requirement.Roles.Any(context.User.IsInRole)
            && await sessions.HoldsAsync(user, context.User.GetLogin(), requirement.Roles, http?.RequestAborted ?? default))
            context.Succeed(requirement);
        else
            refused.Note(known ? RefusedReason.Role : RefusedReason.Unauthenticated, known ? user : null, http);
    }
}
