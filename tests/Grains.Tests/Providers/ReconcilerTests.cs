using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.Data.Providers;
using Webrana.DigitalOcean;
using Webrana.Grains.Providers;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;
using DropletStatus = Webrana.Contracts.Droplets.DropletStatus;

namespace Webrana.Grains.Tests.Providers;

/// <summary>Every droplet at the provider has an explanation, and every server here is there.</summary>
public sealed class ReconcilerTests
{
    [Fact]
    public async Task A_server_deleted_behind_our_back_is_lost_costs_nothing_more_and_its_owner_is_told_once()
    {
        await using var cluster = await StartAsync();
        var owner = await cluster.CustomerAsync(2 * Servers.PriceIdr);
        var (instance, droplet) = await cluster.RunningServerAsync(owner);
        var (_, other) = await cluster.RunningServerAsync(owner);
        await cluster.DestroyBehindOurBackAsync((await droplet.Get()).Value!.ProviderDropletId!.Value);

        var lost = await droplet.Becomes(DropletStatus.Lost);
        Assert.Null(lost.NextRenewalAt);
        await Eventually.Async(
            async () => await cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND notice_id = 'droplet:{instance}:lost'") == 1,
            WebranaCluster.Patience, "the owner is told");
        var drift = await Drift(cluster, row => row is { Kind: "MISSING", Outcome: "LOST" });
        Assert.Equal((instance.Value, "primary"), (drift.Instance, drift.Account));
        Assert.Equal(DropletStatus.Running, (await other.Get()).Value!.Status);

        await cluster.TurnAsync(TimeSpan.FromDays(40));
        await cluster.SweepAsync();
        Assert.Equal(0, await cluster.PostingsAsync($"renew:{instance}:"));
        // The next sweeps no longer miss it.
        await Eventually.Async(
            async () => await cluster.CountAsync($"SELECT count(*) FROM provider_drift WHERE droplet_id = {drift.DropletId} AND resolved_at IS NOT NULL") == 1,
            WebranaCluster.Patience, "it is in order again");
    }

    [Fact]
    public async Task What_is_not_ours_is_reported_and_never_touched()
    {
        await using var cluster = await StartAsync();
        await cluster.RunningServerAsync(await cluster.CustomerAsync(Servers.PriceIdr));
        var foreign = await CreateAsync(cluster, "somebody-elses");
        var otherInstall = await CreateAsync(cluster, $"webrana-another-{Guid.NewGuid()}");
        var unknown = await CreateAsync(cluster, $"webrana-test-{Guid.NewGuid()}");

        await Drift(cluster, row => row.DropletId == foreign && row.Kind == "FOREIGN");
        await Drift(cluster, row => row.DropletId == otherInstall && row.Kind == "FOREIGN");
        await Drift(cluster, row => row.DropletId == unknown && row.Kind == "UNEXPLAINED");
        var sweep = (await Eventually.Async(Account(cluster).View, view => view.Sweep is { Foreign: 2, Unexplained: 1 }, WebranaCluster.Patience)).Sweep!;
        Assert.Equal((1, 0, 0, 0), (sweep.Owned, sweep.InFlight, sweep.Tombstoned, sweep.Missing));
        Assert.Equal(0, cluster.Cloud.CountRequests("DELETE", "/v2/droplets/{id}"));
        Assert.Equal(4, cluster.Cloud.DropletCount);
    }

    [Fact]
    public async Task What_ended_here_and_is_still_there_is_destroyed_again()
    {
        await using var cluster = await StartAsync();
        var (instance, _) = await cluster.RunningServerAsync(await cluster.CustomerAsync(Servers.PriceIdr));
        // As a restored backup or a provider's late success would leave it: over here, alive there.
        await cluster.RewriteAsync(instance, "jsonb_set(payload, '{phase}', '\"Terminated\"')", "status = 'TERMINATED', due_at = NULL");

        await Eventually.Async(async () => await cluster.AtProviderAsync(instance) == 0, WebranaCluster.Patience, "the tombstone is gone");
        await Drift(cluster, row => row is { Kind: "TOMBSTONED", Outcome: "DESTROYING" }, resolved: true);
    }

    [Fact]
    public async Task A_second_droplet_of_one_server_is_destroyed_and_the_first_stays()
    {
        await using var cluster = await StartAsync();
        var (instance, droplet) = await cluster.RunningServerAsync(await cluster.CustomerAsync(Servers.PriceIdr));
        var kept = (await droplet.Get()).Value!.ProviderDropletId!.Value;
        var second = await CreateAsync(cluster, $"webrana-test-{instance}");

        await Eventually.Async(async () => await cluster.AtProviderAsync(instance) == 1, WebranaCluster.Patience, "one droplet is left");
        Assert.True((await Client(cluster).GetDropletAsync(kept)).TryGetValue(out _));
        await Drift(cluster, row => row.DropletId == second && row.Kind == "DUPLICATE", resolved: true);
        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
    }

