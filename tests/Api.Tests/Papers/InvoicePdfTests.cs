using UglyToad.PdfPig;
using Webrana.Api.Papers;
using Webrana.Wire.Papers;

namespace Webrana.Api.Tests.Papers;

/// <summary>What a customer reads on the page that she prints: the words in the file, not that there is a file.</summary>
public sealed class InvoicePdfTests
{
    static readonly InvoiceTax Other = new(Net: 100_000, TaxBase: 91_667, Tax: 11_000, Rounding: 0, RatePercent: 12m, BaseFraction: "11/12");

    /// <summary>The fault that this found: amounts stood ten points below their labels, nearer to the next row than to their own.</summary>
    [Theory]
    [InlineData("id", "Harga jual Rp 100.000", "DPP nilai lain 11/12 Rp 91.667", "PPN 12% Rp 11.000", "Total Rp 111.000")]
    [InlineData("en", "Price before tax Rp 100.000", "Tax base 11/12 Rp 91.667", "VAT (PPN) 12% Rp 11.000", "Total Rp 111.000")]
    public void With_PPN_switched_on_price_base_tax_and_total_stand_in_a_row_each(string locale, string net, string taxBase, string tax, string total)
    {
        var lines = LinesOf(Paper(111_000, Other), locale);

        Assert.Equal([net, taxBase, tax, total], lines[^6..^2]); // Two lines of small print follow.
        Assert.Contains("VPS 1 GB Rp 100.000", lines); // The thing sold stands at its price before tax, so that the column adds up.
    }

    [Fact]
    public void A_rupiah_that_rounding_left_over_is_named_and_one_that_it_did_not_is_not()
    {
        Assert.Equal("Pembulatan Rp 1", LinesOf(Paper(111_001, Other with { Rounding = 1 }), "id")[^4]);
        Assert.DoesNotContain(LinesOf(Paper(111_000, Other), "id"), line => line.StartsWith("Pembulatan", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_the_whole_price_is_the_base_no_fraction_is_written() =>
        Assert.Contains("DPP Rp 100.000", LinesOf(Paper(112_000, Other with { TaxBase = 100_000, Tax = 12_000, BaseFraction = "1/1" }), "id"));

    [Fact]
    public void Without_PPN_nothing_is_said_of_tax()
    {
        var lines = LinesOf(Paper(111_000, null), "id");

        Assert.Contains("VPS 1 GB Rp 111.000", lines);
        Assert.Equal("Total Rp 111.000", lines[^3]);
        Assert.DoesNotContain(lines, line => line.Contains("PPN", StringComparison.Ordinal) || line.Contains("DPP", StringComparison.Ordinal));
    }

    static Invoice Paper(long amountIdr, InvoiceTax? tax) => new(
        "WBR/2026/000001", InvoiceKind.Invoice, amountIdr, "VPS 1 GB", "t-1", "o-1", DateTimeOffset.UnixEpoch,
        new InvoiceSeller("Webrana", "Jakarta", "01.234.567.8-901.000", "billing@webrana.example"), new InvoiceBuyer("Budi Santoso", "budi@example.com", null), tax);

    /// <summary>The page from top to bottom, what stands at one height joined from left to right.</summary>
    static List<string> LinesOf(Invoice invoice, string locale)
    {
        using var file = PdfDocument.Open(InvoicePdf.Draw(invoice, locale));
        var words = Assert.Single(file.GetPages()).GetWords();
        return [.. words.GroupBy(word => Math.Round(word.Letters[0].StartBaseLine.Y)).OrderByDescending(line => line.Key)
            .Select(line => string.Join(' ', line.OrderBy(word => word.BoundingBox.Left).Select(word => word.Text)))];
    }
}
