using Webrana.Wire.Promos;

namespace Webrana.Web.Promos;

/// <summary>What the panel decides from promos.</summary>
static class PromoView
{
    /// <summary>Tone of the status dot.</summary>
    public static string Tone(PromoStatus status) => status switch
    {
        PromoStatus.On => "good",
        PromoStatus.Soon => "warn",
        PromoStatus.SoldOut => "danger",
        _ => "off",
    };

    /// <summary>How much of a limit is used, 0 to 100; null without a limit.</summary>
    public static int? Percent(long used, long? limit) => limit is > 0 and { } most ? (int)Math.Clamp(used * 100 / most, 0, 100) : null;

    /// <summary>The names of the fields that differ, as the wire calls them, with their old and new values written for people.</summary>
    public static IEnumerable<(string Field, string Before, string After)> Changes(PromoFields before, PromoFields after)
    {
        foreach (var (field, read) in Fields)
        {
            var (old, now) = (read(before), read(after));
            if (old != now) yield return (field, old, now);
        }
    }

    const string None = "–";

    static readonly (string Field, Func<PromoFields, string> Read)[] Fields =
    [
        ("name", promo => promo.Name), ("code", promo => promo.Code ?? None), ("value", promo => PromoSentence.Value(promo.ValueType, promo.Value)),
        ("maxDiscount", promo => Money(promo.MaxDiscount)), ("minDeposit", promo => Money(promo.MinDeposit)), ("maxUsageTotal", promo => Number(promo.MaxUsageTotal)),
        ("maxUsagePerUser", promo => Number(promo.MaxUsagePerUser)), ("isActive", promo => Mark(promo.IsActive)), ("startDate", promo => Time(promo.StartDate)),
        ("endDate", promo => Time(promo.EndDate)), ("forNewUsersOnly", promo => Mark(promo.ForNewUsersOnly)), ("budget", promo => Money(promo.Budget)),
        ("bonusExpiryDays", promo => Number(promo.BonusExpiryDays)), ("paymentMethods", promo => promo.PaymentMethods is { Count: > 0 } all ? string.Join(", ", all) : None),
        ("tiers", promo => promo.Tiers is { Count: > 0 } tiers
            ? string.Join("; ", tiers.Select(tier => $"≥ {Formatting.Rupiah.Format(tier.MinDeposit)}: {PromoSentence.Value(promo.ValueType, tier.Value)}")) : None),
        ("priority", promo => Number(promo.Priority)), ("isPublic", promo => Mark(promo.IsPublic == true)), ("refereeValue", promo => Number(promo.RefereeValue)),
        ("monthlyCapPerReferrer", promo => Number(promo.MonthlyCapPerReferrer)),
    ];

    static string Money(long? amount) => amount is { } known ? Formatting.Rupiah.Format(known) : None;

    static string Number(long? number) => number is { } known ? Formatting.Rupiah.Digits(known) : None;

    static string Mark(bool set) => set ? "✓" : None;

    static string Time(DateTimeOffset? time) =>
        time?.ToOffset(TimeSpan.FromHours(7)).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) ?? None;
}
