using Microsoft.Extensions.Logging;

namespace Webrana.Grains.Accounts;

// Never an address or a name: logs carry ids only.
public sealed partial class AccountGrain
{
    static partial class Log
    {
        [LoggerMessage(2310, LogLevel.Error, "Account {Account}: its work stopped; the sweeper will continue it")]
        public static partial void WorkBroke(ILogger logger, Exception exception, string account);
    }
}
