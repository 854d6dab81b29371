namespace Webrana.Domain.Promos;

/// <summary>What a promo gives.</summary>
public enum PromoKind
{
    DepositBonus,
    DepositCashback,
    NewUserBonus,
    ReferralBonus,
}

/// <summary>Deposits from <paramref name="FromIdr"/> on are given <paramref name="Value"/> (rupiah or whole percent).</summary>
public sealed record TierTerms(long FromIdr, long Value);

/// <summary>A promo's conditions and value. Amounts in rupiah.</summary>
public sealed record PromoTerms
{
    public PromoKind Kind { get; init; }

    /// <summary>Whether values are whole percent; else they are rupiah.</summary>
    public bool IsPercentage { get; init; }

    /// <summary>The value where no tiers say it.</summary>
    public long Value { get; init; }

    /// <summary>For referrals: what the invited person gets.</summary>
    public long RefereeValue { get; init; }

    public long? MaxDiscountIdr { get; init; }

    public long? MinDepositIdr { get; init; }

    public long? MaxUsageTotal { get; init; }

    public int MaxUsagePerUser { get; init; } = 1;

    public long? BudgetIdr { get; init; }

    public bool IsActive { get; init; } = true;

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public bool ForNewUsersOnly { get; init; }

    public int? BonusExpiryDays { get; init; }

    /// <summary>Channel codes, upper case; empty for all.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Rising; empty when <see cref="Value"/> says it.</summary>
    public IReadOnlyList<TierTerms> Tiers { get; init; } = [];

    public int? MonthlyCapPerReferrer { get; init; }

    /// <summary>True when the promo is for newcomers: see <see cref="NewUntilIdr"/>.</summary>
    public bool AsksForNewUser => ForNewUsersOnly || Kind == PromoKind.NewUserBonus;

    /// <summary>
    /// A newcomer is who has paid no deposit of at least this much. A welcome bonus with a minimum belongs to the first deposit that reaches
    /// it, whatever smaller ones came before; "for new users only" means the first deposit of all.
    /// </summary>
    public long NewUntilIdr => ForNewUsersOnly ? 0 : SmallestDepositIdr;

    /// <summary>Whether a person is still a newcomer to this promo.</summary>
    /// <param name="largestPaidIdr">The largest deposit paid so far; null for none.</param>
    public bool IsNewAfter(long? largestPaidIdr) => largestPaidIdr is not { } paidIdr || paidIdr < NewUntilIdr;

    /// <summary>The smallest deposit that is given anything: the minimum, or the first tier where that is higher.</summary>
    public long SmallestDepositIdr => Math.Max(MinDepositIdr ?? 0, Tiers.Count == 0 ? 0 : Tiers[0].FromIdr);
}

/// <summary>Why a promo does not apply to a deposit.</summary>
public enum PromoRefusal
{
    NotActive,
    NotStarted,
    Ended,
    BelowMinimumDeposit,
    WrongChannel,
    NotNewUser,
    NotForDeposits,
    NothingToGive,
}

/// <summary>The outcome: rupiah to give, or why not.</summary>
public readonly record struct PromoVerdict(long AmountIdr, PromoRefusal? Refusal);

/// <summary>A deposit that asks for a promo.</summary>
/// <param name="AmountIdr">Without the channel's fee: no promo is ever computed on a fee.</param>
/// <param name="Channel">Payment channel; null while none is chosen.</param>
/// <param name="IsNewUser">True while the person is a newcomer to the promo (<see cref="PromoTerms.NewUntilIdr"/>).</param>
public readonly record struct PromoQuestion(long AmountIdr, string? Channel, bool IsNewUser);

/// <summary>Evaluates promos. Limits of usage are decided where usages are counted.</summary>
public static class PromoRules
{
    /// <summary>What a deposit is given. The reasons a customer may know come last, so that they are only learnt of a promo that is on.</summary>
    public static PromoVerdict Evaluate(PromoTerms terms, PromoQuestion question, DateTimeOffset now)
    {
        if (!terms.IsActive) return Refuse(PromoRefusal.NotActive);
        if (now < terms.StartsAt) return Refuse(PromoRefusal.NotStarted);
        if (now >= terms.EndsAt) return Refuse(PromoRefusal.Ended);
        if (terms.Kind == PromoKind.ReferralBonus) return Refuse(PromoRefusal.NotForDeposits);
        if (terms.AsksForNewUser && !question.IsNewUser) return Refuse(PromoRefusal.NotNewUser);
        if (question.AmountIdr < terms.SmallestDepositIdr) return Refuse(PromoRefusal.BelowMinimumDeposit);
        if (!Takes(terms, question.Channel)) return Refuse(PromoRefusal.WrongChannel);
        var amountIdr = Value(terms, question.AmountIdr);
        return amountIdr > 0 ? new PromoVerdict(amountIdr, null) : Refuse(PromoRefusal.NothingToGive);
    }

    /// <summary>What a deposit of this amount is worth under the promo, conditions aside.</summary>
    public static long Value(PromoTerms terms, long depositIdr)
    {
        var value = terms.Value;
        foreach (var tier in terms.Tiers)
        {
            if (depositIdr >= tier.FromIdr) value = tier.Value;
        }

        return Apply(terms, value, depositIdr);
    }

    /// <summary>What the invited person gets; 0 for nothing.</summary>
    public static long RefereeValue(PromoTerms terms, long depositIdr) => Apply(terms, terms.RefereeValue, depositIdr);

    /// <summary>
    /// No gift of this promo is worth less. A budget that has less than this left is used up, although it is not spent to the rupiah.
    /// </summary>
    public static long SmallestGiftIdr(PromoTerms terms)
    {
        // Values rise with the deposit: the smallest deposit that is given anything is given the least.
        var least = Math.Max(1, Value(terms, terms.SmallestDepositIdr));
        return terms.RefereeValue > 0 ? Math.Min(least, Math.Max(1, RefereeValue(terms, terms.SmallestDepositIdr))) : least;
    }

    /// <summary>Whether the promo takes this channel. While none is chosen it does not stand in the way.</summary>
    public static bool Takes(PromoTerms terms, string? channel) =>
        channel is null || terms.Channels.Count == 0 || terms.Channels.Contains(channel, StringComparer.OrdinalIgnoreCase);

    // Whole percent of the amount, rounded down to the rupiah, then capped: a promo never gives more than it says. 128 bits, so that no
    // amount overflows on its way to being capped.
    private static long Apply(PromoTerms terms, long value, long depositIdr)
    {
        if (!terms.IsPercentage) return value;
        var part = (long)((Int128)depositIdr * value / 100);
        return terms.MaxDiscountIdr is { } most && part > most ? most : part;
    }

    private static PromoVerdict Refuse(PromoRefusal refusal) => new(0, refusal);
}
