using CsCheck;
using Webrana.Domain.Monitoring;

namespace Webrana.Domain.Tests.Monitoring;

public sealed class TransferMeterTests
{
    // 1 November 2026, 00:00 in Jakarta.
    static readonly DateTimeOffset November = new(2026, 10, 31, 17, 0, 0, TimeSpan.Zero);

    static Sample[] Rate(DateTimeOffset from, DateTimeOffset to, double megabits) =>
        [.. Enumerable.Range(1, (int)((to - from).TotalSeconds / 120)).Select(i => new Sample(from.ToUnixTimeSeconds() + (i * 120), megabits))];

    [Fact]
    public void Eight_megabits_for_an_hour_are_three_point_six_gigabytes()
    {
        var meter = TransferMeter.StartingAt(November).Advance(Rate(November, November.AddHours(1), 8), November.AddMinutes(61));
        Assert.Equal(3_600_000_000, meter.Bytes);
        Assert.Equal(November.AddHours(1).ToUnixTimeSeconds(), meter.UntilUnixSeconds);
    }

    [Fact]
    public void Only_hours_that_have_ended_count_and_each_counts_once()
    {
        var meter = TransferMeter.StartingAt(November.AddMinutes(20));
        var rate = Rate(November, November.AddHours(3), 8);
        Assert.Same(meter, meter.Advance(rate, November.AddMinutes(59)));
        var after = meter.Advance(rate, November.AddMinutes(130));
        Assert.Equal(2L * 3_600_000_000, after.Bytes);
        Assert.Equal(3L * 3_600_000_000, after.Advance(rate, November.AddMinutes(185)).Advance(rate, November.AddMinutes(186)).Bytes);
    }

    [Fact]
    public void An_end_counts_the_hour_that_runs_as_far_as_it_was_measured_and_nothing_goes_on_from_it()
    {
        var meter = TransferMeter.StartingAt(November.AddHours(-1));
        var rate = Rate(November.AddHours(-1), November.AddMinutes(90), 8);
        Assert.Equal([3_600_000_000, 5_400_000_000], meter.UpTo(rate, November.AddMinutes(90)).Select(month => month.Bytes));
        Assert.Equal(5_400_000_000, meter.UpTo(rate, November.AddMinutes(95))[^1].Bytes);
        Assert.False(meter.IsBehind(November.AddSeconds(-1)));
        Assert.True(meter.IsBehind(November));
    }

    [Fact]
    public void A_gap_counts_nothing_beyond_one_step_of_its_end()
    {
        Sample[] rate = [.. Rate(November, November.AddMinutes(10), 8), .. Rate(November.AddMinutes(50), November.AddMinutes(60), 8)];
        Assert.Equal(20L * 60 * 1_000_000, TransferMeter.StartingAt(November).Advance(rate, November.AddHours(1)).Bytes);
        Assert.Equal(0, TransferMeter.StartingAt(November).Advance([], November.AddHours(1)).Bytes);
    }

    [Fact]
    public void A_new_month_of_Jakarta_starts_at_zero_at_its_first_hour()
    {
        var before = November.AddHours(-5);
        var meter = TransferMeter.StartingAt(before).Advance(Rate(before, November.AddHours(2), 8), November.AddHours(2));
        Assert.Equal(2L * 3_600_000_000, meter.Bytes);
        Assert.Equal(2L * 3_600_000_000, meter.UsedAt(November.AddDays(29)));
        Assert.Equal(0, meter.UsedAt(November.AddDays(30)));
    }

    [Fact]
    public void A_month_that_ends_between_two_rounds_keeps_its_last_hours()
    {
        var before = November.AddHours(-5);
        var months = TransferMeter.StartingAt(before).Through(Rate(before, November.AddHours(2), 8), November.AddHours(2));
        Assert.Equal([5L * 3_600_000_000, 2L * 3_600_000_000], months.Select(month => month.Bytes));
        Assert.Equal(months[0].Month + 1, months[1].Month);
        Assert.Equal(November.ToUnixTimeSeconds(), months[0].UntilUnixSeconds);
        // A round that ends with the month begins no new one, and a long silence leaves months without anything.
        Assert.Single(TransferMeter.StartingAt(before).Through(Rate(before, November, 8), November));
        Assert.Equal([0L, 0L, 0L, 0L], TransferMeter.StartingAt(November).Through([], November.AddDays(100)).Select(month => month.Bytes));
    }

    [Theory]
    [InlineData(999_999, 0, 0)] // No quota named: nothing is beyond it.
    [InlineData(2_000_000_000_000, 2, 0)]
    [InlineData(2_000_000_999_999, 2, 0)]
    [InlineData(2_000_001_000_000, 2, 1)]
    public void Beyond_the_quota_are_whole_megabytes(long sent, int quotaTb, long overMb) =>
        Assert.Equal(overMb, TransferQuota.OverMb(sent, TransferQuota.BytesOf(quotaTb)));

    [Fact]
    public void However_the_hours_are_cut_into_rounds_the_month_comes_out_the_same() => Gen.Int[1, 5].Array[1, 12].Sample(rounds =>
    {
        var end = November.AddHours(rounds.Sum());
        var rate = Rate(November, end, 11).Select((sample, i) => sample with { Value = i % 7 }).ToArray();
        var whole = TransferMeter.StartingAt(November).Advance(rate, end);

        var (meter, now) = (TransferMeter.StartingAt(November), November);
        foreach (var hours in rounds)
        {
            now = now.AddHours(hours);
            meter = meter.Advance([.. rate.Where(sample => sample.UnixSeconds >= meter.UntilUnixSeconds && sample.UnixSeconds <= now.ToUnixTimeSeconds())], now);
        }

        Assert.Equal(whole.UntilUnixSeconds, meter.UntilUnixSeconds);
        Assert.InRange(meter.Bytes - whole.Bytes, -rounds.Length, rounds.Length);
    });
}
