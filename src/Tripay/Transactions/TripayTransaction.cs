using System.Text.Json.Serialization;
using Webrana.Tripay.Channels;

namespace Webrana.Tripay.Transactions;

/// <summary>
/// A payment at Tripay, as create, detail and the merchant's list return it. What one of them leaves out is null or empty here.
/// </summary>
public sealed record TripayTransaction
{
    /// <summary>Tripay's reference: opaque, at most 64 characters.</summary>
    public string Reference { get; init => field = value ?? ""; } = "";

    /// <summary>Our reference. Tripay accepts the same one twice: it does not identify a payment.</summary>
    public string? MerchantRef { get; init; }

    /// <summary>The channel's code.</summary>
    public string PaymentMethod { get; init => field = value ?? ""; } = "";

    /// <summary>The channel's name.</summary>
    public string? PaymentName { get; init; }

    /// <summary>The payer's name.</summary>
    public string? CustomerName { get; init; }

    /// <summary>The payer's e-mail address.</summary>
    public string? CustomerEmail { get; init; }

    /// <summary>The payer's phone in local form; null when Tripay did not like it.</summary>
    public string? CustomerPhone { get; init; }

    /// <summary>Where Tripay posts status changes of this payment.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>Where the browser goes afterwards.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>What the customer has to pay in rupiah, a fee borne by the customer included: it can exceed the amount asked for.</summary>
    [JsonPropertyName("amount")]
    public long AmountIdr { get; init; }

    /// <summary>The fee borne by the merchant, in rupiah.</summary>
    [JsonPropertyName("fee_merchant")]
    public long FeeMerchantIdr { get; init; }

    /// <summary>The fee borne by the customer, in rupiah; part of <see cref="AmountIdr"/>.</summary>
    [JsonPropertyName("fee_customer")]
    public long FeeCustomerIdr { get; init; }

    /// <summary>Both fees, in rupiah.</summary>
    [JsonPropertyName("total_fee")]
    public long TotalFeeIdr { get; init; }

    /// <summary>What reaches the merchant, in rupiah.</summary>
    [JsonPropertyName("amount_received")]
    public long AmountReceivedIdr { get; init; }

    /// <summary>The virtual account or counter code; null for QRIS and redirecting channels.</summary>
    public string? PayCode { get; init; }

    /// <summary>The wallet's page, for redirecting channels.</summary>
    public string? PayUrl { get; init; }

    /// <summary>Tripay's payment page, for every channel.</summary>
    public string? CheckoutUrl { get; init; }

    /// <summary>The QRIS text to draw; null unless QRIS.</summary>
    public string? QrString { get; init; }

    /// <summary>A picture of the QR; null unless QRIS.</summary>
    public string? QrUrl { get; init; }

    /// <summary>The state at the time of the answer.</summary>
    public TripayStatus Status { get; init; }

    /// <summary>The deadline Tripay set, which may differ from the one asked for.</summary>
    [JsonIgnore]
    public DateTimeOffset? ExpiresAt => ExpiredTime ?? ExpiredAt;

    /// <summary>When it was paid; null if unpaid, and in some answers even if paid.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>When it was created; only in the merchant's list.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Free text.</summary>
    public string? Note { get; init; }

    /// <summary>What is being paid for.</summary>
    public IReadOnlyList<TripayOrderItem> OrderItems { get; init => field = value ?? []; } = [];

    /// <summary>How to pay; not in the merchant's list.</summary>
    public IReadOnlyList<TripayInstruction> Instructions { get; init => field = value ?? []; } = [];

    // The same thing has one name in create and detail and another in the list.
    [JsonInclude]
    internal DateTimeOffset? ExpiredTime { get; init; }

    [JsonInclude]
    internal DateTimeOffset? ExpiredAt { get; init; }
}
