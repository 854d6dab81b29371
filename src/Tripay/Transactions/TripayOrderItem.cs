namespace Webrana.Tripay.Transactions;

/// <summary>One line of what is being paid for.</summary>
public sealed record TripayOrderItem
{
    /// <summary>The seller's article number, or null.</summary>
    public string? Sku { get; init; }

    /// <summary>What it is.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Price of one, in rupiah.</summary>
    public long Price { get; init; }

    /// <summary>How many.</summary>
    public long Quantity { get; init; } = 1;
}
