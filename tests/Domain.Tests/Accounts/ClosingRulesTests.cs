using Webrana.Domain.Accounts;

namespace Webrana.Domain.Tests.Accounts;

/// <summary>What stands in the way of closing an account.</summary>
public sealed class ClosingRulesTests
{
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, null)]
    [InlineData(1, 1, 5, 0, 5, 5, ClosingObstacle.ServersExist)]
    [InlineData(0, 1, 5, 0, 5, 5, ClosingObstacle.PaymentsPending)]
    [InlineData(0, 0, 5, 0, 5, 5, ClosingObstacle.MoneyHeld)]
    [InlineData(0, 0, 5, 0, 0, 5, ClosingObstacle.OutstandingDebt)]
    [InlineData(0, 0, 501, 500, 0, 0, ClosingObstacle.BalanceNotGivenUp)]
    [InlineData(0, 0, 500, 500, 0, 0, null)]
    [InlineData(0, 0, 100, 500, 0, 0, null)] // less than was given up
    public void The_first_thing_in_the_way_is_named(int servers, int pending, long ordinary, long givenUp, long held, long debt, ClosingObstacle? expected) =>
        Assert.Equal(expected, ClosingRules.Obstacle(new ClosingFacts(servers, pending, ordinary, 9_000, held, debt), givenUp));

    [Fact]
    public void A_payout_under_way_is_in_the_way_before_the_money_it_is_about() =>
        Assert.Equal(ClosingObstacle.PayoutPending, ClosingRules.Obstacle(new ClosingFacts(0, 0, 5, 0, 5, 5, PendingPayouts: 1), 0));
}
