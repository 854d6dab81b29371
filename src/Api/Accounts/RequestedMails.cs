using Microsoft.AspNetCore.Identity;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;

namespace Webrana.Api.Accounts;

/// <summary>
/// Sends what a <see cref="MailRequest"/> asks for, if there is anybody at its address to send it to: the only place that looks, and behind the answer.
/// Each request sends its mail once, however often it is taken up: the mail's id comes from when it was asked for.
/// </summary>
public sealed class RequestedMails(UserManager<User> users, AccountMails mails)
{
    /// <summary>Done also when there was nobody, or nothing to tell them.</summary>
    public async Task<Result<Done, AccountError>> SendAsync(MailRequest request)
    {
        if (await users.FindByEmailAsync(request.Address) is not { } user)
            return Done.Instance;
        return request.Kind switch
        {
            MailRequestKind.NewPassword => user.EmailConfirmed ? await mails.SendPasswordResetAsync(user, request.AskedAt) : Done.Instance,
            MailRequestKind.Confirmation => user.EmailConfirmed
                ? Done.Instance
                : await ToUnconfirmedAsync(user, () => mails.SendConfirmationAgainAsync(user, request.AskedAt)),
            MailRequestKind.Registration => await TellOfRegistrationAsync(user, request),
            _ => throw new InvalidOperationException($"A mail was asked for that this build does not know: {request.Kind}."),
        };
    }

    /// <summary>
    /// Tells a new account's owner; and the owner of an account that was there, that somebody registered with its address, and not whoever did: the answer
    /// said the same of every address (ADR 57). Nothing of the account changes, its password neither: whoever registered first might be a stranger, and so
    /// might this one, so that the mail says whose password holds and how to have another.
    /// </summary>
    private async Task<Result<Done, AccountError>> TellOfRegistrationAsync(User user, MailRequest request)
    {
        var own = user.Id == request.Person;
        if (user.EmailConfirmed)
            return own ? Done.Instance : await mails.SendAccountExistsAsync(user, request.AskedAt);
        return await ToUnconfirmedAsync(user, () => own ? mails.SendFirstConfirmationAsync(user) : mails.SendRegisteredAgainAsync(user, request.AskedAt));
    }

    // The contact first, without which no mail leaves: nobody else has put it there before the address is confirmed.
    private async Task<Result<Done, AccountError>> ToUnconfirmedAsync(User user, Func<Task<Result<Done, AccountError>>> send)
    {
        var contact = await mails.PutContactAsync(user);
        return contact.IsOk ? await send() : contact;
    }
}
