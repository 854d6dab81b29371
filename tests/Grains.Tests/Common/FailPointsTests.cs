using Webrana.Data.Faults;
using Webrana.Grains.Common;

namespace Webrana.Grains.Tests.Common;

public sealed class FailPointsTests
{
    [Fact]
    public async Task Unarmed_it_does_nothing_and_armed_it_strikes_the_nth_hit_once()
    {
        var points = new FailPoints();
        await points.Hit("a.b", "droplet:1");
        Assert.False(points.Any);
        var fired = points.Arm("a.b", FailMode.Throw, nth: 2);
        await points.Hit("a.b", "droplet:1");
        Assert.False(fired.IsCompleted);
        await Assert.ThrowsAsync<FailPointException>(() => points.Hit("a.b", "droplet:1"));
        await fired;
        await points.Hit("a.b", "droplet:1");
    }

    [Fact]
    public async Task It_strikes_its_subject_only()
    {
        var points = new FailPoints();
        points.Arm("a.b", FailMode.Throw, subject: "droplet:2").Ignore();
        await points.Hit("a.b", "droplet:1");
        await Assert.ThrowsAsync<FailPointException>(() => points.Hit("a.b", "droplet:2"));
        points.Clear();
        await points.Hit("a.b", "droplet:2");
    }

    [Fact]
    public void Hanging_it_never_returns()
    {
        var points = FailPoints.Parse("x.y:hang");
        Assert.True(points.Any);
        Assert.False(points.Hit("x.y", "s").IsCompleted);
    }

    [Theory]
    [InlineData("x.y")]
    [InlineData("x.y:explode")]
    [InlineData("x.y:throw:many")]
    public void What_cannot_be_read_is_an_error(string text) => Assert.Throws<FormatException>(() => FailPoints.Parse(text));

    [Fact]
    public void Nothing_is_armed_by_nothing() => Assert.False(FailPoints.Parse(null).Any);
}
