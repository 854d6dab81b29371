using System.Text.Json.Serialization;

namespace Webrana.Data.Papers;

/// <summary>Who sells, on the day of the paper.</summary>
/// <param name="TaxId">NPWP; empty without one.</param>
public sealed record PaperSeller(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("address")] string Address,
    [property: JsonPropertyName("taxId")] string TaxId, [property: JsonPropertyName("email")] string Email);

/// <summary>Who buys, on the day of the paper.</summary>
public sealed record PaperBuyer(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("email")] string Email, [property: JsonPropertyName("phone")] string? Phone);

/// <summary>The PPN on a paper, with the rule it was computed by.</summary>
/// <param name="RateBasisPoints">12% = 1200.</param>
/// <param name="Base">Fraction of the net price that is taxed (<c>11/12</c>).</param>
public sealed record PaperTaxRow(
    [property: JsonPropertyName("net")] long NetIdr, [property: JsonPropertyName("base")] long BaseIdr, [property: JsonPropertyName("tax")] long TaxIdr,
    [property: JsonPropertyName("rounding")] long RoundingIdr, [property: JsonPropertyName("rate")] int RateBasisPoints, [property: JsonPropertyName("of")] string Base);

/// <summary>One paper as stored.</summary>
/// <param name="Seq">Of the ledger row it stands for, in the owner's wallet.</param>
/// <param name="Kind">1 receipt, 2 invoice, 3 credit note.</param>
/// <param name="AmountIdr">Positive.</param>
/// <param name="Tax">Null: no PPN on it.</param>
public sealed record PaperRow(
    int Year, long Number, Guid WalletId, long Seq, short Kind, long AmountIdr, string Description, string ReferenceType, string ReferenceId,
    DateTimeOffset IssuedAt, PaperSeller Seller, PaperBuyer Buyer, PaperTaxRow? Tax);

/// <summary>A ledger row on its way to a paper.</summary>
/// <param name="AmountIdr">Signed.</param>
/// <param name="BalanceAlertIdr">The owner's line, below which the balance is told of.</param>
/// <param name="LotExpiresAtMs">When the first bonus lot it moved lapses; null for none.</param>
/// <param name="Old">It moved before there were papers: nobody is told of it any more.</param>
public sealed record QueuedRow(
    Guid WalletId, long Seq, short Kind, long AmountIdr, long BalanceAfterIdr, string ContraAccount, string ReferenceType, string ReferenceId,
    string Description, DateTimeOffset OccurredAt, PaperBuyer Buyer, long? BalanceAlertIdr, long? LotExpiresAtMs, bool Old);

/// <summary>What a queued row becomes: the paper but for its number.</summary>
public sealed record DraftPaper(QueuedRow Row, int Year, short Kind, PaperSeller Seller, PaperTaxRow? Tax);

/// <summary>A page of papers, newest first; <c>Next</c> is the cursor of the next page.</summary>
public sealed record PaperPage(IReadOnlyList<PaperRow> Rows, string? Next);
