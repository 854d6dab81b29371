using Webrana.Domain.Monitoring;

namespace Webrana.Domain.Tests.Monitoring;

public sealed class TimelineTests
{
    static Sample[] At(params long[] times) => [.. times.Select(time => new Sample(time, 1))];

    [Fact]
    public void A_missing_measurement_becomes_a_gap_and_a_late_one_does_not()
    {
        var complete = Timeline.WithGaps(At(0, 120, 290, 410, 1000));
        Assert.Equal([0, 120, 290, 410, 530, 1000], complete.Select(sample => sample.UnixSeconds));
        Assert.Equal(530, Assert.Single(complete, sample => sample.Value is null).UnixSeconds);
    }

    [Fact]
    public void Fewer_than_two_measurements_have_no_gaps()
    {
        Assert.Empty(Timeline.WithGaps([]));
        Assert.Single(Timeline.WithGaps(At(5)));
        Assert.Equal(0, Timeline.StepOf(At(5)));
    }

    [Fact]
    public void Only_a_recent_measurement_is_how_it_is_now()
    {
        Assert.Equal(1, Timeline.Latest(At(0, 120), since: 100));
        Assert.Null(Timeline.Latest(At(0, 120), since: 121));
        Assert.Null(Timeline.Latest([new Sample(120, null)], since: 0));
        Assert.Null(Timeline.Latest([], since: 0));
    }

    [Fact]
    public void What_is_used_is_what_is_not_left()
    {
        Sample[] left = [new(0, 25), new(120, null), new(240, 100), new(360, 130)];
        Assert.Equal([75, null, 0, 0], UsedShare.Percent(left, 100).Select(sample => sample.Value));
        Assert.Empty(UsedShare.Percent(left, null));
        Assert.Empty(UsedShare.Percent(left, 0));
    }
}
