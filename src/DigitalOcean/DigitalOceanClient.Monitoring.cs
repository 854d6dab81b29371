using System.Globalization;
using Webrana.DigitalOcean.Json;

namespace Webrana.DigitalOcean;

public sealed partial class DigitalOceanClient
{
    /// <summary>One metric over a span of time. Empty where the droplet has no agent; IsNotFound for a droplet unknown to monitoring.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="metric">Which, and in which unit.</param>
    /// <param name="start">Inclusive, to the second.</param>
    /// <param name="end">Inclusive, to the second.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<ProviderResult<IReadOnlyList<MetricSeries>>> GetMetricAsync(
        long dropletId, DropletMetric metric, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken = default) =>
        _http.ReadAsync($"v2/monitoring/metrics/droplet/{PathOf(metric)}?{Span(dropletId, start, end)}", Envelope.Matrix, cancellationToken);

    /// <summary>Bandwidth in megabits per second, already a rate.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="network">Which network.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="start">Inclusive, to the second.</param>
    /// <param name="end">Inclusive, to the second.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<ProviderResult<IReadOnlyList<MetricSeries>>> GetBandwidthAsync(
        long dropletId,
        BandwidthInterface network,
        BandwidthDirection direction,
        DateTimeOffset start,
        DateTimeOffset end,
        CancellationToken cancellationToken = default)
    {
        var (networkName, directionName) = (
            network == BandwidthInterface.Public ? "public" : "private",
            direction == BandwidthDirection.Inbound ? "inbound" : "outbound");
        return _http.ReadAsync(
            $"v2/monitoring/metrics/droplet/bandwidth?{Span(dropletId, start, end)}&interface={networkName}&direction={directionName}",
            Envelope.Matrix,
            cancellationToken);
    }

    static string Span(long dropletId, DateTimeOffset start, DateTimeOffset end) =>
        string.Create(CultureInfo.InvariantCulture, $"host_id={dropletId}&start={start.ToUnixTimeSeconds()}&end={end.ToUnixTimeSeconds()}");

    static string PathOf(DropletMetric metric) => metric switch
    {
        DropletMetric.Cpu => "cpu",
        DropletMetric.MemoryFree => "memory_free",
        DropletMetric.MemoryAvailable => "memory_available",
        DropletMetric.MemoryTotal => "memory_total",
        DropletMetric.MemoryCached => "memory_cached",
        DropletMetric.FilesystemFree => "filesystem_free",
        DropletMetric.FilesystemSize => "filesystem_size",
        DropletMetric.Load1 => "load_1",
        DropletMetric.Load5 => "load_5",
        DropletMetric.Load15 => "load_15",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Not a metric of the provider."),
    };
}
