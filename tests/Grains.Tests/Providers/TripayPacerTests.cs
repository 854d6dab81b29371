using Webrana.Grains.Providers;

namespace Webrana.Grains.Tests.Providers;

public sealed class TripayPacerTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_burst_passes_at_once_and_then_calls_are_spaced()
    {
        var pacer = new TripayPacer(perSecond: 5, burst: 3);
        var waits = Enumerable.Range(0, 5).Select(_ => pacer.Take(TimeSpan.Zero, Patience)!.Value.TotalMilliseconds);
        Assert.Equal([0, 0, 0, 200, 400], waits);
    }

    [Fact]
    public void Who_would_wait_too_long_is_refused_and_takes_no_place()
    {
        var pacer = new TripayPacer(perSecond: 5, burst: 1);
        Assert.Equal(TimeSpan.Zero, pacer.Take(TimeSpan.Zero, TimeSpan.Zero));
        Assert.Null(pacer.Take(TimeSpan.Zero, TimeSpan.FromMilliseconds(100)));
        Assert.Null(pacer.Take(TimeSpan.Zero, TimeSpan.FromMilliseconds(100)));
        Assert.Equal(TimeSpan.FromMilliseconds(200), pacer.Take(TimeSpan.Zero, Patience));
    }

    [Fact]
    public void In_the_long_run_the_rate_holds()
    {
        var pacer = new TripayPacer(perSecond: 5, burst: 10);
        var granted = 0;
        for (var now = TimeSpan.Zero; now < TimeSpan.FromSeconds(20); now += TimeSpan.FromMilliseconds(10))
            if (pacer.Take(now, TimeSpan.Zero) is not null) granted++;
        Assert.InRange(granted, 100, 111);
    }
}
