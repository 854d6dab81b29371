using Webrana.Web.Monitoring;

namespace Webrana.Web.Tests.Monitoring;

public sealed class ChartScaleTests
{
    static readonly ChartScale Hour = new(0, 3600, 10);

    static IReadOnlyList<IReadOnlyList<double?>> Points(params (double At, double? Value)[] points) => [.. points.Select(point => (IReadOnlyList<double?>)[point.At, point.Value])];

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(0.13, 0.2)]
    [InlineData(1, 1)]
    [InlineData(3.4, 5)]
    [InlineData(7, 10)]
    [InlineData(101, 200)]
    public void The_top_is_a_round_figure_above_what_is_drawn(double value, double top) => Assert.Equal(top, ChartScale.Round(value), 9);

    [Fact]
    public void A_line_breaks_where_nothing_was_measured()
    {
        var points = Points((0, 0), (900, 5), (1800, null), (2700, 10), (3600, 20));
        Assert.Equal("M0 100L250 50M750 0L1000 0", Hour.Line(points));
        Assert.Equal("M0 100L0 100L250 50L250 100ZM750 100L750 0L1000 0L1000 100Z", Hour.Band(points));
    }

    [Fact]
    public void A_measurement_that_stands_alone_is_a_dot_and_no_area()
    {
        Assert.Equal("M500 50h1", Hour.Line(Points((1800, 5))));
        Assert.Equal("", Hour.Band(Points((1800, 5))));
        Assert.Equal("", Hour.Line(Points((1800, null))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(24)]
    [InlineData(168)]
    [InlineData(336)]
    public void The_time_axis_has_a_few_round_moments_of_Jakarta(int hours)
    {
        var to = new DateTimeOffset(2026, 12, 1, 3, 7, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var ticks = new ChartScale(to - (hours * 3600L), to, 100).Ticks(TimeSpan.FromHours(7));
        Assert.InRange(ticks.Count, 2, 6);
        Assert.All(ticks, tick => Assert.Equal(0, (tick + (7 * 3600)) % (hours > 36 ? 86_400 : 900)));
    }

    [Fact]
    public void Percents_always_reach_to_a_hundred() => Assert.Equal(100, ChartScale.For(0, 1, 100, [3]).Top);
}
