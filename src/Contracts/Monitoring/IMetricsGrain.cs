using Orleans.Concurrency;
using Webrana.Contracts.Sweeping;

namespace Webrana.Contracts.Monitoring;

/// <summary>
/// How one server is doing: measurements of the provider, kept for as long as they are fresh so that all who look share one read, and the
/// transfer it has used this month. Reads spend the metrics share of the provider's budget only. Key <c>metrics:{instanceId}</c>.
/// </summary>
[Alias("metrics")]
public interface IMetricsGrain : IGrainWithStringKey, IDueGrain
{
    /// <summary>Measurements of a span of time until now. Where the provider cannot be asked now, those of the last time, marked as late.</summary>
    [AlwaysInterleave, Alias("read")]
    Task<Result<MetricsView, MetricsError>> Read(MetricsRange range);

    /// <summary>Counts this server's transfer from now on, until it is gone. Called again it changes nothing.</summary>
    [Alias("follow")]
    Task Follow();

    /// <summary>
    /// What was sent beyond the quota up to now, by month, the hour that runs included: for a server that is about to end, after which nobody
    /// can ask. One read of the provider where the last is not fresh; where it cannot be made now, what is counted and was not told. Changes
    /// nothing.
    /// </summary>
    [AlwaysInterleave, Alias("over-now")]
    Task<IReadOnlyList<SentOver>> OverNow(MeteredServer server);
}

/// <summary>A server as it is measured; told by who asks, for its own grain is in the middle of ending it.</summary>
/// <param name="DropletId">The provider's id.</param>
/// <param name="AccountId">Where it lives.</param>
/// <param name="TransferTb">What its plan includes a month.</param>
[GenerateSerializer, Immutable, Alias("metered-server")]
public sealed record MeteredServer([property: Id(0)] long DropletId, [property: Id(1)] string AccountId, [property: Id(2)] int TransferTb);

/// <summary>What was sent beyond the quota of a month, in all.</summary>
/// <param name="Month">Year × 12 + month − 1, in Jakarta.</param>
/// <param name="Megabytes">Of 10⁶ bytes.</param>
[GenerateSerializer, Immutable, Alias("sent-over")]
public sealed record SentOver([property: Id(0)] int Month, [property: Id(1)] long Megabytes);

/// <summary>How far back.</summary>
[GenerateSerializer, Alias("metrics-range")]
public enum MetricsRange
{
    OneHour,
    SixHours,
    OneDay,
    SevenDays,
    FourteenDays,
}

/// <summary>Why nothing can be said about a server.</summary>
[GenerateSerializer, Alias("metrics-error")]
public enum MetricsError
{
    NotFound,
}

/// <summary>What was measured.</summary>
/// <param name="From">Start of the span.</param>
/// <param name="To">End of the span.</param>
/// <param name="ReadAt">When the oldest of the series was read from the provider; null when nothing was yet.</param>
/// <param name="Late">Some series could not be read again in time: they are as old as <paramref name="ReadAt"/> says.</param>
[GenerateSerializer, Immutable, Alias("metrics-view")]
public sealed record MetricsView(
    [property: Id(0)] DateTimeOffset From,
    [property: Id(1)] DateTimeOffset To,
    [property: Id(2)] DateTimeOffset? ReadAt,
    [property: Id(3)] bool Late,
    [property: Id(4)] CurrentUse Current,
    [property: Id(5)] IReadOnlyList<MetricLine> Lines);

/// <summary>How it is now; null where nothing recent was measured.</summary>
/// <param name="TransferUsedBytes">Sent to the internet this calendar month of Jakarta, up to the last full hour.</param>
/// <param name="TransferQuotaBytes">What the plan includes a month.</param>
[GenerateSerializer, Immutable, Alias("current-use")]
public sealed record CurrentUse(
    [property: Id(0)] double? CpuPercent,
    [property: Id(1)] double? MemoryPercent,
    [property: Id(2)] double? DiskPercent,
    [property: Id(3)] long TransferUsedBytes,
    [property: Id(4)] long TransferQuotaBytes);

/// <summary>What is measured; the names are the API's.</summary>
[GenerateSerializer, Alias("metric-kind")]
public enum MetricKind
{
    /// <summary>Percent of all processors.</summary>
    Cpu,

    /// <summary>Load average over one minute.</summary>
    Load1,

    /// <summary>Percent of the memory.</summary>
    Memory,

    /// <summary>Percent of the root file system.</summary>
    Disk,

    /// <summary>Megabits per second from the internet.</summary>
    PublicIn,

    /// <summary>Megabits per second to the internet.</summary>
    PublicOut,
}

/// <summary>One series; empty where the server's agent does not report it.</summary>
[GenerateSerializer, Immutable, Alias("metric-line")]
public sealed record MetricLine([property: Id(0)] MetricKind Kind, [property: Id(1)] IReadOnlyList<MetricSample> Samples);

/// <summary>One measurement; a null value is a gap.</summary>
[GenerateSerializer, Immutable, Alias("metric-sample")]
public readonly record struct MetricSample([property: Id(0)] long UnixSeconds, [property: Id(1)] double? Value);
