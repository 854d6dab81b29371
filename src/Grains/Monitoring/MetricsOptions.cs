namespace Webrana.Grains.Monitoring;

/// <summary>How often the provider's measurements are read. Configuration section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Metrics";

    /// <summary>How long a read of up to a day is fresh, in milliseconds: the provider measures every 120 s. Default 120 s.</summary>
    public int FreshMs { get; set; } = 120_000;

    /// <summary>How long a read of several days is fresh, in milliseconds: its points lie many minutes apart. Default 10 minutes.</summary>
    public int LongFreshMs { get; set; } = 600_000;

    /// <summary>
    /// Between two reads of a server's transfer, in milliseconds, each server at its own moment; each counts all hours since the one before.
    /// The provider keeps 14 days, so that nothing is lost by reading late. Default 1 hour.
    /// </summary>
    public int TransferMs { get; set; } = 3_600_000;

    /// <summary>How long after its end an hour is counted, in milliseconds: its last measurement is taken minutes later. Default 5 minutes.</summary>
    public int TransferLagMs { get; set; } = 300_000;

    /// <summary>How long to wait when the transfer could not be read, in milliseconds. Default 10 minutes.</summary>
    public int RetryMs { get; set; } = 600_000;

    /// <summary>Whether these can be kept to.</summary>
    public bool IsSound() => FreshMs > 0 && LongFreshMs > 0 && TransferMs > 0 && TransferLagMs >= 0 && RetryMs > 0;
}
