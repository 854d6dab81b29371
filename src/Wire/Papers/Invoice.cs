using System.Text.Json.Serialization;

namespace Webrana.Wire.Papers;

/// <summary>
/// A receipt, invoice or credit note: <c>GET /api/v1/invoices?kind=&amp;limit=&amp;cursor=</c>, newest first; <c>/api/v1/invoices/{id}</c>, and as a
/// file <c>/api/v1/invoices/{id}/pdf</c>. Never changed once written.
/// </summary>
/// <param name="Id">Its number (<c>WBR-2026-000123</c>): one series a year, without gaps.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Amount">IDR, positive, tax included.</param>
/// <param name="Description">What was paid for.</param>
/// <param name="TransactionId">The line of the wallet's history that it stands for.</param>
/// <param name="ReferenceId">The server, order or top-up.</param>
/// <param name="IssuedAt">When the money moved.</param>
/// <param name="Seller">As on that day.</param>
/// <param name="Buyer">As on that day.</param>
/// <param name="Tax">The PPN inside the amount; null when there is none.</param>
public sealed record Invoice(
    string Id, InvoiceKind Kind, long Amount, string Description, string TransactionId, string ReferenceId, DateTimeOffset IssuedAt,
    InvoiceSeller Seller, InvoiceBuyer Buyer, InvoiceTax? Tax);

/// <summary>What a paper is.</summary>
[JsonConverter(typeof(WireEnumConverter<InvoiceKind>))]
public enum InvoiceKind
{
    /// <summary>For a top-up.</summary>
    [JsonStringEnumMemberName("RECEIPT")] Receipt,

    /// <summary>For a charge, paid from the wallet.</summary>
    [JsonStringEnumMemberName("INVOICE")] Invoice,

    /// <summary>For money given back.</summary>
    [JsonStringEnumMemberName("CREDIT_NOTE")] CreditNote,
}

/// <summary>Who sells.</summary>
/// <param name="Name">Of the business.</param>
/// <param name="Address">Its address; may be empty.</param>
/// <param name="TaxId">NPWP; may be empty.</param>
/// <param name="Email">May be empty.</param>
public sealed record InvoiceSeller(string Name, string Address, string TaxId, string Email);

/// <summary>Who buys.</summary>
/// <param name="Name">Of the customer.</param>
/// <param name="Email">Of the customer.</param>
/// <param name="Phone">Null when not known.</param>
public sealed record InvoiceBuyer(string Name, string Email, string? Phone);

/// <summary>PPN, taken out of a price that includes it: <c>net + tax + rounding = amount</c>.</summary>
/// <param name="Net">The price before tax.</param>
/// <param name="TaxBase">What is taxed: <paramref name="BaseFraction"/> of the net price.</param>
/// <param name="Tax">The PPN.</param>
/// <param name="Rounding">0 or 1.</param>
/// <param name="RatePercent">12.</param>
/// <param name="BaseFraction">11/12.</param>
public sealed record InvoiceTax(long Net, long TaxBase, long Tax, long Rounding, decimal RatePercent, string BaseFraction);
