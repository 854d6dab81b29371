using Microsoft.AspNetCore.Identity;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Contracts;

namespace Webrana.Api.Security;

/// <summary>What the endpoints that protect an account work with.</summary>
public sealed record SecurityServices(
    UserManager<User> Users,
    IdentityDb Db,
    SignIn SignIn,
    TwoFactor TwoFactor,
    Passkeys Passkeys,
    ApiTokens Tokens,
    EmailChanges EmailChanges,
    SessionStore Sessions,
    SignOutHints SignOuts,
    SecurityNotices Notices,
    AuthLimits Limits,
    TimeProvider Clock,
    HttpContext Http,
    CancellationToken Cancellation)
{
    /// <summary>Where the request comes from.</summary>
    public RequestOrigin Origin => RequestOrigin.Of(Http);

    /// <summary>Who asks.</summary>
    public UserId UserId => Http.User.GetUserId();

    /// <summary>Who asks, with identity's data; null when the account is gone while its token lives.</summary>
    public Task<User?> UserAsync() => Users.GetUserAsync(Http.User);

    /// <summary>Who asks, once the password proved it; or the refusal.</summary>
    public async Task<(User? User, Refusal? Refusal)> ProvenAsync(string password)
    {
        if (await UserAsync() is not { } user)
            return (null, Refusal.Of(ProblemKinds.Unauthenticated));
        var refusal = await SignIn.ProveAsync(user, password, Origin.Address, Cancellation);
        return refusal is null ? (user, null) : (null, refusal);
    }
}
