using Microsoft.Extensions.Logging;
using Webrana.Contracts.Notifications;

namespace Webrana.Grains.Accounts;

// Never an address or a name: logs carry ids only.
public sealed partial class AccountGrain
{
    static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Information, "Account {Account}: mail {Mail} ({Kind}) was taken by the mail server")]
        public static partial void Sent(ILogger logger, string account, string mail, NoticeKind kind);

        [LoggerMessage(2302, LogLevel.Warning, "Account {Account}: mail {Mail} was not taken ({Reason}); later again")]
        public static partial void Postponed(ILogger logger, string account, string mail, string reason);

        [LoggerMessage(2303, LogLevel.Error, "Account {Account}: mail {Mail} was given up after {Failures} failures ({Reason})")]
        public static partial void GivenUp(ILogger logger, string account, string mail, int failures, string reason);

        [LoggerMessage(2304, LogLevel.Error, "Account {Account}: its outbox stopped; the sweeper will continue it")]
        public static partial void OutboxBroke(ILogger logger, Exception exception, string account);
    }
}
