using System.Globalization;
using Webrana.Web.Formatting;
using Webrana.Wire.Promos;

namespace Webrana.Web.Promos;

/// <summary>A promo while an admin writes it: texts as typed, read into fields when they make sense. The API judges again.</summary>
public sealed class PromoDraft
{
    /// <summary>Most tiers a promo has.</summary>
    public const int MaximumTiers = 10;

    const string LocalTime = "yyyy-MM-dd'T'HH:mm";
    static readonly TimeSpan Wib = TimeSpan.FromHours(7);

    // A script may write what this form does not offer: opened here, it must not become something else without a word.
    PromoFields? _read;

    public string Name { get; set; } = "";
    public string Code { get; set; } = "";
    public PromoType Type { get; set; }
    public PromoValueType ValueType { get; set; } = PromoValueType.Percentage;
    public string Value { get; set; } = "";
    public string MaxDiscount { get; set; } = "";
    public string MinDeposit { get; set; } = "";
    public string MaxUsageTotal { get; set; } = "";
    public string MaxUsagePerUser { get; set; } = "1";
    public string Budget { get; set; } = "";
    public string BonusExpiryDays { get; set; } = "90";
    public string RefereeValue { get; set; } = "";
    public string MonthlyCap { get; set; } = "10";
    public string Priority { get; set; } = "0";
    public bool IsActive { get; set; } = true;
    public bool ForNewUsersOnly { get; set; }
    public bool IsPublic { get; set; } = true;

    /// <summary>In Western Indonesian time, as the input writes it.</summary>
    public string Start { get; set; } = "";

    /// <summary>In Western Indonesian time, as the input writes it.</summary>
    public string End { get; set; } = "";

    public HashSet<string> Methods { get; private init; } = [];

    public List<TierDraft> Tiers { get; private init; } = [];

    /// <summary>A percentage needs a top-up that it is taken of: a welcome without a minimum has none.</summary>
    public bool MayBePercentage => Type != PromoType.NewUserBonus || MinDeposit.Length > 0;

    /// <summary>Referrals are paid by the link, not by a code.</summary>
    public bool TakesCode => Type != PromoType.ReferralBonus;

    public bool TakesTiers => Type is PromoType.DepositBonus or PromoType.DepositCashback
        || (Type == PromoType.NewUserBonus && _read is { Type: PromoType.NewUserBonus, Tiers.Count: > 0 });

    /// <summary>The tiers say the value.</summary>
    public bool IsTiered => TakesTiers && Tiers.Count > 0;

    /// <summary>
    /// A welcome is paid for a top-up where it names a minimum, a code or tiers; else nobody has paid yet, and neither the channel nor an earlier
    /// top-up is a question.
    /// </summary>
    public bool IsForTopUps => Type is PromoType.DepositBonus or PromoType.DepositCashback
        || (Type == PromoType.NewUserBonus && (MinDeposit.Length > 0 || Code.Trim().Length > 0 || IsTiered));

    public bool IsPercentage => MayBePercentage && ValueType == PromoValueType.Percentage;

    /// <summary>A form for a promo that exists.</summary>
    public static PromoDraft Of(PromoFields promo) => new()
    {
        _read = promo,
        Name = promo.Name,
        Code = promo.Code ?? "",
        Type = promo.Type,
        ValueType = promo.ValueType,
        Value = promo.Value == 0 ? "" : Digits(promo.Value),
        MaxDiscount = Digits(promo.MaxDiscount),
        MinDeposit = Digits(promo.MinDeposit),
        MaxUsageTotal = Digits(promo.MaxUsageTotal),
        MaxUsagePerUser = Digits(promo.MaxUsagePerUser),
        Budget = Digits(promo.Budget),
        BonusExpiryDays = Digits(promo.BonusExpiryDays),
        RefereeValue = promo.RefereeValue == 0 ? "" : Digits(promo.RefereeValue),
        Priority = Digits(promo.Priority),
        IsActive = promo.IsActive,
        ForNewUsersOnly = promo.ForNewUsersOnly,
        IsPublic = promo.IsPublic ?? promo.Code is null,
        MonthlyCap = Digits(promo.MonthlyCapPerReferrer),
        Start = Local(promo.StartDate),
        End = Local(promo.EndDate),
        Methods = [.. promo.PaymentMethods ?? []],
        Tiers = [.. (promo.Tiers ?? []).Select(tier => new TierDraft { MinDeposit = Digits(tier.MinDeposit), Value = Digits(tier.Value) })],
    };

