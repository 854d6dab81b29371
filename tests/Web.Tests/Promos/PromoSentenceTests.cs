using System.Globalization;
using Webrana.Web.Localization;
using Webrana.Web.Promos;
using Webrana.Wire.Promos;

namespace Webrana.Web.Tests.Promos;

public sealed class PromoSentenceTests
{
    static readonly Texts Indonesian = new(CultureInfo.GetCultureInfo("id"));
    static readonly Texts English = new(CultureInfo.GetCultureInfo("en"));
    static readonly TimeSpan Wib = TimeSpan.FromHours(7);

    static string Say(PromoFields promo, Texts? texts = null) => PromoSentence.Of(promo, texts ?? Indonesian, code => code).Replace('\u00A0', ' ');

    [Fact]
    public void A_percentage_reads_as_the_plan_says_it() => Assert.Equal(
        "Isi saldo minimal Rp 100.000 lewat QRIS mendapat bonus 10%, maks Rp 50.000, 1× per pengguna, sampai 31 Des 2026.",
        Say(new PromoFields(
            "x", PromoType.DepositBonus, PromoValueType.Percentage, 10, MinDeposit: 100_000, MaxDiscount: 50_000, PaymentMethods: ["QRIS"],
            EndDate: new DateTimeOffset(2027, 1, 1, 0, 0, 0, Wib))));

    [Fact]
    public void Tiers_are_said_one_after_the_other_with_every_limit() => Assert.Equal(
        "A top-up of at least Rp 100.000 with code AKHIR gets a bonus of Rp 10.000, from Rp 500.000 on Rp 75.000, 2× per person, for the first 1.000 uses, "
        + "within a budget of Rp 5.000.000, from 1 Dec 2026 until 5 Dec 2026, 14:30 WIB, bonus lasts 30 days.",
        Say(
            new PromoFields(
                "x", PromoType.DepositBonus, PromoValueType.Fixed, Code: "akhir", Tiers: [new PromoTier(500_000, 75_000), new PromoTier(100_000, 10_000)], MaxUsagePerUser: 2,
                MaxUsageTotal: 1_000, Budget: 5_000_000, BonusExpiryDays: 30, StartDate: new DateTimeOffset(2026, 12, 1, 0, 0, 0, Wib),
                EndDate: new DateTimeOffset(2026, 12, 5, 14, 30, 0, Wib)),
            English));

    [Fact]
    public void A_welcome_is_about_the_email_or_about_the_first_top_up()
    {
        var welcome = new PromoFields("x", PromoType.NewUserBonus, PromoValueType.Fixed, 25_000);
        Assert.Equal("Pelanggan baru mendapat bonus Rp 25.000 setelah email dikonfirmasi, 1× per pengguna.", Say(welcome));
        Assert.Equal("Isi saldo pertama minimal Rp 50.000 mendapat bonus Rp 25.000, 1× per pengguna.", Say(welcome with { MinDeposit = 50_000 }));
        Assert.Equal(
            "Isi saldo pertama minimal Rp 50.000 mendapat bonus Rp 25.000, 1× per pengguna.", Say(welcome with { Value = 0, Tiers = [new PromoTier(50_000, 25_000)] }));
    }

    // A welcome is for the first top-up that reaches its minimum; whoever wants the first of all says so (ADR 53).
    [Fact]
    public void The_first_that_is_large_enough_is_told_from_the_first_of_all()
    {
        var welcome = new PromoFields("x", PromoType.NewUserBonus, PromoValueType.Fixed, 25_000, MinDeposit: 50_000, ForNewUsersOnly: true);
        Assert.Equal("Isi saldo pertama minimal Rp 50.000 mendapat bonus Rp 25.000, hanya bila belum pernah isi saldo, 1× per pengguna.", Say(welcome));
        Assert.Equal(
            "The first top-up of at least Rp 100.000 gets a bonus of 10%, from Rp 500.000 on 20%, only if nothing was topped up before, 1× per person.",
            Say(
                new PromoFields(
                    "x", PromoType.DepositBonus, PromoValueType.Percentage, Tiers: [new PromoTier(100_000, 10), new PromoTier(500_000, 20)], ForNewUsersOnly: true),
                English));
        Assert.DoesNotContain("belum pernah", Say(welcome with { MinDeposit = null, Code = "HALO25" }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_referral_says_who_gets_what_and_never_how_often_per_person()
    {
        var referral = new PromoFields("x", PromoType.ReferralBonus, PromoValueType.Fixed, 10_000, MinDeposit: 50_000);
        Assert.Equal("Pengundang mendapat Rp 10.000 setelah isi saldo pertama temannya minimal Rp 50.000, maks 10 teman per bulan.", Say(referral));
        Assert.Equal(
            "Whoever invites gets Rp 10.000 and the friend Rp 5.000 after the first top-up of at least Rp 50.000.",
            Say(referral with { RefereeValue = 5_000, MonthlyCapPerReferrer = null }, English));
    }

    [Fact]
    public void Cashback_says_nothing_of_an_expiry_and_an_open_end_is_not_mentioned() => Assert.Equal(
        "Isi saldo pertama mendapat kembalian 5%, 1× per pengguna, mulai 2 Jan 2027, 08.00 WIB.",
        Say(new PromoFields(
            "x", PromoType.DepositCashback, PromoValueType.Percentage, 5, ForNewUsersOnly: true, BonusExpiryDays: 30, StartDate: new DateTimeOffset(2027, 1, 2, 1, 0, 0, TimeSpan.Zero))));

    [Fact]
    public void What_customers_read_leaves_the_houses_own_limits_out()
    {
        var promo = new Promo(
            "p", "x", "K1", PromoType.DepositBonus, PromoValueType.Fixed, 5_000, null, 20_000, [], [], false, 1, null, PromoStatus.On,
            new DateTimeOffset(2026, 11, 1, 0, 0, 0, Wib), null);
        Assert.Equal("Isi saldo minimal Rp 20.000 dengan kode K1 mendapat bonus Rp 5.000, 1× per pengguna.", PromoSentence.Of(promo, Indonesian).Replace('\u00A0', ' '));
    }
}
