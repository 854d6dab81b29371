using Webrana.DigitalOcean.Tests.Support;

namespace Webrana.DigitalOcean.Tests.Simulator;

public sealed class MonitoringTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A droplet that has been up for some days.</summary>
    static async Task<(Rig Rig, long Id, DateTimeOffset Now)> RunningAsync(string size = "s-2vcpu-2gb", bool monitoring = true)
    {
        var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync(Rig.Wish(size: size) with { Monitoring = monitoring })).Id;
        rig.Simulator.MoveClock(TimeSpan.FromDays(3));
        return (rig, id, DateTimeOffset.Parse((await rig.RawAsync("GET", "/_sandbox/clock")).Json.GetProperty("now").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Cpu_is_cumulative_per_mode_on_a_grid_of_120_seconds_and_adds_up_to_the_elapsed_time()
    {
        var (rig, id, now) = await RunningAsync();
        await using var _ = rig;
        var series = (await rig.Client.GetMetricAsync(id, DropletMetric.Cpu, now.AddHours(-6), now, Stop)).Value();

        Assert.Equal(["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"], series.Select(one => one.Labels["mode"]).Order());
        Assert.All(series, one => Assert.Equal($"{id}", one.Labels["host_id"]));
        Assert.All(series, one => Assert.InRange(one.Points.Count, 179, 181));
        Assert.All(series[0].Points, point => Assert.Equal(0, point.UnixSeconds % 120));
        for (var index = 1; index < series[0].Points.Count; index++)
        {
            Assert.All(series, one => Assert.True(one.Points[index].Value >= one.Points[index - 1].Value));
            // Two processors for 120 seconds.
            Assert.Equal(240, series.Sum(one => one.Points[index].Value - one.Points[index - 1].Value), 1);
        }
    }

    [Fact]
    public async Task A_day_has_a_shape_that_can_be_seen()
    {
        var (rig, id, now) = await RunningAsync();
        await using var _ = rig;
        var points = (await rig.Client.GetBandwidthAsync(id, BandwidthInterface.Public, BandwidthDirection.Outbound, now.AddDays(-1), now, Stop)).Value()[0].Points;
        Assert.True(points.Max(point => point.Value) > 1.3 * points.Min(point => point.Value));
        Assert.True(points.Min(point => point.Value) > 0);
    }

    [Theory]
    [InlineData(BandwidthInterface.Public, BandwidthDirection.Inbound, "public", "inbound")]
    [InlineData(BandwidthInterface.Private, BandwidthDirection.Outbound, "private", "outbound")]
    public async Task Bandwidth_is_labelled_by_interface_and_direction(BandwidthInterface network, BandwidthDirection direction, string networkName, string directionName)
    {
        var (rig, id, now) = await RunningAsync();
        await using var _ = rig;
        var series = (await rig.Client.GetBandwidthAsync(id, network, direction, now.AddHours(-1), now, Stop)).Value();
        Assert.Equal((networkName, directionName), (series[0].Labels["interface"], series[0].Labels["direction"]));
        Assert.Equal(400, (await rig.RawAsync("GET", $"/v2/monitoring/metrics/droplet/bandwidth?host_id={id}&start=1&end=2")).Status);
    }

    [Fact]
    public async Task Memory_file_system_and_load_make_sense_together()
    {
        var (rig, id, now) = await RunningAsync();
        await using var _ = rig;
        async Task<MetricSeries> SeriesAsync(DropletMetric metric) => (await rig.Client.GetMetricAsync(id, metric, now.AddHours(-1), now, Stop)).Value().Single();
        async Task<double> LastAsync(DropletMetric metric) => (await SeriesAsync(metric)).Points[^1].Value;

        var total = await LastAsync(DropletMetric.MemoryTotal);
        Assert.InRange(total, 1.8e9, 2.15e9);
        Assert.InRange(await LastAsync(DropletMetric.MemoryAvailable), 0.1 * total, 0.9 * total);
        Assert.InRange(await LastAsync(DropletMetric.MemoryFree), 0, await LastAsync(DropletMetric.MemoryAvailable));
        Assert.InRange(await LastAsync(DropletMetric.MemoryCached), 0, await LastAsync(DropletMetric.MemoryAvailable));
        Assert.InRange(await LastAsync(DropletMetric.FilesystemFree), 1e9, await LastAsync(DropletMetric.FilesystemSize));
        Assert.Equal("/", (await SeriesAsync(DropletMetric.FilesystemFree)).Labels["mountpoint"]);
        Assert.InRange(await LastAsync(DropletMetric.Load1), 0.01, 2);
        Assert.InRange(await LastAsync(DropletMetric.Load5), 0.01, 2);
        Assert.InRange(await LastAsync(DropletMetric.Load15), 0.01, 2);
    }

    [Fact]
    public async Task Without_the_agent_there_is_nothing()
    {
        var (rig, id, now) = await RunningAsync(monitoring: false);
        await using var _ = rig;
        Assert.Empty((await rig.Client.GetMetricAsync(id, DropletMetric.Cpu, now.AddHours(-1), now, Stop)).Value());
        Assert.Empty((await rig.Client.GetMetricAsync(id, DropletMetric.Load1, now.AddHours(-1), now, Stop)).Value());
    }

    [Fact]
    public async Task While_off_there_is_a_gap_and_counters_start_anew()
    {
        var (rig, id, now) = await RunningAsync();
        await using var _ = rig;
        await rig.DoAsync(id, DropletActionRequest.PowerOff);
        rig.Simulator.MoveClock(TimeSpan.FromHours(2));
        await rig.DoAsync(id, DropletActionRequest.PowerOn);
        rig.Simulator.MoveClock(TimeSpan.FromHours(1));

        var idle = (await rig.Client.GetMetricAsync(id, DropletMetric.Cpu, now.AddHours(-1), now.AddHours(4), Stop)).Value()[0].Points;
        var gap = idle.Zip(idle.Skip(1)).Single(pair => pair.Second.UnixSeconds - pair.First.UnixSeconds > 120);
        Assert.InRange(gap.Second.UnixSeconds - gap.First.UnixSeconds, 7000, 7600);
        Assert.True(gap.Second.Value < gap.First.Value);
    }

    [Fact]
    public async Task Nothing_is_measured_ahead_of_the_clock_and_long_spans_come_coarser()
    {
        var (rig, id, now) = await RunningAsync();
        await using var _ = rig;
        Assert.Empty((await rig.Client.GetMetricAsync(id, DropletMetric.Load1, now.AddHours(1), now.AddHours(2), Stop)).Value().SelectMany(one => one.Points));
        var long14Days = (await rig.Client.GetMetricAsync(id, DropletMetric.Load1, now.AddDays(-14), now, Stop)).Value()[0].Points;
        Assert.InRange(long14Days.Count, 100, 721);
        Assert.Equal(0, (long14Days[1].UnixSeconds - long14Days[0].UnixSeconds) % 120);
    }

    [Fact]
    public async Task An_unknown_host_metric_or_span_is_refused()
    {
        var (rig, id, now) = await RunningAsync();
        await using var _ = rig;
        Assert.True((await rig.Client.GetMetricAsync(1, DropletMetric.Load1, now.AddHours(-1), now, Stop)).Refusal().IsNotFound);
        Assert.Equal(404, (await rig.RawAsync("GET", $"/v2/monitoring/metrics/droplet/disk_io?host_id={id}&start=1&end=2")).Status);
        Assert.Equal(400, (await rig.RawAsync("GET", $"/v2/monitoring/metrics/droplet/cpu?host_id={id}&start=2&end=1")).Status);
        Assert.Equal(400, (await rig.RawAsync("GET", "/v2/monitoring/metrics/droplet/cpu")).Status);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => rig.Client.GetMetricAsync(id, (DropletMetric)99, now, now, Stop));
    }
}
