using Microsoft.Extensions.Time.Testing;
using Webrana.Grains.Providers;

namespace Webrana.Grains.Tests.Providers;

public sealed class TripayTurnsTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly FakeTimeProvider _time = new();
    readonly TripayTurns _turns;

    public TripayTurnsTests() => _turns = new TripayTurns(new TripayPacer(perSecond: 5, burst: 1), _time);

    [Fact]
    public async Task A_call_goes_when_its_turn_has_come_and_not_before()
    {
        Assert.True(await _turns.WaitAsync(Patience));
        var second = _turns.WaitAsync(Patience);
        _time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await second);
    }

    [Fact]
    public async Task Who_would_wait_too_long_is_told_at_once_and_takes_no_turn()
    {
        Assert.True(await _turns.WaitAsync(Patience));
        var impatient = _turns.WaitAsync(TimeSpan.FromMilliseconds(100));
        Assert.True(impatient.IsCompleted);
        Assert.False(await impatient);
        Assert.Equal(TimeSpan.FromMilliseconds(200), _turns.Take(Patience));
    }
}
