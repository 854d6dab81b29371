using Microsoft.Extensions.Logging;

namespace Webrana.Data.Clock;

internal static partial class BusinessClockFollowerLog
{
    [LoggerMessage(LogLevel.Information, "The business clock moved from {From} to {To} (version {Version})")]
    public static partial void Jumped(this ILogger log, DateTimeOffset from, DateTimeOffset to, long version);

    [LoggerMessage(LogLevel.Error, "A handler of clock version {Version} failed; it will run again")]
    public static partial void HandlerFailed(this ILogger log, Exception exception, long version);

    [LoggerMessage(LogLevel.Warning, "The business clock's table cannot be reached; trying again")]
    public static partial void Unreachable(this ILogger log, Exception exception);
}
