using CsCheck;
using Webrana.Domain.Billing;

namespace Webrana.Domain.Tests.Billing;

public sealed class PaymentsTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    static readonly Gen<Payment> AnyPayment =
        from id in Gen.Int[1, 1_000_000]
        from amount in Gen.Long[1, 1_000_000]
        from returned in Gen.Long[0, amount]
        select new Payment(1, $"op{id}", amount, returned);

    [Fact]
    public void What_comes_back_is_what_was_asked_or_all_that_is_left_and_never_more_than_a_payment_has() =>
        Gen.Select(AnyPayment.List[0, 6], Gen.Long[0, 3_000_000]).Sample((payments, asked) =>
        {
            var distinct = payments.DistinctBy(payment => payment.OperationId).ToList();
            var back = Payments.Return(distinct, asked);
            Assert.Equal(Math.Min(asked, distinct.Sum(payment => payment.LeftIdr)), back.Sum(item => item.AmountIdr));
            Assert.All(back, item => Assert.InRange(item.AmountIdr, 1, distinct.Single(payment => payment.OperationId == item.OperationId).LeftIdr));
        });

    [Fact]
    public void What_was_paid_last_comes_back_first() => Assert.Equal(
        [new PaymentReturn("upgrade", 30), new PaymentReturn("renewal", 20)],
        Payments.Return([new Payment(1, "renewal", 100, 40), new Payment(1, "upgrade", 50, 20)], 50));

    [Fact]
    public void Periods_paid_ahead_count_from_the_one_that_runs()
    {
        var subscription = Subscription.Begin(BillingCycle.Daily, Start, true) with { PaidPeriod = 4 };
        Assert.Equal([2, 3, 4], subscription.PaidAhead(Start.AddHours(30)).Select(period => period.Number));
        Assert.Equal(Start.AddDays(1), subscription.PaidAhead(Start.AddHours(30))[0].From);
        Assert.Empty(subscription.PaidAhead(Start.AddDays(4)));
    }

    [Fact]
    public void Periods_before_a_suspension_are_over()
    {
        var renewed = (Subscription.Begin(BillingCycle.Monthly, Start, true) with { SuspendedAt = Start.AddMonths(1) }).Renewed(Start.AddMonths(2));
        var paid = Assert.Single(renewed.PaidAhead(Start.AddMonths(2).AddDays(1)));
        Assert.Equal((2, Start.AddMonths(2)), (paid.Number, paid.From));
    }

    [Fact]
    public void A_deleted_server_gives_whole_days_back_by_month_and_year_and_nothing_by_day()
    {
        var monthly = Subscription.Begin(BillingCycle.Monthly, Start, true);
        Assert.Equal((200_000, 20), Refunds.OnDeletion(RefundPolicy.UnusedDays, 310_000, monthly, Start.AddDays(10).AddHours(5)));
        Assert.Equal((0, 0), Refunds.OnDeletion(RefundPolicy.None, 310_000, monthly, Start));
        Assert.Equal((0, 0), Refunds.OnDeletion(RefundPolicy.UnusedDays, 310_000, monthly with { SuspendedAt = Start.AddDays(1) }, Start.AddDays(2)));
        Assert.Equal([RefundPolicy.None, RefundPolicy.UnusedDays, RefundPolicy.UnusedDays], Enum.GetValues<BillingCycle>().Select(Refunds.DefaultFor));
    }

    [Fact]
    public void A_server_that_we_lost_gives_every_second_back_also_by_day()
    {
        var daily = Subscription.Begin(BillingCycle.Daily, Start, true);
        Assert.Equal(5_000, Refunds.OnLoss(10_000, daily, Start.AddHours(12)));
        Assert.Equal(0, Refunds.OnLoss(10_000, daily with { SuspendedAt = Start }, Start));
        Assert.Equal(0, Refunds.OnLoss(10_000, daily, Start.AddDays(1)));
    }
}
