namespace Webrana.DigitalOcean;

/// <summary>What the monitoring agent measures. See each value for its unit.</summary>
public enum DropletMetric
{
    /// <summary>Cumulative CPU seconds since boot over all processors, one series per mode; drops on reboot.</summary>
    Cpu,

    /// <summary>Bytes.</summary>
    MemoryFree,

    /// <summary>Bytes; used = total - available.</summary>
    MemoryAvailable,

    /// <summary>Bytes.</summary>
    MemoryTotal,

    /// <summary>Bytes.</summary>
    MemoryCached,

    /// <summary>Bytes, one series per file system.</summary>
    FilesystemFree,

    /// <summary>Bytes, one series per file system.</summary>
    FilesystemSize,

    /// <summary>Over 1 minute, not divided by processors.</summary>
    Load1,

    /// <summary>Over 5 minutes.</summary>
    Load5,

    /// <summary>Over 15 minutes.</summary>
    Load15,
}

/// <summary>Which network bandwidth is measured on.</summary>
public enum BandwidthInterface
{
    /// <summary>The internet.</summary>
    Public,

    /// <summary>The private network.</summary>
    Private,
}

/// <summary>Which way bandwidth is measured, seen from the droplet.</summary>
public enum BandwidthDirection
{
    /// <summary>Received.</summary>
    Inbound,

    /// <summary>Sent.</summary>
    Outbound,
}

/// <summary>One measured series. No series at all: the agent is not installed. Missing points: the droplet was off.</summary>
/// <param name="Labels">Such as mode, device, mountpoint.</param>
/// <param name="Points">In time order; the provider picks the step.</param>
public sealed record MetricSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<MetricPoint> Points);

/// <summary>One measurement.</summary>
/// <param name="UnixSeconds">When.</param>
/// <param name="Value">Finite.</param>
public readonly record struct MetricPoint(long UnixSeconds, double Value);
