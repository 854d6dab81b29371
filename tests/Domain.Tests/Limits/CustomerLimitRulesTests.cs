using CsCheck;
using Webrana.Domain.Limits;

namespace Webrana.Domain.Tests.Limits;

/// <summary>How much a customer may have, from what was paid and since when.</summary>
public sealed class CustomerLimitRulesTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero);
    static readonly IReadOnlyList<LimitTier> Ladder = CustomerLimitRules.Default;

    [Fact]
    public void The_shipped_ladder_is_one() => Assert.True(CustomerLimitRules.IsLadder(Ladder));

    [Theory]
    [InlineData(0, 0, 3, 2, 500_000)]
    [InlineData(9_999, 400, 3, 2, 500_000)] // time alone is no payment
    [InlineData(10_000, 0, 20, 8, 10_000_000)]
    [InlineData(5_000_000, 29, 20, 8, 10_000_000)] // money alone is no history
    [InlineData(5_000_000, 30, 50, 16, 50_000_000)]
    [InlineData(300_000_000, 1, 20, 8, 300_000_000)] // what was paid may be spent
    public void The_highest_step_whose_payments_and_days_are_both_there_holds(long paid, int days, int servers, int vcpus, long spend) =>
        Assert.Equal(new CustomerLimits(servers, vcpus, spend), CustomerLimitRules.Of(Ladder, History(paid, days), null, Now));

    [Fact]
    public void Who_never_paid_has_the_first_step_and_is_told_what_the_second_asks() =>
        Assert.Equal(new NextLimits(Ladder[1].Limits, 10_000, 0), CustomerLimitRules.Next(Ladder, new PaymentHistory(0, null), Now));

    [Fact]
    public void At_the_top_there_is_no_next_step()
    {
        Assert.Equal(new NextLimits(Ladder[2].Limits, 500_000, 20), CustomerLimitRules.Next(Ladder, History(1_500_000, 10), Now));
        Assert.Null(CustomerLimitRules.Next(Ladder, History(20_000_000, 90), Now));
    }

    [Fact]
    public void An_admins_figure_stands_in_place_of_the_rules_also_below_it_and_the_others_stay_the_rules() => Assert.Equal(
        new CustomerLimits(1, 8, 0), CustomerLimitRules.Of(Ladder, History(10_000, 0), new LimitOverride(1, null, 0), Now));

    [Theory]
    [InlineData(1, 2, 100_000, 2, 0, null)]
    [InlineData(1, 4, 0, 2, 0, LimitKind.PlanSize)]
    [InlineData(1, 1, 100_000, 3, 0, LimitKind.Servers)]
    [InlineData(0, 1, 100_000, 9, 0, null)] // a bigger plan is no further server
    [InlineData(1, 1, 100_001, 0, 400_000, LimitKind.SpendPerDay)]
    [InlineData(1, 1, 100_000, 0, 400_000, null)] // up to the limit
    [InlineData(0, 2, -50_000, 3, 600_000, null)] // money that comes back is no spending
    public void The_limit_in_the_way_is_named(int more, int vcpus, long amount, int have, long spent, LimitKind? expected) =>
        Assert.Equal(expected, CustomerLimitRules.Breach(Ladder[0].Limits, new LimitUse(have, spent), new LimitAsk(more, vcpus, amount))?.Kind);

    [Fact]
    public void A_breach_says_what_is_allowed_and_what_it_would_come_to() => Assert.Equal(
        new LimitBreach(LimitKind.Servers, 3, 4), CustomerLimitRules.Breach(Ladder[0].Limits, new LimitUse(3, 0), new LimitAsk(1, 1, 1)));

    [Fact]
    public void Paying_more_and_waiting_longer_never_lowers_a_limit() => Gen.Select(Gen.Long[0, 50_000_000], Gen.Int[0, 200], Gen.Long[0, 50_000_000], Gen.Int[0, 200]).Sample((paid, days, more, longer) =>
    {
        var before = CustomerLimitRules.Of(Ladder, History(paid, days), null, Now);
        var after = CustomerLimitRules.Of(Ladder, History(paid + more, days + longer), null, Now);
        return after.Servers >= before.Servers && after.Vcpus >= before.Vcpus && after.SpendPerDayIdr >= before.SpendPerDayIdr && after.SpendPerDayIdr >= Math.Min(paid + more, long.MaxValue);
    });

    [Fact]
    public void What_is_no_ladder_is_known()
    {
        var limits = new CustomerLimits(1, 1, 1);
        Assert.False(CustomerLimitRules.IsLadder([]));
        Assert.False(CustomerLimitRules.IsLadder([new(1, 0, limits)]));
        Assert.False(CustomerLimitRules.IsLadder([new(0, 0, limits), new(10, 0, limits with { Servers = 0 })]));
        Assert.False(CustomerLimitRules.IsLadder([new(0, 0, limits with { Vcpus = -1 })]));
        Assert.True(CustomerLimitRules.IsLadder([new(0, 0, limits), new(0, 3, limits)]));
    }

    static PaymentHistory History(long paid, int days) => new(paid, paid == 0 ? null : Now.AddDays(-days));
}
