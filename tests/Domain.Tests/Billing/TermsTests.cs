using Webrana.Domain.Billing;

namespace Webrana.Domain.Tests.Billing;

public sealed class TermsTests
{
    static readonly DateTimeOffset From = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly PriceMove Move = new(3, From, null, 120_000, 1_200_000);
    static readonly Terms Present = new(BillingCycle.Monthly, 100_000) { PriceVersion = 2 };

    [Fact]
    public void A_price_holds_until_a_period_starts_on_or_after_the_announced_date()
    {
        var announced = Present with { Move = Move };
        Assert.Equal(100_000, announced.For(From.AddTicks(-1)).PriceIdr);
        Assert.NotNull(announced.For(From.AddTicks(-1)).Move);
        Assert.Equal((120_000, 3, null), (announced.For(From).PriceIdr, announced.For(From).PriceVersion, announced.For(From).Move));
    }

    [Fact]
    public void A_length_without_a_price_in_the_new_version_keeps_its_own() =>
        Assert.Equal(4_500, (new Terms(BillingCycle.Daily, 4_500) { PriceVersion = 2, Move = Move }).For(From).PriceIdr);

    [Fact]
    public void Another_length_takes_effect_with_the_next_period_at_the_price_it_was_offered_at()
    {
        var next = (Present with { Switch = new PeriodSwitch(BillingCycle.Yearly, 1_000_000, 2) }).For(From.AddDays(-10));
        Assert.Equal((BillingCycle.Yearly, 1_000_000, null), (next.Cycle, next.PriceIdr, next.Switch));
    }

    [Fact]
    public void A_length_chosen_at_the_new_price_is_not_moved_again()
    {
        var next = (Present with { Switch = new PeriodSwitch(BillingCycle.Yearly, 1_150_000, 3), Move = Move }).For(From);
        Assert.Equal((1_150_000, null), (next.PriceIdr, next.Move));
    }

    [Theory]
    [InlineData(BillingCycle.Daily)]
    [InlineData(BillingCycle.Monthly)]
    [InlineData(BillingCycle.Yearly)]
    public void The_shops_own_policies_are_usable(BillingCycle cycle) => Assert.True(RenewalPolicy.For(cycle).IsUsable(cycle));

    [Fact]
    public void The_shops_own_policies_are_those_agreed_on()
    {
        // In hours; the due date's own notice is the refused charge's.
        AssertPolicy(BillingCycle.Daily, 6, 24, 7 * 24, -12, -3, 3);
        AssertPolicy(BillingCycle.Monthly, 48, 5 * 24, 14 * 24, -7 * 24, -3 * 24, -24, 24);
        AssertPolicy(BillingCycle.Yearly, 5 * 24, 14 * 24, 30 * 24, -30 * 24, -14 * 24, -7 * 24, -3 * 24, -24, 3 * 24);
    }

    static void AssertPolicy(BillingCycle cycle, int grace, int suspended, int restorable, params int[] notices)
    {
        var policy = RenewalPolicy.For(cycle);
        Assert.Equal(
            (TimeSpan.FromHours(grace), TimeSpan.FromHours(suspended), TimeSpan.FromHours(restorable)), (policy.Grace, policy.Suspended, policy.Restorable));
        Assert.Equal(notices.Select(hours => TimeSpan.FromHours(hours)), policy.Notices);
        Assert.Equal((TimeSpan.FromHours(72), TimeSpan.FromHours(2), TimeSpan.FromHours(24)), (policy.Undeliverable, RenewalPolicy.PaymentPatience, RenewalPolicy.AfterOutage));
    }

    [Fact]
    public void A_policy_that_leaves_no_room_is_refused()
    {
        var monthly = RenewalPolicy.For(BillingCycle.Monthly);
        Assert.False((monthly with { Grace = TimeSpan.FromDays(28) }).IsUsable(BillingCycle.Monthly));
        Assert.False((monthly with { Suspended = TimeSpan.FromHours(2) }).IsUsable(BillingCycle.Monthly));
        Assert.False((monthly with { Restorable = TimeSpan.Zero }).IsUsable(BillingCycle.Monthly));
        Assert.False((monthly with { Notices = [TimeSpan.FromDays(-1), TimeSpan.FromDays(-3)] }).IsUsable(BillingCycle.Monthly));
        Assert.False((monthly with { Notices = [TimeSpan.FromDays(3)] }).IsUsable(BillingCycle.Monthly));
    }
}
