namespace Webrana.Sandbox.Tripay.Transactions;

/// <summary>A payment. Immutable: the book replaces it. Times are unix seconds of business time, amounts rupiah.</summary>
public sealed record SimulatedTransaction
{
    /// <summary>Tripay's reference.</summary>
    public required string Reference { get; init; }

    /// <summary>The merchant's reference; not unique.</summary>
    public required string MerchantRef { get; init; }

    /// <summary>The channel's code.</summary>
    public required string Method { get; init; }

    /// <summary>The channel's name.</summary>
    public required string MethodName { get; init; }

    /// <summary>The payer's name.</summary>
    public required string CustomerName { get; init; }

    /// <summary>The payer's e-mail address.</summary>
    public required string CustomerEmail { get; init; }

    /// <summary>The payer's phone, if Tripay liked it.</summary>
    public string? CustomerPhone { get; init; }

    /// <summary>Where callbacks go.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>Where the browser goes afterwards.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>What the customer pays.</summary>
    public required long Amount { get; init; }

    /// <summary>The merchant's part of the fee.</summary>
    public required long FeeMerchant { get; init; }

    /// <summary>The customer's part of the fee.</summary>
    public required long FeeCustomer { get; init; }

    /// <summary>What the merchant receives.</summary>
    public required long AmountReceived { get; init; }

    /// <summary>The code to pay by.</summary>
    public string? PayCode { get; init; }

    /// <summary>The wallet's page.</summary>
    public string? PayUrl { get; init; }

    /// <summary>The payment page.</summary>
    public required string CheckoutUrl { get; init; }

    /// <summary>The QR's text.</summary>
    public string? QrString { get; init; }

    /// <summary>The QR's picture.</summary>
    public string? QrUrl { get; init; }

    /// <summary>UNPAID, PAID, FAILED, EXPIRED or REFUND.</summary>
    public required string Status { get; init; }

    /// <summary>When it was created.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>The deadline.</summary>
    public required long ExpiredTime { get; init; }

    /// <summary>When it was paid.</summary>
    public long? PaidAt { get; init; }

    /// <summary>Free text.</summary>
    public string? Note { get; init; }

    /// <summary>What is being paid for.</summary>
    public required IReadOnlyList<SimulatedItem> Items { get; init; }
}

/// <summary>One line of what is being paid for.</summary>
public sealed record SimulatedItem(string? Sku, string Name, long Price, long Quantity, string? ProductUrl, string? ImageUrl);
