using System.Globalization;
using Webrana.Web.Localization;
using Webrana.Wire.Droplets;

namespace Webrana.Web.Droplets;

/// <summary>When backups are taken, as people in Jakarta read it; the API counts days and hours by UTC.</summary>
public static class BackupTimes
{
    /// <summary>What is shown first to whoever has none: the night.</summary>
    public const int NightHour = 20;

    const int WibHours = 7;
    const int WindowHours = 4;
    const int DayHours = 24;
    const int WeekDays = 7;

    /// <summary>The hours (UTC) that can be chosen, in the order of Jakarta's day.</summary>
    public static IReadOnlyList<int> Hours { get; } = [20, 0, 4, 8, 12, 16];

    /// <summary>The four hours: <c>03.00–07.00 WIB</c>; in English <c>03:00–07:00 WIB</c>.</summary>
    /// <param name="hour">By UTC.</param>
    /// <param name="texts">The visitor's language.</param>
    public static string Window(int hour, Texts texts) => $"{Clock(hour, texts)}–{Clock(hour + WindowHours, texts)}\u00A0WIB";

    /// <summary>The day in Jakarta on which the window of a day and hour by UTC begins.</summary>
    /// <param name="day">By UTC.</param>
    /// <param name="hour">By UTC.</param>
    public static BackupWeekday InJakarta(BackupWeekday day, int hour) => Moved(day, DaysAhead(hour));

    /// <summary>The other way round.</summary>
    /// <param name="day">In Jakarta.</param>
    /// <param name="hour">By UTC.</param>
    public static BackupWeekday ByUtc(BackupWeekday day, int hour) => Moved(day, -DaysAhead(hour));

    static int DaysAhead(int hour) => (hour + WibHours) / DayHours;

    static BackupWeekday Moved(BackupWeekday day, int days) => (BackupWeekday)(((int)day + days + WeekDays) % WeekDays);

    static string Clock(int hour, Texts texts) =>
        string.Create(CultureInfo.InvariantCulture, $"{(hour + WibHours) % DayHours:00}{(texts.IsEnglish ? ':' : '.')}00");
}
