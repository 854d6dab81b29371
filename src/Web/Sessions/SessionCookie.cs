using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Webrana.Client;
using Webrana.Web.Hosting;
using Webrana.Wire.Accounts;

namespace Webrana.Web.Sessions;

/// <summary>
/// The one cookie that signs a person in. Its content is encrypted by Data Protection and unreadable to the browser: the API's opaque session credential, and who it belongs to.
/// Only static pages write it: a circuit has no response to write to.
/// </summary>
static class SessionCookie
{
    const string CredentialClaim = "session";

    public static void AddSessionCookie(this IServiceCollection services, WebOptions web)
    {
        var tls = web.PublicUrl?.Scheme == Uri.UriSchemeHttps;
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = tls ? "__Host-webrana" : "webrana";
            cookie.Cookie.Path = "/";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = tls ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = web.SessionLifetime;
            cookie.SlidingExpiration = true;
            cookie.LoginPath = "/login";
            cookie.AccessDeniedPath = "/not-found";
            cookie.ReturnUrlParameter = ReturnUrl.Parameter;
        });
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
    }

    /// <summary>Writes the cookie for a session that was just created.</summary>
    public static Task SignInAsync(HttpContext context, string credential, Profile profile)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, profile.Id),
                new Claim(ClaimTypes.Name, profile.Name),
                new Claim(ClaimTypes.Email, profile.Email),
                new Claim(CredentialClaim, credential),
                .. profile.Roles.Select(role => new Claim(ClaimTypes.Role, role)),
            ],
            CookieAuthenticationDefaults.AuthenticationScheme);
        return context.SignInAsync(new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
    }

    /// <summary>The API's session credential, or null for someone who is not signed in.</summary>
    public static string? Credential(ClaimsPrincipal user) => user.FindFirstValue(CredentialClaim);

    /// <summary>Sign-out is a form post with an antiforgery token; the form stands in the static shell of every panel page.</summary>
    public static void MapSignOut(this WebApplication app) => app.MapPost("/logout", SignOutAsync);

    static async Task<IResult> SignOutAsync(HttpContext context, WebranaClient client, IAntiforgery antiforgery)
    {
        // Asked for by hand: the middleware leaves endpoints alone that bind no form field.
        if (!await antiforgery.IsRequestValidAsync(context)) return Results.BadRequest();
        // The cookie goes whether or not the API can be told: the person asked to be signed out here. The API's session then ends by its own age.
        if (Credential(context.User) is { } credential) await client.Auth.EndSessionAsync(new EndSessionRequest(credential), context.RequestAborted);
        await context.SignOutAsync();
        return Results.LocalRedirect("/login");
    }
}
