using Microsoft.Extensions.Logging;
using Webrana.Contracts.Deposits;

namespace Webrana.Grains.Providers;

public sealed partial class TripayAccountGrain
{
    static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Warning, "The gateway's channel list could not be read ({Reason}); the last known one answers")]
        public static partial void ChannelsStale(ILogger logger, string reason);

        [LoggerMessage(2202, LogLevel.Warning, "The gateway's PAID list could not be read ({Reason}); the next scan tries again")]
        public static partial void ScanFailed(ILogger logger, string reason);

        [LoggerMessage(2203, LogLevel.Information, "The PAID list names {Reference} for deposit {Deposit}")]
        public static partial void Found(ILogger logger, string reference, Contracts.DepositId deposit);

        [LoggerMessage(2204, LogLevel.Warning, "Deposit {Deposit} did not take the notice of {Reference} ({Error})")]
        public static partial void NotTaken(ILogger logger, Contracts.DepositId deposit, string reference, DepositError error);

        [LoggerMessage(2205, LogLevel.Error, "The scan of the PAID list ended early; the next one starts over")]
        public static partial void ScanBroke(ILogger logger, Exception exception);
    }
}
