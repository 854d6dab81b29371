using Microsoft.Extensions.Logging;

namespace Webrana.Data.Wallets;

internal static partial class LedgerStoreLog
{
    [LoggerMessage(LogLevel.Error, "PostgreSQL refused the values of wallet {WalletId}; nothing was written")]
    public static partial void Refused(this ILogger log, Exception exception, Guid walletId);

    [LoggerMessage(LogLevel.Warning, "The answer to a commit of {Wallets} wallets was lost; they will ask again")]
    public static partial void OutcomeUnknown(this ILogger log, Exception exception, int wallets);

    [LoggerMessage(LogLevel.Warning, "The rows of {Wallets} new wallets could not be made; they will ask again")]
    public static partial void RowsNotMade(this ILogger log, Exception exception, int wallets);

    [LoggerMessage(LogLevel.Warning, "Reading {Wallets} wallets failed; reading again")]
    public static partial void LoadAgain(this ILogger log, Exception exception, int wallets);
}
