using Microsoft.Extensions.Logging;
using Webrana.Contracts;

namespace Webrana.Grains.Wallets;

internal static partial class WalletGrainLog
{
    [LoggerMessage(LogLevel.Warning, "Wallet {Owner} cannot be loaded")]
    public static partial void CannotLoad(this ILogger log, Exception exception, UserId owner);

    [LoggerMessage(LogLevel.Error, "The loop of wallet {Owner} failed; its waiters were answered outcome_unknown")]
    public static partial void LoopFailed(this ILogger log, Exception exception, UserId owner);

    [LoggerMessage(LogLevel.Error, "Wallet {Owner}: the ledger refuses operation {OperationId}")]
    public static partial void CommandRefused(this ILogger log, Exception exception, UserId owner, string operationId);

    [LoggerMessage(LogLevel.Debug, "A hint about wallet {Owner} was lost")]
    public static partial void HintLost(this ILogger log, Exception exception, UserId owner);
}
