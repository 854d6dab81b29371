using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Contracts;
using Webrana.Data;

namespace Webrana.Api.Security;

/// <summary>
/// Tells a person by mail what was changed about their account, and of sign-ins from a device that has not been seen before. A notice never stops what
/// it tells of: while the cluster is away people can still sign in and protect themselves.
/// </summary>
public sealed partial class SecurityNotices(DataSources sources, AccountMails mails, TimeProvider clock, ILogger<SecurityNotices> log)
{
    /// <summary>Whether this device is a new one for the person. Asked before the login's own row is written.</summary>
    /// <returns>False for the very first sign-in, too: nobody needs a mail about registering.</returns>
    public async Task<bool> IsNewDeviceAsync(UserId user, RequestOrigin origin, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT count(*) > 0 AND NOT coalesce(bool_or(user_agent IS NOT DISTINCT FROM nullif($2, '') AND ip IS NOT DISTINCT FROM nullif($3, '')), false)
            FROM identity.sessions WHERE user_id = $1
            """);
        foreach (var value in new object[] { user.Value, origin.UserAgent, origin.Address })
            command.Parameters.Add(new() { Value = value });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Tells of a sign-in.</summary>
    public Task SignedInAsync(User user, RequestOrigin origin) => TellAsync(() => mails.SendSignInNoticeAsync(user, origin, clock.GetUtcNow()));

    /// <summary>Tells of a change; the word is one of <see cref="SecurityChanges"/>.</summary>
    public Task ChangedAsync(User user, string change) => TellAsync(() => mails.SendSecurityChangedAsync(user, change, clock.GetUtcNow()));

    /// <summary>Tells that the account was shut, or opened again.</summary>
    public Task FrozenAsync(User user, DateTimeOffset since, bool frozen) => TellAsync(() => mails.SendFrozenAsync(user, since, frozen));

    private async Task TellAsync(Func<Task<Result<Done, Contracts.Accounts.AccountError>>> send)
    {
        try
        {
            var sent = await send();
            if (!sent.IsOk)
                LogUntold(log, sent.Error.ToString()!);
        }
        catch (Exception away) when (ClusterAway.Is(away))
        {
            LogUntold(log, away.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A security notice could not be handed over: {Reason}")]
    private static partial void LogUntold(ILogger logger, string reason);
}

/// <summary>What mails call the changes; each has a text <c>Change.{word}</c> there.</summary>
internal static class SecurityChanges
{
    public const string Password = "password";
    public const string TwoFactorOn = "two_factor_on";
    public const string TwoFactorOff = "two_factor_off";
    public const string RecoveryCodes = "recovery_codes";
    public const string PasskeyAdded = "passkey_added";
    public const string PasskeyRemoved = "passkey_removed";
    public const string TwoFactorRemoved = "two_factor_removed";
    public const string ApiTokenMade = "api_token_made";
}
