using Webrana.Contracts.Droplets;
using Webrana.Contracts.Sweeping;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>Its own cluster, because it was away for three days: the sign of life it finds is that old.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    WebranaCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await WebranaCluster.StartAsync();
        await _cluster.SeedPlansAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task After_three_days_away_nothing_is_charged_twice_and_nobody_is_suspended_within_a_day()
    {
        var rich = await _cluster.CustomerAsync(1_000_000);
        var (paying, one) = await _cluster.RunningServerAsync(rich, BillingPeriod.Daily);
        var poor = await _cluster.CustomerAsync(7_000);
        var (broke, two) = await _cluster.RunningServerAsync(poor, BillingPeriod.Daily);
        // Before the turn, which wakes alarms: the first of them finds it.
        await _cluster.Database.ExecuteAsync("""
            INSERT INTO service_pulse (id, beat_at, recovered_at) VALUES (1, clock_timestamp() - interval '3 days', NULL)
            ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at
            """);
        await _cluster.TurnAsync(TimeSpan.FromDays(3));

        await _cluster.SweepAsync();
        await Task.WhenAll(one.WakeAllAsync(), two.WakeAllAsync());

        // The server ran all the time: each day once.
        Assert.Equal(3, await _cluster.PostingsAsync($"renew:{paying}:"));
        Assert.Equal(DropletStatus.Running, (await two.Get()).Value!.Status);
        await Eventually.Async(
            () => _cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{poor}' AND notice_id LIKE 'droplet:{broke}:short:%'"),
            told => told == 1, WebranaCluster.Patience, "its owner is told once");

        await _cluster.TurnAsync(TimeSpan.FromHours(23));
        await two.WakeAllAsync();
        Assert.Equal(DropletStatus.Running, (await two.Get()).Value!.Status);
        await _cluster.TurnAsync(TimeSpan.FromHours(2));
        await two.WakeAllAsync();
        await two.Becomes(DropletStatus.Suspended);
    }
}
