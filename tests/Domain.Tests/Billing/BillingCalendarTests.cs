using CsCheck;
using Webrana.Domain.Billing;

namespace Webrana.Domain.Tests.Billing;

public sealed class BillingCalendarTests
{
    static readonly Gen<DateTimeOffset> Anchors = Gen.Long[0, 4_000_000_000].Select(DateTimeOffset.FromUnixTimeSeconds);
    static readonly Gen<BillingCycle> Cycles = Gen.Int[0, 2].Select(cycle => (BillingCycle)cycle);

    static DateTimeOffset Jakarta(int year, int month, int day, int hour = 9) => new(year, month, day, hour, 30, 0, BillingCalendar.Jakarta);

    [Theory]
    [InlineData(2025, 1, 31, 1, 2025, 2, 28)]
    [InlineData(2024, 1, 31, 1, 2024, 2, 29)]
    [InlineData(2025, 1, 31, 2, 2025, 3, 31)]
    [InlineData(2025, 1, 31, 3, 2025, 4, 30)]
    [InlineData(2025, 1, 30, 1, 2025, 2, 28)]
    [InlineData(2025, 11, 30, 3, 2026, 2, 28)]
    [InlineData(2025, 12, 15, 1, 2026, 1, 15)]
    public void A_month_ends_on_the_anchors_day_or_the_months_last(int y, int m, int d, int periods, int y2, int m2, int d2) =>
        Assert.Equal(Jakarta(y2, m2, d2), BillingCalendar.PeriodStart(Jakarta(y, m, d), BillingCycle.Monthly, periods));

    [Theory]
    [InlineData(1, 2025, 28)]
    [InlineData(3, 2027, 28)]
    [InlineData(4, 2028, 29)]
    public void A_leap_day_comes_back_in_leap_years(int periods, int year, int day) =>
        Assert.Equal(Jakarta(year, 2, day), BillingCalendar.PeriodStart(Jakarta(2024, 2, 29), BillingCycle.Yearly, periods));

    [Fact]
    public void The_day_is_Jakartas_even_where_UTC_has_another()
    {
        // 1 March 02:00 in Jakarta is still February in UTC.
        var anchor = Jakarta(2025, 3, 1, hour: 2).ToUniversalTime();
        Assert.Equal(28, anchor.Day);
        Assert.Equal(Jakarta(2025, 4, 1, hour: 2), BillingCalendar.PeriodStart(anchor, BillingCycle.Monthly, 1));
    }

    [Fact]
    public void Due_dates_strictly_increase_and_are_in_UTC() => Gen.Select(Anchors, Cycles, Gen.Int[0, 200]).Sample((anchor, cycle, n) =>
    {
        var start = BillingCalendar.PeriodStart(anchor, cycle, n);
        Assert.True(BillingCalendar.PeriodStart(anchor, cycle, n + 1) > start);
        Assert.Equal(TimeSpan.Zero, start.Offset);
    });

    [Fact]
    public void Every_month_keeps_the_anchors_time_of_day_and_day_where_it_has_one() => Gen.Select(Anchors, Gen.Int[0, 200]).Sample((anchor, n) =>
    {
        var (from, to) = (anchor.ToOffset(BillingCalendar.Jakarta), BillingCalendar.PeriodStart(anchor, BillingCycle.Monthly, n).ToOffset(BillingCalendar.Jakarta));
        Assert.Equal(from.TimeOfDay, to.TimeOfDay);
        Assert.Equal(Math.Min(from.Day, DateTime.DaysInMonth(to.Year, to.Month)), to.Day);
        Assert.Equal(n, ((to.Year - from.Year) * 12) + to.Month - from.Month);
    });

    [Fact]
    public void There_is_no_period_before_the_anchor() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BillingCalendar.PeriodStart(Jakarta(2025, 1, 1), BillingCycle.Daily, -1));
}
