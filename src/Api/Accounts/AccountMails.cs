using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Webrana.Api.Hosting;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;

namespace Webrana.Api.Accounts;

/// <summary>
/// Hands mails with links to the account's outbox. The mail id names the reason and a slot of time, so that a repeated request (a second
/// click, a retry after a crash) sends the mail once.
/// </summary>
public sealed class AccountMails(UserManager<User> users, IClusterClient cluster, IOptions<WebOptions> web, TimeProvider clock)
{
    private static readonly TimeSpan Slot = TimeSpan.FromMinutes(1);

    /// <summary>The mail that registration owes: once per user, however often it is asked for.</summary>
    public async Task<Result<Done, AccountError>> SendFirstConfirmationAsync(User user) =>
        await SendAsync(user, Notice.ConfirmEmail, "first", "confirm-email", await users.GenerateEmailConfirmationTokenAsync(user));

    /// <summary>The confirmation again, because somebody asked for it.</summary>
    public async Task<Result<Done, AccountError>> SendConfirmationAgainAsync(User user) =>
        await SendAsync(user, Notice.ConfirmEmail, CurrentSlot(), "confirm-email", await users.GenerateEmailConfirmationTokenAsync(user));

    /// <summary>The link to a new password.</summary>
    public async Task<Result<Done, AccountError>> SendPasswordResetAsync(User user) =>
        await SendAsync(user, Notice.ResetPassword, CurrentSlot(), "reset-password", await users.GeneratePasswordResetTokenAsync(user));

    /// <summary>Writes the copy of name and address that notices are sent to. Before any mail: the outbox must know where to.</summary>
    public Task<Result<Done, AccountError>> PutContactAsync(User user) => Account(user).PutContact(
        new AccountContact(new UserId(user.Id), user.Email!, user.Name, user.Phone, user.Locale, user.EmailConfirmed,
            user.ReferredBy is { } referrer ? new UserId(referrer) : null));

    /// <summary>Identity's token as it stands in a link → as Identity made it; null for what never was one.</summary>
    public static string? ReadToken(string linkToken) =>
        Base64Url.IsValid(linkToken) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(linkToken)) : null;

    private async Task<Result<Done, AccountError>> SendAsync(User user, Func<string, string, Notice> notice, string occasion, string page, string token)
    {
        // Identity's tokens are Base64 with + and /, which some mail programs break; Base64Url survives them all.
        var url = $"{web.Value.PublicUrl.TrimEnd('/')}/{page}?userId={user.Id:D}&token={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token))}";
        return await Account(user).Notify(notice($"{page}:{user.Id:N}:{occasion}", url));
    }

    private IAccountGrain Account(User user) => cluster.GetGrain<IAccountGrain>(GrainKeys.Account(new UserId(user.Id)));

    private string CurrentSlot() => $"{clock.GetUtcNow().ToUnixTimeSeconds() / (long)Slot.TotalSeconds}";
}
