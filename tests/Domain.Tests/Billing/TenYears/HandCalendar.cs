using Webrana.Domain.Billing;

namespace Webrana.Domain.Tests.Billing.TenYears;

/// <summary>Dates of Jakarta counted by hand: no DateTime, no TimeZoneInfo, no AddMonths.</summary>
internal static class HandCalendar
{
    private const long Day = 86_400_000, Offset = 7 * 3_600_000;

    /// <summary>The same time of day so many periods later; where the month is too short, its last day.</summary>
    public static long Later(long anchor, BillingCycle length, int periods)
    {
        if (length == BillingCycle.Daily) return anchor + (periods * Day);
        var local = anchor + Offset;
        var (days, time) = (local / Day, local % Day);
        var (year, month, day) = Date(days);
        var months = (month - 1) + (length == BillingCycle.Monthly ? periods : 12 * periods);
        (year, month) = (year + (months / 12), (months % 12) + 1);
        return (Number(year, month, Math.Min(day, Length(year, month))) * Day) + time - Offset;
    }

    private static (int Year, int Month, int Day) Date(long days)
    {
        var year = 1970;
        while (days >= (IsLeap(year) ? 366 : 365)) days -= IsLeap(year++) ? 366 : 365;
        var month = 1;
        while (days >= Length(year, month)) days -= Length(year, month++);
        return (year, month, (int)days + 1);
    }

    private static long Number(int year, int month, int day)
    {
        long days = day - 1;
        for (var y = 1970; y < year; y++) days += IsLeap(y) ? 366 : 365;
        for (var m = 1; m < month; m++) days += Length(year, m);
        return days;
    }

    private static int Length(int year, int month) => month switch
    {
        2 => IsLeap(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
