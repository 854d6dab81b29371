using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Accounts;

/// <summary>
/// Makes access tokens: the framework's own opaque bearer tokens, encrypted and authenticated with the Data Protection key ring that all
/// API processes share in PostgreSQL. Chosen over JWT because nobody but the API reads them: there is no algorithm to confuse, nothing
/// inside to leak, and keys are rotated without a line of ours. They cannot be revoked, hence ten minutes.
/// </summary>
public sealed class AccessTokens(IOptionsMonitor<BearerTokenOptions> bearer, IOptions<AuthOptions> auth, TimeProvider clock)
{
    /// <param name="login">The session or token family it was issued for; what outlives a request looks there whether the login still stands.</param>
    public AccessToken Issue(UserId user, IEnumerable<string> roles, Guid? login = null)
    {
        var expiresAt = clock.GetUtcNow() + auth.Value.AccessTokenLife;
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, user.ToString()),
                .. roles.Select(role => new Claim(ClaimTypes.Role, role)),
                .. login is null ? [] : (Claim[])[new Claim(SignedInUser.LoginClaim, $"{login:D}")],
            ],
            BearerTokenDefaults.AuthenticationScheme);
        var ticket = new AuthenticationTicket(
            new ClaimsPrincipal(identity),
            new AuthenticationProperties { ExpiresUtc = expiresAt },
            $"{BearerTokenDefaults.AuthenticationScheme}:AccessToken");
        var protector = bearer.Get(BearerTokenDefaults.AuthenticationScheme).BearerTokenProtector;
        return new AccessToken(protector.Protect(ticket), expiresAt);
    }
}

/// <summary>The signed-in user of a request.</summary>
public static class SignedInUser
{
    /// <summary>Names the login a token was issued for.</summary>
    internal const string LoginClaim = "login";

    /// <summary>The login this request's token was issued for, or null.</summary>
    public static Guid? GetLogin(this ClaimsPrincipal principal) =>
        Guid.TryParseExact(principal.FindFirstValue(LoginClaim), "D", out var login) ? login : null;

    /// <summary>The user's id; only behind authorization.</summary>
    public static UserId GetUserId(this ClaimsPrincipal principal) =>
        principal.TryGetUserId(out var user) ? user : throw new InvalidOperationException("An endpoint without authorization asked for the user.");

    /// <summary>The user's id, or false for an anonymous request.</summary>
    public static bool TryGetUserId(this ClaimsPrincipal principal, out UserId user) =>
        UserId.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out user);

    /// <summary>Who acts, as activity logs and audits name it.</summary>
    public static string Actor(this ClaimsPrincipal principal) => $"user:{principal.GetUserId()}";
}
