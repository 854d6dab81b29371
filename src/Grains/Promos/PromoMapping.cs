using Webrana.Contracts.Promos;
using Webrana.Domain.Promos;

namespace Webrana.Grains.Promos;

/// <summary>Promos of the contracts as the domain's terms, and the domain's refusals as errors.</summary>
internal static class PromoMapping
{
    public static PromoTerms ToTerms(this PromoDefinition rule) => new()
    {
        Kind = rule.Type switch
        {
            PromoType.DepositBonus => PromoKind.DepositBonus,
            PromoType.DepositCashback => PromoKind.DepositCashback,
            PromoType.NewUserBonus => PromoKind.NewUserBonus,
            _ => PromoKind.ReferralBonus,
        },
        IsPercentage = rule.ValueType == PromoValueType.Percentage,
        Value = rule.Value,
        RefereeValue = rule.RefereeValue,
        MaxDiscountIdr = rule.MaxDiscountIdr,
        MinDepositIdr = rule.MinDepositIdr,
        MaxUsageTotal = rule.MaxUsageTotal,
        MaxUsagePerUser = rule.MaxUsagePerUser,
        BudgetIdr = rule.BudgetIdr,
        IsActive = rule.IsActive,
        StartsAt = rule.StartsAt,
        EndsAt = rule.EndsAt,
        ForNewUsersOnly = rule.ForNewUsersOnly,
        BonusExpiryDays = rule.BonusExpiryDays,
        Channels = rule.Channels,
        Tiers = [.. rule.Tiers.Select(tier => new TierTerms(tier.FromIdr, tier.Value))],
        MonthlyCapPerReferrer = rule.MonthlyCapPerReferrer,
    };

    public static PromoError ToError(this PromoRefusal refusal) => refusal switch
    {
        PromoRefusal.NotActive => PromoError.NotActive,
        PromoRefusal.NotStarted => PromoError.NotStarted,
        PromoRefusal.Ended => PromoError.Ended,
        PromoRefusal.BelowMinimumDeposit => PromoError.BelowMinimumDeposit,
        PromoRefusal.WrongChannel => PromoError.WrongChannel,
        PromoRefusal.NotNewUser => PromoError.NotNewUser,
        PromoRefusal.NotForDeposits => PromoError.NotForDeposits,
        _ => PromoError.NothingToGive,
    };

    /// <summary>What is wrong with a rule, as a sentence; null when it is sound.</summary>
    public static string? Contradiction(this PromoDefinition rule)
    {
        if (string.IsNullOrWhiteSpace(rule.Name) || rule.Name.Trim().Length > 80) return "The name has 1 to 80 characters.";
        if (rule.Code is not null && PromoCode.Normalise(rule.Code) is null) return "A code has 3 to 32 letters, digits or dashes.";
        return Enum.IsDefined(rule.Type) && Enum.IsDefined(rule.ValueType) ? PromoSoundness.Contradiction(rule.ToTerms()) : "The type is unknown.";
    }
}