    // A provider that takes longer than two sweeps to build: the new server is a second droplet all that time, and not one too many.
    [Fact]
    public async Task What_a_rebuild_is_building_is_left_alone_however_long_it_takes()
    {
        await using var cluster = await StartAsync();
        var (instance, droplet) = await cluster.RunningServerAsync(await cluster.CustomerAsync(Servers.PriceIdr));
        var first = (await droplet.Get()).Value!.ProviderDropletId!.Value;
        await cluster.SetSimulatorAsync(new { actionSeconds = 3_600 });
        Assert.True((await cluster.Rebuilds(instance).Rebuild(new RebuildDroplet("slow", "debian-12-x64", "user:test"))).IsOk);
        var seen = new HashSet<DateTimeOffset>();
        await Eventually.Async(
            async () => await Account(cluster).View() is { Sweep: { Owned: 1, InFlight: 1, Duplicate: 0 } sweep } && seen.Add(sweep.FinishedAt) && seen.Count >= 3,
            WebranaCluster.Patience, "three sweeps have seen it");
        var second = await cluster.CountAsync($"SELECT (payload #>> '{{replacement,droplet,id}}')::bigint FROM grain_state WHERE key = 'droplet:{instance}'");
        Assert.True((await Client(cluster).GetDropletAsync(second)).TryGetValue(out var built));
        // Nor when a sweep of before the rebuild is late.
        Assert.Equal(ReconcileOutcome.Later, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Duplicate, second, built!.CreatedAt)));

        await cluster.SetSimulatorAsync(new { actionSeconds = 1 });

        Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync("slow")).Status);
        await Eventually.Async(async () => await cluster.AtProviderAsync(instance) == 1, WebranaCluster.Patience, "the old one is gone");
        Assert.Equal(second, (await droplet.Get()).Value!.ProviderDropletId);
        Assert.False((await Client(cluster).GetDropletAsync(first)).TryGetValue(out _));
    }

    [Fact]
    public async Task Many_that_vanish_at_once_are_an_alarm_and_no_loss()
    {
        await using var cluster = await StartAsync();
        var owner = await cluster.CustomerAsync(8 * Servers.PriceIdr);
        var servers = new List<IDropletGrain>();
        for (var n = 0; n < 7; n++)
            servers.Add((await cluster.RunningServerAsync(owner)).Droplet);
        var (whole, _) = await cluster.RunningServerAsync(await cluster.CustomerAsync(Servers.PriceIdr));
        // At once, as far as a sweep can see: between two of the seven it would find a few missing, which are a loss and no alarm.
        cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = "/v2/droplets", Count = -1 });
        foreach (var server in servers)
            await cluster.DestroyBehindOurBackAsync((await server.Get()).Value!.ProviderDropletId!.Value);
        cluster.Cloud.ClearFaults();

        await Eventually.Async(Account(cluster).View, view => view is { Alarm: ProviderAlarm.ManyMissing, Sweep.Missing: 7 }, WebranaCluster.Patience, "the alarm is raised");
        foreach (var server in servers)
            Assert.Equal(DropletStatus.Running, (await server.Get()).Value!.Status);
        // Nor are they to an action that meets one of them, however long it does not find it.
        Assert.True((await servers[0].Act(new StartAction("reboot", ActionKind.Reboot, "user:test"))).IsOk);
        var missed = GrainKeys.Droplet((await servers[0].Get()).Value!.Instance);
        await Eventually.Async(
            () => cluster.CountAsync($$"""
                SELECT count(*) FROM grain_state
                WHERE key = '{{missed}}' AND (payload #>> '{action,missingSinceReal}')::bigint < extract(epoch FROM clock_timestamp()) * 1000 - 4000
                """),
            rows => rows == 1, WebranaCluster.Patience, "it is missed for longer than a loss takes");
        Assert.NotEqual(DropletStatus.Lost, (await servers[0].Get()).Value!.Status);
        // Nor is anything destroyed before a person has looked, however often it is seen.
        await CreateAsync(cluster, $"webrana-test-{whole}");
        var seen = new HashSet<DateTimeOffset>();
        await Eventually.Async(
            async () => await Account(cluster).View() is { Sweep: { Duplicate: 1 } sweep } && seen.Add(sweep.FinishedAt) && seen.Count >= 3,
            WebranaCluster.Patience, "three sweeps have seen it");
        Assert.Equal(2, await cluster.AtProviderAsync(whole));
    }

    static async Task<WebranaCluster> StartAsync()
    {
        var cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?>
        {
            ["DigitalOcean:HealthMs"] = "1000",
            ["DigitalOcean:SweepMs"] = "300",
            // The simulator's clock runs fast here: its droplets are made in our future.
            ["DigitalOcean:SweepGraceMs"] = "-864000000",
        });
        await cluster.SeedPlansAsync();
        await Account(cluster).EnsureRunning();
        return cluster;
    }

    static async Task<DriftRow> Drift(WebranaCluster cluster, Func<DriftRow, bool> wanted, bool resolved = false) =>
        (await Eventually.Async(
            () => cluster.Services.GetRequiredService<ProviderDrift>().ListAsync(resolved, 50), rows => rows.Any(wanted), WebranaCluster.Patience, "the drift is noted")).First(wanted);

    static async Task<long> CreateAsync(WebranaCluster cluster, string tag)
    {
        var created = await Client(cluster).CreateDropletAsync(
            new DropletCreate { Name = "by-hand", Size = "s-1vcpu-1gb", Image = "ubuntu-24-04-x64", Region = "sgp1", Tags = [tag] }, SendDeadline.None);
        return created.TryGetValue(out var droplet) ? droplet.Droplet.Id : throw new InvalidOperationException(created.ToString());
    }

    static DigitalOceanClient Client(WebranaCluster cluster) => cluster.Services.GetRequiredService<ProviderClients>().For("primary");

    static IDigitalOceanAccountGrain Account(WebranaCluster cluster) =>
        cluster.Grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount("primary"));
}
