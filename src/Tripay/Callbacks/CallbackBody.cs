namespace Webrana.Tripay.Callbacks;

/// <summary>The JSON of a callback. <c>payment_method</c> is left out: here, and only here, it holds the display name.</summary>
sealed record CallbackBody
{
    public string? Reference { get; init; }
    public string? MerchantRef { get; init; }
    public string? PaymentMethodCode { get; init; }
    public long TotalAmount { get; init; }
    public long FeeMerchant { get; init; }
    public long FeeCustomer { get; init; }
    public long AmountReceived { get; init; }
    public string? Status { get; init; }
    public DateTimeOffset? PaidAt { get; init; }
    public string? Note { get; init; }
}
