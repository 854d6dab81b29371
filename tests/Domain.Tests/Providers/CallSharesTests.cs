using CsCheck;
using Webrana.Domain.Providers;

namespace Webrana.Domain.Tests.Providers;

public sealed class CallSharesTests
{
    [Fact]
    public void The_shares_are_the_whole() => Assert.Equal(100, CallShares.Percent.Sum());

    [Fact]
    public void However_greedy_the_others_are_each_use_finds_its_own_share_at_the_start_of_a_minute() => Gen.Int[0, 4].Sample(use =>
    {
        const int Limit = 200;
        var used = new int[5];
        // Everybody less important takes whatever is allowed first.
        for (var greedy = 4; greedy > use; greedy--)
        {
            while (CallShares.Allows(greedy, used, Limit, elapsed: 0))
                used[greedy]++;
        }

        var got = 0;
        while (CallShares.Allows(use, used, Limit, elapsed: 0))
        {
            used[use]++;
            got++;
        }

        Assert.True(got >= Limit * CallShares.Percent[use] / 100, $"use {use} got {got}");
        Assert.True(used.Sum() <= Limit);
    });

    [Fact]
    public void What_the_important_leave_unused_flows_down_by_the_end_of_the_minute()
    {
        var used = new int[5];
        while (CallShares.Allows(2, used, 200, elapsed: 0))
            used[2]++;
        Assert.Equal(100, used[2]);
        while (CallShares.Allows(2, used, 200, elapsed: 1))
            used[2]++;
        Assert.Equal(200, used[2]);
    }
}
