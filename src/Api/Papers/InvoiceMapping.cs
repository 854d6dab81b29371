using System.Globalization;
using Webrana.Data.Papers;
using Webrana.Domain.Papers;
using Webrana.Wire.Papers;

namespace Webrana.Api.Papers;

/// <summary>Papers → the wire.</summary>
internal static class InvoiceMapping
{
    public static Invoice ToWire(this PaperRow row) => new(
        new PaperNumber(row.Year, row.Number).ToString(), KindOf((PaperKind)row.Kind), row.AmountIdr, row.Description,
        string.Create(CultureInfo.InvariantCulture, $"{row.WalletId:D}-{row.Seq}"), row.ReferenceId, row.IssuedAt,
        new InvoiceSeller(row.Seller.Name, row.Seller.Address, row.Seller.TaxId, row.Seller.Email),
        new InvoiceBuyer(row.Buyer.Name, row.Buyer.Email, row.Buyer.Phone),
        row.Tax is not { } tax ? null : new InvoiceTax(tax.NetIdr, tax.BaseIdr, tax.TaxIdr, tax.RoundingIdr, tax.RateBasisPoints / 100m, tax.Base));

    public static short? KindOf(InvoiceKind? kind) => kind switch
    {
        null => null,
        InvoiceKind.Receipt => (short)PaperKind.Receipt,
        InvoiceKind.Invoice => (short)PaperKind.Invoice,
        _ => (short)PaperKind.CreditNote,
    };

    private static InvoiceKind KindOf(PaperKind kind) => kind switch
    {
        PaperKind.Receipt => InvoiceKind.Receipt,
        PaperKind.Invoice => InvoiceKind.Invoice,
        _ => InvoiceKind.CreditNote,
    };
}
