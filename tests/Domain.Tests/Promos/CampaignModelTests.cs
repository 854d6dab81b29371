using System.Collections.Concurrent;
using CsCheck;
using Webrana.Domain.Promos;

namespace Webrana.Domain.Tests.Promos;

/// <summary>
/// Whole campaigns over the real rules of promos, usages and wallets, beside a model of lists and plain arithmetic: random promos of all four
/// types, people who come and invite, deposits, payments in any order, refunds, spending, and a clock.
/// </summary>
public sealed class CampaignModelTests
{
    static readonly Gen<PromoTerms> Percentages = Gen.Select(Gen.Int[1, 100], Gen.Long[0, 60], (percent, most) =>
        new PromoTerms { IsPercentage = true, Value = percent, MaxDiscountIdr = most == 0 ? null : most });

    static readonly Gen<PromoTerms> Fixed = Gen.Long[1, 60].Select(value => new PromoTerms { Value = value });

    static readonly Gen<PromoTerms> Tiered = Gen.Select(Gen.Long[0, 100], Gen.Long[1, 150], Gen.Long[1, 30], Gen.Bool, (from, step, value, percent) =>
        new PromoTerms { IsPercentage = percent, Tiers = [new TierTerms(from, value), new TierTerms(from + step, value * 3)] });

    static readonly Gen<PromoTerms> Any = Gen.Select(
        Gen.OneOf(Percentages, Fixed, Tiered),
        Gen.Select(Gen.Bool, Gen.Int[0, 40]),
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 3], Gen.Long[0, 150], Gen.Long[0, 120]),
        Gen.Select(Gen.Int[-30, 30], Gen.Int[1, 60]),
        (terms, more, limits, window) => terms with
        {
            ForNewUsersOnly = more.Item1,
            BonusExpiryDays = more.Item2 == 0 ? null : more.Item2,
            MaxUsageTotal = limits.Item1 == 0 ? null : limits.Item1,
            MaxUsagePerUser = limits.Item2,
            BudgetIdr = limits.Item3 == 0 ? null : limits.Item3,
            MinDepositIdr = limits.Item4 == 0 ? null : limits.Item4,
            StartsAt = window.Item1 < 0 ? null : Shop.Opening.AddDays(window.Item1),
            EndsAt = window.Item2 > 50 ? null : Shop.Opening.AddDays(Math.Max(0, window.Item1) + window.Item2),
        });

    // All four types, a welcome with a minimum and without one.
    static readonly Gen<PromoTerms> Promos = Gen.Select(Any, Gen.Int[0, 4], Gen.Long[0, 40], Gen.Int[0, 2], (terms, kind, refereeValue, monthlyCap) => kind switch
    {
        0 => terms with { Kind = PromoKind.DepositCashback, BonusExpiryDays = null },
        1 => terms with { Kind = PromoKind.DepositBonus },
        2 => terms with { Kind = PromoKind.NewUserBonus, MinDepositIdr = terms.MinDepositIdr ?? 10 },
        3 => terms with { Kind = PromoKind.NewUserBonus, IsPercentage = false, Value = FlatValue(terms), MaxDiscountIdr = null, MinDepositIdr = null, Tiers = [] },
        _ => terms with
        {
            Kind = PromoKind.ReferralBonus,
            Value = FlatValue(terms),
            Tiers = [],
            ForNewUsersOnly = false,
            RefereeValue = refereeValue,
            MonthlyCapPerReferrer = monthlyCap == 0 ? null : monthlyCap,
        },
    });

    static readonly Gen<(int Act, int Who, int Size)> Acts = Gen.Select(Gen.Int[0, 10], Gen.Int[0, 2], Gen.Int[1, 200]);

    static long FlatValue(PromoTerms terms) => terms.Tiers.Count == 0 ? terms.Value : terms.Tiers[0].Value;

    [Fact]
    public void Whatever_happens_limits_hold_promos_and_usages_agree_and_no_rupiah_is_made_or_lost()
    {
        var met = new ConcurrentDictionary<string, int>();
        Gen.Select(Promos.Array[1, 4], Acts.List[1, 60]).Sample((promos, acts) =>
        {
            Assert.All(promos, terms => Assert.Null(PromoSoundness.Contradiction(terms)));
            var shop = new Shop(promos);
            foreach (var (act, who, size) in acts)
            {
                shop.Do(act, who, size);
                shop.Audit();
            }
            foreach (var (kind, subject) in shop.Gifts) met.AddOrUpdate($"{kind} {subject.Split(':', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9')[0]}", 1, (_, count) => count + 1);
        }, iter: 400);

        // Of every type, and of both sides of an invitation; a run that met none of one has proven nothing about it.
        string[] all = ["DepositBonus d", "DepositCashback d", "NewUserBonus d", "NewUserBonus welcome", "ReferralBonus referee", "ReferralBonus referral"];
        Assert.Equal(all, met.Keys.Order(StringComparer.Ordinal));
    }

    // The budget's last rupiah: "sold out" is said exactly when no deposit can be given anything any more.
    [Fact]
    public void No_gift_is_smaller_than_the_smallest_and_one_is_as_small() =>
        Gen.Select(Promos, Gen.Long[0, 400]).Sample((terms, depositIdr) =>
        {
            if (terms.Kind == PromoKind.ReferralBonus) return; // Not given to the deposit itself.
            var open = terms with { StartsAt = null, EndsAt = null };
            var leastIdr = PromoRules.SmallestGiftIdr(open);
            var verdict = PromoRules.Evaluate(open, new PromoQuestion(depositIdr, null, IsNewUser: true), Shop.Opening);
            if (verdict.Refusal is null) Assert.True(verdict.AmountIdr >= leastIdr);
            Assert.Contains(
                Enumerable.Range(0, 400),
                amountIdr => PromoRules.Evaluate(open, new PromoQuestion(amountIdr, null, IsNewUser: true), Shop.Opening) is { Refusal: null } gift && gift.AmountIdr == leastIdr);
        });

    // Every rounding case: all percentages over a range of amounts, against fractions as one does them on paper.
    [Fact]
    public void A_percentage_is_the_fraction_without_its_remainder_for_every_percent_and_amount()
    {
        for (var percent = 1; percent <= 100; percent++)
        {
            var terms = new PromoTerms { IsPercentage = true, Value = percent };
            for (long amountIdr = 0; amountIdr <= 1_000; amountIdr++)
                Assert.Equal((long)Math.Floor(amountIdr * (decimal)percent / 100m), PromoRules.Value(terms, amountIdr));
        }
    }
}
