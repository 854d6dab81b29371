namespace Webrana.Tripay.Channels;

/// <summary>A way to pay, as the merchant has it enabled. Codes are an open set: show what comes.</summary>
public sealed record TripayChannel
{
    /// <summary>The channel's code, e.g. <c>BRIVA</c>, <c>QRIS</c>.</summary>
    public string Code { get; init => field = value ?? ""; } = "";

    /// <summary>The name to show.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>"Virtual Account", "Convenience Store" or "E-Wallet".</summary>
    public string Group { get; init => field = value ?? ""; } = "";

    /// <summary><c>direct</c>: the customer gets a code or QR; <c>redirect</c>: the customer is sent to the wallet's page.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>The part of the fee the merchant bears.</summary>
    public TripayFeeRate FeeMerchant { get; init; }

    /// <summary>The part of the fee added to what the customer pays.</summary>
    public TripayFeeRate FeeCustomer { get; init; }

    /// <summary>Both parts together.</summary>
    public TripayFeeRate TotalFee { get; init; }

    /// <summary>The least the fee can be in rupiah, or null.</summary>
    public long? MinimumFee { get; init; }

    /// <summary>The most the fee can be in rupiah, or null.</summary>
    public long? MaximumFee { get; init; }

    /// <summary>The least amount in rupiah; null when Tripay does not say.</summary>
    public long? MinimumAmount { get; init; }

    /// <summary>The greatest amount in rupiah; null when Tripay does not say.</summary>
    public long? MaximumAmount { get; init; }

    /// <summary>A picture of the channel.</summary>
    public string? IconUrl { get; init; }

    /// <summary>Whether the channel takes payments now.</summary>
    public bool Active { get; init; }

    /// <summary>The fee the customer pays on top of <paramref name="amountIdr"/>, in rupiah: for display, before a transaction exists.</summary>
    public long CustomerFeeIdr(long amountIdr) => FeeIdr(amountIdr, FeeCustomer);

    /// <summary>The fee taken out of <paramref name="amountIdr"/> at the merchant's cost, in rupiah.</summary>
    public long MerchantFeeIdr(long amountIdr) => FeeIdr(amountIdr, FeeMerchant);

    // A side that bears nothing does not get the minimum either.
    long FeeIdr(long amountIdr, TripayFeeRate rate) =>
        rate == default ? 0 : TripayFee.Compute(amountIdr, rate.Flat, rate.Percent, MinimumFee, MaximumFee);
}

/// <summary>A fee of <paramref name="Flat"/> rupiah plus <paramref name="Percent"/> percent.</summary>
public readonly record struct TripayFeeRate(long Flat, decimal Percent);
