using CsCheck;
using Webrana.Domain.Ledger;
using Webrana.Domain.Papers;

namespace Webrana.Domain.Tests.Papers;

public sealed class PaperTests
{
    static readonly PpnRule Ppn = new(1_200, 11, 12, TaxRounding.HalfUp);

    [Fact]
    public void A_price_of_a_million_and_ten_per_cent_more_is_taken_apart_as_the_tax_office_does()
    {
        // 111.000 with the other base: 100.000 before tax, a base of 91.667, 12% of it.
        Assert.Equal(new TaxLines(100_000, 91_667, 11_000, 0), PaperTax.Of(111_000, Ppn));
        Assert.Equal(new TaxLines(100_000, 100_000, 12_000, 0), PaperTax.Of(112_000, Ppn with { BaseNumerator = 1, BaseDenominator = 1 }));
    }

    [Fact]
    public void The_lines_always_add_up_and_tax_follows_from_the_base_alone() =>
        Gen.Select(Gen.Long[1, 2_000_000_000], Gen.Enum<TaxRounding>(), Gen.Bool).Sample((total, rounding, other) =>
        {
            var fraction = other ? (11, 12) : (1, 1);
            var rule = new PpnRule(1_200, fraction.Item1, fraction.Item2, rounding);
            var lines = PaperTax.Of(total, rule);
            Assert.Equal(total, lines.NetIdr + lines.TaxIdr + lines.RoundingIdr);
            Assert.InRange(lines.RoundingIdr, 0, 1);
            var exactBase = (decimal)lines.NetIdr * fraction.Item1 / fraction.Item2;
            Assert.True(Math.Abs(lines.BaseIdr - exactBase) < 1);
            Assert.True(Math.Abs(lines.TaxIdr - lines.BaseIdr * 0.12m) < 1);
        });

    [Fact]
    public void Half_a_rupiah_goes_where_the_rounding_is_named_after()
    {
        // Of 13 before tax a base of half is 6,5.
        long BaseOf(TaxRounding rounding) => PaperTax.Of(13, new PpnRule(0, 1, 2, rounding)).BaseIdr;
        Assert.Equal([7L, 6L, 6L], new[] { BaseOf(TaxRounding.HalfUp), BaseOf(TaxRounding.Down), BaseOf(TaxRounding.HalfEven) });
        Assert.Equal(8L, PaperTax.Of(15, new PpnRule(0, 1, 2, TaxRounding.HalfEven)).BaseIdr);
        Assert.Throws<ArgumentOutOfRangeException>(() => PaperTax.Of(0, Ppn));
    }

    [Theory]
    [InlineData(LedgerKind.Credit, "GATEWAY", 100, PaperKind.Receipt)]
    [InlineData(LedgerKind.Debit, "REVENUE", -100, PaperKind.Invoice)]
    [InlineData(LedgerKind.Capture, "REVENUE", -100, PaperKind.Invoice)]
    [InlineData(LedgerKind.Refund, "REVENUE", 100, PaperKind.CreditNote)]
    [InlineData(LedgerKind.Reversal, "GATEWAY", -100, PaperKind.CreditNote)]
    [InlineData(LedgerKind.GrantBonus, "PROMOEXPENSE", 100, null)]
    [InlineData(LedgerKind.Credit, "ADJUSTMENT", 100, null)]
    [InlineData(LedgerKind.Hold, "REVENUE", 0, null)]
    [InlineData(LedgerKind.Debt, "RECEIVABLE", 100, null)]
    public void Payments_and_sales_get_a_paper_and_nothing_else_does(LedgerKind kind, string contra, long amount, PaperKind? paper) =>
        Assert.Equal(paper, PaperRules.KindOf(kind, contra, amount));

    [Fact]
    public void The_year_turns_at_midnight_in_Jakarta()
    {
        Assert.Equal(2026, PaperRules.YearOf(new DateTimeOffset(2026, 12, 31, 16, 59, 59, TimeSpan.Zero)));
        Assert.Equal(2027, PaperRules.YearOf(new DateTimeOffset(2026, 12, 31, 17, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("WBR-2026-000001", 2026, 1)]
    [InlineData("WBR-2026-1234567", 2026, 1_234_567)]
    public void A_number_is_read_as_it_is_written(string text, int year, long number)
    {
        Assert.Equal(new PaperNumber(year, number), PaperNumber.Parse(text));
        Assert.Equal(text, new PaperNumber(year, number).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("WBR-2026-0000001")]
    [InlineData("WBR-2026-00001")]
    [InlineData("wbr-2026-000001")]
    [InlineData("WBR-2026-00000a")]
    [InlineData("WBR-2026--00001")]
    public void Anything_else_is_no_number(string? text) => Assert.Null(PaperNumber.Parse(text));
}
