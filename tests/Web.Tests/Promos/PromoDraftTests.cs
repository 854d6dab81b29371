using Webrana.Web.Promos;
using Webrana.Wire.Promos;

namespace Webrana.Web.Tests.Promos;

public sealed class PromoDraftTests
{
    static PromoDraft Sound() => new() { Name = "Bonus", Value = "10" };

    [Fact]
    public void What_is_read_from_a_promo_is_written_back_unchanged()
    {
        var fields = new PromoFields(
            "Bonus", PromoType.DepositBonus, PromoValueType.Percentage, Code: "AKHIR-1", MaxDiscount: 50_000, MinDeposit: 100_000, MaxUsageTotal: 1_000, MaxUsagePerUser: 2, IsActive: false,
            StartDate: new DateTimeOffset(2026, 12, 1, 1, 30, 0, TimeSpan.FromHours(7)), EndDate: new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.FromHours(7)), ForNewUsersOnly: true,
            Budget: 5_000_000, BonusExpiryDays: 90, PaymentMethods: ["BRIVA", "QRIS"], Tiers: [new PromoTier(100_000, 5), new PromoTier(500_000, 10)], Priority: 3, IsPublic: false);
        var written = PromoDraft.Of(fields).ToFields();
        Assert.Equal(fields.PaymentMethods, written.PaymentMethods);
        Assert.Equal(fields.Tiers, written.Tiers);
        Assert.Equal(fields with { PaymentMethods = null, Tiers = null, MonthlyCapPerReferrer = null }, written with { PaymentMethods = null, Tiers = null });
        Assert.Empty(PromoDraft.Of(fields).Problems());
    }

    public static TheoryData<PromoFields> OfScripts => new(
        new PromoFields("Undang", PromoType.ReferralBonus, PromoValueType.Percentage, 10, MaxDiscount: 50_000, RefereeValue: 5, PaymentMethods: [], Tiers: [], IsPublic: true),
        new PromoFields(
            "Selamat datang", PromoType.NewUserBonus, PromoValueType.Fixed, PaymentMethods: ["QRIS"], Tiers: [new PromoTier(50_000, 5_000), new PromoTier(100_000, 20_000)],
            IsPublic: true, MonthlyCapPerReferrer: null),
        new PromoFields(
            "Selamat datang", PromoType.NewUserBonus, PromoValueType.Fixed, 25_000, Code: "HALO25", PaymentMethods: ["QRIS"], Tiers: [], IsPublic: true, MonthlyCapPerReferrer: null));

    // What the form does not offer to a new promo, but a script may have written.
    [Theory]
    [MemberData(nameof(OfScripts))]
    public void What_a_script_wrote_stays_as_it_is(PromoFields fields)
    {
        var draft = PromoDraft.Of(fields);
        var written = draft.ToFields();
        Assert.Equal(fields.PaymentMethods, written.PaymentMethods);
        Assert.Equal(fields.Tiers, written.Tiers);
        Assert.Equal(fields with { PaymentMethods = null, Tiers = null }, written with { PaymentMethods = null, Tiers = null });
        Assert.Empty(draft.Problems());
    }

    [Fact]
    public void A_sound_draft_has_no_problems() => Assert.Empty(Sound().Problems());

    public static TheoryData<string, Action<PromoDraft>> Mistakes => new()
    {
        { "name", draft => draft.Name = " " },
        { "code", draft => draft.Code = "A B" },
        { "value", draft => draft.Value = "101" },
        { "value", draft => draft.Value = "0" },
        { "maxDiscount", draft => draft.MaxDiscount = "nol" },
        { "minDeposit", draft => draft.MinDeposit = "0" },
        { "maxUsageTotal", draft => draft.MaxUsageTotal = "-1" },
        { "maxUsagePerUser", draft => draft.MaxUsagePerUser = "" },
        { "budget", draft => draft.Budget = "0" },
        { "bonusExpiryDays", draft => draft.BonusExpiryDays = "3651" },
        { "priority", draft => draft.Priority = "1001" },
        { "startDate", draft => draft.Start = "kapan" },
        { "endDate", draft => (draft.Start, draft.End) = ("2026-12-02T00:00", "2026-12-01T00:00") },
        { "tiers", draft => draft.Tiers.AddRange([new TierDraft { MinDeposit = "100.000", Value = "10" }, new TierDraft { MinDeposit = "500.000", Value = "5" }]) },
        { "tiers", draft => draft.Tiers.Add(new TierDraft { MinDeposit = "100.000", Value = "" }) },
        { "monthlyCapPerReferrer", draft => (draft.Type, draft.MonthlyCap) = (PromoType.ReferralBonus, "0") },
        { "refereeValue", draft => (draft.Type, draft.RefereeValue) = (PromoType.ReferralBonus, "x") },
        { "refereeValue", draft => (draft.Type, draft.RefereeValue) = (PromoType.ReferralBonus, "5.000") },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Each_mistake_is_found_at_its_field(string field, Action<PromoDraft> slip)
    {
        var draft = Sound();
        slip(draft);
        Assert.Equal([field], draft.Problems().Keys);
    }

    [Fact]
    public void A_percentage_needs_a_top_up_that_it_is_taken_of()
    {
        var draft = Sound();
        (draft.Type, draft.MinDeposit) = (PromoType.NewUserBonus, "");
        Assert.False(draft.IsPercentage);
        draft.MinDeposit = "50.000";
        Assert.True(draft.IsPercentage);
        draft.Type = PromoType.ReferralBonus;
        Assert.True(draft.IsPercentage);
        Assert.Equal((PromoValueType.Percentage, 10), (draft.ToFields().ValueType, draft.ToFields().Value));
    }

    [Fact]
    public void A_welcome_for_a_top_up_may_be_for_the_first_of_all_and_asks_how_it_was_paid()
    {
        var draft = new PromoDraft { Name = "Selamat datang", Type = PromoType.NewUserBonus, ValueType = PromoValueType.Fixed, Value = "25.000" };
        Assert.False(draft.IsForTopUps);
        draft.MinDeposit = "50.000";
        Assert.True(draft.IsForTopUps);
        Assert.False(draft.ToFields().ForNewUsersOnly);
        draft.ForNewUsersOnly = true;
        Assert.True(draft.ToFields().ForNewUsersOnly);
        draft.Type = PromoType.ReferralBonus;
        Assert.False(draft.IsForTopUps);
    }

    [Fact]
    public void What_a_kind_does_not_take_is_left_out_whatever_was_typed_before()
    {
        var draft = PromoDraft.Of(new PromoFields(
            "Undang", PromoType.DepositBonus, PromoValueType.Percentage, 10, Code: "KODE", MaxDiscount: 5_000, PaymentMethods: ["QRIS"], Tiers: [new PromoTier(1, 1)], ForNewUsersOnly: true));
        (draft.Type, draft.ValueType, draft.Value, draft.RefereeValue) = (PromoType.ReferralBonus, PromoValueType.Fixed, "10.000", "5.000");
        var referral = draft.ToFields();
        Assert.Equal((PromoValueType.Fixed, 10_000, 5_000), (referral.ValueType, referral.Value, referral.RefereeValue));
        Assert.Null(referral.Code);
        Assert.False(referral.ForNewUsersOnly);
        Assert.Null(referral.MaxDiscount);
        Assert.Empty(referral.PaymentMethods!);
        Assert.Empty(referral.Tiers!);
    }

    [Fact]
    public void The_history_names_exactly_what_changed()
    {
        var before = new PromoFields("Bonus", PromoType.DepositBonus, PromoValueType.Percentage, 10, Budget: 1_000_000);
        Assert.Empty(PromoView.Changes(before, before));
        var changes = PromoView.Changes(before, before with { Value = 15, Budget = null, IsActive = false, Tiers = [new PromoTier(100_000, 5)] }).ToList();
        Assert.Equal(["value", "isActive", "budget", "tiers"], changes.Select(change => change.Field));
        Assert.Equal(("10%", "15%"), (changes[0].Before, changes[0].After));
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(50, 200L, 25)]
    [InlineData(300, 200L, 100)]
    public void A_bar_shows_the_used_part_of_a_limit(long used, long? limit, int? percent) => Assert.Equal(percent, PromoView.Percent(used, limit));
}
