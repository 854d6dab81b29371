using CsCheck;
using Webrana.Domain.Deposits;

namespace Webrana.Domain.Tests.Deposits;

public sealed class DepositRulesTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, DepositAmountVerdict.Invalid)]
    [InlineData(-1, DepositAmountVerdict.Invalid)]
    [InlineData(long.MinValue, DepositAmountVerdict.Invalid)]
    [InlineData(long.MaxValue, DepositAmountVerdict.Invalid)]
    [InlineData(DepositAmount.CeilingIdr + 1, DepositAmountVerdict.Invalid)]
    [InlineData(9_999, DepositAmountVerdict.BelowMinimum)]
    [InlineData(10_000, DepositAmountVerdict.Accepted)]
    [InlineData(10_000_000, DepositAmountVerdict.Accepted)]
    [InlineData(10_000_001, DepositAmountVerdict.AboveMaximum)]
    public void Amounts_are_judged_by_the_channels_limits(long amountIdr, DepositAmountVerdict verdict) =>
        Assert.Equal(verdict, DepositAmount.Judge(amountIdr, 10_000, 10_000_000));

    [Fact]
    public void A_channel_without_limits_takes_everything_below_the_ceiling() =>
        Assert.Equal(DepositAmountVerdict.Accepted, DepositAmount.Judge(DepositAmount.CeilingIdr, null, null));

    [Theory]
    [InlineData("BRIVA", 24 * 60)]
    [InlineData("QRIS", 60)]
    [InlineData("QRISC", 24 * 60)]
    [InlineData("dana", 60)]
    [InlineData("BSIVA", 180)]
    [InlineData("SOMETHINGNEW", 24 * 60)]
    public void A_customer_gets_a_day_unless_the_channel_is_shorter(string method, int minutes) =>
        Assert.Equal(Noon.AddMinutes(minutes), PaymentWindow.ExpiryFor(method, Noon));

    [Fact]
    public void Money_that_arrived_wins_whatever_else_was_heard_and_in_whatever_order() =>
        Gen.Enum<PaymentStage>().List[0, 6].Select(Gen.Bool, (stages, givenUp) => (stages, givenUp)).Sample(deposit =>
        {
            var standing = DepositStandings.Of(deposit.stages, deposit.givenUp);
            var mirrored = DepositStandings.Of([.. deposit.stages.AsEnumerable().Reverse()], deposit.givenUp);
            return standing == mirrored && (standing == DepositStanding.Paid) == deposit.stages.Contains(PaymentStage.Credited);
        });

    [Fact]
    public void A_deposit_stands_where_its_payments_stand()
    {
        Assert.Equal(DepositStanding.Pending, DepositStandings.Of([], givenUp: false));
        Assert.Equal(DepositStanding.Failed, DepositStandings.Of([], givenUp: true));
        Assert.Equal(DepositStanding.Pending, DepositStandings.Of([PaymentStage.Expired, PaymentStage.Open], givenUp: false));
        Assert.Equal(DepositStanding.Pending, DepositStandings.Of([PaymentStage.Confirmed], givenUp: false));
        Assert.Equal(DepositStanding.Expired, DepositStandings.Of([PaymentStage.Failed, PaymentStage.Expired], givenUp: false));
        Assert.Equal(DepositStanding.Failed, DepositStandings.Of([PaymentStage.Failed], givenUp: false));
        Assert.Equal(DepositStanding.Refunded, DepositStandings.Of([PaymentStage.Refunded, PaymentStage.Expired], givenUp: false));
        Assert.Equal(DepositStanding.Paid, DepositStandings.Of([PaymentStage.Refunded, PaymentStage.Credited], givenUp: false));
    }

    [Fact]
    public void The_first_look_comes_after_a_minute_and_distances_grow_to_an_hour()
    {
        var expires = Noon.AddHours(24);
        Assert.Equal(Noon.AddSeconds(60), DepositSchedule.NextPoll(Noon, expires, Noon));
        Assert.Equal(Noon.AddMinutes(20), DepositSchedule.NextPoll(Noon, expires, Noon.AddMinutes(10)));
        Assert.Equal(Noon.AddHours(6), DepositSchedule.NextPoll(Noon, expires, Noon.AddHours(5)));
    }

    [Fact]
    public void One_look_falls_just_after_the_expiry_whatever_the_clock_did() =>
        Gen.Select(Gen.Int[1, 3_000], Gen.Int[0, 10_000]).Sample((windowMinutes, nowMinutes) =>
        {
            var expires = Noon.AddMinutes(windowMinutes);
            var now = Noon.AddMinutes(nowMinutes);
            var next = DepositSchedule.NextPoll(Noon, expires, now);
            var afterExpiry = expires + DepositSchedule.ExpiryGrace;
            return next > now && next <= now + DepositSchedule.LongestPoll && !(now < afterExpiry && next > afterExpiry);
        });

    [Fact]
    public void An_unpaid_transaction_is_overdue_an_hour_after_its_expiry()
    {
        Assert.False(DepositSchedule.IsOverdue(Noon, Noon.AddMinutes(59)));
        Assert.True(DepositSchedule.IsOverdue(Noon, Noon.AddMinutes(60)));
    }

    [Fact]
    public void Late_settlements_are_looked_for_over_two_days_and_then_no_more()
    {
        var at = Noon;
        var looks = 0;
        while (DepositSchedule.NextLateLook(Noon, at) is { } next)
        {
            Assert.True(next > at && next <= Noon + DepositSchedule.LateSettlement);
            at = next;
            looks++;
        }
        Assert.Equal(Noon + DepositSchedule.LateSettlement, at);
        Assert.InRange(looks, 4, 10);
    }

    [Fact]
    public void Failures_back_off_from_five_seconds_to_five_minutes()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), DepositSchedule.Backoff(1));
        Assert.Equal(TimeSpan.FromSeconds(10), DepositSchedule.Backoff(2));
        Assert.Equal(TimeSpan.FromMinutes(5), DepositSchedule.Backoff(7));
        Assert.Equal(TimeSpan.FromMinutes(5), DepositSchedule.Backoff(int.MaxValue));
    }
}
