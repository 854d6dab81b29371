namespace Webrana.Tripay.Callbacks;

/// <summary>
/// What a signed callback claims. A claim, not a proof: testers sign too. Compare reference, merchant reference and amount with what
/// is stored, and ask <see cref="TripayClient.GetTransactionAsync"/> before acting.
/// </summary>
public sealed record TripayPayment
{
    /// <summary>Tripay's reference; never empty.</summary>
    public required string Reference { get; init; }

    /// <summary>Our reference.</summary>
    public string? MerchantRef { get; init; }

    /// <summary>The channel's code; null in a tester's body.</summary>
    public string? MethodCode { get; init; }

    /// <summary>What the customer paid in rupiah, a fee borne by the customer included: equals the stored answer's amount.</summary>
    public long TotalAmountIdr { get; init; }

    /// <summary>The fee borne by the merchant, in rupiah.</summary>
    public long FeeMerchantIdr { get; init; }

    /// <summary>The fee borne by the customer, in rupiah.</summary>
    public long FeeCustomerIdr { get; init; }

    /// <summary>What reaches the merchant, in rupiah.</summary>
    public long AmountReceivedIdr { get; init; }

    /// <summary>The status claimed.</summary>
    public TripayStatus Status { get; init; }

    /// <summary>The status as it was written, upper case: part of the deduplication key even when <see cref="Status"/> does not know it.</summary>
    public required string StatusText { get; init; }

    /// <summary>When it was paid.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>Free text.</summary>
    public string? Note { get; init; }
}
