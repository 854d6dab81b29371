namespace Webrana.Wire.Promos;

/// <summary>One public promo: <c>GET /api/v1/promos</c>. Promos with a code are listed when their maker made them public.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Name">For people.</param>
/// <param name="Code">To be typed at the top-up; null: the best of these applies by itself.</param>
/// <param name="Type">What it gives.</param>
/// <param name="ValueType">How <paramref name="Value"/> is read.</param>
/// <param name="Value">Rupiah or whole percent; 0 where <paramref name="Tiers"/> say it.</param>
/// <param name="MaxDiscount">Most that a percentage gives, in IDR.</param>
/// <param name="MinDeposit">Smallest top-up, in IDR.</param>
/// <param name="Tiers">The highest one reached counts; empty: one value for all.</param>
/// <param name="PaymentMethods">Channels it is limited to; empty: all.</param>
/// <param name="ForNewUsersOnly">Only before the first paid top-up.</param>
/// <param name="MaxUsagePerUser">How often one person may use it.</param>
/// <param name="BonusExpiryDays">How long bonus money lasts; null: for ever.</param>
/// <param name="Status"><c>ON</c> or <c>SOON</c>.</param>
/// <param name="StartDate">Null: since ever.</param>
/// <param name="EndDate">Null: until further notice.</param>
/// <param name="RefereeValue">Of a referral: IDR for the invited person.</param>
public sealed record Promo(
    string Id, string Name, string? Code, PromoType Type, PromoValueType ValueType, long Value, long? MaxDiscount, long? MinDeposit,
    IReadOnlyList<PromoTier> Tiers, IReadOnlyList<string> PaymentMethods, bool ForNewUsersOnly, int MaxUsagePerUser, int? BonusExpiryDays,
    PromoStatus Status, DateTimeOffset? StartDate, DateTimeOffset? EndDate, long RefereeValue = 0);

/// <summary>
/// <c>POST /api/v1/promos/validate</c> → <see cref="PromoQuote"/>; reserves nothing. With a code that does not apply: 422 <c>promo_below_minimum</c> (with
/// <c>minimum</c>), <c>promo_wrong_channel</c>, <c>promo_already_used</c>, or for every other reason <c>promo_code_invalid</c>. After ten failed codes in an hour: 429
/// <c>too_many_promo_codes</c>; requests without a code are not counted.
/// </summary>
/// <param name="Amount">IDR, before fees.</param>
/// <param name="PaymentMethod">A channel's code; null: whatever the channel will be.</param>
/// <param name="Code">As typed; null asks for the best promo that applies by itself.</param>
public sealed record ValidatePromoRequest(long Amount, string? PaymentMethod = null, string? Code = null);

/// <summary>What a top-up would be given now.</summary>
/// <param name="PromoId">Null: nothing applies.</param>
/// <param name="Name">For people.</param>
/// <param name="BonusAmount">IDR; 0 when nothing applies.</param>
/// <param name="TotalCredit"><c>amount + bonusAmount</c>.</param>
/// <param name="IsBonus">True: bonus money, spent first; false: ordinary balance (cashback).</param>
/// <param name="BonusExpiryDays">How long bonus money lasts; null: for ever.</param>
/// <param name="Next">How to get more; null: there is nothing better, or a code was asked about.</param>
public sealed record PromoQuote(
    string? PromoId, string? Name, long BonusAmount, long TotalCredit, bool IsBonus = false, int? BonusExpiryDays = null, PromoHint? Next = null);

/// <summary>A larger top-up that would be given more: <c>add IDR 50,000 for a bonus of IDR 75,000</c>.</summary>
/// <param name="PromoId">Which promo.</param>
/// <param name="Name">For people.</param>
/// <param name="Amount">IDR to top up.</param>
/// <param name="MissingAmount">IDR more than was asked about.</param>
/// <param name="BonusAmount">IDR given then.</param>
public sealed record PromoHint(string PromoId, string Name, long Amount, long MissingAmount, long BonusAmount);
