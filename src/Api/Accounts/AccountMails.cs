using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Webrana.Api.Hosting;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Wire.Security;

namespace Webrana.Api.Accounts;

/// <summary>
/// Hands mails with links to the account's outbox. The mail id names the reason and a slot of the time at which it was asked for, so that a repeated
/// request (a second click, a retry after a crash) sends the mail once.
/// </summary>
public sealed class AccountMails(UserManager<User> users, IClusterClient cluster, IOptions<WebOptions> web, TimeProvider clock)
{
    private static readonly TimeSpan Slot = TimeSpan.FromMinutes(1);

    /// <summary>The mail that registration owes: once per user, however often it is asked for.</summary>
    public async Task<Result<Done, AccountError>> SendFirstConfirmationAsync(User user) =>
        await SendAsync(user, Notice.ConfirmEmail, "first", "confirm-email", await users.GenerateEmailConfirmationTokenAsync(user));

    /// <summary>The confirmation again, because somebody asked for it.</summary>
    public async Task<Result<Done, AccountError>> SendConfirmationAgainAsync(User user, DateTimeOffset askedAt) =>
        await SendAsync(user, Notice.ConfirmEmail, SlotOf(askedAt), "confirm-email", await users.GenerateEmailConfirmationTokenAsync(user));

    /// <summary>The confirmation again, because somebody registered with this address once more: it says whose password holds. Once an hour, however often it is tried.</summary>
    public async Task<Result<Done, AccountError>> SendRegisteredAgainAsync(User user, DateTimeOffset askedAt) => await SendAsync(
        user, (id, url) => Notice.ConfirmEmailAgain(id, url, $"{Panel}/forgot-password"), $"again:{HourOf(askedAt)}", "confirm-email",
        await users.GenerateEmailConfirmationTokenAsync(user));

    /// <summary>The link to a new password.</summary>
    public async Task<Result<Done, AccountError>> SendPasswordResetAsync(User user, DateTimeOffset askedAt) =>
        await SendAsync(user, Notice.ResetPassword, SlotOf(askedAt), "reset-password", await users.GeneratePasswordResetTokenAsync(user));

    /// <summary>Tells that somebody registered with this account's address; once an hour, however often it is tried.</summary>
    public Task<Result<Done, AccountError>> SendAccountExistsAsync(User user, DateTimeOffset askedAt) =>
        NotifyAsync(user, Notice.AccountExists($"account-exists:{user.Id:N}:{HourOf(askedAt)}"));

    /// <summary>Writes the copy of name and address that notices are sent to. Before any mail: the outbox must know where to.</summary>
    public Task<Result<Done, AccountError>> PutContactAsync(User user) => Account(user).PutContact(
        new AccountContact(new UserId(user.Id), user.Email!, user.Name, user.Phone, user.Locale, user.EmailConfirmed,
            user.ReferredBy is { } referrer ? new UserId(referrer) : null));

    /// <summary>Identity's token as it stands in a link → as Identity made it; null for what never was one.</summary>
    public static string? ReadToken(string linkToken) =>
        Base64Url.IsValid(linkToken) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(linkToken)) : null;

    /// <summary>The two links of a change of address: one to each.</summary>
    public async Task<Refusal?> SendEmailChangeAsync(User user, string newEmail, string oldToken, string newToken)
    {
        var occasion = $"email-change:{user.Id:N}:{clock.GetUtcNow().ToUnixTimeMilliseconds()}";
        Notice[] links =
        [
            Notice.ApproveEmailChange($"{occasion}:old", newEmail, $"{Panel}/confirm-email-change?token={oldToken}"),
            Notice.ConfirmNewEmail($"{occasion}:new", newEmail, $"{Panel}/confirm-email-change?token={newToken}"),
        ];
        foreach (var link in links)
        {
            var sent = await NotifyAsync(user, link);
            if (!sent.IsOk)
                return Refusal.From(sent);
        }

        return null;
    }

    /// <summary>Tells the old address that it is not the account's any more.</summary>
    public Task<Result<Done, AccountError>> SendEmailChangedAsync(User user, string before) =>
        NotifyAsync(user, Notice.EmailChanged($"email-changed:{user.Id:N}:{user.SecurityStamp}", before, user.Email!));

    /// <summary>Tells of a sign-in from a device not seen before.</summary>
    public Task<Result<Done, AccountError>> SendSignInNoticeAsync(User user, RequestOrigin origin, DateTimeOffset at) => NotifyAsync(user, Notice.NewSignIn(
        $"sign-in:{user.Id:N}:{at.ToUnixTimeMilliseconds()}", at,
        DeviceNames.Of(origin.UserAgent) ?? (origin.UserAgent.Length == 0 ? "?" : origin.UserAgent[..Math.Min(40, origin.UserAgent.Length)]),
        origin.Address.Length == 0 ? "?" : origin.Address));

    /// <summary>Tells of a change that protects or opens the account.</summary>
    public Task<Result<Done, AccountError>> SendSecurityChangedAsync(User user, string change, DateTimeOffset at)
    {
        var id = $"security:{change}:{user.Id:N}:{at.ToUnixTimeMilliseconds()}";
        return NotifyAsync(user, change switch
        {
            SecurityChanges.Password => Notice.PasswordChanged(id, at),
            SecurityChanges.TwoFactorOn => Notice.TwoFactorOn(id, at),
            SecurityChanges.TwoFactorOff => Notice.TwoFactorOff(id, at),
            _ => Notice.SecurityChanged(id, at, change),
        });
    }

    /// <summary>Tells that the account was shut, or opened again; once per freeze.</summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="since">When it was shut.</param>
    /// <param name="frozen">Shut, or opened again.</param>
    public Task<Result<Done, AccountError>> SendFrozenAsync(User user, DateTimeOffset since, bool frozen)
    {
        var occasion = $"{user.Id:N}:{since.ToUnixTimeMilliseconds()}";
        return NotifyAsync(user, frozen ? Notice.AccountFrozen($"frozen:{occasion}", since) : Notice.AccountUnfrozen($"unfrozen:{occasion}"));
    }

    private string Panel => web.Value.PublicUrl.TrimEnd('/');

    private async Task<Result<Done, AccountError>> SendAsync(User user, Func<string, string, Notice> notice, string occasion, string page, string token)
    {
        // Identity's tokens are Base64 with + and /, which some mail programs break; Base64Url survives them all.
        var url = $"{Panel}/{page}?userId={user.Id:D}&token={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token))}";
        return await NotifyAsync(user, notice($"{page}:{user.Id:N}:{occasion}", url));
    }

    /// <summary>
    /// Hands over any notice. Who was made at a shell (`ops create-admin`) has no contact before the first one. A closed account has none for
    /// good: its grain refuses one, for the person here may have been read before the address was erased.
    /// </summary>
    public async Task<Result<Done, AccountError>> NotifyAsync(User user, Notice notice)
    {
        var told = await Account(user).Notify(notice);
        if (told.Error != AccountError.NotFound || !user.EmailConfirmed)
            return told;
        var contact = await PutContactAsync(user);
        return contact.IsOk ? await Account(user).Notify(notice) : contact;
    }

    private IAccountGrain Account(User user) => cluster.GetGrain<IAccountGrain>(GrainKeys.Account(new UserId(user.Id)));

    private static string HourOf(DateTimeOffset at) => $"{at.ToUnixTimeSeconds() / 3_600}";

    private static string SlotOf(DateTimeOffset at) => $"{at.ToUnixTimeSeconds() / (long)Slot.TotalSeconds}";
}
