using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Webrana.Grains.Sweeping;

namespace Webrana.Grains.Tests.Sweeping;

public sealed class LaneGateTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void Who_waits_to_be_charged_goes_before_who_waits_to_be_told_however_long()
    {
        var gate = Gate(places: 1);
        Assert.True(gate.Enter(charge: true).IsCompleted);
        var word = gate.Enter(charge: false);
        var charge = gate.Enter(charge: true);

        gate.Leave(charge: true);
        Assert.True(charge.IsCompleted);
        Assert.False(word.IsCompleted);

        gate.Leave(charge: true);
        Assert.True(word.IsCompleted);
    }

    [Fact]
    public void A_place_that_nobody_waits_for_is_kept_for_the_next()
    {
        var gate = Gate(places: 2);
        Assert.True(gate.Enter(charge: false).IsCompleted);
        gate.Leave(charge: false);

        Assert.True(gate.Enter(charge: true).IsCompleted);
        Assert.True(gate.Enter(charge: true).IsCompleted);
        Assert.False(gate.Enter(charge: true).IsCompleted);
    }

    [Fact]
    public async Task Between_two_looks_at_what_is_due_a_storm_is_not_over()
    {
        var gate = Gate(places: 1);
        Assert.False(gate.IsCharging);
        await gate.Enter(charge: true);
        Assert.True(gate.IsCharging);
        gate.Leave(charge: true);

        _time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.True(gate.IsCharging);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.False(gate.IsCharging);
    }

    [Fact]
    public async Task Telling_is_not_charging()
    {
        var gate = Gate(places: 1);
        await gate.Enter(charge: false);
        Assert.False(gate.IsCharging);
        gate.Leave(charge: false);
        Assert.False(gate.IsCharging);
    }

    LaneGate Gate(int places) => new(Options.Create(new SweepingOptions { LaneInFlight = places }), _time);
}
