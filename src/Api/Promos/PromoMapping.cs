using Webrana.Contracts.Deposits;
using Webrana.Contracts.Promos;
using Webrana.Wire.Deposits;
using Webrana.Wire.Promos;
using PromoHint = Webrana.Wire.Promos.PromoHint;
using PromoPreview = Webrana.Wire.Promos.PromoPreview;
using PromoStatus = Webrana.Wire.Promos.PromoStatus;
using PromoTaker = Webrana.Wire.Promos.PromoTaker;
using PromoTier = Webrana.Wire.Promos.PromoTier;
using PromoType = Webrana.Wire.Promos.PromoType;
using PromoValueType = Webrana.Wire.Promos.PromoValueType;
using ReferralDoubt = Webrana.Wire.Promos.ReferralDoubt;
using ReferralOffer = Webrana.Wire.Promos.ReferralOffer;

namespace Webrana.Api.Promos;

/// <summary>Promos of the contracts ↔ the wire. Enum members carry the same names on both sides; a test walks them.</summary>
internal static class PromoMapping
{
    public static AdminPromo ToAdminWire(this PromoView promo)
    {
        var rule = promo.Definition;
        return new AdminPromo(
            promo.PromoId, rule.Name, rule.Code, Same<PromoType>(rule.Type), Same<PromoValueType>(rule.ValueType), rule.Value, rule.MaxDiscountIdr, rule.MinDepositIdr,
            rule.MaxUsageTotal, rule.MaxUsagePerUser, rule.IsActive, rule.StartsAt, rule.EndsAt, rule.ForNewUsersOnly, rule.BudgetIdr, rule.BonusExpiryDays,
            rule.Channels, Tiers(rule), rule.Priority, rule.IsPublic, rule.RefereeValue, rule.MonthlyCapPerReferrer, Same<PromoStatus>(promo.Status),
            promo.UsageCount, promo.GrantedIdr, promo.Version, promo.CreatedAt, promo.UpdatedAt);
    }

    public static Promo ToWire(this PromoView promo)
    {
        var rule = promo.Definition;
        return new Promo(
            promo.PromoId, rule.Name, rule.Code, Same<PromoType>(rule.Type), Same<PromoValueType>(rule.ValueType), rule.Value, rule.MaxDiscountIdr, rule.MinDepositIdr,
            Tiers(rule), rule.Channels, rule.ForNewUsersOnly, rule.MaxUsagePerUser, rule.BonusExpiryDays, Same<PromoStatus>(promo.Status), rule.StartsAt, rule.EndsAt,
            rule.RefereeValue);
    }

    public static PromoDefinition ToDefinition(this PromoFields fields) => new()
    {
        Name = fields.Name.Trim(),
        Code = string.IsNullOrWhiteSpace(fields.Code) ? null : fields.Code.Trim().ToUpperInvariant(),
        Type = Same<Contracts.Promos.PromoType>(fields.Type),
        ValueType = Same<Contracts.Promos.PromoValueType>(fields.ValueType),
        Value = fields.Value,
        MaxDiscountIdr = fields.MaxDiscount,
        MinDepositIdr = fields.MinDeposit,
        MaxUsageTotal = fields.MaxUsageTotal,
        MaxUsagePerUser = fields.MaxUsagePerUser,
        IsActive = fields.IsActive,
        StartsAt = fields.StartDate,
        EndsAt = fields.EndDate,
        ForNewUsersOnly = fields.ForNewUsersOnly,
        BudgetIdr = fields.Budget,
        BonusExpiryDays = fields.BonusExpiryDays,
        Channels = [.. fields.PaymentMethods ?? []],
        Tiers = [.. (fields.Tiers ?? []).Select(tier => new Contracts.Promos.PromoTier(tier.MinDeposit, tier.Value))],
        Priority = fields.Priority,
        // A code that only some are given must not be listed for everybody because nobody thought of it.
        IsPublic = fields.IsPublic ?? string.IsNullOrWhiteSpace(fields.Code),
        RefereeValue = fields.RefereeValue,
        MonthlyCapPerReferrer = fields.MonthlyCapPerReferrer,
    };

    public static PromoQuote ToWire(this PromoOffer offer, long amountIdr) => new(
        offer.Grant?.PromoId, offer.Grant?.Name, offer.Grant?.AmountIdr ?? 0, checked(amountIdr + (offer.Grant?.AmountIdr ?? 0)), offer.Grant?.IsBonus ?? false,
        offer.Grant?.BonusExpiryDays,
        offer.Next is { } next ? new PromoHint(next.PromoId, next.Name, checked(amountIdr + next.AddIdr), next.AddIdr, next.BonusIdr) : null);

    public static PromoPreview ToWire(this Contracts.Promos.PromoPreview preview, IReadOnlyDictionary<Guid, string> emails) => new(
        preview.Days, preview.DepositCount, preview.UsageCount, preview.PersonCount, preview.CostIdr, preview.LimitReachedAt,
        [.. preview.LargestTakers.Select(taker => new PromoTaker(
            taker.User.ToString(), emails.GetValueOrDefault(taker.User.Value), taker.UsageCount, taker.DepositedIdr, taker.BonusIdr))]);

    public static Referral ToWire(this ReferralSummary summary, string code, string link, string? next) => new(
        code, link, summary.EarnedIdr, summary.JoinedCount, summary.PaidCount,
        summary.Offer is { } offer
            ? new ReferralOffer(
                offer.Name, Same<PromoValueType>(offer.ValueType), offer.ReferrerValue, offer.RefereeValue, offer.MinDepositIdr, offer.MonthlyCap, summary.PaidThisMonth,
                offer.MaxDiscountIdr)
            : null,
        [.. summary.Entries.Select(entry => new ReferredFriend(
            entry.MaskedName, entry.MaskedEmail, Same<ReferralStatus>(entry.Stage), entry.EarnedIdr, entry.JoinedAt, entry.PaidAt))],
        next);

    public static PromoReview ToWire(this ReferralReview review, IReadOnlyDictionary<Guid, string> emails) => new(
        review.Referee.ToString(), emails.GetValueOrDefault(review.Referee.Value), review.Referrer.ToString(), emails.GetValueOrDefault(review.Referrer.Value),
        review.PromoId, review.PromoName, review.Deposit.ToString(), review.DepositIdr, review.ReferrerIdr, review.RefereeIdr,
        [.. review.Doubts.Select(doubt => Same<ReferralDoubt>(doubt))], review.FlaggedAt);

    public static PromoReview ToWire(this WelcomeReview review, IReadOnlyDictionary<Guid, string> emails) => new(
        review.User.ToString(), emails.GetValueOrDefault(review.User.Value), review.Other?.ToString(), review.Other is { } other ? emails.GetValueOrDefault(other.Value) : null,
        review.PromoId, review.PromoName, null, 0, 0, review.AmountIdr, [.. review.Doubts.Select(doubt => Same<ReferralDoubt>(doubt))], review.FlaggedAt,
        PromoReviewKind.Welcome);

    public static DepositPromo ToWire(this DepositBonus bonus) => new(
        bonus.PromoId, bonus.PromoName, bonus.AmountIdr, bonus.IsLot, bonus.ExpiryDays, Same<DepositPromoStatus>(bonus.State), bonus.HeldUntil);

    /// <summary>The member of the same name.</summary>
    internal static TTo Same<TTo>(Enum value)
        where TTo : struct, Enum => Enum.Parse<TTo>(value.ToString());

    private static PromoTier[] Tiers(PromoDefinition rule) => [.. rule.Tiers.Select(tier => new PromoTier(tier.FromIdr, tier.Value))];
}
