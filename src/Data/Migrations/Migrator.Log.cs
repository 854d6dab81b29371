using Microsoft.Extensions.Logging;

namespace Webrana.Data.Migrations;

internal static partial class MigratorLog
{
    [LoggerMessage(Message = "Migration: {Text}")]
    public static partial void Line(this ILogger log, LogLevel level, string text);

    [LoggerMessage(LogLevel.Error, "Migration: {Text}")]
    public static partial void Failed(this ILogger log, Exception exception, string text);
}
