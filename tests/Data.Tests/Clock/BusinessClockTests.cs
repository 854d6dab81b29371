using Microsoft.Extensions.Time.Testing;
using Webrana.Data.Clock;

namespace Webrana.Data.Tests.Clock;

public sealed class BusinessClockTests
{
    private readonly FakeTimeProvider _real = new(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero));
    private readonly BusinessClock _clock;

    public BusinessClockTests() => _clock = new BusinessClock(_real);

    [Fact]
    public void It_is_real_time_plus_the_offset()
    {
        var jump = _clock.Apply(1, TimeSpan.FromDays(30));
        Assert.Equal(_real.GetUtcNow() + TimeSpan.FromDays(30), _clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromDays(30), jump!.To - jump.From);
    }

    [Fact]
    public void It_never_goes_back_and_a_version_counts_once()
    {
        Assert.NotNull(_clock.Apply(2, TimeSpan.FromDays(2)));
        Assert.Null(_clock.Apply(2, TimeSpan.FromDays(3)));
        Assert.Null(_clock.Apply(1, TimeSpan.FromDays(9)));
        Assert.Null(_clock.Apply(3, TimeSpan.FromDays(1)));
        Assert.Equal((2, TimeSpan.FromDays(2)), (_clock.Version, _clock.Offset));
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public void A_clock_that_is_wrong_tells_another_time_and_lets_timers_be(int wrongMinutes)
    {
        var fired = 0;
        using var before = _clock.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);

        _clock.Skew = TimeSpan.FromMinutes(wrongMinutes);

        using var after = _clock.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        Assert.Equal(_real.GetUtcNow() + TimeSpan.FromMinutes(wrongMinutes), _clock.GetUtcNow());
        _real.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, fired);
        _real.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, fired);
    }

    [Fact]
    public void A_jump_fires_the_timers_whose_time_has_come_and_shortens_the_others()
    {
        var fired = new List<string>();
        using var hour = _clock.CreateTimer(_ => fired.Add("hour"), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        using var week = _clock.CreateTimer(_ => fired.Add("week"), null, TimeSpan.FromDays(7), Timeout.InfiniteTimeSpan);
        _clock.Apply(1, TimeSpan.FromDays(1));
        _real.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["hour"], fired);

        _real.Advance(TimeSpan.FromDays(6) - TimeSpan.FromSeconds(1));
        Assert.Equal(["hour"], fired);
        _real.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["hour", "week"], fired);
    }

    [Fact]
    public void A_periodic_timer_fires_once_for_a_jump_and_goes_on_with_its_period()
    {
        var count = 0;
        using var timer = _clock.CreateTimer(_ => count++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        _clock.Apply(1, TimeSpan.FromDays(365));
        _real.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, count);
        _real.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, count);
    }

    [Fact]
    public void A_wait_of_a_year_survives_the_limit_of_a_real_timer()
    {
        var count = 0;
        using var timer = _clock.CreateTimer(_ => count++, null, TimeSpan.FromDays(365), Timeout.InfiniteTimeSpan);
        for (var day = 0; day < 364; day++) _real.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, count);
        _real.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, count);
    }

    [Fact]
    public async Task A_disposed_timer_stays_silent_and_cannot_be_changed()
    {
        var count = 0;
        var timer = _clock.CreateTimer(_ => count++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        await timer.DisposeAsync();
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
        _clock.Apply(1, TimeSpan.FromDays(1));
        _real.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, count);
    }

    [Fact]
    public async Task A_delay_on_the_clock_ends_with_the_jump()
    {
        var delay = Task.Delay(TimeSpan.FromDays(30), _clock, TestContext.Current.CancellationToken);
        _clock.Apply(1, TimeSpan.FromDays(30));
        _real.Advance(TimeSpan.FromMilliseconds(1));
        await delay.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Timestamps_stay_monotonic_real_time()
    {
        var start = _clock.GetTimestamp();
        _clock.Apply(1, TimeSpan.FromDays(30));
        _real.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _clock.GetElapsedTime(start));
    }
}
