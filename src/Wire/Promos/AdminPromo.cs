namespace Webrana.Wire.Promos;

/// <summary>A promo as an admin sees it: <c>GET /internal/promos?status=</c>, <c>/internal/promos/{id}</c>. Amounts in whole rupiah.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Name">For people.</param>
/// <param name="Code">What customers type, upper case; null: applies by itself.</param>
/// <param name="Type">What it gives.</param>
/// <param name="ValueType">How <paramref name="Value"/> and the tiers' values are read.</param>
/// <param name="Value">Rupiah or whole percent; 0 where <paramref name="Tiers"/> say it.</param>
/// <param name="MaxDiscount">Most that a percentage gives; null: no limit.</param>
/// <param name="MinDeposit">Smallest top-up; null: any.</param>
/// <param name="MaxUsageTotal">Usages over all people; null: no limit.</param>
/// <param name="MaxUsagePerUser">Usages of one person; not asked for a referral, which every invited person earns once.</param>
/// <param name="IsActive">The switch.</param>
/// <param name="StartDate">Null: at once.</param>
/// <param name="EndDate">Null: until switched off.</param>
/// <param name="ForNewUsersOnly">Only before the first paid top-up.</param>
/// <param name="Budget">Most it may give in all; null: no limit.</param>
/// <param name="BonusExpiryDays">How long bonus money lasts; null: for ever.</param>
/// <param name="PaymentMethods">Channels it is limited to; empty: all.</param>
/// <param name="Tiers">The highest one reached counts; empty: one value for all.</param>
/// <param name="Priority">Between two promos that give the same, the higher one applies.</param>
/// <param name="IsPublic">Shown to customers in lists.</param>
/// <param name="RefereeValue">Of a referral: for the invited person.</param>
/// <param name="MonthlyCapPerReferrer">Of a referral: paid ones per inviting person and calendar month; null: no limit.</param>
/// <param name="Status">Whether it applies now.</param>
/// <param name="UsageCount">Places taken: reserved and given.</param>
/// <param name="BudgetUsed">What those are worth.</param>
/// <param name="Version">Grows by one with every change.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">Of the last change.</param>
public sealed record AdminPromo(
    string Id, string Name, string? Code, PromoType Type, PromoValueType ValueType, long Value, long? MaxDiscount, long? MinDeposit,
    long? MaxUsageTotal, int MaxUsagePerUser, bool IsActive, DateTimeOffset? StartDate, DateTimeOffset? EndDate, bool ForNewUsersOnly,
    long? Budget, int? BonusExpiryDays, IReadOnlyList<string> PaymentMethods, IReadOnlyList<PromoTier> Tiers, int Priority, bool IsPublic, long RefereeValue,
    int? MonthlyCapPerReferrer, PromoStatus Status, long UsageCount, long BudgetUsed, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The fields an admin may set: a form starts from them.</summary>
    public PromoFields Fields => new(
        Name, Type, ValueType, Value, Code, MaxDiscount, MinDeposit, MaxUsageTotal, MaxUsagePerUser, IsActive, StartDate, EndDate, ForNewUsersOnly,
        Budget, BonusExpiryDays, PaymentMethods, Tiers, Priority, IsPublic, RefereeValue, MonthlyCapPerReferrer);
}

