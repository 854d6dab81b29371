namespace Webrana.Domain.Promos;

/// <summary>Whether a promo's terms contradict themselves.</summary>
public static class PromoSoundness
{
    /// <summary>No single bonus is larger, in rupiah: a slip of a zero must not become a million.</summary>
    public const long MostIdr = 1_000_000_000;

    /// <summary>The first contradiction, as a sentence for the admin; null when there is none.</summary>
    public static string? Contradiction(PromoTerms terms)
    {
        var most = terms.IsPercentage ? 100 : MostIdr;
        if (terms.Tiers.Count == 0 ? terms.Value < 1 || terms.Value > most : terms.Value != 0)
            return terms.Tiers.Count == 0 ? $"The value must be between 1 and {most}." : "With tiers the value is said by the tiers; leave it 0.";
        if (terms.Tiers.Any(tier => tier.FromIdr < 0 || tier.Value < 1 || tier.Value > most)) return $"Every tier's value must be between 1 and {most}.";
        if (terms.Tiers.Zip(terms.Tiers.Skip(1)).Any(pair => pair.Second.FromIdr <= pair.First.FromIdr || pair.Second.Value <= pair.First.Value))
            return "Tiers must rise, in amount and in value.";
        if (terms.Tiers.Count > 20) return "At most 20 tiers.";
        if (terms.MaxDiscountIdr is < 1) return "The cap must be above zero.";
        if (terms.MaxDiscountIdr is not null && !terms.IsPercentage) return "A cap belongs to a percentage.";
        if (terms.MinDepositIdr is < 0) return "The minimum deposit cannot be negative.";
        if (terms.MaxUsageTotal is < 1) return "The number of usages must be above zero.";
        if (terms.MaxUsagePerUser is < 1 or > 1000) return "Usages per person are 1 to 1000.";
        if (terms.BudgetIdr is < 1) return "The budget must be above zero.";
        if (terms.BonusExpiryDays is < 1 or > 3650) return "Bonus money lasts 1 to 3650 days.";
        if (terms.BonusExpiryDays is not null && terms.Kind == PromoKind.DepositCashback) return "A cashback is ordinary balance and does not expire.";
        if (terms.StartsAt is { } start && terms.EndsAt is { } end && start >= end) return "It ends before it starts.";
        if (terms.Channels.Count > 50 || terms.Channels.Any(string.IsNullOrWhiteSpace)) return "Channels are codes of payment channels.";
        return terms.Kind == PromoKind.ReferralBonus ? ReferralContradiction(terms, most) : OthersContradiction(terms);
    }

    private static string? ReferralContradiction(PromoTerms terms, long most)
    {
        if (terms.Tiers.Count > 0) return "A referral has no tiers.";
        if (terms.ForNewUsersOnly) return "A referral is about the inviter, who is not new.";
        if (terms.Channels.Count > 0) return "A referral is paid whatever way the invited person paid.";
        if (terms.RefereeValue < 0 || terms.RefereeValue > most) return $"The invited person's value must be between 0 and {most}.";
        return terms.MonthlyCapPerReferrer is < 1 ? "The monthly cap must be above zero." : null;
    }

    private static string? OthersContradiction(PromoTerms terms)
    {
        if (terms.RefereeValue != 0) return "Only a referral gives to an invited person.";
        return terms is { Kind: PromoKind.NewUserBonus, MinDepositIdr: null, IsPercentage: true } ? "A percentage needs a deposit: name a minimum." : null;
    }
}
