using Microsoft.Extensions.Logging;

namespace Webrana.Grains.Sweeping;

public sealed partial class SweeperGrain
{
    [LoggerMessage(1, LogLevel.Warning, "Waking {Key} failed; it stays due")]
    private static partial void LogWakeFailed(ILogger logger, string key, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Shard {Shard} could not sweep; trying again at the next tick")]
    private static partial void LogSweepFailed(ILogger logger, int shard, Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "Shard {Shard} woke {Count} grains")]
    private static partial void LogSwept(ILogger logger, int shard, int count);
}
