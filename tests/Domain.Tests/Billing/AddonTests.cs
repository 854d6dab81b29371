using CsCheck;
using Webrana.Domain.Billing;

namespace Webrana.Domain.Tests.Billing;

public sealed class AddonTests
{
    const long DayMs = 24L * 60 * 60 * 1000;

    static readonly AddonRates Rates = new(WeeklyBackupsBasisPoints: 2_000, DailyBackupsBasisPoints: 3_000, ImageGbMonthIdr: 1_350, TransferGbIdr: 220);

    [Fact]
    public void Backups_cost_their_share_of_the_price_for_the_part_of_the_period_they_were_on()
    {
        var half = new AddonMeter(0, BackupsPlan.Weekly, 0).Advance(15 * DayMs) with { Backups = BackupsPlan.None };
        Assert.Equal([new AddonCharge(AddonKind.Backups, 12_900, 500)], half.Advance(30 * DayMs).Owed(Rates, 129_000, 30 * DayMs));
    }

    [Fact]
    public void Images_cost_by_the_gigabyte_and_thirty_days()
    {
        var meter = new AddonMeter(0, BackupsPlan.None, 25 * 1024).Advance(30 * DayMs);
        Assert.Equal([new AddonCharge(AddonKind.Images, 33_750, 25_000)], meter.Owed(Rates, 129_000, 30 * DayMs));
    }

    [Fact]
    public void Transfer_beyond_the_quota_costs_by_the_gigabyte() =>
        Assert.Equal(
            [new AddonCharge(AddonKind.Transfer, 330, 1_500)],
            (new AddonMeter(0, BackupsPlan.None, 0) with { TransferMb = 1_500 }).Owed(Rates, 129_000, 30 * DayMs));

    [Fact]
    public void What_was_not_used_is_no_line() => Assert.Empty(new AddonMeter(0, BackupsPlan.None, 0).Advance(DayMs).Owed(Rates, 129_000, DayMs));

    [Fact]
    public void However_often_it_is_looked_at_the_sum_is_the_same_to_the_last_unit() =>
        Gen.Select(Gen.Long[0, 500_000], Gen.Long[1, 60 * DayMs].Array[1, 8]).Sample((mb, passed) =>
        {
            var meter = new AddonMeter(0, BackupsPlan.Daily, mb);
            var at = 0L;
            foreach (var step in passed) meter = meter.Advance(at += step);
            Assert.Equal(new AddonMeter(0, BackupsPlan.Daily, mb).Advance(at), meter);
        });

    [Fact]
    public void A_refused_charge_gives_its_use_back()
    {
        var used = new AddonMeter(0, BackupsPlan.Daily, 1_024).Advance(DayMs);
        var going = used.Cleared().Advance(2 * DayMs);
        Assert.Equal(new AddonMeter(0, BackupsPlan.Daily, 1_024).Advance(2 * DayMs), going.With(used));
        Assert.Equal(used.ImageMbMs + going.ImageMbMs, going.With(used.Without([AddonKind.Backups])).ImageMbMs);
        Assert.Equal(going.DailyMs, going.With(used.Without([AddonKind.Backups])).DailyMs);
    }
}
