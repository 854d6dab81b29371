using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Idempotency;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Accounts;

/// <summary>Registration, confirmation and passwords: <c>/api/v1/auth</c>, no token needed.</summary>
public static class AuthApi
{
    public static RouteGroupBuilder MapAuth(this RouteGroupBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Account").ForAnyone();
        auth.MapPost("/register", Register).Describe(
            "Register; a mail with a confirmation link follows. The answer is the same for an address that has an account, whose owner is told by mail. Who registers accepts the terms, the privacy notice and the acceptable use policy in force (GET /api/v1/legal).",
            new RegisterRequest("budi@example.com", "kopi-tubruk-77", "Budi Santoso", "081234567890", null, "id"),
            ProblemKinds.ValidationFailed, ProblemKinds.WeakPassword, ProblemKinds.TooManyRequests);
        auth.MapPost("/confirm-email", ConfirmEmail).Describe(
            "Confirm the e-mail address with the link's token.",
            new ConfirmEmailRequest("7d9b3c1e-5a34-4f0e-9c55-0b6f6c2f9a11", "Q2ZESjhO"), ProblemKinds.InvalidToken);
        auth.MapPost("/resend-confirmation", ResendConfirmation).Describe(
            "Send the confirmation mail again; 202 whether or not the address has an account.",
            new ResendConfirmationRequest("budi@example.com"), ProblemKinds.TooManyRequests);
        auth.MapPost("/forgot-password", ForgotPassword).Describe(
            "Send a link to a new password; 202 whether or not the address has an account.",
            new ForgotPasswordRequest("budi@example.com"), ProblemKinds.TooManyRequests);
        auth.MapPost("/reset-password", ResetPassword).Describe(
            "Set a new password with the link's token; ends every session and refresh token.",
            new ResetPasswordRequest("7d9b3c1e-5a34-4f0e-9c55-0b6f6c2f9a11", "Q2ZESjhO", "kopi-tubruk-78"),
            ProblemKinds.InvalidToken, ProblemKinds.WeakPassword);
        return api;
    }

    private static async Task<Results<Created<Registered>, Refusal>> Register(RegisterRequest body, [AsParameters] AccountServices account)
    {
        if (account.Limits.Registering(account.Origin.Address) is { } tooMany)
            return tooMany;
        var fields = new FieldErrors()
            .Check(AccountRules.IsEmail(body.Email), "email", AccountRules.EmailRule)
            .Check(AccountRules.IsName(body.Name), "name", AccountRules.NameRule)
            .Check(string.IsNullOrEmpty(body.Phone) || AccountRules.IsPhone(body.Phone), "phone", AccountRules.PhoneRule)
            .Check(body.Locale is null || AccountRules.IsLocale(body.Locale), "locale", AccountRules.LocaleRule);
        Guid? referrer = null;
        if (!string.IsNullOrWhiteSpace(body.ReferralCode))
        {
            var code = body.ReferralCode.Trim().ToUpperInvariant();
            referrer = await account.Db.Users.Where(user => user.ReferralCode == code).Select(user => (Guid?)user.Id).SingleOrDefaultAsync(account.Cancellation);
            fields.Check(referrer is not null, "referralCode", "There is no such code; correct it or leave it out.");
        }

        if (fields.Refusal is { } invalid)
            return invalid;
        var person = new NewPerson(
            Operation.Of(account.Http).Id, body.Email, body.Password, body.Name,
            string.IsNullOrEmpty(body.Phone) ? null : body.Phone, body.Locale ?? "id", referrer)
        {
            Address = account.Origin.Address,
        };
        var (user, refusal) = await account.Registration.CreateAsync(person, account.Cancellation);
        // Of a known address the id of nobody, made as a new person's is: this answer does not tell a customer from a stranger (ADR 57), signing in behind
        // it does not (ADR 61), and neither does when it comes or that the cluster is away (ADR 64).
        if (refusal is not null && refusal.Kind != ProblemKinds.EmailTaken)
            return refusal;
        return TypedResults.Created("/api/v1/me", new Registered((user?.Id ?? person.Id).ToString("D")));
    }

    private static async Task<Results<NoContent, Refusal>> ConfirmEmail(ConfirmEmailRequest body, [AsParameters] AccountServices account)
    {
        var user = Guid.TryParse(body.UserId, out _) ? await account.Users.FindByIdAsync(body.UserId) : null;
        if (user is null || AccountMails.ReadToken(body.Token) is not { } token)
            return Refusal.Of(ProblemKinds.InvalidToken);
        var confirmed = await account.Users.ConfirmEmailAsync(user, token);
        if (!confirmed.Succeeded)
            return Refusal.Of(ProblemKinds.InvalidToken);
        await account.Pending.ConfirmedAsync(user, account.Cancellation);
        // What a confirmed address is worth (a welcome bonus, an invitation) follows from the contact. Dies before it: the same link does it again.
        var told = await account.Mails.PutContactAsync(user);
        return told.IsOk ? TypedResults.NoContent() : Refusal.From(told);
    }

    private static async Task<Results<Accepted, Refusal>> ResendConfirmation(ResendConfirmationRequest body, [AsParameters] AccountServices account)
    {
        if (account.Limits.MailAskedFor(body.Email) is { } tooMany)
            return tooMany;
        await account.Pending.ProlongAsync(body.Email, account.Cancellation);
        await account.Requests.AskAsync(account.Db, MailRequestKind.Confirmation, body.Email, Guid.Empty, account.Cancellation);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Accepted, Refusal>> ForgotPassword(ForgotPasswordRequest body, [AsParameters] AccountServices account)
    {
        if (account.Limits.MailAskedFor(body.Email) is { } tooMany)
            return tooMany;
        // Nobody looks whether there is an account before the answer: who is there would be told by its time, and by a cluster that is away (ADR 64).
        await account.Requests.AskAsync(account.Db, MailRequestKind.NewPassword, body.Email, Guid.Empty, account.Cancellation);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<NoContent, Refusal>> ResetPassword(ResetPasswordRequest body, [AsParameters] AccountServices account)
    {
        var user = Guid.TryParse(body.UserId, out _) ? await account.Users.FindByIdAsync(body.UserId) : null;
        if (user is null || AccountMails.ReadToken(body.Token) is not { } token)
            return Refusal.Of(ProblemKinds.InvalidToken);
        user.PasswordChangedAt = account.Clock.GetUtcNow();
        var reset = await account.Users.ResetPasswordAsync(user, token, body.Password);
        if (!reset.Succeeded)
            return reset.Errors.Any(error => error.Code == "InvalidToken") ? Refusal.Of(ProblemKinds.InvalidToken) : Registration.WeakPassword(reset);
        await account.Sessions.EndAllAsync(new Contracts.UserId(user.Id), account.Cancellation);
        await account.SignOuts.TellAsync(new Contracts.UserId(user.Id));
        await account.Tries.ForgetAsync(user.Email!, account.Cancellation);
        await account.Notices.ChangedAsync(user, SecurityChanges.Password);
        return TypedResults.NoContent();
    }
}
