using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Webrana.Grains.Sweeping;

namespace Webrana.Grains.Tests.Sweeping;

public sealed class LaneGateTests
{
    readonly FakeTimeProvider _time = new();
    int _silos = 1;

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
    public void Behind_a_wave_the_lane_rests_for_as_long_as_the_wave_took()
    {
        var gate = Gate(places: 2, rest: 1);
        Task[] charges = [.. Enumerable.Range(0, 3).Select(_ => gate.Enter(charge: true))];
        Assert.Equal(2, charges.Count(charge => charge.IsCompleted));
        _time.Advance(TimeSpan.FromMilliseconds(20));
        gate.Leave(charge: true);
        gate.Leave(charge: true);

        _time.Advance(TimeSpan.FromMilliseconds(19));
        Assert.False(charges[2].IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(charges[2].IsCompleted);
    }

    [Fact]
    public void The_more_silos_share_the_database_the_longer_each_rests()
    {
        _silos = 3;
        var gate = Gate(places: 1, rest: 0.5);
        _ = gate.Enter(charge: true);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        gate.Leave(charge: true);
        var next = gate.Enter(charge: true);

        _time.Advance(TimeSpan.FromMilliseconds(29));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void One_that_waits_for_a_silo_that_died_holds_up_neither_the_next_wave_nor_gives_its_place_away()
    {
        var gate = Gate(places: 4, rest: 1);
        Task[] charges = [.. Enumerable.Range(0, 8).Select(_ => gate.Enter(charge: true))];
        _time.Advance(TimeSpan.FromMilliseconds(10));
        foreach (var _ in Enumerable.Range(0, 3))
            gate.Leave(charge: true);
        Assert.Equal(4, charges.Count(charge => charge.IsCompleted));

        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(7, charges.Count(charge => charge.IsCompleted));

        // Back after all: no wave of its own, behind which the others would rest for as long as it was away.
        _time.Advance(TimeSpan.FromSeconds(5));
        gate.Leave(charge: true);
        Assert.Equal(8, charges.Count(charge => charge.IsCompleted));
    }

    [Fact]
    public void Whoever_comes_to_an_empty_lane_enters_at_once_and_one_who_comes_into_a_rest_when_it_is_over()
    {
        var gate = Gate(places: 2, rest: 1);
        Assert.True(gate.Enter(charge: false).IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        gate.Leave(charge: false);
        var next = gate.Enter(charge: true);
        Assert.False(next.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(next.IsCompleted);
        gate.Leave(charge: true);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(gate.Enter(charge: true).IsCompleted);
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

    LaneGate Gate(int places, double rest = 0) => new(Options.Create(new SweepingOptions { LaneInFlight = places, LaneRest = rest }), () => _silos, _time);
}
