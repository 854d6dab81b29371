using Webrana.Web.Formatting;
using Webrana.Web.Localization;
using Webrana.Wire.Promos;

namespace Webrana.Web.Promos;

/// <summary>A promo's rule as one sentence, put together from its fields: what an admin reads before publishing is what the rule says, not what somebody wrote about it.</summary>
static class PromoSentence
{
    static readonly TimeSpan Wib = TimeSpan.FromHours(7);

    /// <summary>The sentence in the reader's language.</summary>
    /// <param name="promo">Fields that make sense together.</param>
    /// <param name="texts">The language.</param>
    /// <param name="channelName">Names of channels; their codes when it knows none.</param>
    public static string Of(PromoFields promo, Texts texts, Func<string, string>? channelName = null)
    {
        List<string> parts = [Head(promo, texts, channelName)];
        parts.AddRange(FurtherTiers(promo, texts));
        // "The first of at least" is the first that reaches it; for new users only, a smaller one before it ends being new (ADR 53).
        if (promo.ForNewUsersOnly && promo.Type != PromoType.ReferralBonus && Least(promo) > 0) parts.Add(texts["Rule.FirstOfAll"]);
        if (promo is { ValueType: PromoValueType.Percentage, MaxDiscount: { } most }) parts.Add(texts["Rule.AtMost", Rupiah.Format(most)]);
        if (promo.Type == PromoType.ReferralBonus)
        {
            if (promo.MonthlyCapPerReferrer is { } cap) parts.Add(texts["Rule.MonthlyCap", cap]);
        }
        else
        {
            parts.Add(texts["Rule.PerUser", promo.MaxUsagePerUser]);
        }

        if (promo.MaxUsageTotal is { } total) parts.Add(texts["Rule.Total", Rupiah.Digits(total)]);
        if (promo.Budget is { } budget) parts.Add(texts["Rule.Budget", Rupiah.Format(budget)]);
        if (Period(promo.StartDate, promo.EndDate, texts) is { } period) parts.Add(period);
        if (promo.BonusExpiryDays is { } days && promo.Type != PromoType.DepositCashback) parts.Add(texts["Rule.Expiry", days]);
        return string.Join(", ", parts) + ".";
    }

    /// <summary>The same for a promo as customers see it: without the house's own limits.</summary>
    public static string Of(Promo promo, Texts texts, Func<string, string>? channelName = null) => Of(
        new PromoFields(
            promo.Name, promo.Type, promo.ValueType, promo.Value, promo.Code, promo.MaxDiscount, promo.MinDeposit, null, promo.MaxUsagePerUser, true,
            promo.Status == PromoStatus.Soon ? promo.StartDate : null, promo.EndDate, promo.ForNewUsersOnly, null, promo.BonusExpiryDays,
            promo.PaymentMethods, promo.Tiers, RefereeValue: promo.RefereeValue, MonthlyCapPerReferrer: null),
        texts, channelName);

    /// <summary><c>10%</c> or <c>Rp 25.000</c>.</summary>
    public static string Value(PromoValueType type, long value) => type == PromoValueType.Percentage ? $"{value}%" : Rupiah.Format(value);

    static string Head(PromoFields promo, Texts texts, Func<string, string>? channelName)
    {
        // The first tier is where a tiered promo begins; a larger minimum of its own holds too.
        var first = Ordered(promo).FirstOrDefault();
        var value = Value(promo.ValueType, first?.Value ?? promo.Value);
        var least = Least(promo);
        var from = least > 0 ? texts["Rule.From", Rupiah.Format(least)] : "";
        if (promo.Type == PromoType.ReferralBonus)
            return promo.RefereeValue > 0
                ? texts["Rule.ReferralBoth", value, Value(promo.ValueType, promo.RefereeValue), from]
                : texts["Rule.Referral", value, from];
        if (promo is { Type: PromoType.NewUserBonus, MinDeposit: null, Code: null } && first is null) return texts["Rule.Welcome", value];

        var via = promo.PaymentMethods is { Count: > 0 } methods ? texts["Rule.Via", string.Join(texts["Rule.Or"], methods.Select(code => channelName?.Invoke(code) ?? code))] : "";
        var code = promo.Code is { Length: > 0 } typed ? texts["Rule.Code", typed.ToUpperInvariant()] : "";
        var firstDeposit = promo.ForNewUsersOnly || promo.Type == PromoType.NewUserBonus;
        var gives = texts[promo.Type == PromoType.DepositCashback ? "Rule.Cashback" : "Rule.Bonus", value];
        return texts[firstDeposit ? "Rule.FirstDeposit" : "Rule.Deposit", from + via + code, gives];
    }

    static long Least(PromoFields promo) => Math.Max(promo.MinDeposit ?? 0, Ordered(promo).FirstOrDefault()?.MinDeposit ?? 0);

    static IEnumerable<string> FurtherTiers(PromoFields promo, Texts texts) =>
        Ordered(promo).Skip(1).Select(tier => texts["Rule.Tier", Rupiah.Format(tier.MinDeposit), Value(promo.ValueType, tier.Value)]);

    static IEnumerable<PromoTier> Ordered(PromoFields promo) => (promo.Tiers ?? []).OrderBy(tier => tier.MinDeposit);

    static string? Period(DateTimeOffset? start, DateTimeOffset? end, Texts texts) => (start, end) switch
    {
        ({ } from, { } until) => texts["Rule.FromUntil", Start(from, texts), End(until, texts)],
        ({ } from, null) => texts["Rule.Since", Start(from, texts)],
        (null, { } until) => texts["Rule.Until", End(until, texts)],
        _ => null,
    };

    static string Start(DateTimeOffset at, Texts texts) => at.ToOffset(Wib).TimeOfDay == TimeSpan.Zero ? DateText.Day(at, texts) : DateText.Full(at, texts);

    // An end at midnight is the end of the day before: "until 31 December" is what people say.
    static string End(DateTimeOffset at, Texts texts)
    {
        var time = at.ToOffset(Wib).TimeOfDay;
        if (time == TimeSpan.Zero) return DateText.Day(at.AddMinutes(-1), texts);
        return time >= new TimeSpan(23, 59, 0) ? DateText.Day(at, texts) : DateText.Full(at, texts);
    }
}