/// <summary>
/// <c>POST /internal/promos</c> (with a reason beside them, <see cref="CreatePromoRequest"/>) → 201 <see cref="AdminPromo"/>;
/// <c>POST /internal/promos/preview</c> → <see cref="PromoPreview"/>; and
/// <c>PATCH /internal/promos/{id}</c> → <see cref="AdminPromo"/>, there as a JSON merge patch (RFC 7396): an absent field stays, null empties it.
/// What each field means stands on <see cref="AdminPromo"/>. Refused: 422 <c>validation_failed</c> with a message per field, 409 <c>code_taken</c>.
/// </summary>
/// <param name="Name">1 to 80 characters.</param>
/// <param name="Type">Stays for ever once the promo exists.</param>
/// <param name="ValueType">How <paramref name="Value"/> is read.</param>
/// <param name="Value">Above zero, a percentage at most 100; left out or 0 with <paramref name="Tiers"/>.</param>
/// <param name="Code">3 to 32 letters, digits and dashes, compared without case.</param>
/// <param name="MaxDiscount">For a percentage.</param>
/// <param name="MinDeposit">IDR.</param>
/// <param name="MaxUsageTotal">At least 1.</param>
/// <param name="MaxUsagePerUser">1 to 1000; not asked for a referral.</param>
/// <param name="IsActive">The switch.</param>
/// <param name="StartDate">RFC 3339.</param>
/// <param name="EndDate">After the start.</param>
/// <param name="ForNewUsersOnly">Only before the first paid top-up.</param>
/// <param name="Budget">IDR.</param>
/// <param name="BonusExpiryDays">1 to 3650; not for cashback.</param>
/// <param name="PaymentMethods">Channel codes.</param>
/// <param name="Tiers">At most 10, with growing amounts.</param>
/// <param name="Priority">0 to 1000.</param>
/// <param name="IsPublic">Told to customers before they qualify: in lists and hints. Without it: true for a promo without a code, false for one with.</param>
/// <param name="RefereeValue">For a referral.</param>
/// <param name="MonthlyCapPerReferrer">For a referral; at least 1.</param>
public record PromoFields(
    string Name, PromoType Type, PromoValueType ValueType, long Value = 0, string? Code = null, long? MaxDiscount = null, long? MinDeposit = null,
    long? MaxUsageTotal = null, int MaxUsagePerUser = 1, bool IsActive = true, DateTimeOffset? StartDate = null, DateTimeOffset? EndDate = null,
    bool ForNewUsersOnly = false, long? Budget = null, int? BonusExpiryDays = null, IReadOnlyList<string>? PaymentMethods = null,
    IReadOnlyList<PromoTier>? Tiers = null, int Priority = 0, bool? IsPublic = null, long RefereeValue = 0,
    int? MonthlyCapPerReferrer = 10);

/// <summary><c>POST /internal/promos</c> → 201 <see cref="AdminPromo"/>: the fields and why.</summary>
/// <param name="Name">See <see cref="PromoFields"/>.</param>
/// <param name="Type">See <see cref="PromoFields"/>.</param>
/// <param name="ValueType">See <see cref="PromoFields"/>.</param>
/// <param name="Value">See <see cref="PromoFields"/>.</param>
/// <param name="Code">See <see cref="PromoFields"/>.</param>
/// <param name="MaxDiscount">See <see cref="PromoFields"/>.</param>
/// <param name="MinDeposit">See <see cref="PromoFields"/>.</param>
/// <param name="MaxUsageTotal">See <see cref="PromoFields"/>.</param>
/// <param name="MaxUsagePerUser">See <see cref="PromoFields"/>.</param>
/// <param name="IsActive">See <see cref="PromoFields"/>.</param>
/// <param name="StartDate">See <see cref="PromoFields"/>.</param>
/// <param name="EndDate">See <see cref="PromoFields"/>.</param>
/// <param name="ForNewUsersOnly">See <see cref="PromoFields"/>.</param>
/// <param name="Budget">See <see cref="PromoFields"/>.</param>
/// <param name="BonusExpiryDays">See <see cref="PromoFields"/>.</param>
/// <param name="PaymentMethods">See <see cref="PromoFields"/>.</param>
/// <param name="Tiers">See <see cref="PromoFields"/>.</param>
/// <param name="Priority">See <see cref="PromoFields"/>.</param>
/// <param name="IsPublic">See <see cref="PromoFields"/>.</param>
/// <param name="RefereeValue">See <see cref="PromoFields"/>.</param>
/// <param name="MonthlyCapPerReferrer">See <see cref="PromoFields"/>.</param>
/// <param name="Reason">Why: 1 to 200 characters, for the audit log; may be left out.</param>
public sealed record CreatePromoRequest(
    string Name, PromoType Type, PromoValueType ValueType, long Value = 0, string? Code = null, long? MaxDiscount = null, long? MinDeposit = null,
    long? MaxUsageTotal = null, int MaxUsagePerUser = 1, bool IsActive = true, DateTimeOffset? StartDate = null, DateTimeOffset? EndDate = null,
    bool ForNewUsersOnly = false, long? Budget = null, int? BonusExpiryDays = null, IReadOnlyList<string>? PaymentMethods = null,
    IReadOnlyList<PromoTier>? Tiers = null, int Priority = 0, bool? IsPublic = null, long RefereeValue = 0,
    int? MonthlyCapPerReferrer = 10, string? Reason = null)
    : PromoFields(
        Name, Type, ValueType, Value, Code, MaxDiscount, MinDeposit, MaxUsageTotal, MaxUsagePerUser, IsActive, StartDate, EndDate, ForNewUsersOnly,
        Budget, BonusExpiryDays, PaymentMethods, Tiers, Priority, IsPublic, RefereeValue, MonthlyCapPerReferrer);

