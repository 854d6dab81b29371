using Webrana.Web.Billing;
using Webrana.Wire.Admin;
using Webrana.Wire.Billing;

namespace Webrana.Web.Tests.Billing;

public sealed class SettingsFormTests
{
    static readonly PeriodPolicy ToTheMinute = new(90, 1_441, 2_000, [-1_450, -45, 0, 7, 61]);

    static SettingsForm Form(PeriodPolicy daily) => new(new BillingSettings(
        3, 16_500, new AddonPrices(20, 30, 1_000, 200), daily, new PeriodPolicy(4_320, 10_080, 20_160, [-4_320, 0]), new PeriodPolicy(10_080, 20_160, 43_200, []), null, null));

    [Fact]
    public void What_an_admin_does_not_touch_is_sent_as_it_was_to_the_minute()
    {
        var form = Form(ToTheMinute);

        form.UsdRate = "17.000";
        form.Reason = "kurs baru";
        var asked = form.ToRequest();

        Assert.Equal(17_000, asked.UsdRate);
        Assert.Equal((90, 1_441, 2_000), (asked.Daily!.GraceMinutes, asked.Daily.SuspendedMinutes, asked.Daily.RestorableMinutes));
        Assert.Equal(ToTheMinute.NoticeMinutes, asked.Daily.NoticeMinutes);
        Assert.Equal(4_320, asked.Monthly!.GraceMinutes);
    }

    [Fact]
    public void Every_minute_of_two_days_survives_being_shown_in_hours()
    {
        for (var minutes = 0; minutes <= 2_880; minutes++)
            Assert.Equal(minutes, Form(new PeriodPolicy(minutes, 0, 0, [-minutes])).ToRequest().Daily!.GraceMinutes);
    }

    [Theory]
    [InlineData("-72, -24, 1.5", new[] { -4_320, -1_440, 90 })]
    [InlineData("", new int[0])]
    public void Notices_are_typed_in_hours(string typed, int[] minutes)
    {
        var form = Form(ToTheMinute);

        form.Policies[0].Notices = typed;

        Assert.Equal(minutes, form.Policies[0].Minutes);
    }

    [Theory]
    [InlineData("besok")]
    [InlineData("-72; 24")]
    [InlineData("99999999999")]
    public void What_cannot_be_read_cannot_be_sent(string typed)
    {
        var form = Form(ToTheMinute);
        form.Reason = "coba";
        Assert.True(form.IsComplete);

        form.Policies[0].Notices = typed;

        Assert.False(form.IsComplete);
    }
}
