using Webrana.Domain.Promos;

namespace Webrana.Domain.Tests.Promos;

public sealed class PromoPeopleTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Budi.Santoso+promo@GoogleMail.com", "budisantoso@gmail.com")]
    [InlineData(" b.u.d.i@gmail.com", "budi@gmail.com")]
    [InlineData("budi.s+x@yahoo.co.id", "budi.s@yahoo.co.id")]
    [InlineData("a-b@pm.me", "a-b@proton.me")]
    [InlineData("+@x.id", "+@x.id")]
    [InlineData("no-address", "no-address")]
    [InlineData("a@", "a@")]
    [InlineData("...@gmail.com", "...@gmail.com")]
    public void Addresses_of_one_mailbox_are_one(string address, string identity) => Assert.Equal(identity, PersonIdentity.Email(address));

    [Theory]
    [InlineData("0812-3456-7890", "6281234567890")]
    [InlineData("+62 812 3456 7890", "6281234567890")]
    [InlineData("+62 (0)812 3456 7890", "6281234567890")]
    [InlineData("812 3456 7890", "6281234567890")]
    [InlineData("0062 812 3456 7890", "6281234567890")]
    [InlineData("+81 3 1234 5678", "81312345678")]
    [InlineData("12", null)]
    [InlineData(null, null)]
    public void Numbers_are_compared_as_they_are_dialled(string? typed, string? identity) => Assert.Equal(identity, PersonIdentity.Phone(typed));

    [Theory]
    [InlineData("budi santoso", "B•••", "budi@gmail.com", "b•••@gmail.com")]
    [InlineData("  ", "•••", "nobody", "•••")]
    public void A_mask_shows_one_letter(string name, string maskedName, string email, string maskedEmail)
    {
        Assert.Equal(maskedName, PersonIdentity.MaskName(name));
        Assert.Equal(maskedEmail, PersonIdentity.MaskEmail(email));
    }

    static PromoCandidate Candidate(string id, PromoTerms terms, int priority = 0, bool isPublic = true) => new(id, terms, priority, isPublic);

    [Fact]
    public void The_largest_bonus_is_best_then_priority_then_money_that_does_not_expire()
    {
        var question = new PromoQuestion(100_000, null, true);
        var percent = Candidate("percent", new PromoTerms { IsPercentage = true, Value = 10 });
        var smaller = Candidate("smaller", new PromoTerms { Value = 9_999 }, priority: 9);
        var cash = Candidate("zcash", new PromoTerms { Kind = PromoKind.DepositCashback, Value = 10_000 });
        var preferred = Candidate("preferred", new PromoTerms { Value = 10_000 }, priority: 1);
        var tooLarge = Candidate("later", new PromoTerms { Value = 90_000, MinDepositIdr = 100_001 });
        var ranked = BestPromo.Rank([smaller, tooLarge, percent, cash, preferred], question, Now).Select(pair => pair.Promo.PromoId);
        Assert.Equal(["preferred", "zcash", "percent", "smaller"], ranked);
    }

    [Fact]
    public void A_hint_names_the_nearest_step_that_brings_more()
    {
        var tiers = Candidate("tiers", new PromoTerms { Tiers = [new TierTerms(100_000, 10_000), new TierTerms(500_000, 75_000)] });
        var hidden = Candidate("hidden", new PromoTerms { Value = 99_000, MinDepositIdr = 460_000 }, isPublic: false);
        var poorer = Candidate("poorer", new PromoTerms { Value = 10_000, MinDepositIdr = 455_000 });
        PromoCandidate[] all = [tiers, hidden, poorer];
        Assert.Equal(new NextStep("tiers", 50_000, 75_000), BestPromo.Next(all, new PromoQuestion(450_000, null, true), 10_000, Now));
        Assert.Equal(new NextStep("tiers", 1, 10_000), BestPromo.Next(all, new PromoQuestion(99_999, null, true), 0, Now));
        Assert.Null(BestPromo.Next(all, new PromoQuestion(500_000, null, true), 75_000, Now));
    }

    static ReplayedDeposit Paid(int user, long amountIdr, int day, long? largestBeforeIdr = null, int? referredBy = null) =>
        new(Id(user), amountIdr, "QRIS", Now.AddDays(day), largestBeforeIdr, referredBy is { } n ? Id(n) : null);

    static Guid Id(int n) => new(n, 0, 0, new byte[8]);

    [Fact]
    public void A_replay_costs_what_the_promo_would_have_cost_limits_included()
    {
        var past = new[] { Paid(1, 100_000, 0), Paid(1, 100_000, 1), Paid(2, 300_000, 2), Paid(3, 50_000, 3), Paid(4, 400_000, 4) };
        var draft = new PromoTerms { IsPercentage = true, Value = 10, MinDepositIdr = 100_000, IsActive = false, EndsAt = Now.AddYears(-1) };
        var outcome = PromoReplay.Run(draft, past);
        Assert.Equal((5, 3, 80_000), (outcome.Looked, outcome.Usages, outcome.CostIdr));
        Assert.Equal([Id(4), Id(2), Id(1)], outcome.Takers.Select(taker => taker.UserId));
        Assert.Null(outcome.LimitReachedAt);

        var limited = PromoReplay.Run(draft with { BudgetIdr = 50_000 }, past);
        Assert.Equal((2, 40_000, Now.AddDays(4)), (limited.Usages, limited.CostIdr, limited.LimitReachedAt));
        Assert.Equal(1, PromoReplay.Run(draft with { ForNewUsersOnly = true }, [Paid(1, 100_000, 0), Paid(1, 100_000, 1, 100_000)]).Usages);
    }

    [Fact]
    public void A_referrals_replay_pays_inviters_and_invited_once()
    {
        var draft = new PromoTerms { Kind = PromoKind.ReferralBonus, Value = 10_000, RefereeValue = 5_000, MinDepositIdr = 50_000, MonthlyCapPerReferrer = 1 };
        var outcome = PromoReplay.Run(draft, [Paid(2, 60_000, 0, null, 1), Paid(2, 60_000, 1, 60_000, 1), Paid(3, 60_000, 2, null, 1), Paid(4, 10_000, 3, null, 1)]);
        Assert.Equal((2, 15_000), (outcome.Usages, outcome.CostIdr)); // The second invitation of the month is the inviter's last plus one: it goes without for both.

        // Person 2 was invited in the month, and invites all the same.
        var chain = PromoReplay.Run(draft, [Paid(2, 60_000, 0, null, 1), Paid(3, 60_000, 1, null, 2)]);
        Assert.Equal((4, 30_000), (chain.Usages, chain.CostIdr));
    }

    [Fact]
    public void A_referrals_replay_pays_at_the_first_deposit_that_is_large_enough()
    {
        var draft = new PromoTerms { Kind = PromoKind.ReferralBonus, Value = 10_000, MinDepositIdr = 100_000 };
        var outcome = PromoReplay.Run(draft, [Paid(2, 50_000, 0, null, 1), Paid(2, 150_000, 1, 50_000, 1), Paid(2, 150_000, 2, 150_000, 1), Paid(3, 150_000, 3, 900_000, 1)]);
        Assert.Equal((1, 10_000), (outcome.Usages, outcome.CostIdr));
        Assert.Equal(Id(1), Assert.Single(outcome.Takers).UserId);
    }

    [Fact]
    public void A_welcome_with_a_minimum_belongs_to_the_first_deposit_that_reaches_it_and_for_newcomers_only_to_the_first_of_all()
    {
        ReplayedDeposit[] past = [Paid(1, 50_000, 0), Paid(1, 150_000, 1, 50_000), Paid(1, 150_000, 2, 150_000), Paid(2, 100_000, 3)];
        var draft = new PromoTerms { Kind = PromoKind.NewUserBonus, Value = 25_000, MinDepositIdr = 100_000 };
        Assert.Equal(2, PromoReplay.Run(draft, past).Usages);
        Assert.Equal([Id(2)], PromoReplay.Run(draft with { ForNewUsersOnly = true }, past).Takers.Select(taker => taker.UserId));
        Assert.Equal([Id(2)], PromoReplay.Run(draft with { Kind = PromoKind.DepositBonus, ForNewUsersOnly = true }, past).Takers.Select(taker => taker.UserId));
    }
}