/// <summary>The smallest <c>PATCH /internal/promos/{id}</c>: switches a promo on or off.</summary>
/// <param name="IsActive">The switch.</param>
/// <param name="Reason">Why: 1 to 200 characters, for the audit log; may be left out.</param>
public sealed record PromoSwitch(bool IsActive, string? Reason = null);

/// <summary><c>POST /internal/promos/code</c>: a code nobody guesses (at least 50 random bits) and nobody has. It is taken when a promo is saved with it.</summary>
/// <param name="Code">Upper case, without characters that are read wrongly.</param>
public sealed record GeneratedCode(string Code);

/// <summary>
/// The members a <c>PATCH /internal/promos/{id}</c> may have; what each means stands on <see cref="PromoFields"/>. Absent stays, null empties.
/// Refused: 409 <c>version_conflict</c> when <paramref name="Version"/> is not the promo's, 409 <c>archived</c>.
/// </summary>
/// <param name="Version">Of the promo this change was made from; without it the change is made to whatever is there.</param>
/// <param name="Name">See <see cref="PromoFields"/>.</param>
/// <param name="Type">The promo's own: it never changes.</param>
/// <param name="ValueType">See <see cref="PromoFields"/>.</param>
/// <param name="Value">See <see cref="PromoFields"/>.</param>
/// <param name="Code">See <see cref="PromoFields"/>.</param>
/// <param name="MaxDiscount">See <see cref="PromoFields"/>.</param>
/// <param name="MinDeposit">See <see cref="PromoFields"/>.</param>
/// <param name="MaxUsageTotal">See <see cref="PromoFields"/>.</param>
/// <param name="MaxUsagePerUser">See <see cref="PromoFields"/>.</param>
/// <param name="IsActive">See <see cref="PromoFields"/>.</param>
/// <param name="StartDate">See <see cref="PromoFields"/>.</param>
/// <param name="EndDate">See <see cref="PromoFields"/>.</param>
/// <param name="ForNewUsersOnly">See <see cref="PromoFields"/>.</param>
/// <param name="Budget">See <see cref="PromoFields"/>.</param>
/// <param name="BonusExpiryDays">See <see cref="PromoFields"/>.</param>
/// <param name="PaymentMethods">See <see cref="PromoFields"/>.</param>
/// <param name="Tiers">See <see cref="PromoFields"/>.</param>
/// <param name="Priority">See <see cref="PromoFields"/>.</param>
/// <param name="IsPublic">See <see cref="PromoFields"/>.</param>
/// <param name="RefereeValue">See <see cref="PromoFields"/>.</param>
/// <param name="MonthlyCapPerReferrer">See <see cref="PromoFields"/>.</param>
/// <param name="Reason">Why: 1 to 200 characters, for the audit log; may be left out.</param>
public sealed record UpdatePromoRequest(
    int? Version = null, string? Name = null, PromoType? Type = null, PromoValueType? ValueType = null, long? Value = null, string? Code = null,
    long? MaxDiscount = null, long? MinDeposit = null, long? MaxUsageTotal = null, int? MaxUsagePerUser = null, bool? IsActive = null,
    DateTimeOffset? StartDate = null, DateTimeOffset? EndDate = null, bool? ForNewUsersOnly = null, long? Budget = null, int? BonusExpiryDays = null,
    IReadOnlyList<string>? PaymentMethods = null, IReadOnlyList<PromoTier>? Tiers = null, int? Priority = null, bool? IsPublic = null,
    long? RefereeValue = null, int? MonthlyCapPerReferrer = null, string? Reason = null);
