using CsCheck;
using Webrana.Domain.Promos;

namespace Webrana.Domain.Tests.Promos;

public sealed class PromoRulesTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    static PromoTerms Percent(int percent) => new(PromoKind.DepositBonus, null, percent, null, null, true, null, null, false);

    static PromoTerms Fixed(long valueIdr) => new(PromoKind.DepositBonus, valueIdr, null, null, null, true, null, null, false);

    static PromoVerdict Evaluate(PromoTerms terms, long depositIdr = 100_000, bool isNewUser = true) =>
        PromoRules.Evaluate(terms, depositIdr, isNewUser, Now);

    [Fact]
    public void A_percentage_is_rounded_down_and_capped()
    {
        Assert.Equal(10_000, Evaluate(Percent(10)).AmountIdr);
        Assert.Equal(1_111, Evaluate(Percent(1), 111_199).AmountIdr);
        Assert.Equal(5_000, Evaluate(Percent(10) with { MaxDiscountIdr = 5_000 }).AmountIdr);
        Assert.Equal(PromoRefusal.NothingToGive, Evaluate(Percent(1), 99).Refusal);
    }

    [Fact]
    public void A_fixed_value_does_not_depend_on_the_deposit() =>
        Assert.Equal(Evaluate(Fixed(25_000), 1), Evaluate(Fixed(25_000), 1_000_000));

    [Fact]
    public void Each_condition_refuses_by_its_own_name()
    {
        Assert.Equal(PromoRefusal.NotActive, Evaluate(Fixed(1) with { IsActive = false }).Refusal);
        Assert.Equal(PromoRefusal.NotStarted, Evaluate(Fixed(1) with { StartsAt = Now.AddTicks(1) }).Refusal);
        Assert.Null(Evaluate(Fixed(1) with { StartsAt = Now }).Refusal);
        Assert.Equal(PromoRefusal.Ended, Evaluate(Fixed(1) with { EndsAt = Now }).Refusal);
        Assert.Null(Evaluate(Fixed(1) with { EndsAt = Now.AddTicks(1) }).Refusal);
        Assert.Equal(PromoRefusal.BelowMinimumDeposit, Evaluate(Fixed(1) with { MinDepositIdr = 100_001 }).Refusal);
        Assert.Null(Evaluate(Fixed(1) with { MinDepositIdr = 100_000 }).Refusal);
        Assert.Equal(PromoRefusal.NotNewUser, Evaluate(Fixed(1) with { ForNewUsersOnly = true }, isNewUser: false).Refusal);
        Assert.Equal(PromoRefusal.NotNewUser, Evaluate(Fixed(1) with { Kind = PromoKind.NewUserBonus }, isNewUser: false).Refusal);
        Assert.Equal(PromoRefusal.NotForDeposits, Evaluate(Fixed(1) with { Kind = PromoKind.ReferralBonus }).Refusal);
    }

    [Fact]
    public void A_percentage_never_gives_more_than_it_says() =>
        Gen.Select(Gen.Long[1, 1_000_000_000_000], Gen.Int[1, 100], Gen.Long[1, 1_000_000]).Sample((depositIdr, percent, most) =>
        {
            var valueIdr = PromoRules.Value(Percent(percent) with { MaxDiscountIdr = most }, depositIdr);
            return valueIdr >= 0 && valueIdr <= most && (Int128)valueIdr * 100 <= (Int128)depositIdr * percent;
        });

    [Fact]
    public void Terms_that_contradict_themselves_are_not_sound()
    {
        Assert.True(PromoRules.AreSound(Percent(100)));
        Assert.False(PromoRules.AreSound(Percent(101)));
        Assert.False(PromoRules.AreSound(Percent(0)));
        Assert.False(PromoRules.AreSound(Fixed(0)));
        Assert.False(PromoRules.AreSound(Fixed(1) with { Percent = 1 }));
        Assert.False(PromoRules.AreSound(Fixed(1) with { MaxDiscountIdr = 0 }));
        Assert.False(PromoRules.AreSound(Fixed(1) with { MinDepositIdr = -1 }));
        Assert.False(PromoRules.AreSound(Fixed(1) with { StartsAt = Now, EndsAt = Now }));
        Assert.True(PromoRules.AreSound(Fixed(1) with { StartsAt = Now, EndsAt = Now.AddDays(1) }));
    }

    [Theory]
    [InlineData(" welcome25 ", "WELCOME25")]
    [InlineData("Deposit-10", "DEPOSIT-10")]
    [InlineData("AB", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("WITH SPACE", null)]
    [InlineData("ĞÜŞ123", null)]
    [InlineData("X23456789012345678901234567890123", null)]
    public void Codes_are_read_as_people_type_them(string? typed, string? code) => Assert.Equal(code, PromoCode.Normalise(typed));
}
