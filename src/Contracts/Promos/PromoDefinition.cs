namespace Webrana.Contracts.Promos;

/// <summary>What a promo gives, and for what. The plan's names.</summary>
[GenerateSerializer, Alias("promo-type")]
public enum PromoType
{
    /// <summary>Bonus money beside a deposit, as a lot with an expiry.</summary>
    DepositBonus,

    /// <summary>Ordinary money back on a deposit, without expiry.</summary>
    DepositCashback,

    /// <summary>
    /// Bonus money once per person: at e-mail confirmation when the promo names no minimum deposit and no code, else with the first paid
    /// deposit of at least that amount.
    /// </summary>
    NewUserBonus,

    /// <summary>Bonus money for whoever invited a person (and for the invited, where the promo says so) after the invited one's first cash-funded deposit.</summary>
    ReferralBonus,
}

/// <summary>How <c>Value</c> is read.</summary>
[GenerateSerializer, Alias("promo-value-type")]
public enum PromoValueType
{
    /// <summary>Rupiah.</summary>
    Fixed,

    /// <summary>Whole percent of the deposit's amount (never of the channel's fee), rounded down to the rupiah, then capped.</summary>
    Percentage,
}

/// <summary>One step of a tiered promo: deposits from <paramref name="FromIdr"/> on are given <paramref name="Value"/>.</summary>
/// <param name="FromIdr">Smallest deposit of this tier, in rupiah; tiers rise in both members.</param>
/// <param name="Value">Rupiah or whole percent, by the promo's value type.</param>
[GenerateSerializer, Immutable, Alias("promo-tier")]
public sealed record PromoTier([property: Id(0)] long FromIdr, [property: Id(1)] long Value);

/// <summary>A promo's whole rule. Amounts in rupiah. What contradicts itself is refused with <see cref="PromoError.InvalidDefinition"/> and a sentence.</summary>
[GenerateSerializer, Immutable, Alias("promo-definition")]
public sealed record PromoDefinition
{
    /// <summary>For admins and on ledger rows; 1 to 80 characters.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>
    /// What customers type: 3 to 32 letters, digits and dashes, compared without case, stored in upper case. With a code the promo never
    /// applies by itself; without one the best promo for a deposit does.
    /// </summary>
    [Id(1)] public string? Code { get; init; }

    [Id(2)] public required PromoType Type { get; init; }

    [Id(3)] public required PromoValueType ValueType { get; init; }

    /// <summary>Rupiah or whole percent (1 to 100), by <see cref="ValueType"/>. 0 when <see cref="Tiers"/> say it. For referrals: what the referrer gets.</summary>
    [Id(4)] public long Value { get; init; }

    /// <summary>Most a percentage gives per usage; null: no cap.</summary>
    [Id(5)] public long? MaxDiscountIdr { get; init; }

    /// <summary>Smallest deposit it applies to; null: any.</summary>
    [Id(6)] public long? MinDepositIdr { get; init; }

    /// <summary>Usages over all people, reserved ones included; null: any number.</summary>
    [Id(7)] public long? MaxUsageTotal { get; init; }

    /// <summary>Usages per person, 1 to 1000. Not read for referrals, where every invited person counts once.</summary>
    [Id(8)] public int MaxUsagePerUser { get; init; } = 1;

    /// <summary>The toggle.</summary>
    [Id(9)] public bool IsActive { get; init; } = true;

    /// <summary>First moment it applies; null: at once.</summary>
    [Id(10)] public DateTimeOffset? StartsAt { get; init; }

    /// <summary>First moment it applies no more; null: never.</summary>
    [Id(11)] public DateTimeOffset? EndsAt { get; init; }

    /// <summary>
    /// Only while the person never paid a deposit, also none that was given back. A <see cref="PromoType.NewUserBonus"/> without this asks that
    /// none of at least its minimum was paid.
    /// </summary>
    [Id(12)] public bool ForNewUsersOnly { get; init; }

    /// <summary>How long bonus money lasts, in days from the payment; null: for ever. Not for cashback.</summary>
    [Id(13)] public int? BonusExpiryDays { get; init; }

    /// <summary>Most that all usages together may be worth; null: no budget. A usage that would pass it is refused whole, never cut.</summary>
    [Id(14)] public long? BudgetIdr { get; init; }

    /// <summary>Payment channel codes (<c>QRIS</c>) it applies to; empty: all.</summary>
    [Id(15)] public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Rising tiers, the highest reached one counts; empty: <see cref="Value"/> for every deposit.</summary>
    [Id(16)] public IReadOnlyList<PromoTier> Tiers { get; init; } = [];

    /// <summary>Between promos that would give the same, the higher one is chosen.</summary>
    [Id(17)] public int Priority { get; init; }

    /// <summary>Whether customers are told of it before they qualify (top-up hints, lists). A hidden one without a code still applies by itself.</summary>
    [Id(18)] public bool IsPublic { get; init; } = true;

    /// <summary>Referrals only: rupiah (or percent) for the invited person; 0: nothing.</summary>
    [Id(19)] public long RefereeValue { get; init; }

    /// <summary>Referrals only: paid referrals per referrer and calendar month (Jakarta); null: no cap.</summary>
    [Id(20)] public int? MonthlyCapPerReferrer { get; init; } = 10;
}

/// <summary>What a promo is right now, from its rule, its usages and the clock.</summary>
[GenerateSerializer, Alias("promo-status")]
public enum PromoStatus
{
    On,

    /// <summary>Starts later.</summary>
    Soon,
    Ended,

    /// <summary>All usages or all of the budget are taken. A released reservation turns it on again.</summary>
    SoldOut,

    /// <summary>Switched off.</summary>
    Off,

    /// <summary>Deleted by an admin; kept because its usages must stay explained.</summary>
    Archived,
}

/// <summary>A promo as an admin sees it.</summary>
/// <param name="UsageCount">Usages that count against the limits: reserved and given ones.</param>
/// <param name="GrantedIdr">What those usages are worth: the used part of the budget, in rupiah.</param>
/// <param name="Version">Counts up with every change; a change names the version it was made from.</param>
[GenerateSerializer, Immutable, Alias("promo-view")]
public sealed record PromoView(
    [property: Id(0)] string PromoId,
    [property: Id(1)] PromoDefinition Definition,
    [property: Id(2)] PromoStatus Status,
    [property: Id(3)] long UsageCount,
    [property: Id(4)] long GrantedIdr,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] int Version,
    [property: Id(7)] DateTimeOffset UpdatedAt);
