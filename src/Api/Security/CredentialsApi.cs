using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Wire.Security;

namespace Webrana.Api.Security;

/// <summary>Password and address of the signed-in person, and an overview of how the account is protected.</summary>
public static class CredentialsApi
{
    public static RouteGroupBuilder MapCredentials(this RouteGroupBuilder api)
    {
        var me = api.MapGroup("/me").WithTags("Security").ForThePerson();
        me.MapGet("/security", Overview).Describe("How the account is protected.");
        me.MapPost("/password", ChangePassword).Describe(
            "Change the password; every other login ends.", new ChangePasswordRequest("kopi-tubruk-77", "kopi-tubruk-78"),
            ProblemKinds.WrongPassword, ProblemKinds.WeakPassword, ProblemKinds.LockedOut, ProblemKinds.InvalidSession);
        me.MapPost("/email", ChangeEmail).Describe(
            "Change the address: a link goes to the present and to the new one, and both must be followed.",
            new ChangeEmailRequest("budi.baru@example.com", "kopi-tubruk-77"),
            ProblemKinds.WrongPassword, ProblemKinds.ValidationFailed, ProblemKinds.LockedOut, ProblemKinds.TooManyRequests, ProblemKinds.InvalidSession);
        me.MapDelete("/email", CancelEmail).Describe("Drop a change of address that waits.", ProblemKinds.InvalidSession);
        api.MapPost("/auth/confirm-email-change", AgreeToEmail).WithTags("Security").ForAnyone().Describe(
            "One address's yes to a change of address, with the token of its link.",
            new ConfirmEmailChangeRequest("wbr_ec_3kq0b1mJ0QyW0n1o5hVvY1c7u3f2nQmS8p0aYb6dE2g"), ProblemKinds.InvalidToken, ProblemKinds.EmailTaken);
        return api;
    }

    private static async Task<Results<Ok<SecurityOverview>, Refusal>> Overview([AsParameters] SecurityServices security)
    {
        if (await security.UserAsync() is not { } user)
            return Refusal.Of(ProblemKinds.Unauthenticated);
        return TypedResults.Ok(new SecurityOverview(
            user.TwoFactorEnabled,
            user.TwoFactorEnabled ? await security.Users.CountRecoveryCodesAsync(user) : 0,
            (await security.Users.GetPasskeysAsync(user)).Count,
            user.PasswordChangedAt,
            await security.EmailChanges.PendingAsync(user.Id, security.Cancellation)));
    }

    private static async Task<Results<NoContent, Refusal>> ChangePassword(ChangePasswordRequest body, [AsParameters] SecurityServices security)
    {
        var (user, refusal) = await security.ProvenAsync(body.CurrentPassword);
        if (user is null)
            return refusal!;
        // With the new password in one transaction: whoever held the old one is out, or nothing happened.
        await using var transaction = await security.Db.Database.BeginTransactionAsync(security.Cancellation);
        user.PasswordChangedAt = security.Clock.GetUtcNow();
        var changed = await security.Users.ChangePasswordAsync(user, body.CurrentPassword, body.NewPassword);
        if (!changed.Succeeded)
            return Registration.WeakPassword(changed);
        var keep = security.Http.User.GetLogin() ?? Guid.Empty;
        await security.Db.Database.ExecuteSqlAsync(
            $"UPDATE identity.sessions SET revoked_at = {security.Clock.GetUtcNow().UtcDateTime} WHERE user_id = {user.Id} AND revoked_at IS NULL AND family <> {keep}",
            security.Cancellation);
        await transaction.CommitAsync(security.Cancellation);
        await security.SignOuts.TellAsync(security.UserId);
        await security.Notices.ChangedAsync(user, SecurityChanges.Password);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Accepted, Refusal>> ChangeEmail(ChangeEmailRequest body, [AsParameters] SecurityServices security)
    {
        if (new FieldErrors().Check(AccountRules.IsEmail(body.NewEmail), "newEmail", AccountRules.EmailRule).Refusal is { } invalid)
            return invalid;
        var (user, refusal) = await security.ProvenAsync(body.Password);
        if (user is null)
            return refusal!;
        if (security.Limits.MailAskedFor(body.NewEmail) is { } tooMany)
            return tooMany;
        return await security.EmailChanges.StartAsync(user, body.NewEmail, security.Cancellation) is { } later ? later : TypedResults.Accepted((string?)null);
    }

    private static async Task<NoContent> CancelEmail([AsParameters] SecurityServices security)
    {
        await security.EmailChanges.CancelAsync(security.UserId.Value, security.Cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<EmailChangeAnswer>, Refusal>> AgreeToEmail(ConfirmEmailChangeRequest body, [AsParameters] SecurityServices security)
    {
        var (answer, refusal) = await security.EmailChanges.AgreeAsync(body.Token, security.Cancellation);
        return answer is null ? refusal! : TypedResults.Ok(answer);
    }
}
