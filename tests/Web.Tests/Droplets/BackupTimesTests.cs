using System.Globalization;
using Webrana.Web.Droplets;
using Webrana.Web.Localization;
using Webrana.Wire.Droplets;

namespace Webrana.Web.Tests.Droplets;

public sealed class BackupTimesTests
{
    [Theory]
    [InlineData(BackupWeekday.Saturday, 20, BackupWeekday.Sunday)]
    [InlineData(BackupWeekday.Sunday, 16, BackupWeekday.Sunday)]
    [InlineData(BackupWeekday.Sunday, 0, BackupWeekday.Sunday)]
    [InlineData(BackupWeekday.Friday, 20, BackupWeekday.Saturday)]
    public void Only_the_window_after_midnight_in_Jakarta_is_of_the_day_after(BackupWeekday byUtc, int hour, BackupWeekday inJakarta)
    {
        Assert.Equal(inJakarta, BackupTimes.InJakarta(byUtc, hour));
        Assert.Equal(byUtc, BackupTimes.ByUtc(inJakarta, hour));
    }

    [Fact]
    public void Hours_are_read_in_Jakarta_and_stand_in_the_order_of_its_day()
    {
        var (indonesian, english) = (new Texts(CultureInfo.GetCultureInfo("id")), new Texts(CultureInfo.GetCultureInfo("en")));
        Assert.Equal("03.00–07.00\u00A0WIB", BackupTimes.Window(20, indonesian));
        Assert.Equal("23:00–03:00\u00A0WIB", BackupTimes.Window(16, english));
        var read = BackupTimes.Hours.Select(hour => BackupTimes.Window(hour, indonesian)).ToList();
        Assert.Equal(read.Order(StringComparer.Ordinal), read);
    }
}
