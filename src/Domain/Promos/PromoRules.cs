namespace Webrana.Domain.Promos;

/// <summary>What a promo gives.</summary>
public enum PromoKind
{
    DepositBonus,
    DepositCashback,
    NewUserBonus,
    ReferralBonus,
}

/// <summary>A promo's conditions and value. Amounts in rupiah; <see cref="Percent"/> is whole percent.</summary>
/// <param name="FixedIdr">A fixed value; null for a percentage.</param>
/// <param name="Percent">A percentage; null for a fixed value.</param>
public sealed record PromoTerms(
    PromoKind Kind,
    long? FixedIdr,
    int? Percent,
    long? MaxDiscountIdr,
    long? MinDepositIdr,
    bool IsActive,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    bool ForNewUsersOnly);

/// <summary>Why a promo does not apply to a deposit.</summary>
public enum PromoRefusal
{
    NotActive,
    NotStarted,
    Ended,
    BelowMinimumDeposit,
    NotNewUser,
    NotForDeposits,
    NothingToGive,
}

/// <summary>The outcome: rupiah to give, or why not.</summary>
public readonly record struct PromoVerdict(long AmountIdr, PromoRefusal? Refusal);

/// <summary>Evaluates promos. Limits of usage are not decided here: only the database can count.</summary>
public static class PromoRules
{
    /// <summary>What a deposit is given.</summary>
    /// <param name="isNewUser">True while the person has no paid deposit.</param>
    public static PromoVerdict Evaluate(PromoTerms terms, long depositIdr, bool isNewUser, DateTimeOffset now)
    {
        if (!terms.IsActive) return Refuse(PromoRefusal.NotActive);
        if (now < terms.StartsAt) return Refuse(PromoRefusal.NotStarted);
        if (now >= terms.EndsAt) return Refuse(PromoRefusal.Ended);
        if (terms.Kind == PromoKind.ReferralBonus) return Refuse(PromoRefusal.NotForDeposits);
        if (depositIdr < terms.MinDepositIdr) return Refuse(PromoRefusal.BelowMinimumDeposit);
        if ((terms.ForNewUsersOnly || terms.Kind == PromoKind.NewUserBonus) && !isNewUser) return Refuse(PromoRefusal.NotNewUser);
        var amountIdr = Value(terms, depositIdr);
        return amountIdr > 0 ? new PromoVerdict(amountIdr, null) : Refuse(PromoRefusal.NothingToGive);
    }

    /// <summary>Fixed rupiah, or a percentage rounded down to the rupiah, then capped. Rounding down: a promo never gives more than it says.</summary>
    public static long Value(PromoTerms terms, long depositIdr)
    {
        if (terms.Percent is not { } percent) return terms.FixedIdr ?? 0;
        var valueIdr = checked(depositIdr * percent) / 100;
        return terms.MaxDiscountIdr is { } most && valueIdr > most ? most : valueIdr;
    }

    /// <summary>True when the terms do not contradict themselves.</summary>
    public static bool AreSound(PromoTerms terms)
    {
        var oneValue = terms is { FixedIdr: > 0, Percent: null } or { FixedIdr: null, Percent: > 0 and <= 100 };
        var limitsMakeSense = terms.MaxDiscountIdr is null or > 0 && terms.MinDepositIdr is null or >= 0;
        var datesMakeSense = terms.StartsAt is not { } start || terms.EndsAt is not { } end || start < end;
        return oneValue && limitsMakeSense && datesMakeSense;
    }

    static PromoVerdict Refuse(PromoRefusal refusal) => new(0, refusal);
}
