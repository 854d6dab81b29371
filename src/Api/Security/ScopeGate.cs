using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Wire.Security;

namespace Webrana.Api.Security;

/// <summary>
/// What an API token may do, decided once for all routes and before any of them runs. Closed by default: where a route has declared nothing, no token
/// enters.
/// </summary>
internal static class ScopeGate
{
    public static IApplicationBuilder UseScopeGate(this IApplicationBuilder app) => app.Use((http, next) =>
        Refuse(http) is { } refusal ? RefuseAsync(http, refusal) : next(http));

    private static Task RefuseAsync(HttpContext http, Refusal refusal)
    {
        http.RequestServices.GetRequiredService<RefusedAccess>().Note(RefusedReason.Scope, http.User.TryGetUserId(out var user) ? user : null, http);
        return refusal.ExecuteAsync(http);
    }

    private static Refusal? Refuse(HttpContext http)
    {
        if (!http.User.IsApiToken() || http.GetEndpoint() is not { } endpoint)
            return null;
        var access = RouteAccess.Of(endpoint.Metadata);
        if (access is { Audience: Audience.Anyone })
            return null;
        if (access?.Area is not { } area)
            return Refusal.Of(ProblemKinds.InsufficientScope, "No API token may do this: it is for the signed-in person.");
        var writes = access.IsWrite(http.Request.Method);
        return TokenScopes.Allow(http.User.Scopes(), area, writes)
            ? null
            : Refusal.Of(ProblemKinds.InsufficientScope, $"It needs the scope {area}:{(writes ? "write" : "read")}.");
    }
}
