using Microsoft.Extensions.Logging;

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
}
