namespace Webrana.Grains.Providers;

/// <summary>How gently and how often the merchant's account is used, section <c>TripayAccount</c>.</summary>
public sealed class TripayAccountOptions
{
    public const string Section = "TripayAccount";

    /// <summary>Calls a second over the whole cluster. Tripay documents no limit; this is ours.</summary>
    public int RequestsPerSecond { get; set; } = 5;

    /// <summary>Calls that may come at once after a pause.</summary>
    public int RequestBurst { get; set; } = 10;

    /// <summary>How long a channel list counts as fresh, in milliseconds.</summary>
    public int ChannelsFreshMs { get; set; } = 300_000;

    /// <summary>Distance between two scans of the PAID list while deposits are pending, in milliseconds. Two of them fit into the two minutes promised.</summary>
    public int ScanIntervalMs { get; set; } = 30_000;

    /// <summary>Pages of fifty read per scan at most; more pending deposits than that are found by their own polls.</summary>
    public int MaximumScanPages { get; set; } = 20;
}
