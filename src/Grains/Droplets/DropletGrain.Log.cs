using Microsoft.Extensions.Logging;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;

namespace Webrana.Grains.Droplets;

public sealed partial class DropletGrain
{
    [LoggerMessage(1, LogLevel.Warning, "{Instance}: a step failed (attempt {Attempt}); trying again")]
    private static partial void LogStepFailed(ILogger logger, InstanceId instance, int attempt, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "{Instance}: fail point {Name} ends this activation")]
    private static partial void LogFailPoint(ILogger logger, InstanceId instance, string name);

    [LoggerMessage(3, LogLevel.Error, "{Instance}: a step has hung since {Since}; this activation ends")]
    private static partial void LogHung(ILogger logger, InstanceId instance, DateTimeOffset since);

    [LoggerMessage(4, LogLevel.Warning, "{Instance}: its owner has no contact; notice {Kind} is dropped")]
    private static partial void LogNobodyToTell(ILogger logger, InstanceId instance, NoticeKind kind);

    [LoggerMessage(5, LogLevel.Warning, "{Instance}: the outcome of its create is unknown ({Why}); looking by tag")]
    private static partial void LogCreateUnknown(ILogger logger, InstanceId instance, string why);

    [LoggerMessage(6, LogLevel.Warning, "{Instance}: the provider refused its create: {Status} {Message}")]
    private static partial void LogCreateRefused(ILogger logger, InstanceId instance, int status, string message);

    [LoggerMessage(7, LogLevel.Error, "{Instance}: {Count} droplets too many under its tag; destroying them")]
    private static partial void LogExtras(ILogger logger, InstanceId instance, int count);

    [LoggerMessage(8, LogLevel.Critical, "{Instance}: droplet {DropletId} does not carry our tag or creation time; it is NOT deleted and an operator must look")]
    private static partial void LogNotOurs(ILogger logger, InstanceId instance, long dropletId);

    [LoggerMessage(9, LogLevel.Error, "{Instance}: the wallet refused {Operation}: {Error}")]
    private static partial void LogWalletRefused(ILogger logger, InstanceId instance, string operation, string error);

    [LoggerMessage(10, LogLevel.Information, "{Instance}: order failed: {Reason}")]
    private static partial void LogOrderFailed(ILogger logger, InstanceId instance, string reason);

    [LoggerMessage(35, LogLevel.Information, "{Instance}: its customer took the order back")]
    private static partial void LogOrderCancelled(ILogger logger, InstanceId instance);

    [LoggerMessage(30, LogLevel.Warning, "{Instance}: its password cannot be set over SSH ({Why}); the provider resets it")]
    private static partial void LogNoSsh(ILogger logger, InstanceId instance, string why);

    [LoggerMessage(31, LogLevel.Warning, "{Instance}: our key is not accepted after {Action} ({Why})")]
    private static partial void LogNotReentered(ILogger logger, InstanceId instance, ActionKind action, string why);

    [LoggerMessage(32, LogLevel.Error, "{Instance}: no droplet took its place: {Reason}")]
    private static partial void LogNotReplaced(ILogger logger, InstanceId instance, string reason);

    [LoggerMessage(33, LogLevel.Warning, "{Instance}: the provider did not take its name ({Failures} times now); telling it again later")]
    private static partial void LogNotRenamed(ILogger logger, InstanceId instance, int failures);

    [LoggerMessage(34, LogLevel.Warning, "{Instance}: what it sent last cannot be asked ({Why}); it ends with what is known")]
    private static partial void LogTransferUnknown(ILogger logger, InstanceId instance, string why);

    [LoggerMessage(40, LogLevel.Warning, "{Instance}: its power is still not {Wish} at the provider ({Failures} times now); trying again later")]
    private static partial void LogPowerOwed(ILogger logger, InstanceId instance, PowerWish wish, int failures);

    [LoggerMessage(11, LogLevel.Error, "{Instance}: droplet {DropletId} vanished at the provider")]
    private static partial void LogLost(ILogger logger, InstanceId instance, long dropletId);
}