    /// <summary>What cannot be used: the field's name on the wire, and the key of what to say.</summary>
    public IReadOnlyDictionary<string, string> Problems()
    {
        var found = new Dictionary<string, string>();
        Check(Name.Trim().Length is > 0 and <= 80, "name", "PromoForm.NameWrong");
        Check(!TakesCode || Code.Trim() is "" or { Length: >= 3 and <= 32 } && Code.Trim().All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'), "code", "PromoForm.CodeWrong");
        Check(IsTiered || Rupiah.Parse(Value) is > 0 and { } value && (!IsPercentage || value <= 100), "value", IsPercentage ? "PromoForm.PercentWrong" : "PromoForm.AmountWrong");
        Check(!IsPercentage || IsEmptyOrAboveZero(MaxDiscount), "maxDiscount", "PromoForm.AmountWrong");
        Check(IsEmptyOrAboveZero(MinDeposit), "minDeposit", "PromoForm.AmountWrong");
        Check(IsEmptyOrAboveZero(MaxUsageTotal), "maxUsageTotal", "PromoForm.CountWrong");
        Check(Rupiah.Parse(MaxUsagePerUser) is >= 1 and <= 1_000, "maxUsagePerUser", "PromoForm.PerUserWrong");
        Check(IsEmptyOrAboveZero(Budget), "budget", "PromoForm.AmountWrong");
        Check(Type == PromoType.DepositCashback || BonusExpiryDays.Trim().Length == 0 || Rupiah.Parse(BonusExpiryDays) is >= 1 and <= 3_650, "bonusExpiryDays", "PromoForm.DaysWrong");
        Check(
            Type != PromoType.ReferralBonus || RefereeValue.Trim().Length == 0 || (Rupiah.Parse(RefereeValue) is { } referee && (!IsPercentage || referee <= 100)), "refereeValue",
            IsPercentage ? "PromoForm.PercentWrong" : "PromoForm.AmountWrong");
        Check(Type != PromoType.ReferralBonus || MonthlyCap.Trim().Length == 0 || Rupiah.Parse(MonthlyCap) is >= 1 and <= 1_000, "monthlyCapPerReferrer", "PromoForm.CountWrong");
        Check(Rupiah.Parse(Priority) is >= 0 and <= 1_000, "priority", "PromoForm.PriorityWrong");
        Check(ReadTime(Start, out var start), "startDate", "PromoForm.TimeWrong");
        Check(ReadTime(End, out var end) && (start is null || end is null || start < end), "endDate", "PromoForm.EndWrong");
        Check(!TakesTiers || TiersAreSound(), "tiers", "PromoForm.TiersWrong");
        return found;

        void Check(bool holds, string field, string key)
        {
            if (!holds) found.TryAdd(field, key);
        }
    }

    /// <summary>The fields, when there are no problems. What the type does not take is left out, whatever was typed into it before.</summary>
    public PromoFields ToFields()
    {
        ReadTime(Start, out var start);
        ReadTime(End, out var end);
        return new PromoFields(
            Name.Trim(), Type, IsPercentage ? PromoValueType.Percentage : PromoValueType.Fixed, IsTiered ? 0 : Rupiah.Parse(Value) ?? 0,
            TakesCode && Code.Trim().Length > 0 ? Code.Trim().ToUpperInvariant() : null,
            IsPercentage ? Rupiah.Parse(MaxDiscount) : null, Rupiah.Parse(MinDeposit), Rupiah.Parse(MaxUsageTotal), (int)(Rupiah.Parse(MaxUsagePerUser) ?? 1),
            IsActive, start, end, ForNewUsersOnly && Type != PromoType.ReferralBonus, Rupiah.Parse(Budget), Type == PromoType.DepositCashback ? null : (int?)Rupiah.Parse(BonusExpiryDays),
            IsForTopUps ? [.. Methods.Order(StringComparer.Ordinal)] : [],
            TakesTiers ? [.. Tiers.Select(tier => new PromoTier(tier.MinDepositIdr ?? 0, tier.ValueNumber ?? 0)).OrderBy(tier => tier.MinDeposit)] : [],
            (int)(Rupiah.Parse(Priority) ?? 0), IsPublic, Type == PromoType.ReferralBonus ? Rupiah.Parse(RefereeValue) ?? 0 : 0,
            Type == PromoType.ReferralBonus ? (int?)Rupiah.Parse(MonthlyCap) : null);
    }

    bool TiersAreSound()
    {
        var (fromBefore, valueBefore) = (0L, 0L);
        foreach (var tier in Tiers.OrderBy(tier => tier.MinDepositIdr))
        {
            if (tier.MinDepositIdr is not { } from || tier.ValueNumber is not { } value) return false;
            if (from <= fromBefore || value <= valueBefore || (IsPercentage && value > 100)) return false;
            (fromBefore, valueBefore) = (from, value);
        }

        return Tiers.Count <= MaximumTiers;
    }

    static bool IsEmptyOrAboveZero(string typed) => typed.Trim().Length == 0 || Rupiah.Parse(typed) is > 0;

    static bool ReadTime(string typed, out DateTimeOffset? time)
    {
        time = null;
        if (typed.Length == 0) return true;
        if (!DateTime.TryParse(typed, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return false;
        time = new DateTimeOffset(local, Wib);
        return true;
    }

    static string Local(DateTimeOffset? time) => time?.ToOffset(Wib).ToString(LocalTime, CultureInfo.InvariantCulture) ?? "";

    static string Digits(long? number) => number is { } known ? Rupiah.Digits(known) : "";
}

/// <summary>One tier while it is typed.</summary>
public sealed class TierDraft
{
    public string MinDeposit { get; set; } = "";
    public string Value { get; set; } = "";
    public long? MinDepositIdr => Rupiah.Parse(MinDeposit);
    public long? ValueNumber => Rupiah.Parse(Value);
}
