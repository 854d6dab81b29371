using Webrana.Contracts;
using Webrana.Contracts.Monitoring;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Monitoring;

/// <summary>A cluster with one server alone: the reads of every other server, due whenever the clock is turned, would be counted with its own.</summary>
public sealed class SharedReadsTests(SteadyCluster shared) : IClassFixture<SteadyCluster>
{
    const string Path = "/v2/monitoring/metrics/droplet/{metric}";

    WebranaCluster Cluster => shared.Cluster;

    static async Task<MetricsView> ReadAsync(IMetricsGrain metrics) => (await metrics.Read(MetricsRange.OneHour)).Value!;

    [Fact]
    public async Task Everything_the_page_draws_is_there_and_all_who_look_share_one_round_of_reads()
    {
        var (instance, _) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var metrics = Cluster.Grains.GetGrain<IMetricsGrain>(GrainKeys.Metrics(instance));
        await Cluster.TurnAsync(TimeSpan.FromHours(2));
        var before = Cluster.Cloud.CountRequests("GET", Path);
        var views = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ReadAsync(metrics)));
        await ReadAsync(metrics);

        // Two sums, six series, the transfer.
        Assert.InRange(Cluster.Cloud.CountRequests("GET", Path) - before, 8, 9);
        var view = views[0];
        Assert.False(view.Late);
        Assert.Equal(TimeSpan.FromHours(1), view.To - view.From);
        Assert.Equal(Enum.GetValues<MetricKind>(), view.Lines.Select(line => line.Kind));
        Assert.All(view.Lines, line => Assert.InRange(line.Samples.Count, 28, 31));
        Assert.InRange(view.Current.CpuPercent!.Value, 1, 100);
        Assert.InRange(view.Current.MemoryPercent!.Value, 1, 100);
        Assert.InRange(view.Current.DiskPercent!.Value, 1, 100);
        Assert.True(view.Current.TransferQuotaBytes > 0);
    }
}
