using Webrana.Api.Accounts;
using Webrana.Api.Problems;

namespace Webrana.Api.Security;

/// <summary>
/// Access tokens outlive their login by up to ten minutes (ADR 7). What protects the account does not wait for that: whoever was signed out
/// elsewhere changes nothing here.
/// </summary>
internal sealed class StandingLogin(SessionStore sessions) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.User.GetLogin() is { } login && !await sessions.StandsAsync(http.User.GetUserId(), login, asAdmin: false, http.RequestAborted))
            return Refusal.Of(ProblemKinds.InvalidSession);
        return await next(context);
    }
}
