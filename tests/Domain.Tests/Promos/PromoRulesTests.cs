using CsCheck;
using Webrana.Domain.Promos;

namespace Webrana.Domain.Tests.Promos;

public sealed class PromoRulesTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    static PromoTerms Percent(int percent) => new() { IsPercentage = true, Value = percent };

    static PromoTerms Fixed(long valueIdr) => new() { Value = valueIdr };

    static PromoTerms Tiered(params (long From, long Value)[] tiers) => new() { Tiers = [.. tiers.Select(tier => new TierTerms(tier.From, tier.Value))] };

    static PromoVerdict Evaluate(PromoTerms terms, long depositIdr = 100_000, bool isNewUser = true, string? channel = null) =>
        PromoRules.Evaluate(terms, new PromoQuestion(depositIdr, channel, isNewUser), Now);

    // Every way a rupiah can be lost or made by a percentage.
    [Theory]
    [InlineData(10, 100_000, 10_000)]
    [InlineData(10, 99_999, 9_999)]
    [InlineData(10, 100_009, 10_000)]
    [InlineData(1, 111_199, 1_111)]
    [InlineData(33, 100, 33)]
    [InlineData(33, 101, 33)]
    [InlineData(100, 1, 1)]
    [InlineData(99, 1, 0)]
    [InlineData(1, 99, 0)]
    [InlineData(1, 100, 1)]
    [InlineData(100, long.MaxValue, long.MaxValue)]
    public void A_percentage_is_rounded_down_to_the_rupiah(int percent, long depositIdr, long bonusIdr) =>
        Assert.Equal(bonusIdr, Evaluate(Percent(percent), depositIdr).AmountIdr);

    [Fact]
    public void A_percentage_is_capped_and_nothing_is_no_bonus()
    {
        Assert.Equal(5_000, Evaluate(Percent(10) with { MaxDiscountIdr = 5_000 }).AmountIdr);
        Assert.Equal(5_000, Evaluate(Percent(10) with { MaxDiscountIdr = 5_000 }, 50_000).AmountIdr);
        Assert.Equal(4_999, Evaluate(Percent(10) with { MaxDiscountIdr = 5_000 }, 49_999).AmountIdr);
        Assert.Equal(PromoRefusal.NothingToGive, Evaluate(Percent(1), 99).Refusal);
    }

    [Fact]
    public void A_fixed_value_does_not_depend_on_the_deposit() =>
        Assert.Equal(Evaluate(Fixed(25_000), 1), Evaluate(Fixed(25_000), 1_000_000));

    [Fact]
    public void The_highest_tier_reached_counts_and_below_the_first_there_is_nothing()
    {
        var terms = Tiered((100_000, 10_000), (500_000, 75_000));
        Assert.Equal(PromoRefusal.BelowMinimumDeposit, Evaluate(terms, 99_999).Refusal);
        Assert.Equal(10_000, Evaluate(terms, 100_000).AmountIdr);
        Assert.Equal(10_000, Evaluate(terms, 499_999).AmountIdr);
        Assert.Equal(75_000, Evaluate(terms, 500_000).AmountIdr);
        Assert.Equal(40_000, Evaluate(Tiered((0, 5), (200_000, 10)) with { IsPercentage = true }, 400_000).AmountIdr);
        Assert.Equal(PromoRefusal.BelowMinimumDeposit, Evaluate(terms with { MinDepositIdr = 200_000 }, 150_000).Refusal);
    }

    [Fact]
    public void A_channel_stands_in_the_way_only_once_it_is_chosen()
    {
        var terms = Fixed(1) with { Channels = ["QRIS", "BRIVA"] };
        Assert.Null(Evaluate(terms).Refusal);
        Assert.Null(Evaluate(terms, channel: "briva").Refusal);
        Assert.Equal(PromoRefusal.WrongChannel, Evaluate(terms, channel: "BCAVA").Refusal);
    }

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

    public static TheoryData<PromoTerms> Contradictions => new(
        Percent(101), Percent(0), Fixed(0), Fixed(PromoSoundness.MostIdr + 1), Fixed(1) with { MaxDiscountIdr = 5 },
        Percent(1) with { MaxDiscountIdr = 0 }, Fixed(1) with { MinDepositIdr = -1 }, Fixed(1) with { StartsAt = Now, EndsAt = Now },
        Fixed(1) with { MaxUsageTotal = 0 }, Fixed(1) with { MaxUsagePerUser = 0 }, Fixed(1) with { BudgetIdr = 0 }, Fixed(1) with { BonusExpiryDays = 0 },
        Fixed(1) with { Kind = PromoKind.DepositCashback, BonusExpiryDays = 1 }, Fixed(1) with { Channels = [" "] }, Fixed(1) with { RefereeValue = 1 },
        Tiered((1, 1)) with { Value = 1 }, Tiered((1, 1), (1, 2)), Tiered((1, 2), (2, 2)), Tiered((1, 0)), Percent(10) with { Kind = PromoKind.NewUserBonus },
        Tiered((1, 1)) with { Kind = PromoKind.ReferralBonus }, Fixed(1) with { Kind = PromoKind.ReferralBonus, MonthlyCapPerReferrer = 0 },
        Fixed(1) with { Kind = PromoKind.ReferralBonus, RefereeValue = -1 }, Fixed(1) with { Kind = PromoKind.ReferralBonus, ForNewUsersOnly = true },
        Fixed(1) with { Kind = PromoKind.ReferralBonus, Channels = ["QRIS"] }, Tiered([.. Enumerable.Range(1, 21).Select(n => ((long)n, (long)n))]));

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Terms_that_contradict_themselves_are_not_sound(PromoTerms terms) => Assert.NotNull(PromoSoundness.Contradiction(terms));

    [Fact]
    public void Sound_terms_are_sound() => Assert.All(
        [
            Percent(100), Fixed(PromoSoundness.MostIdr), Fixed(1) with { StartsAt = Now, EndsAt = Now.AddDays(1) }, Tiered((100_000, 10_000), (500_000, 75_000)),
            Fixed(25_000) with { Kind = PromoKind.NewUserBonus }, Fixed(10_000) with { Kind = PromoKind.ReferralBonus, RefereeValue = 5_000 },
            Percent(5) with { Kind = PromoKind.DepositCashback, MaxDiscountIdr = 100_000 },
        ],
        terms => Assert.Null(PromoSoundness.Contradiction(terms)));

    [Fact]
    public void A_generated_code_is_canonical_and_has_more_than_fifty_bits()
    {
        var values = new Queue<int>(Enumerable.Range(0, PromoCode.GeneratedLength));
        var alphabet = 0;
        var code = PromoCode.Generate(bound =>
        {
            alphabet = bound;
            return values.Dequeue();
        });
        Assert.Equal(code, PromoCode.Normalise(code.ToLowerInvariant()));
        Assert.Equal(PromoCode.GeneratedLength, code.Distinct().Count());
        Assert.True(PromoCode.GeneratedLength * Math.Log2(alphabet) >= 50);
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
