using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Monitoring;
using Webrana.Contracts.Providers;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Monitoring;

/// <summary>Its own cluster: faults of the simulator strike whoever comes next.</summary>
public sealed class MetricsTests(SteadyCluster shared) : IClassFixture<SteadyCluster>, IDisposable
{
    const string Path = "/v2/monitoring/metrics/droplet/{metric}";
    const long Hour = 3_600_000;
    const long Lag = 300_000;

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    async Task<(IDropletGrain Droplet, IMetricsGrain Metrics)> ServerAsync()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        return (droplet, Cluster.Grains.GetGrain<IMetricsGrain>(GrainKeys.Metrics(instance)));
    }

    static async Task<MetricsView> ReadAsync(IMetricsGrain metrics, MetricsRange range = MetricsRange.OneHour) => (await metrics.Read(range)).Value!;

    static IReadOnlyList<MetricSample> Line(MetricsView view, MetricKind kind) => view.Lines.Single(line => line.Kind == kind).Samples;

    async Task ActAsync(IDropletGrain droplet, ActionKind kind, DropletStatus becomes)
    {
        Assert.True((await droplet.Act(new StartAction(Guid.NewGuid().ToString("N"), kind, "user:test"))).IsOk);
        await droplet.Settles(becomes);
    }

    [Fact]
    public async Task A_reboot_draws_no_spike_and_a_night_off_is_a_gap()
    {
        var (droplet, metrics) = await ServerAsync();
        await Cluster.TurnAsync(TimeSpan.FromHours(2));
        await ActAsync(droplet, ActionKind.Reboot, DropletStatus.Running);
        await Cluster.TurnAsync(TimeSpan.FromMinutes(30));
        var cpu = Line(await ReadAsync(metrics), MetricKind.Cpu);
        Assert.All(cpu, sample => Assert.InRange(sample.Value ?? 0, 0, 60));

        await ActAsync(droplet, ActionKind.PowerOff, DropletStatus.Off);
        await Cluster.TurnAsync(TimeSpan.FromHours(1));
        var off = await ReadAsync(metrics);
        Assert.Null(off.Current.CpuPercent);
        await ActAsync(droplet, ActionKind.PowerOn, DropletStatus.Running);
        await Cluster.TurnAsync(TimeSpan.FromMinutes(10));
        var view = await ReadAsync(metrics, MetricsRange.SixHours);
        Assert.All(view.Lines, line => Assert.Contains(line.Samples, sample => sample.Value is null));
        Assert.NotNull(view.Current.MemoryPercent);
    }

    [Fact]
    public async Task What_cannot_be_read_again_is_shown_with_its_age()
    {
        var (_, metrics) = await ServerAsync();
        await Cluster.TurnAsync(TimeSpan.FromHours(2));
        var first = await ReadAsync(metrics);
        await Cluster.TurnAsync(TimeSpan.FromMinutes(30));
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Count = -1, Method = "GET", Path = Path });
        var late = await ReadAsync(metrics);
        Cluster.Cloud.ClearFaults();

        Assert.True(late.Late);
        Assert.Equal(first.ReadAt, late.ReadAt);
        Assert.Equal(Line(first, MetricKind.Memory), Line(late, MetricKind.Memory));
        var again = await ReadAsync(metrics);
        Assert.False(again.Late);
        Assert.True(again.ReadAt > first.ReadAt);
    }

    [Fact]
    public async Task Beyond_the_budget_nothing_is_read_and_what_there_is_is_shown_with_its_age()
    {
        var (_, metrics) = await ServerAsync();
        await Cluster.TurnAsync(TimeSpan.FromHours(2));
        var first = await ReadAsync(metrics);
        await Cluster.TurnAsync(TimeSpan.FromMinutes(30));
        // Others have taken all of the minute; what this silo has in hand goes with its activation. A row without calls says that somebody asked in vain.
        await Cluster.Database.ExecuteAsync($"""
            DELETE FROM provider_permits WHERE share = {(int)CallShare.Metrics};
            INSERT INTO provider_permits (account, slot, share, taken) SELECT 'primary', floor(extract(epoch FROM clock_timestamp()) / 5)::bigint, {(int)CallShare.Lifecycle}, 10000000
            ON CONFLICT (account, slot, share) DO UPDATE SET taken = excluded.taken
            """);
        try
        {
            await Cluster.Orleans.DeactivateAsync(Cluster.Grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount("primary")));
            var late = await ReadAsync(metrics);
            Assert.Equal((true, first.ReadAt), (late.Late, late.ReadAt));
            Assert.Equal(Line(first, MetricKind.Cpu), Line(late, MetricKind.Cpu));
            Assert.True(await Cluster.CountAsync($"SELECT count(*) FROM provider_permits WHERE share = {(int)CallShare.Metrics} AND taken = 0") > 0);
        }
        finally
        {
            await Cluster.Database.ExecuteAsync("DELETE FROM provider_permits");
        }

        // A refusal is remembered for half a second.
        var again = await Eventually.Async(() => ReadAsync(metrics), view => !view.Late, WebranaCluster.Patience, "it is read again");
        Assert.True(again.ReadAt > first.ReadAt);
    }

    [Fact]
    public async Task Transfer_is_counted_by_the_hour_without_anybody_looking_and_is_kept()
    {
        await Cluster.TurnPastMonthEndAsync();
        var (droplet, metrics) = await ServerAsync();
        var instance = (await droplet.Get()).Value!.Instance;
        await Eventually.Async(async () => await CountedAsync(instance) > 0, WebranaCluster.Patience);
        await Cluster.TurnAsync(TimeSpan.FromHours(7));
        await Cluster.SweepAsync();
        var counted = await Cluster.CountAsync($"SELECT (payload->>'sentBytes')::bigint FROM grain_state WHERE state = 'metrics' AND key = 'metrics:{instance}'");
        Assert.True(counted > 0);

        var used = (await ReadAsync(metrics)).Current.TransferUsedBytes;
        Assert.True(used >= counted);
        await Cluster.TurnAsync(TimeSpan.FromDays(45));
        await Cluster.SweepAsync();
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'metrics:{instance}' AND due_at <= {Cluster.Clock.GetUtcNow().ToUnixTimeMilliseconds()}"));
    }

    [Fact]
    public async Task Transfer_is_counted_every_hour_at_the_servers_own_moment_and_what_could_not_be_read_is_caught_up()
    {
        await Cluster.TurnPastMonthEndAsync();
        var (droplet, metrics) = await ServerAsync();
        var instance = (await droplet.Get()).Value!.Instance;
        await Eventually.Async(async () => await CountedAsync(instance) > 0, WebranaCluster.Patience);
        Assert.InRange(await DueAsync(instance) - NowMs, 0, 90 * 60_000);
        for (var hour = 0; hour < 3; hour++)
        {
            var due = await DueAsync(instance);
            await Cluster.TurnToAsync(DateTimeOffset.FromUnixTimeMilliseconds(due + 1_000));
            Assert.Equal(WakeOutcome(), await metrics.Wake());
            Assert.Equal(due + Hour, await DueAsync(instance));
        }

        Assert.InRange(await NumberAsync(instance, "countedUntil") * 1_000, NowMs - Lag - Hour, NowMs - Lag);

        // Beyond the budget, or not answered: nothing is counted, and it is asked again before the hour is over.
        var (until, sent) = (await NumberAsync(instance, "countedUntil"), await NumberAsync(instance, "sentBytes"));
        var asked = Cluster.Cloud.CountRequests("GET", Path);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Forbidden, Count = -1, Method = "GET", Path = Path });
        await Cluster.TurnToAsync(DateTimeOffset.FromUnixTimeMilliseconds(await DueAsync(instance) + 1_000));
        // The sweeper may have asked in vain before: then there is nothing left to wake for.
        await metrics.Wake();
        Assert.True(Cluster.Cloud.CountRequests("GET", Path) > asked);
        Assert.InRange(await DueAsync(instance) - NowMs, 0, 10 * 60_000);
        Assert.Equal(until, await NumberAsync(instance, "countedUntil"));

        // Before the turn: whoever comes then finds no fault.
        Cluster.Cloud.ClearFaults();
        await Cluster.TurnAsync(TimeSpan.FromHours(5));
        Assert.Equal(WakeOutcome(), await metrics.Wake());
        Assert.InRange(await NumberAsync(instance, "countedUntil") * 1_000, NowMs - Lag - Hour, NowMs - Lag);
        Assert.True(await NumberAsync(instance, "sentBytes") > sent);
    }

    [Fact]
    public async Task A_server_that_is_gone_costs_no_more_calls_and_an_unknown_one_is_unknown()
    {
        var (droplet, metrics) = await ServerAsync();
        await Cluster.TurnAsync(TimeSpan.FromHours(1));
        await ReadAsync(metrics);
        await droplet.Delete(new DeleteDroplet("d", (await droplet.Get()).Value!.Name, "user:test"));
        await droplet.Becomes(DropletStatus.Terminated);
        await Cluster.TurnAsync(TimeSpan.FromHours(8));
        await Cluster.SweepAsync();
        var before = Cluster.Cloud.CountRequests("GET", Path);
        Assert.False((await ReadAsync(metrics)).Late);
        Assert.Equal(before, Cluster.Cloud.CountRequests("GET", Path));
        Assert.Equal(WakeOutcome(), await metrics.Wake());
        Assert.Equal(MetricsError.NotFound, (await Cluster.Grains.GetGrain<IMetricsGrain>(GrainKeys.Metrics(Servers.NewInstance())).Read(MetricsRange.OneDay)).Error);
    }

    static Contracts.Sweeping.WakeOutcome WakeOutcome() => Contracts.Sweeping.WakeOutcome.Settled;

    long NowMs => Cluster.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    Task<long> DueAsync(InstanceId instance) => Cluster.CountAsync($"SELECT due_at FROM grain_state WHERE state = 'metrics' AND key = 'metrics:{instance}'");

    Task<long> NumberAsync(InstanceId instance, string name) =>
        Cluster.CountAsync($"SELECT (payload->>'{name}')::bigint FROM grain_state WHERE state = 'metrics' AND key = 'metrics:{instance}'");

    Task<long> CountedAsync(InstanceId instance) =>
        Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE state = 'metrics' AND key = 'metrics:{instance}'");
}
