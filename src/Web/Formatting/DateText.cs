using System.Globalization;
using Webrana.Web.Localization;

namespace Webrana.Web.Formatting;

/// <summary>Times as people read them, always in Western Indonesian time, the calendar that billing follows.</summary>
public static class DateText
{
    // Asia/Jakarta has had no other offset since 1964, and a fixed one needs no time-zone data on the machine.
    static readonly TimeSpan Wib = TimeSpan.FromHours(7);

    static readonly string[] IndonesianMonths = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
    static readonly string[] EnglishMonths = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary><c>15 Des 2026, 14.30 WIB</c>; in English <c>15 Dec 2026, 14:30 WIB</c>.</summary>
    /// <param name="time">Any offset.</param>
    /// <param name="texts">The visitor's language.</param>
    public static string Full(DateTimeOffset time, Texts texts)
    {
        var local = time.ToOffset(Wib);
        var separator = texts.IsEnglish ? ':' : '.';
        return string.Create(CultureInfo.InvariantCulture, $"{Day(time, texts)}, {local:HH}{separator}{local:mm}\u00A0WIB");
    }

    /// <summary><c>15 Des 2026</c>.</summary>
    /// <param name="time">Any offset.</param>
    /// <param name="texts">The visitor's language.</param>
    public static string Day(DateTimeOffset time, Texts texts)
    {
        var local = time.ToOffset(Wib);
        var months = texts.IsEnglish ? EnglishMonths : IndonesianMonths;
        return string.Create(CultureInfo.InvariantCulture, $"{local.Day}\u00A0{months[local.Month - 1]}\u00A0{local.Year}");
    }

    /// <summary><c>15 Des</c>: where the year is clear.</summary>
    /// <param name="time">Any offset.</param>
    /// <param name="texts">The visitor's language.</param>
    public static string ShortDay(DateTimeOffset time, Texts texts)
    {
        var local = time.ToOffset(Wib);
        return string.Create(CultureInfo.InvariantCulture, $"{local.Day}\u00A0{(texts.IsEnglish ? EnglishMonths : IndonesianMonths)[local.Month - 1]}");
    }

    /// <summary>"5 menit lalu" within the last day, the full form otherwise.</summary>
    /// <param name="time">What is told.</param>
    /// <param name="now">Business time.</param>
    /// <param name="texts">The visitor's language.</param>
    public static string Relative(DateTimeOffset time, DateTimeOffset now, Texts texts)
    {
        var ago = now - time;
        // A little into the future is two clocks that disagree, not a prophecy.
        if (ago > TimeSpan.FromHours(-1) && ago < TimeSpan.FromSeconds(45)) return texts["Time.JustNow"];
        if (ago < TimeSpan.Zero || ago >= TimeSpan.FromDays(1)) return Full(time, texts);
        return ago < TimeSpan.FromMinutes(59.5)
            ? texts["Time.MinutesAgo", Math.Max(1, (int)Math.Round(ago.TotalMinutes))]
            : texts["Time.HoursAgo", Math.Max(1, (int)Math.Round(ago.TotalHours))];
    }

    /// <summary>A clock of hours, minutes and seconds: <c>0:07</c>, <c>59:12</c>, <c>23:59:12</c>. Never below zero.</summary>
    /// <param name="span">How long.</param>
    public static string Clock(TimeSpan span)
    {
        if (span < TimeSpan.Zero) span = TimeSpan.Zero;
        var hours = (int)span.TotalHours;
        return hours > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{hours}:{span.Minutes:00}:{span.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}:{span.Seconds:00}");
    }

    /// <summary>How many calendar days in Jakarta lie between two times.</summary>
    /// <param name="from">Business time.</param>
    /// <param name="to">Later or earlier.</param>
    public static int DaysBetween(DateTimeOffset from, DateTimeOffset to) => (to.ToOffset(Wib).Date - from.ToOffset(Wib).Date).Days;

    /// <summary>Adds calendar months in Jakarta, as a renewal does.</summary>
    /// <param name="time">Start of the period.</param>
    /// <param name="months">How many.</param>
    public static DateTimeOffset AddMonths(DateTimeOffset time, int months) => time.ToOffset(Wib).AddMonths(months);
}
