using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Data.Faults;
using Webrana.Data.Papers;
using Webrana.Domain.Ledger;
using Webrana.Domain.Papers;

namespace Webrana.Grains.Papers;

/// <summary>
/// What follows from money that moved: its paper, and a word to the customer (<see cref="MoneyNews"/>). Both follow from the row alone, so
/// that a batch done again comes out the same. Who cannot be told holds up their own rows alone.
/// </summary>
public sealed partial class LedgerPump(
    PaperPress press, IGrainFactory grains, FailPoints failPoints, IOptionsMonitor<PaperOptions> options, ILogger<LedgerPump> log)
{
    /// <summary>Rows of one transaction, at most.</summary>
    public const int Batch = 500;

    /// <summary>Works off everything that is queued and whose time it is, and answers how many rows that were.</summary>
    public async Task<int> Drain(CancellationToken cancellation = default)
    {
        var total = 0;
        while (await PrintBatch(cancellation) is > 0 and var rows)
            total += rows;
        return total;
    }

    /// <summary>Works off one batch of it, and answers how many rows that were.</summary>
    public async Task<int> PrintBatch(CancellationToken cancellation)
    {
        var rows = await press.PrintAsync(Batch, Draft, Tell, BeforeCommit, cancellation);
        if (rows > 0)
            await failPoints.Hit("papers.committed", "papers");
        return rows;
    }

    private DraftPaper? Draft(QueuedRow row) => PaperRules.KindOf((LedgerKind)row.Kind, row.ContraAccount, row.AmountIdr) is { } kind
        ? new DraftPaper(row, PaperRules.YearOf(row.OccurredAt), (short)kind, options.CurrentValue.Seller, TaxOf(row))
        : null;

    // A top-up is no sale: tax is on what is bought with it.
    private PaperTaxRow? TaxOf(QueuedRow row)
    {
        var settings = options.CurrentValue;
        if (!settings.Ppn || row.ContraAccount != "REVENUE")
            return null;
        var rule = new PpnRule(settings.PpnRateBasisPoints, settings.PpnBaseNumerator, settings.PpnBaseDenominator, settings.PpnRounding);
        var lines = PaperTax.Of(Math.Abs(row.AmountIdr), rule);
        return new PaperTaxRow(
            lines.NetIdr, lines.BaseIdr, lines.TaxIdr, lines.RoundingIdr, rule.RateBasisPoints,
            string.Create(CultureInfo.InvariantCulture, $"{rule.BaseNumerator}/{rule.BaseDenominator}"));
    }

    /// <summary>Tells everybody what follows from their rows. Answers whom it could not tell, and why.</summary>
    private async Task<IReadOnlyDictionary<Guid, string>> Tell(IReadOnlyList<QueuedRow> rows)
    {
        // Before the commit: told twice under one id it is told once, told after it, it might never be.
        var told = await Task.WhenAll(rows.GroupBy(row => row.WalletId).Select(TellOwner));
        return told.OfType<KeyValuePair<Guid, string>>().ToDictionary();
    }

    /// <summary>Tells one owner, in the order of the rows. Null when that went well.</summary>
    private async Task<KeyValuePair<Guid, string>?> TellOwner(IGrouping<Guid, QueuedRow> owner)
    {
        try
        {
            var account = grains.GetGrain<IAccountGrain>(GrainKeys.Account(new UserId(owner.Key)));
            foreach (var notice in owner.SelectMany(MoneyNews.Of))
                await account.Notify(notice);
            return null;
        }
        catch (Exception exception)
        {
            // One owner's trouble is not their neighbours'.
            LogUntold(log, exception, owner.Key);
            return KeyValuePair.Create(owner.Key, exception.GetType().Name);
        }
    }

    private Task BeforeCommit(IReadOnlyList<QueuedRow> rows) => failPoints.Hit("papers.before_commit", "papers");

    [LoggerMessage(2331, LogLevel.Warning, "The owner of wallet {Wallet} could not be told of money that moved; their papers wait, and both are tried again")]
    private static partial void LogUntold(ILogger logger, Exception exception, Guid wallet);
}
