using Webrana.Data.Reconciliation;
using static Webrana.Data.Tests.Reconciliation.CheckedBooks;

namespace Webrana.Data.Tests.Reconciliation;

/// <summary>The ledger as a file.</summary>
[Collection(CheckedBooksCollection.Name)]
public sealed class LedgerExportTests(MigratedDatabase database)
{
    readonly CheckedBooks _books = new(database);

    [Fact]
    public async Task The_ledger_is_exported_row_by_row_for_its_days()
    {
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT", "Koreksi, \"dua kali\""), _books.Hold(100_000));
        var export = new LedgerExport(_books.Database.Sources);

        var day = new StringWriter();
        await export.WriteAsync(day, Noon, Later, TestContext.Current.CancellationToken);
        var mine = day.ToString().Split('\n').Where(line => line.Contains(_books.Owner.ToString(), StringComparison.Ordinal)).ToList();
        Assert.StartsWith("occurred_at_utc,wallet_id,seq,amount,", day.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, mine.Count);
        Assert.EndsWith(",\"Koreksi, \"\"dua kali\"\"\"", mine[0], StringComparison.Ordinal);

        var before = new StringWriter();
        await export.WriteAsync(before, Noon.AddDays(-1), Noon, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(_books.Owner.ToString(), before.ToString(), StringComparison.Ordinal);
    }
}
