using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Wire.Promos;

namespace Webrana.Api.Promos;

/// <summary>
/// What is wrong with a promo's fields, one message each, so that a form can show it where it belongs. The grain judges the whole rule
/// again: what slips through here is still refused there.
/// </summary>
internal static class PromoFieldRules
{
    private const long MostIdr = 1_000_000_000;
    private const int MostTiers = 10;
    private const int MostChannels = 50;

    /// <summary>The refusal, or null when every field can be used.</summary>
    /// <param name="promo">As it is to be.</param>
    /// <param name="stored">As it is; null for a new one.</param>
    public static Refusal? Judge(PromoFields promo, PromoFields? stored = null)
    {
        var percentage = promo.ValueType == PromoValueType.Percentage;
        var (referral, cashback) = (promo.Type == PromoType.ReferralBonus, promo.Type == PromoType.DepositCashback);
        var code = promo.Code?.Trim();
        var tiers = promo.Tiers ?? [];
        var most = percentage ? 100 : MostIdr;
        var valueRule = percentage ? "A whole percentage from 1 to 100." : $"Whole rupiah from 1 to {MostIdr}.";
        var errors = new FieldErrors()
            .Check(promo.Name.Trim().Length is > 0 and <= 80 && !promo.Name.Any(char.IsControl), "name", "1 to 80 characters.")
            .Check(code is null or "" || (code.Length is >= 3 and <= 32 && code.All(IsCodeLetter)), "code", "3 to 32 letters, digits and dashes.")
            .Check(!referral || string.IsNullOrEmpty(code), "code", "A referral is paid by its link and takes no code.")
            .Check(tiers.Count > 0 ? promo.Value == 0 : promo.Value >= 1 && promo.Value <= most, "value", tiers.Count > 0 ? "With tiers the tiers say it: leave it out." : valueRule)
            .Check(!percentage || promo.Type != PromoType.NewUserBonus || promo.MinDeposit is not null, "valueType", "A percentage needs a top-up: set minDeposit.")
            .Check(promo.MaxDiscount is null || percentage, "maxDiscount", "Only a percentage has a maximum.")
            .Check(promo.MaxDiscount is null or (>= 1 and <= MostIdr), "maxDiscount", $"Whole rupiah from 1 to {MostIdr}.")
            .Check(promo.MinDeposit is null or (>= 0 and <= MostIdr), "minDeposit", $"Whole rupiah from 0 to {MostIdr}.")
            .Check(promo.MaxUsageTotal is null or >= 1, "maxUsageTotal", "At least 1.")
            .Check(promo.MaxUsagePerUser is >= 1 and <= 1000, "maxUsagePerUser", "1 to 1000.")
            .Check(promo.StartDate is null || promo.EndDate is null || promo.StartDate < promo.EndDate, "endDate", "After startDate.")
            .Check(!referral || !promo.ForNewUsersOnly, "forNewUsersOnly", "A referral is about whoever invites, who is not new.")
            .Check(promo.Budget is null or >= 1, "budget", "Whole rupiah above zero.")
            .Check(promo.BonusExpiryDays is null or (>= 1 and <= 3650), "bonusExpiryDays", "1 to 3650 days.")
            .Check(promo.BonusExpiryDays is null || !cashback, "bonusExpiryDays", "Cashback is ordinary balance and does not expire.")
            .Check((promo.PaymentMethods ?? []).Count <= MostChannels && (promo.PaymentMethods ?? []).All(IsChannel), "paymentMethods", "At most 50 channel codes, such as QRIS.")
            .Check(!IgnoresChannels(promo) || IsAsBefore(promo, stored), "paymentMethods", "It is given whatever way was paid: only a promo for top-ups has channels.")
            .Check(!referral || tiers.Count == 0, "tiers", "A referral has no tiers.")
            .Check(AreSound(tiers, most), "tiers", $"At most {MostTiers}, with minDeposit and value growing from one to the next; {valueRule}")
            .Check(promo.Priority is >= 0 and <= 1000, "priority", "0 to 1000.")
            .Check(promo.RefereeValue == 0 || referral, "refereeValue", "Only a referral gives to an invited person.")
            .Check(promo.RefereeValue >= 0 && promo.RefereeValue <= most, "refereeValue", valueRule)
            .Check(promo.MonthlyCapPerReferrer is null or >= 1, "monthlyCapPerReferrer", "At least 1.");
        return errors.Refusal;
    }

    // A referral, and what is given with the confirmed address, ask nobody how they paid.
    private static bool IgnoresChannels(PromoFields promo) =>
        promo.PaymentMethods is { Count: > 0 }
        && (promo.Type == PromoType.ReferralBonus
            || (promo is { Type: PromoType.NewUserBonus, MinDeposit: null } && string.IsNullOrWhiteSpace(promo.Code) && promo.Tiers is null or { Count: 0 }));

    // Stored before this was refused: whoever switches it off need not know why its channels never mattered.
    private static bool IsAsBefore(PromoFields promo, PromoFields? stored) =>
        stored is not null && IgnoresChannels(stored) && (stored.PaymentMethods ?? []).SequenceEqual(promo.PaymentMethods ?? []);

    private static bool AreSound(IReadOnlyList<PromoTier> tiers, long most) =>
        tiers.Count <= MostTiers
        && tiers.All(tier => tier.MinDeposit is >= 0 and <= MostIdr && tier.Value >= 1 && tier.Value <= most)
        && tiers.Zip(tiers.Skip(1)).All(pair => pair.Second.MinDeposit > pair.First.MinDeposit && pair.Second.Value > pair.First.Value);

    private static bool IsCodeLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '-';

    private static bool IsChannel(string code) => code.Length is > 0 and <= 32 && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}
