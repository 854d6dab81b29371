using System.Globalization;
using Webrana.Web.Formatting;
using Webrana.Web.Localization;

namespace Webrana.Web.Tests.Formatting;

public sealed class DateTextTests
{
    static readonly Texts Indonesian = new(CultureInfo.GetCultureInfo("id"));
    static readonly Texts English = new(CultureInfo.GetCultureInfo("en"));
    static readonly DateTimeOffset Now = new(2026, 12, 15, 7, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Times_are_told_in_Jakarta()
    {
        Assert.Equal("15 Des 2026, 14.30 WIB", Plain(DateText.Full(Now, Indonesian)));
        Assert.Equal("15 Dec 2026, 14:30 WIB", Plain(DateText.Full(Now, English)));
    }

    [Fact]
    public void The_day_is_the_one_in_Jakarta_late_in_the_evening_elsewhere() =>
        Assert.Equal("1 Jan 2027", Plain(DateText.Day(new DateTimeOffset(2026, 12, 31, 17, 0, 0, TimeSpan.Zero), Indonesian)));

    [Theory]
    [InlineData(0, "baru saja")]
    [InlineData(44, "baru saja")]
    [InlineData(-30, "baru saja")]
    [InlineData(50, "1 menit lalu")]
    [InlineData(5 * 60, "5 menit lalu")]
    [InlineData(59 * 60 + 40, "1 jam lalu")]
    [InlineData(3 * 3600, "3 jam lalu")]
    [InlineData(86_400, "14 Des 2026, 14.30 WIB")]
    [InlineData(-7_200, "15 Des 2026, 16.30 WIB")]
    public void The_last_day_is_told_relatively(int secondsAgo, string told) =>
        Assert.Equal(told, Plain(DateText.Relative(Now.AddSeconds(-secondsAgo), Now, Indonesian)));

    [Theory]
    [InlineData(7, "0:07")]
    [InlineData(3_552, "59:12")]
    [InlineData(86_352, "23:59:12")]
    [InlineData(-5, "0:00")]
    public void Clocks_run_in_minutes_and_hours_and_stop_at_zero(int seconds, string shown) => Assert.Equal(shown, DateText.Clock(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_month_from_the_end_of_January_in_Jakarta_is_the_end_of_February() =>
        Assert.Equal("28 Feb 2027", Plain(DateText.Day(DateText.AddMonths(new DateTimeOffset(2027, 1, 30, 18, 0, 0, TimeSpan.Zero), 1), Indonesian)));

    [Theory]
    [InlineData(512, "512 MB")]
    [InlineData(1024, "1 GB")]
    [InlineData(1536, "1,5 GB")]
    [InlineData(65_536, "64 GB")]
    public void Memory_is_told_in_the_unit_people_compare(int mib, string told) => Assert.Equal(told, Plain(SizeText.Memory(mib)));

    [Fact]
    public void Transfer_below_a_terabyte_is_told_in_gigabytes()
    {
        Assert.Equal("500 GB", Plain(SizeText.Transfer(0.5m)));
        Assert.Equal("4 TB", Plain(SizeText.Transfer(4)));
    }

    [Fact]
    public void Short_ids_stay_whole_when_they_are_short()
    {
        Assert.Equal("0192f0c4…", ShortId.Of("0192f0c4-7a10"));
        Assert.Equal("short-id", ShortId.Of("short-id"));
    }

    static string Plain(string text) => text.Replace('\u00A0', ' ');
}
