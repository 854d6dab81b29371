using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Webrana.Data.Reconciliation;
using Webrana.Grains.Providers;
using Webrana.Silo.Hosting;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Common;

/// <summary>Gauges that alerts go by, and what they say: one that says something else wakes everybody, or nobody.</summary>
[Collection(ClusterCollection.Name)]
public sealed class BusinessMeterTests(SharedCluster shared)
{
    [Fact]
    public async Task What_is_left_of_a_providers_budget_is_what_was_not_taken_within_its_time_and_never_less_than_nothing()
    {
        var (used, overdrawn) = ($"meter-{Guid.NewGuid():N}", $"meter-{Guid.NewGuid():N}");
        // Some within this minute, others more than eight minutes ago.
        await shared.Cluster.Database.ExecuteAsync($"""
            INSERT INTO provider_permits (account, slot, share, taken)
            SELECT account, (extract(epoch FROM now()) / 5)::bigint - ago, 1, taken
            FROM (VALUES ('{used}', 0, 7), ('{used}', 100, 30), ('{overdrawn}', 0, 25), ('{overdrawn}', 100, 90)) AS t (account, ago, taken)
            """);
        await using var measured = await MeasuredAsync(shared.Cluster, shared.Cluster.Services);
        using var hour = new MetricCollector<long>(measured.Meters, BusinessMeter.Name, "webrana.provider.left_hour");
        using var minute = new MetricCollector<long>(measured.Meters, BusinessMeter.Name, "webrana.provider.left_minute");

        var left = await Eventually.Async(
            () => Task.FromResult(ByAccount(hour)), accounts => accounts.ContainsKey(used), WebranaCluster.Patience, "the figures are measured");

        Assert.Equal((63, 0), (left[used], left[overdrawn]));
        left = ByAccount(minute);
        Assert.Equal((13, 0), (left[used], left[overdrawn]));
    }

    [Fact]
    public async Task The_clusters_members_are_those_that_live()
    {
        await using var cluster = await WebranaCluster.StartAsync(silos: 2);
        await using var measured = await MeasuredAsync(cluster, cluster.Orleans.GetSiloServiceProvider(cluster.Orleans.Silos[0].SiloAddress));
        using var members = new MetricCollector<int>(measured.Meters, BusinessMeter.Name, "webrana.cluster.members");
        await AreAsync(2);

        await cluster.Orleans.StopSiloAsync(cluster.Orleans.Silos[1]);

        await AreAsync(1);

        Task AreAsync(int count) => Eventually.Async(
            () =>
            {
                members.RecordObservableInstruments();
                return Task.FromResult(members.LastMeasurement?.Value);
            },
            seen => seen == count, WebranaCluster.Patience, $"{count} are seen");
    }

    static Dictionary<string, long> ByAccount(MetricCollector<long> gauge)
    {
        gauge.Clear();
        gauge.RecordObservableInstruments();
        return gauge.GetMeasurementSnapshot().ToDictionary(one => (string)one.Tags["account"]!, one => one.Value);
    }

    /// <summary>As a silo of the cluster has it, with a budget of a hundred calls an hour and twenty a minute.</summary>
    static async Task<Measured> MeasuredAsync(WebranaCluster cluster, IServiceProvider silo)
    {
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meter = new BusinessMeter(
            new BusinessFiguresQuery(cluster.Sources), services.GetRequiredService<IMeterFactory>(), silo.GetRequiredService<ISiloStatusOracle>(),
            Options.Create(new DigitalOceanAccountOptions { CallsPerHour = 100, CallsPerMinute = 20 }), new ConfigurationBuilder().Build(), NullLogger<BusinessMeter>.Instance);
        await meter.StartAsync(TestContext.Current.CancellationToken);
        return new Measured(services, meter);
    }

    sealed record Measured(ServiceProvider Services, BusinessMeter Meter) : IAsyncDisposable
    {
        public IMeterFactory Meters => Services.GetRequiredService<IMeterFactory>();

        public async ValueTask DisposeAsync()
        {
            await Meter.StopAsync(CancellationToken.None);
            Meter.Dispose();
            await Services.DisposeAsync();
        }
    }
}
