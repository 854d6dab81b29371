using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Monitoring;
using Webrana.Grains.Providers;

namespace Webrana.Grains.Monitoring;

/// <summary>What is read from the provider in one call.</summary>
internal enum Reading
{
    Cpu,
    MemoryAvailable,
    MemoryTotal,
    DiskFree,
    DiskSize,
    PublicOut,
    PublicIn,
    Load1,
}

/// <summary>One answer: the counters of all modes for <see cref="Reading.Cpu"/>, a single series without a mode for the others; none without the agent.</summary>
internal sealed record ReadSeries(IReadOnlyList<CpuCounter> Series)
{
    public IReadOnlyList<Sample> Only => Series.Count == 0 ? [] : Series[0].Samples;
}

/// <summary>Reads measurements, each call with a permit of the metrics share.</summary>
public sealed class MetricsSource(ProviderGate gate)
{
    /// <summary>Null: not now (no permit, no answer). A server that monitoring does not know has measured nothing.</summary>
    internal async Task<ReadSeries?> Read(Reading what, long dropletId, string account, DateTimeOffset from, DateTimeOffset to)
    {
        var result = await gate.Call(account, CallShare.Metrics, cloud => what switch
        {
            Reading.PublicOut => cloud.GetBandwidthAsync(dropletId, BandwidthInterface.Public, BandwidthDirection.Outbound, from, to),
            Reading.PublicIn => cloud.GetBandwidthAsync(dropletId, BandwidthInterface.Public, BandwidthDirection.Inbound, from, to),
            _ => cloud.GetMetricAsync(dropletId, MetricOf(what), from, to),
        });
        return result switch
        {
            ProviderResult<IReadOnlyList<MetricSeries>>.Ok ok => new ReadSeries([.. Wanted(what, ok.Value).Select(Counter)]),
            ProviderResult<IReadOnlyList<MetricSeries>>.Refused { Refusal.IsNotFound: true } => new ReadSeries([]),
            _ => null,
        };
    }

    // Of the file systems only the one that customers fill.
    private static IEnumerable<MetricSeries> Wanted(Reading what, IReadOnlyList<MetricSeries> all) => what is Reading.DiskFree or Reading.DiskSize
        ? all.Where(series => series.Labels.GetValueOrDefault("mountpoint") is "/" or null)
        : all;

    private static CpuCounter Counter(MetricSeries series) => new(
        series.Labels.GetValueOrDefault("mode") ?? "",
        [.. series.Points.Select(point => new Sample(point.UnixSeconds, point.Value))]);

    private static DropletMetric MetricOf(Reading what) => what switch
    {
        Reading.Cpu => DropletMetric.Cpu,
        Reading.MemoryAvailable => DropletMetric.MemoryAvailable,
        Reading.MemoryTotal => DropletMetric.MemoryTotal,
        Reading.DiskFree => DropletMetric.FilesystemFree,
        Reading.DiskSize => DropletMetric.FilesystemSize,
        Reading.Load1 => DropletMetric.Load1,
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "Not a plain metric."),
    };
}
