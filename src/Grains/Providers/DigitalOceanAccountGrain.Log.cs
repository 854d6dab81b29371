using Microsoft.Extensions.Logging;
using Webrana.Contracts.Providers;

namespace Webrana.Grains.Providers;

public sealed partial class DigitalOceanAccountGrain
{
    [LoggerMessage(1, LogLevel.Warning, "The provider limits account {Account} for {RetryAfter}")]
    private static partial void LogRateLimited(ILogger logger, string account, TimeSpan retryAfter);

    [LoggerMessage(2, LogLevel.Warning, "The lists of account {Account} could not be worked off; trying again")]
    private static partial void LogReadFailed(ILogger logger, string account, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The budget of account {Account} cannot be reached; no permits")]
    private static partial void LogBudgetUnavailable(ILogger logger, string account, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "The catalogue of account {Account} could not be read: {Why}")]
    private static partial void LogCatalogueFailed(ILogger logger, string account, string why);

    [LoggerMessage(5, LogLevel.Warning, "{Instance} could not be told what the provider's lists say; it looks by itself")]
    private static partial void LogNotTold(ILogger logger, string instance, Exception exception);

    [LoggerMessage(6, LogLevel.Critical, "ALARM of provider account {Account}: {Alarm}")]
    private static partial void LogAlarm(ILogger logger, string account, ProviderAlarm alarm);

    [LoggerMessage(7, LogLevel.Warning, "The alarm {Alarm} of provider account {Account} is over")]
    private static partial void LogAlarmOver(ILogger logger, string account, ProviderAlarm alarm);

    [LoggerMessage(8, LogLevel.Warning, "The sweep over account {Account} found {Count} odd droplets")]
    private static partial void LogDrift(ILogger logger, string account, int count);
}
