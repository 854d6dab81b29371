using Microsoft.AspNetCore.Identity;
using Webrana.Api.Security;

namespace Webrana.Api.Accounts;

/// <summary>What the account endpoints work with.</summary>
public sealed record AccountServices(
    UserManager<User> Users,
    IdentityDb Db,
    SignIn SignIn,
    Registration Registration,
    PendingRegistrations Pending,
    MailRequests Requests,
    AccountMails Mails,
    AccessTokens AccessTokens,
    SessionStore Sessions,
    SignOutHints SignOuts,
    AuthLimits Limits,
    SignInTries Tries,
    SecurityNotices Notices,
    TimeProvider Clock,
    HttpContext Http,
    CancellationToken Cancellation)
{
    /// <summary>Where the request comes from.</summary>
    public RequestOrigin Origin => RequestOrigin.Of(Http);
}
