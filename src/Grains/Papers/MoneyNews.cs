using System.Globalization;
using Webrana.Contracts.Notifications;
using Webrana.Data.Papers;
using Webrana.Domain.Ledger;

namespace Webrana.Grains.Papers;

/// <summary>What a customer is told because of a ledger row alone, whoever asked for it. Pure: the same row is the same news under the same id.</summary>
public static class MoneyNews
{
    private const string Promo = "PROMO";

    /// <summary>The news of one row; usually none.</summary>
    public static IEnumerable<Notice> Of(QueuedRow row)
    {
        if (row.Old)
            yield break;
        var kind = (LedgerKind)row.Kind;
        if (kind is LedgerKind.GrantBonus or LedgerKind.Credit && row.ReferenceType == Promo && row.AmountIdr > 0)
        {
            DateTimeOffset? expiresAt = kind == LedgerKind.GrantBonus && row.LotExpiresAtMs is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null;
            yield return Notice.PromoCredited(Id("promo-credited", row), row.AmountIdr, row.Description, expiresAt);
        }

        // A debt is told by the deposit that was taken back: it knows what is owed in all.

        // Once per crossing: a balance that was below before is not told of again.
        if (row.BalanceAlertIdr is { } line && row.BalanceAfterIdr < line && row.BalanceAfterIdr - row.AmountIdr >= line)
            yield return Notice.BalanceLow(Id("balance-low", row), row.BalanceAfterIdr, line);
    }

    private static string Id(string what, QueuedRow row) => string.Create(CultureInfo.InvariantCulture, $"{what}:{row.Seq}");
}
