using System.Globalization;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Data.Papers;
using Webrana.Domain.Ledger;
using Webrana.Domain.Papers;
using Webrana.Grains.Common;

namespace Webrana.Grains.Papers;

/// <summary>
/// What follows from money that moved: its paper, and a word to the customer (<see cref="MoneyNews"/>). Both follow from the row alone, so
/// that a batch done again comes out the same.
/// </summary>
public sealed class LedgerPump(PaperPress press, IGrainFactory grains, FailPoints failPoints, IOptionsMonitor<PaperOptions> options)
{
    private const int Batch = 500;

    /// <summary>Works off everything that is queued and answers how many rows that were.</summary>
    public async Task<int> Drain(CancellationToken cancellation = default)
    {
        var total = 0;
        while (await press.PrintAsync(Batch, Draft, BeforeCommit, cancellation) is > 0 and var rows)
        {
            total += rows;
            await failPoints.Hit("papers.committed", "papers");
        }

        return total;
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

    private async Task BeforeCommit(IReadOnlyList<QueuedRow> rows)
    {
        // Before the commit: told twice under one id it is told once, told after it, it might never be.
        await Task.WhenAll(rows.SelectMany(row => MoneyNews.Of(row).Select(notice =>
            grains.GetGrain<IAccountGrain>(GrainKeys.Account(new UserId(row.WalletId))).Notify(notice))));
        await failPoints.Hit("papers.before_commit", "papers");
    }
}
