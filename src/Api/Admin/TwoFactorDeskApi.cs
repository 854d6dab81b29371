using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>
/// For who lost phone and recovery codes, after their identity was checked: <c>/internal/users/{id}/two-factor/disable</c>. The admins' alone,
/// because whoever can do this can open an account with its password.
/// </summary>
internal static class TwoFactorDeskApi
{
    public static RouteGroupBuilder MapTwoFactorDesk(this RouteGroupBuilder admin)
    {
        admin.MapPost("/users/{id}/two-factor/disable", Disable).WithTags("Users").Describe(
            "Switch somebody's second factor off after an identity check: signed out everywhere, told by mail, the password stays.",
            new DeskActRequest("KTP dan video call cocok, tiket 4411"),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.OwnAccount, ProblemKinds.TwoFactorOff, ProblemKinds.OutboxFull);
        return admin;
    }

    private static async Task<Results<Ok<AdminUser>, Refusal>> Disable(string id, DeskActRequest body, [AsParameters] TwoFactorDeskServices services)
    {
        if (!UserId.TryParse(id, out var userId) || await services.Users.FindByIdAsync(userId.Value.ToString("D")) is not { } user)
            return Refusal.Of(ProblemKinds.NotFound);
        if (new FieldErrors().CheckReason(body.Reason).Refusal is { } invalid)
            return invalid;
        if (userId == services.Http.User.GetUserId())
            return Refusal.Of(ProblemKinds.OwnAccount);
        if (!user.TwoFactorEnabled)
            return Refusal.Of(ProblemKinds.TwoFactorOff);
        await services.Audit.NoteAsync(
            services.Http, "customer.two_factor_removed", GrainKeys.Account(userId), reason: body.Reason.Trim(), before: new { twoFactor = true }, after: new { twoFactor = false });
        // Told first: this act may be asked for by a thief with a good story, and its owner must hear of it even if the process dies in the next line.
        var told = await services.Mails.SendSecurityChangedAsync(user, SecurityChanges.TwoFactorRemoved, services.Clock.GetUtcNow());
        if (!told.IsOk)
        {
            await services.Audit.NoteAsync(
                services.Http, "customer.two_factor_removal_refused", GrainKeys.Account(userId), new { error = told.Error.ToString() }, body.Reason.Trim());
            return Refusal.From(told);
        }

        // Ended before, so that a crash leaves nobody in whom a repeated act could not reach; and after, for who came in between with the lost phone.
        await services.Sessions.EndAllAsync(userId, CancellationToken.None);
        await services.TwoFactor.DisableAsync(user);
        await services.Sessions.EndAllAsync(userId, CancellationToken.None);
        await services.SignOuts.TellAsync(userId);
        return TypedResults.Ok((await AdminUsersApi.ToWireAsync(services.Db, [user], services.Http.RequestAborted))[0]);
    }

    /// <summary>What this endpoint works with.</summary>
    internal sealed record TwoFactorDeskServices(
        UserManager<User> Users, IdentityDb Db, TwoFactor TwoFactor, SessionStore Sessions, SignOutHints SignOuts, AccountMails Mails, TimeProvider Clock, AuditLog Audit, HttpContext Http);
}
