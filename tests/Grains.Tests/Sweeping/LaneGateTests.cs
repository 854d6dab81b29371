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

    [Fact]
    public async Task Silos_share_what_may_be_under_way_and_whoever_is_left_takes_the_share_of_the_dead()
    {
        var silos = 2;
        var gate = new LaneGate(Options.Create(new SweepingOptions { LaneInFlight = 4 }), () => silos, _time);
        Task[] charges = [.. Enumerable.Range(0, 5).Select(_ => gate.Enter(charge: true))];
        Assert.Equal(2, charges.Count(charge => charge.IsCompleted));

        silos = 1;
        _time.Advance(TimeSpan.FromSeconds(1));
        gate.Leave(charge: true);
        Assert.Equal(5, charges.Count(charge => charge.IsCompleted));

        silos = 4;
        _time.Advance(TimeSpan.FromSeconds(1));
        var late = gate.Enter(charge: true);
        foreach (var _ in Enumerable.Range(0, 3))
            gate.Leave(charge: true);
        Assert.False(late.IsCompleted);
        gate.Leave(charge: true);
        await late;
    }

    LaneGate Gate(int places) => new(Options.Create(new SweepingOptions { LaneInFlight = places }), () => 1, _time);
}
