using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data.Desk;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Data.Tests.Desk;

/// <summary>What customers hold at the end of each period, on a database of its own: it reads everybody's.</summary>
public sealed class LiabilityReportTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Bonus that was granted, held, spent, partly given back, lapsed, and taken back; some of it is held to this day.</summary>
    [Fact]
    public async Task Each_period_ends_with_money_and_bonus_and_the_last_one_with_what_there_is_now()
    {
        var (wallet, ends) = (Guid.NewGuid(), At(2026, 10, 5).ToUnixTimeMilliseconds());
        await using var ledger = new LedgerStore(database.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        await MoveAsync(
            ledger, wallet, At(2026, 9, 1),
            new Credit("c1", 100_000, Memo("DEPOSIT", "GATEWAY")), new GrantBonus("g1", 20_000, ends, null, Memo("PROMO", "PROMO_EXPENSE")));
        // The hold takes all of the bonus out of its lot, and spends none of it.
        await MoveAsync(
            ledger, wallet, At(2026, 9, 2),
            new Credit("c2", 1_000, Memo("DEPOSIT", "GATEWAY")), new PlaceHold("h1", "order", 30_000, Memo("VPS_PAYMENT", "REVENUE")));
        await MoveAsync(ledger, wallet, At(2026, 9, 3), new CaptureHold("k1", "order", Memo("VPS_PAYMENT", "REVENUE")));
        // Ordinary money comes back first: of 15 thousand 5 are bonus.
        await MoveAsync(
            ledger, wallet, At(2026, 9, 30),
            new Refund("refund:k1", 15_000, 30_000, [new Lot("g1", "a line", 20_000, ends, null)], Memo("REFUND", "REVENUE")));
        await MoveAsync(
            ledger, wallet, At(2026, 10, 6),
            new ExpireLot("expire:g1", "g1", Memo("BONUS_EXPIRY", "PROMO_EXPENSE")), new GrantBonus("g2", 7_000, null, null, Memo("PROMO", "PROMO_EXPENSE")));
        await MoveAsync(ledger, wallet, At(2026, 10, 7), new Debit("d1", 2_000, Memo("RENEWAL", "REVENUE")));
        await MoveAsync(ledger, wallet, At(2026, 10, 8), new PlaceHold("h2", "again", 4_000, Memo("VPS_PAYMENT", "REVENUE")));
        await MoveAsync(ledger, wallet, At(2026, 10, 9), new TakeBackLot("take-back:g2", "g2", Memo("PROMO", "PROMO_EXPENSE")));
        Assert.Empty(await new LedgerInvariants(database.Sources).CheckAsync(Cancellation));

        var (reports, present) = (new ReportQueries(database.Sources), At(2026, 10, 10));
        var (days, now) = await reports.LiabilityAsync(At(2026, 8, 1), At(2026, 11, 1), present, ReportStep.Day, Cancellation);

        // Every day that has begun has its row, and begins with what the one before it left: from nothing to what there is now.
        Assert.Equal(
            Enumerable.Range(0, 70).Select(day => At(2026, 8, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            days.Rows.Select(row => (string)row[0]!));
        Assert.Equal(Of(days, "balance"), Running(Moved(days, "received", "promos", "corrected", "-spent", "-paidOut")));
        Assert.Equal(Of(days, "bonus"), Running(Moved(days, "bonusGiven", "-bonusSpent", "-bonusLapsed")));
        Assert.Equal(new WalletTotals(105_000, 4_000, 4_000, 0), now);
        Assert.Equal((now.BalanceIdr, now.BonusIdr), (Of(days, "balance")[^1], Of(days, "bonus")[^1]));
        string[] moved =
        [
            "2026-09-01: 20000 0 0, 100000 + 20000 = 120000", "2026-09-02: 0 0 0, 101000 + 20000 = 121000", "2026-09-03: 0 20000 0, 91000 + 0 = 91000",
            "2026-09-30: 0 -5000 0, 101000 + 5000 = 106000", "2026-10-06: 7000 0 5000, 101000 + 7000 = 108000", "2026-10-07: 0 2000 0, 101000 + 5000 = 106000",
            "2026-10-09: 0 0 1000, 101000 + 4000 = 105000",
        ];
        Assert.Equal(moved, Said(days).Intersect(moved));
        // Before the first movement, between two, and on the day of a hold, which moves nothing.
        string[] still = ["2026-08-31: 0 0 0, 0 + 0 = 0", "2026-09-29: 0 0 0, 91000 + 0 = 91000", "2026-10-08: 0 0 0, 101000 + 5000 = 106000"];
        Assert.Equal(still, Said(days).Intersect(still));

        var (months, _) = await reports.LiabilityAsync(At(2026, 8, 1), At(2026, 11, 1), present, ReportStep.Month, Cancellation);
        Assert.Equal(
            ["2026-08: 0 0 0, 0 + 0 = 0", "2026-09: 20000 15000 0, 101000 + 5000 = 106000", "2026-10: 7000 2000 6000, 101000 + 4000 = 105000"], Said(months));
        // What moved after the span is taken off, not shown.
        var (september, _) = await reports.LiabilityAsync(At(2026, 9, 1), At(2026, 10, 1), present, ReportStep.Month, Cancellation);
        Assert.Equal(["2026-09: 20000 15000 0, 101000 + 5000 = 106000"], Said(september));
        // What is yet to come has no row; what moved has one, also by a clock that is behind.
        var (year, _) = await reports.LiabilityAsync(At(2026, 9, 15), At(2027, 1, 1), At(2026, 9, 20), ReportStep.Month, Cancellation);
        Assert.Equal(["2026-09: 0 -5000 0, 101000 + 5000 = 106000", "2026-10: 7000 2000 6000, 101000 + 4000 = 105000"], Said(year));
        Assert.Empty((await reports.LiabilityAsync(At(2026, 10, 15), At(2026, 11, 1), present, ReportStep.Month, Cancellation)).Periods.Rows);
    }

    private static async Task MoveAsync(LedgerStore ledger, Guid id, DateTimeOffset at, params LedgerCommand[] commands)
    {
        var stored = await ledger.LoadAsync(id);
        var (wallet, entries) = (stored.Wallet, new List<LedgerEntry>());
        foreach (var command in commands)
        {
            var decision = LedgerRules.Decide(wallet, command, at.ToUnixTimeMilliseconds());
            Assert.Null(decision.Refusal);
            entries.Add(new LedgerEntry(command.OperationId, decision.Line));
            wallet = decision.After;
        }

        Assert.Equal(CommitOutcome.Committed, (await ledger.CommitAsync(new LedgerItem(stored, wallet, entries, at))).Outcome);
    }

    private static IEnumerable<string> Said(ReportTable report) => report.Rows.Select((row, at) =>
        $"{row[0]}: {Of(report, "bonusGiven")[at]} {Of(report, "bonusSpent")[at]} {Of(report, "bonusLapsed")[at]}, "
        + $"{Of(report, "cash")[at]} + {Of(report, "bonus")[at]} = {Of(report, "balance")[at]}");

    private static List<long> Of(ReportTable report, string column) => [.. report.Rows.Select(row => (long)row[report.Columns.ToList().IndexOf(column)]!)];

    // Each period's movement: these columns' sum, with a minus those that leave.
    private static IEnumerable<long> Moved(ReportTable report, params string[] columns) => report.Rows.Select((_, at) =>
        columns.Sum(column => column[0] == '-' ? -Of(report, column[1..])[at] : Of(report, column)[at]));

    private static List<long> Running(IEnumerable<long> movements)
    {
        var held = 0L;
        return [.. movements.Select(movement => held += movement)];
    }

    private static PostingMemo Memo(string type, string contra) => new(type, "x", contra, "a line");

    private static DateTimeOffset At(int year, int month, int day) => new(year, month, day, 0, 0, 0, Jakarta);
}
