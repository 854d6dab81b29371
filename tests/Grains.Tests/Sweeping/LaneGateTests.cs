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
        Assert.True(gate.Enter(LaneTurn.Charge).IsCompleted);
        var word = gate.Enter(LaneTurn.Word);
        var charge = gate.Enter(LaneTurn.Charge);

        gate.Leave(LaneTurn.Charge);
        Assert.True(charge.IsCompleted);
        Assert.False(word.IsCompleted);

        gate.Leave(LaneTurn.Charge);
        Assert.True(word.IsCompleted);
    }

    [Fact]
    public void While_anybody_is_charged_a_word_takes_no_place_beside_them_though_there_is_one()
    {
        var gate = Gate(places: 64);
        _ = gate.Enter(LaneTurn.Charge);
        var word = gate.Enter(LaneTurn.Word);
        Assert.False(word.IsCompleted);

        gate.Leave(LaneTurn.Charge);
        Assert.True(word.IsCompleted);
    }

    [Fact]
    public void What_weighs_more_takes_more_of_a_wave_and_never_most_of_a_narrow_one()
    {
        var gate = Gate(places: 64);
        Task[] words = [.. Enumerable.Range(0, 64).Select(_ => gate.Enter(LaneTurn.Word))];
        Assert.Equal(21, words.Count(word => word.IsCompleted));

        var narrow = Gate(places: 16);
        Task[] hanging = [narrow.Enter(LaneTurn.Papers), narrow.Enter(LaneTurn.Mails)];
        Assert.All(hanging, one => Assert.True(one.IsCompleted));
        Assert.True(narrow.Enter(LaneTurn.Charge).IsCompleted);
    }

    [Fact]
    public void Behind_a_wave_the_lane_rests_for_as_long_as_the_wave_took()
    {
        var gate = Gate(places: 2, rest: 0.5);
        Task[] charges = [.. Enumerable.Range(0, 3).Select(_ => gate.Enter(LaneTurn.Charge))];
        Assert.Equal(2, charges.Count(charge => charge.IsCompleted));
        _time.Advance(TimeSpan.FromMilliseconds(20));
        gate.Leave(LaneTurn.Charge);
        gate.Leave(LaneTurn.Charge);

        _time.Advance(TimeSpan.FromMilliseconds(19));
        Assert.False(charges[2].IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(charges[2].IsCompleted);
    }

    [Fact]
    public void One_left_alone_works_no_harder_than_each_of_two_did()
    {
        _silos = 2;
        var gate = Gate(places: 1, rest: 0.5);
        _ = gate.Enter(LaneTurn.Charge);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        _silos = 1;
        gate.Leave(LaneTurn.Charge);
        var next = gate.Enter(LaneTurn.Charge);

        _time.Advance(TimeSpan.FromMilliseconds(19));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void A_mail_server_that_hangs_holds_up_no_charge_but_keeps_its_own_places()
    {
        var gate = Gate(places: 64, rest: 0.5);
        _ = gate.Enter(LaneTurn.Mails);
        Task[] charges = [.. Enumerable.Range(0, 120).Select(_ => gate.Enter(LaneTurn.Charge))];
        Assert.Equal(40, charges.Count(charge => charge.IsCompleted));
        foreach (var _ in Enumerable.Range(0, 40))
            gate.Leave(LaneTurn.Charge);

        // Over by its age, and no longer a rest than that.
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(40, charges.Count(charge => charge.IsCompleted));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(80, charges.Count(charge => charge.IsCompleted));

        // Back after all: its places are free again.
        gate.Leave(LaneTurn.Mails);
        Assert.Equal(104, charges.Count(charge => charge.IsCompleted));
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_place_and_holds_up_nobody_behind()
    {
        using var stopping = new CancellationTokenSource();
        var gate = Gate(places: 1);
        _ = gate.Enter(LaneTurn.Charge);
        var (mails, charge, papers) = (gate.Enter(LaneTurn.Mails, stopping.Token), gate.Enter(LaneTurn.Charge), gate.Enter(LaneTurn.Papers, stopping.Token));

        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mails);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => papers);

        gate.Leave(LaneTurn.Charge);
        Assert.True(charge.IsCompleted);
        gate.Leave(LaneTurn.Charge);
        Assert.True(gate.Enter(LaneTurn.Word).IsCompleted);
    }

    [Fact]
    public void Mails_take_their_turn_with_the_charges_and_are_none()
    {
        var gate = Gate(places: 1);
        _ = gate.Enter(LaneTurn.Word);
        var (word, charge, mails, later) = (gate.Enter(LaneTurn.Word), gate.Enter(LaneTurn.Charge), gate.Enter(LaneTurn.Mails), gate.Enter(LaneTurn.Charge));

        gate.Leave(LaneTurn.Word);
        Assert.True(charge.IsCompleted);
        gate.Leave(LaneTurn.Charge);
        Assert.True(mails.IsCompleted);
        gate.Leave(LaneTurn.Mails);
        Assert.True(later.IsCompleted);
        gate.Leave(LaneTurn.Charge);
        Assert.True(word.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(2));
        _ = gate.Enter(LaneTurn.Mails);
        Assert.False(gate.IsCharging);
    }

    [Fact]
    public void The_more_silos_share_the_database_the_longer_each_rests()
    {
        _silos = 3;
        var gate = Gate(places: 1, rest: 0.5);
        _ = gate.Enter(LaneTurn.Charge);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        gate.Leave(LaneTurn.Charge);
        var next = gate.Enter(LaneTurn.Charge);

        _time.Advance(TimeSpan.FromMilliseconds(29));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void One_that_waits_for_a_silo_that_died_holds_up_neither_the_next_wave_nor_gives_its_place_away()
    {
        var gate = Gate(places: 4, rest: 0.5);
        Task[] charges = [.. Enumerable.Range(0, 8).Select(_ => gate.Enter(LaneTurn.Charge))];
        _time.Advance(TimeSpan.FromMilliseconds(10));
        foreach (var _ in Enumerable.Range(0, 3))
            gate.Leave(LaneTurn.Charge);
        Assert.Equal(4, charges.Count(charge => charge.IsCompleted));

        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(7, charges.Count(charge => charge.IsCompleted));

        // Back after all: its place is free, and it is no wave of its own, behind which the others would rest for as long as it was away.
        _time.Advance(TimeSpan.FromMilliseconds(100));
        gate.Leave(LaneTurn.Charge);
        Assert.Equal(8, charges.Count(charge => charge.IsCompleted));
    }

    [Fact]
    public void Whoever_comes_to_an_empty_lane_enters_at_once_and_one_who_comes_into_a_rest_when_it_is_over()
    {
        var gate = Gate(places: 2, rest: 0.5);
        Assert.True(gate.Enter(LaneTurn.Word).IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        gate.Leave(LaneTurn.Word);
        var next = gate.Enter(LaneTurn.Charge);
        Assert.False(next.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(next.IsCompleted);
        gate.Leave(LaneTurn.Charge);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(gate.Enter(LaneTurn.Charge).IsCompleted);
    }

    [Fact]
    public async Task Between_two_looks_at_what_is_due_a_storm_is_not_over()
    {
        var gate = Gate(places: 1);
        Assert.False(gate.IsCharging);
        await gate.Enter(LaneTurn.Charge);
        Assert.True(gate.IsCharging);
        gate.Leave(LaneTurn.Charge);

        _time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.True(gate.IsCharging);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.False(gate.IsCharging);
    }

    [Fact]
    public async Task Telling_is_not_charging()
    {
        var gate = Gate(places: 1);
        await gate.Enter(LaneTurn.Word);
        Assert.False(gate.IsCharging);
        gate.Leave(LaneTurn.Word);
        Assert.False(gate.IsCharging);
    }

    LaneGate Gate(int places, double rest = 0) => new(Options.Create(new SweepingOptions { LaneInFlight = places, LaneRest = rest }), () => _silos, _time);
}
