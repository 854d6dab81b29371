using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using static Webrana.Grains.Tests.Droplets.Upkeeps;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Backups that the provider takes of a server, when its owner says so.</summary>
[Collection(UpkeepCollection.Name)]
public sealed class ServerBackupTests(SharedCluster shared) : IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    [Fact]
    public async Task Backups_are_switched_on_by_a_plan_listed_restored_and_switched_off()
    {
        var server = await Cluster.TendedServerAsync();
        Assert.Null((await server.CopiesAsync()).BackupPlan);
        await server.DoneAsync(Start(ActionKind.EnableBackups, weekly: true));
        Assert.Equal("weekly", (await server.CopiesAsync()).BackupPlan);
        Assert.Equal((BackupDay.Sunday, 20), ((await server.CopiesAsync()).Times!.Day, (await server.CopiesAsync()).Times!.Hour));
        Cluster.Cloud.MoveClock(TimeSpan.FromDays(8));
        var backup = (await server.CopiesAsync()).Backups[0];
        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(Start(ActionKind.RestoreBackup, imageId: backup.ImageId))).Status);
        await server.Droplet.Settles(DropletStatus.Running);
        await server.DoneAsync(Start(ActionKind.DisableBackups));
        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(Start(ActionKind.DisableBackups))).Status);
        var copies = await server.CopiesAsync();
        Assert.Null(copies.BackupPlan);
        Assert.NotEmpty(copies.Backups);
    }

    [Fact]
    public async Task Backups_are_taken_at_other_times_when_their_owner_says_so_and_charged_by_the_plan_of_now()
    {
        var server = await Cluster.TendedServerAsync();
        var off = await server.DoneAsync(Start(ActionKind.ChangeBackupPolicy, hour: 4));
        Assert.Equal((ActivityStatus.Errored, "backups_off"), (off.Status, off.Message));

        await server.DoneAsync(Start(ActionKind.EnableBackups, hour: 0));
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets/{id}/actions" });
        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(Start(ActionKind.ChangeBackupPolicy, weekly: true, day: BackupDay.Wednesday, hour: 12))).Status);
        using var simulator = new HttpClient { BaseAddress = Cluster.Cloud.BaseUrl };
        Assert.Equal("[]", await simulator.GetStringAsync("/_sandbox/faults", TestContext.Current.CancellationToken)); // its answer was really lost
        var copies = await server.CopiesAsync();
        var times = copies.Times!;
        Assert.Equal(("weekly", BackupDay.Wednesday, 12), (copies.BackupPlan, times.Day, times.Hour));
        Assert.Equal((DayOfWeek.Wednesday, 12), (times.NextFrom!.Value.UtcDateTime.DayOfWeek, times.NextFrom.Value.UtcDateTime.Hour));
        Assert.Equal(TimeSpan.FromHours(4), times.NextTo - times.NextFrom);
        var instance = (await server.Droplet.Get()).Value!.Instance;
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = '{GrainKeys.Droplet(instance)}' AND payload #>> '{{meter,backups}}' = 'Weekly'"));
    }

    [Fact]
    public async Task A_server_that_is_gone_when_its_backups_are_asked_about_is_lost_and_not_asked_about_for_ever()
    {
        var server = await Cluster.TendedServerAsync();
        var view = (await server.Droplet.Get()).Value!;
        await Cluster.DestroyBehindOurBackAsync(view.ProviderDropletId!.Value);
        var met = Cluster.FailPoints.Arm("action.lost_stored", FailMode.Throw, subject: GrainKeys.Droplet(view.Instance));
        var change = Start(ActionKind.ChangeBackupPolicy, hour: 4);
        Assert.True((await server.Upkeep.Upkeep(change)).IsOk);
        await met.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await server.Droplet.Becomes(DropletStatus.Lost);
        Assert.Equal(ActivityStatus.Errored, (await server.Droplet.EndedAsync(change.OperationId)).Status);
    }
}
