namespace Webrana.Wire.Monitoring;

/// <summary>How a server is doing: <c>GET /api/v1/instances/{id}/metrics?range=1h|6h|24h|7d|14d</c> (1h when left out).</summary>
/// <param name="Current">Now.</param>
/// <param name="Series"><c>cpu</c>, <c>load1</c>, <c>memory</c>, <c>disk</c>, <c>publicIn</c>, <c>publicOut</c>, in this order.</param>
/// <param name="From">Start of the span.</param>
/// <param name="To">End of the span.</param>
/// <param name="ReadAt">When these measurements were read; null when none were yet. They are shared for two minutes.</param>
/// <param name="Late">They could not be read again in time and are older than they should be.</param>
public sealed record InstanceMetrics(
    CurrentUsage Current, IReadOnlyList<MetricSeries> Series, DateTimeOffset From, DateTimeOffset To, DateTimeOffset? ReadAt, bool Late);

/// <summary>How it is now; null where nothing recent was measured (switched off, or no agent).</summary>
/// <param name="CpuPercent">0 to 100 of all processors.</param>
/// <param name="MemoryPercent">0 to 100.</param>
/// <param name="DiskPercent">0 to 100 of the root file system.</param>
/// <param name="TransferUsedGb">Sent to the internet this calendar month (Jakarta), to the last full hour; 1 GB = 10⁹ bytes.</param>
/// <param name="TransferQuotaGb">What the plan includes a month.</param>
public sealed record CurrentUsage(double? CpuPercent, double? MemoryPercent, double? DiskPercent, double TransferUsedGb, double TransferQuotaGb);

/// <summary>One measured series.</summary>
/// <param name="Name">What.</param>
/// <param name="Unit"><c>percent</c>, <c>load</c> or <c>Mbps</c>.</param>
/// <param name="Points">Pairs of unix seconds and value, in time order; a null value is a gap. Empty where it is not measured.</param>
public sealed record MetricSeries(string Name, string Unit, IReadOnlyList<IReadOnlyList<double?>> Points);
