using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Security;

/// <summary>
/// Authenticates <c>Authorization: Bearer wbr_pat_…</c>. The principal carries the token's scopes and the customer's role, never a staff role: a token that
/// leaks from an admin's laptop opens no admin route.
/// </summary>
internal sealed class ApiTokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logging, UrlEncoder encoder, ApiTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logging, encoder)
{
    public const string SchemeName = "ApiToken";

    private const string Bearer = "Bearer ";

    /// <summary>Whether a request brings an API token.</summary>
    public static bool Brought(HttpContext http) => Credential(http) is not null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Credential(Context) is not { } credential)
            return AuthenticateResult.NoResult();
        if (await tokens.FindAsync(credential, RequestOrigin.Of(Context).Address, Context.RequestAborted) is not { } token)
            return AuthenticateResult.Fail("Unknown, expired or revoked.");
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, token.User.ToString()),
                new Claim(ClaimTypes.Role, Roles.Customer),
                new Claim(SignedInUser.LoginClaim, $"{token.Id:D}"),
                .. token.Scopes.Select(scope => new Claim(TokenPrincipal.ScopeClaim, scope)),
            ],
            SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    private static string? Credential(HttpContext http) =>
        http.Request.Headers.Authorization.ToString() is var value && value.StartsWith(Bearer + Secrets.ApiToken, StringComparison.OrdinalIgnoreCase)
            ? value[Bearer.Length..].Trim() : null;
}

/// <summary>What a request's principal says of its API token.</summary>
internal static class TokenPrincipal
{
    public const string ScopeClaim = "scope";

    /// <summary>Whether the request was made with an API token.</summary>
    public static bool IsApiToken(this ClaimsPrincipal user) => user.Identity?.AuthenticationType == ApiTokenHandler.SchemeName;

    /// <summary>The token's scopes.</summary>
    public static IEnumerable<string> Scopes(this ClaimsPrincipal user) => user.FindAll(ScopeClaim).Select(claim => claim.Value);
}
