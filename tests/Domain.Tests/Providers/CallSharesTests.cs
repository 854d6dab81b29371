using CsCheck;
using Webrana.Domain.Providers;

namespace Webrana.Domain.Tests.Providers;

/// <summary>Who may call the provider when not all can: rules that hold for a minute and for an hour alike.</summary>
public sealed class CallSharesTests
{
    const int Limit = 200;

    [Fact]
    public void The_shares_are_the_whole() => Assert.Equal(100, CallShares.Percent.Sum());

    [Fact]
    public void Whatever_was_taken_a_grant_never_exceeds_the_window_nor_the_wish() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 300], Gen.Int[0, 100].Array[5], Gen.Bool.Array[5]).Sample((use, wanted, used, asked) =>
        {
            var window = used.Zip(asked, (count, did) => new ShareUse(count, did)).ToArray();
            var granted = CallShares.Grant(use, wanted, Limit, window);
            Assert.InRange(granted, 0, Math.Min(wanted, Math.Max(0, Limit - used.Sum())));
        });

    [Fact]
    public void Who_asks_all_the_time_gets_its_share_however_greedy_the_others_are() => Gen.Int[0, 4].Array[2_000].Sample(turns =>
    {
        // Everybody asked before, so everybody's share is kept; then they take in any order.
        var used = new int[5];
        foreach (var use in turns)
            used[use] += CallShares.Grant(use, 1, Limit, [.. used.Select(count => new ShareUse(count, Wanted: true))]);
        foreach (var use in Enumerable.Range(0, 5).Where(use => turns.Count(turn => turn == use) >= Limit))
            Assert.True(used[use] >= Limit * CallShares.Percent[use] / 100, $"use {use} got {used[use]}");
        Assert.True(used.Sum() <= Limit);
    });

    [Fact]
    public void What_nobody_asks_for_flows_to_who_does()
    {
        // All but half of what each of the others is sure of.
        Assert.Equal(Limit - 30 - 20 - 20 - 20, Alone(4));
        Assert.Equal(Limit - 20 - 20 - 20 - 10, Alone(0));
    }

    [Fact]
    public void The_first_destroy_after_an_idle_hour_finds_calls_left()
    {
        var window = new ShareUse[5];
        window[3] = new ShareUse(Alone(3), Wanted: true);
        Assert.Equal(20, CallShares.Grant(0, 20, Limit, window));
        Assert.Equal(0, CallShares.Grant(3, 20, Limit, window));
    }

    [Fact]
    public void A_storm_of_creates_leaves_the_reads_that_tell_that_they_are_done()
    {
        var window = new ShareUse[5];
        window[0] = new ShareUse(Alone(0), Wanted: true);
        Assert.Equal(20, CallShares.Grant(2, 20, Limit, window));
    }

    static int Alone(int use) => CallShares.Grant(use, 1_000, Limit, [.. Enumerable.Range(0, 5).Select(one => new ShareUse(0, one == use))]);
}
