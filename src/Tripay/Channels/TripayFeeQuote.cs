namespace Webrana.Tripay.Channels;

/// <summary>What one channel costs for one amount, calculated by Tripay.</summary>
public sealed record TripayFeeQuote
{
    /// <summary>The channel's code.</summary>
    public string Code { get; init => field = value ?? ""; } = "";

    /// <summary>The channel's name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The rule.</summary>
    public TripayFeeRule? Fee { get; init; }

    /// <summary>The result, by who pays it.</summary>
    public TripayFeeShares TotalFee { get; init; }
}

/// <summary>A fee rule: rupiah plus percent, not below <paramref name="Min"/>, not above <paramref name="Max"/>.</summary>
public sealed record TripayFeeRule(long Flat, decimal Percent, long? Min, long? Max);

/// <summary>A fee in rupiah, split by who pays it.</summary>
public readonly record struct TripayFeeShares(long Merchant, long Customer);
