using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.SshKeys;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Ssh;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Its own cluster: faults of the simulator strike whoever comes next.</summary>
public sealed class UpkeepTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    async Task<(IDropletGrain Droplet, IDropletUpkeepGrain Upkeep)> ServerAsync()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        return (droplet, Cluster.Grains.GetGrain<IDropletUpkeepGrain>(GrainKeys.Droplet(instance)));
    }

    static StartUpkeep Start(
        ActionKind kind, string? name = null, string? imageId = null, bool weekly = false, string? id = null, BackupDay? day = null, int? hour = null) =>
        new(id ?? Guid.NewGuid().ToString("N"), kind, "user:test", name, imageId, weekly, day, hour);

    static async Task<ActivityEntry> DoneAsync((IDropletGrain Droplet, IDropletUpkeepGrain Upkeep) server, StartUpkeep command)
    {
        var started = await server.Upkeep.Upkeep(command);
        Assert.True(started.IsOk, $"{started.Error} {started.Detail}");
        return (await Eventually.Async(
            async () => (await server.Droplet.Action(command.OperationId)).Value, line => line is { Status: not ActivityStatus.InProgress },
            WebranaCluster.Patience, $"{command.Kind} ended"))!;
    }

    static async Task<ServerCopies> CopiesAsync((IDropletGrain Droplet, IDropletUpkeepGrain Upkeep) server) => (await server.Upkeep.Copies()).Value!;

    [Fact]
    public async Task A_snapshot_is_taken_restored_and_deleted_and_there_are_only_so_many()
    {
        var server = await ServerAsync();
        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, Start(ActionKind.Snapshot, "sebelum"))).Status);
        var snapshot = Assert.Single((await CopiesAsync(server)).Snapshots);
        Assert.Equal("sebelum", snapshot.Name);

        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, Start(ActionKind.RestoreSnapshot, imageId: snapshot.ImageId))).Status);
        await server.Droplet.Settles(DropletStatus.Running);
        await DoneAsync(server, Start(ActionKind.Snapshot, "kedua"));
        var third = await DoneAsync(server, Start(ActionKind.Snapshot, "ketiga"));
        Assert.Equal((ActivityStatus.Errored, "snapshot_limit"), (third.Status, third.Message));

        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, Start(ActionKind.DeleteSnapshot, imageId: snapshot.ImageId))).Status);
        Assert.Equal("kedua", Assert.Single((await CopiesAsync(server)).Snapshots).Name);
        // Gone is gone, and nobody else's disk answers to an id that was made up.
        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, Start(ActionKind.DeleteSnapshot, imageId: snapshot.ImageId))).Status);
        Assert.Equal("image_gone", (await DoneAsync(server, Start(ActionKind.RestoreSnapshot, imageId: snapshot.ImageId))).Message);
    }

    [Fact]
    public async Task A_snapshot_from_before_a_rebuild_brings_its_host_key_back_and_we_get_in_with_a_new_password()
    {
        var server = await ServerAsync();
        var (instance, owner) = ((await server.Droplet.Get()).Value!.Instance, (await server.Droplet.Get()).Value!.Owner);
        var access = Cluster.Access(instance);
        Assert.True((await server.Droplet.Act(new StartAction("visit", ActionKind.ResetPassword, "user:test"))).IsOk);
        await server.Droplet.EndedAsync("visit");
        var first = (await access.Access()).Value!.HostKey;
        Assert.NotNull(first);
        await DoneAsync(server, Start(ActionKind.Snapshot, "sebelum"));
        var snapshot = Assert.Single((await CopiesAsync(server)).Snapshots);

        var key = (await Cluster.Grains.GetGrain<ISshKeysGrain>(GrainKeys.SshKeys(owner)).Add(new AddSshKey(
            Guid.NewGuid().ToString(), "laptop", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2"))).Value!.KeyId;
        var rebuild = new RebuildDroplet(Guid.NewGuid().ToString("N"), "ubuntu-22-04-x64", "user:test", [key]);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
        Assert.Equal(ActivityStatus.Completed, (await server.Droplet.EndedAsync(rebuild.OperationId)).Status);
        Assert.NotEqual(first, (await access.Access()).Value!.HostKey);
        Assert.False((await access.Access()).Value!.PasswordLogin);

        // Cut after it was entered, it is entered again, with the same password.
        var struck = Cluster.FailPoints.Arm("rebuild.entered", FailMode.Throw, subject: GrainKeys.Droplet(instance));
        var back = await DoneAsync(server, Start(ActionKind.RestoreSnapshot, imageId: snapshot.ImageId));
        await struck.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        Assert.Equal((ActivityStatus.Completed, "password_ready"), (back.Status, back.Message));
        Assert.Equal(first, (await access.Access()).Value!.HostKey);
        // Its sshd takes passwords again, and knows no key but ours.
        Assert.True((await access.Access()).Value!.PasswordLogin);
        Assert.Empty(await Cluster.OwnersKeysInsideAsync(instance));
        Assert.Equal(3, (await access.Open()).Value!.Generation);
        Assert.Equal((await access.Reveal("new")).Value!.Password, await Cluster.PasswordInsideAsync(instance));
        Assert.Equal(AccessError.Superseded, (await access.Pin(new PinHostKey("ssh-ed25519 old", 2))).Error);
    }

    [Fact]
    public async Task A_copy_without_our_key_is_put_back_all_the_same_and_its_owner_is_told_that_we_are_outside()
    {
        var server = await ServerAsync();
        var before = (await server.Droplet.Get()).Value!;
        // Its owner has tidied up, and took a copy of that.
        var doors = Cluster.Services.GetRequiredService<DropletDoors>();
        var tidied = await doors.RunAsync(before.Instance, 1, before.Ipv4!, "rm -f ~/.ssh/authorized_keys", "", TestContext.Current.CancellationToken);
        Assert.Equal(0, Assert.IsType<SshOutcome.Ran>(tidied).ExitStatus);
        await DoneAsync(server, Start(ActionKind.Snapshot, "tanpa-kunci"));
        var snapshot = Assert.Single((await CopiesAsync(server)).Snapshots);

        var back = await DoneAsync(server, Start(ActionKind.RestoreSnapshot, imageId: snapshot.ImageId));
        Assert.Equal((ActivityStatus.Completed, "not_reentered"), (back.Status, back.Message));
        var view = (await Cluster.Access(before.Instance).Access()).Value!;
        Assert.Equal((false, false, (string?)null), (view.Managed, view.PasswordAvailable, view.HostKey));
        Assert.Equal(before.ProviderDropletId, (await server.Droplet.Get()).Value!.ProviderDropletId);

        // A rebuild puts the key back.
        var rebuild = new RebuildDroplet(Guid.NewGuid().ToString("N"), "ubuntu-22-04-x64", "user:test");
        Assert.True((await Cluster.Rebuilds(before.Instance).Rebuild(rebuild)).IsOk);
        Assert.Equal(ActivityStatus.Completed, (await server.Droplet.EndedAsync(rebuild.OperationId)).Status);
        var after = (await Cluster.Access(before.Instance).Access()).Value!;
        Assert.Equal((true, true), (after.Managed, after.PasswordAvailable));
    }

    [Fact]
    public async Task A_copy_that_is_back_on_a_server_that_was_switched_off_is_not_taken_for_one_without_our_key()
    {
        var server = await ServerAsync();
        var instance = (await server.Droplet.Get()).Value!.Instance;
        await PutBackAsync(server, instance, () => Cluster.PowerOffBehindOurBackAsync(server.Droplet));
        await server.Droplet.Settles(DropletStatus.Off);

        // On again, it is entered with the same key and its host key of now.
        Assert.True((await server.Droplet.Act(new StartAction("on", ActionKind.PowerOn, "user:test"))).IsOk);
        await server.Droplet.Settles(DropletStatus.Running);
        Assert.True((await server.Droplet.Act(new StartAction("reset", ActionKind.ResetPassword, "user:test"))).IsOk);
        Assert.Equal("password_ready", (await server.Droplet.EndedAsync("reset")).Message);
        Assert.NotNull((await Cluster.Access(instance).Access()).Value!.HostKey);
    }

    [Fact]
    public async Task A_server_that_is_suspended_while_its_copy_comes_back_is_not_waited_for_nor_taken_for_one_without_our_key()
    {
        var server = await ServerAsync();
        var instance = (await server.Droplet.Get()).Value!.Instance;
        try
        {
            await PutBackAsync(server, instance, async () =>
            {
                await Cluster.SetSimulatorAsync(new { sshd = false });
                Assert.True(await Cluster.Billing(instance).Block(new BlockServer("Spam", "admin:x")));
            });
        }
        finally
        {
            await Cluster.SetSimulatorAsync(new { sshd = true });
        }

        await Eventually.Async(
            async () => (await Cluster.ProviderDropletAsync(server.Droplet)).Status, status => status == Webrana.DigitalOcean.DropletStatus.Off,
            WebranaCluster.Patience, "it is powered off");
    }

    /// <summary>A copy is put back; when the provider is done and before we enter, something happens that keeps us outside for now.</summary>
    async Task PutBackAsync((IDropletGrain Droplet, IDropletUpkeepGrain Upkeep) server, InstanceId instance, Func<Task> meanwhile)
    {
        await DoneAsync(server, Start(ActionKind.Snapshot, "sebelum"));
        var snapshot = Assert.Single((await CopiesAsync(server)).Snapshots);
        var held = Cluster.FailPoints.Arm("rebuild.access_prepared", FailMode.Hold, subject: GrainKeys.Droplet(instance));
        var restore = Start(ActionKind.RestoreSnapshot, imageId: snapshot.ImageId);
        Assert.True((await server.Upkeep.Upkeep(restore)).IsOk);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await meanwhile();
        Cluster.FailPoints.Release("rebuild.access_prepared");

        var back = await DoneAsync(server, restore);
        Assert.Equal((ActivityStatus.Completed, "put_back_while_off"), (back.Status, back.Message));
        var view = (await Cluster.Access(instance).Access()).Value!;
        Assert.Equal((true, false, (string?)null), (view.Managed, view.PasswordAvailable, view.HostKey));
    }

    [Fact]
    public async Task Another_customers_snapshot_is_neither_restored_nor_deleted()
    {
        var (mine, other) = (await ServerAsync(), await ServerAsync());
        await DoneAsync(other, Start(ActionKind.Snapshot, "rahasia"));
        var theirs = Assert.Single((await CopiesAsync(other)).Snapshots).ImageId;
        Assert.Equal("image_gone", (await DoneAsync(mine, Start(ActionKind.RestoreSnapshot, imageId: theirs))).Message);
        await DoneAsync(mine, Start(ActionKind.DeleteSnapshot, imageId: theirs));
        Assert.Single((await CopiesAsync(other)).Snapshots);
    }

    [Fact]
    public async Task Backups_are_switched_on_by_a_plan_listed_restored_and_switched_off()
    {
        var server = await ServerAsync();
        Assert.Null((await CopiesAsync(server)).BackupPlan);
        await DoneAsync(server, Start(ActionKind.EnableBackups, weekly: true));
        Assert.Equal("weekly", (await CopiesAsync(server)).BackupPlan);
        Assert.Equal((BackupDay.Sunday, 20), ((await CopiesAsync(server)).Times!.Day, (await CopiesAsync(server)).Times!.Hour));
        Cluster.Cloud.MoveClock(TimeSpan.FromDays(8));
        var backup = (await CopiesAsync(server)).Backups[0];
        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, Start(ActionKind.RestoreBackup, imageId: backup.ImageId))).Status);
        await server.Droplet.Settles(DropletStatus.Running);
        await DoneAsync(server, Start(ActionKind.DisableBackups));
        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, Start(ActionKind.DisableBackups))).Status);
        var copies = await CopiesAsync(server);
        Assert.Null(copies.BackupPlan);
        Assert.NotEmpty(copies.Backups);
    }

    [Fact]
    public async Task Backups_are_taken_at_other_times_when_their_owner_says_so_and_charged_by_the_plan_of_now()
    {
        var server = await ServerAsync();
        var off = await DoneAsync(server, Start(ActionKind.ChangeBackupPolicy, hour: 4));
        Assert.Equal((ActivityStatus.Errored, "backups_off"), (off.Status, off.Message));

        await DoneAsync(server, Start(ActionKind.EnableBackups, hour: 0));
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets/{id}/actions" });
        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, Start(ActionKind.ChangeBackupPolicy, weekly: true, day: BackupDay.Wednesday, hour: 12))).Status);
        using var simulator = new HttpClient { BaseAddress = Cluster.Cloud.BaseUrl };
        Assert.Equal("[]", await simulator.GetStringAsync("/_sandbox/faults", TestContext.Current.CancellationToken)); // its answer was really lost
        var copies = await CopiesAsync(server);
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
        var server = await ServerAsync();
        var view = (await server.Droplet.Get()).Value!;
        await Cluster.DestroyBehindOurBackAsync(view.ProviderDropletId!.Value);
        var met = Cluster.FailPoints.Arm("action.lost_stored", FailMode.Throw, subject: GrainKeys.Droplet(view.Instance));
        var change = Start(ActionKind.ChangeBackupPolicy, hour: 4);
        Assert.True((await server.Upkeep.Upkeep(change)).IsOk);
        await met.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await server.Droplet.Becomes(DropletStatus.Lost);
        Assert.Equal(ActivityStatus.Errored, (await server.Droplet.EndedAsync(change.OperationId)).Status);
    }

    [Fact]
    public async Task Addresses_are_shown_with_netmask_and_gateway_and_IPv6_is_added()
    {
        var server = await ServerAsync();
        var network = (await server.Upkeep.Network()).Value!;
        Assert.Equal((await server.Droplet.Get()).Value!.Name, network.HostName);
        Assert.Collection(
            network.Addresses,
            address => Assert.True(address is { Version: 4, Public: true, Netmask: not null, Gateway: not null }),
            address => Assert.True(address is { Version: 4, Public: false, Netmask: not null, Gateway: null }));

        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, Start(ActionKind.EnableIpv6))).Status);
        Assert.NotNull((await server.Droplet.Get()).Value!.Ipv6);
        Assert.Contains((await server.Upkeep.Network()).Value!.Addresses, address => address is { Version: 6, Public: true, Netmask: "64" });
    }

    [Fact]
    public async Task One_at_a_time_and_the_same_one_again_is_the_same()
    {
        var server = await ServerAsync();
        var command = Start(ActionKind.Snapshot, "sekali");
        Assert.True((await server.Upkeep.Upkeep(command)).IsOk);
        var other = await server.Upkeep.Upkeep(Start(ActionKind.EnableIpv6));
        Assert.Equal((ActionError.ActionInProgress, "Snapshot"), (other.Error!.Value, other.Detail));
        Assert.Equal(ActionError.ActionInProgress, (await server.Droplet.Act(new StartAction("b", ActionKind.Reboot, "user:test"))).Error);
        await DoneAsync(server, command);
        await DoneAsync(server, command);
        Assert.Single((await CopiesAsync(server)).Snapshots);
        Assert.Equal(ActionError.OperationConflict, (await server.Upkeep.Upkeep(command with { Kind = ActionKind.EnableIpv6 })).Error);
    }

    [Fact]
    public async Task A_snapshot_whose_answer_is_lost_is_taken_once()
    {
        var server = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets/{id}/actions" });
        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, Start(ActionKind.Snapshot, "satu"))).Status);
        Assert.Single((await CopiesAsync(server)).Snapshots);
    }

    [Theory]
    [InlineData("upkeep.stored")]
    [InlineData("action.intent_stored")]
    [InlineData("action.after_post")]
    [InlineData("action.id_stored")]
    [InlineData("action.done_stored")]
    public async Task A_snapshot_cut_off_anywhere_is_taken_once(string arrow)
    {
        var server = await ServerAsync();
        var instance = (await server.Droplet.Get()).Value!.Instance;
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Droplet(instance));
        var command = Start(ActionKind.Snapshot, "satu");
        try
        {
            await server.Upkeep.Upkeep(command);
        }
        catch (InfrastructureException)
        {
            // The caller hears of it and asks again, as here.
            await server.Upkeep.Upkeep(command);
        }

        await fired.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, command)).Status);
        Assert.Single((await CopiesAsync(server)).Snapshots);
    }

    [Fact]
    public async Task What_is_kept_is_charged_and_what_is_gone_is_not_also_where_the_provider_cannot_be_asked_at_once()
    {
        var server = await ServerAsync();
        var instance = (await server.Droplet.Get()).Value!.Instance;
        await DoneWithALostLookAsync(instance, server, Start(ActionKind.Snapshot, "satu"), "action.id_stored");
        var snapshot = Assert.Single((await CopiesAsync(server)).Snapshots);
        Assert.True(snapshot.SizeGb > 0);
        Assert.Equal((long)Math.Ceiling(snapshot.SizeGb * 1_024), await ImageMbAsync(instance));
        await DoneWithALostLookAsync(instance, server, Start(ActionKind.DeleteSnapshot, imageId: snapshot.ImageId), "upkeep.snapshot_deleted");
        Assert.Empty((await CopiesAsync(server)).Snapshots);
        Assert.Equal(0, await ImageMbAsync(instance));
    }

    /// <summary>The fault: the list right after the change was that of before it, and nothing else asks before the next snapshot.</summary>
    [Fact]
    public async Task A_list_that_lags_charges_neither_too_little_nor_what_is_gone()
    {
        var server = await ServerAsync();
        var instance = (await server.Droplet.Get()).Value!.Instance;
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.StaleReads, Type = "snapshot", Seconds = 0.3 });
        await DoneAsync(server, Start(ActionKind.Snapshot, "satu"));
        var snapshot = Assert.Single((await CopiesAsync(server)).Snapshots);
        Assert.Equal((long)Math.Ceiling(snapshot.SizeGb * 1_024), await ImageMbAsync(instance));

        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.StaleReads, Type = "delete_snapshot", Seconds = 5 });
        await DoneAsync(server, Start(ActionKind.DeleteSnapshot, imageId: snapshot.ImageId));
        Assert.Single((await CopiesAsync(server)).Snapshots);
        Assert.Equal(0, await ImageMbAsync(instance));
    }

    Task<long> ImageMbAsync(InstanceId instance) =>
        Cluster.CountAsync($"SELECT coalesce((payload #>> '{{meter,imageMb}}')::bigint, 0) FROM grain_state WHERE key = '{GrainKeys.Droplet(instance)}'");

    /// <summary>From this arrow on the next look at the snapshots is answered with a failure, as often as the client itself asks again.</summary>
    async Task DoneWithALostLookAsync(InstanceId instance, (IDropletGrain Droplet, IDropletUpkeepGrain Upkeep) server, StartUpkeep command, string arrow)
    {
        var held = Cluster.FailPoints.Arm(arrow, FailMode.Hold, subject: GrainKeys.Droplet(instance));
        Assert.True((await server.Upkeep.Upkeep(command)).IsOk);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        Cluster.Cloud.Inject(new Fault
        {
            Kind = FaultKinds.Status500, Count = 1 + new Webrana.DigitalOcean.DigitalOceanOptions().ReadRetries, Method = "GET", Path = "/v2/droplets/{id}/snapshots",
        });
        Cluster.FailPoints.Release(arrow);
        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, command)).Status);
        Assert.Empty(Cluster.Cloud.Faults);
    }

    [Fact]
    public async Task A_rename_reaches_the_provider_without_a_line_of_its_own()
    {
        var server = await ServerAsync();
        await server.Droplet.Change(new ChangeDroplet("nama-baru", null, "user:test"));
        await Eventually.Async(async () => (await Cluster.ProviderDropletAsync(server.Droplet)).Name == "nama-baru", WebranaCluster.Patience);
        await server.Droplet.Settles(DropletStatus.Running);
        var instance = (await server.Droplet.Get()).Value!.Instance;
        // The outbox writes it behind the calls.
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM instance_activity WHERE instance = '{instance}' AND kind = 'Rename'"), lines => lines == 1, WebranaCluster.Patience, "its one line is written");
    }

    [Fact]
    public async Task A_name_that_the_provider_did_not_take_is_told_again()
    {
        var server = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "rename", Count = 2 });
        await server.Droplet.Change(new ChangeDroplet("nama-kedua", null, "user:test"));
        await Eventually.Async(
            async () => (await Cluster.ProviderDropletAsync(server.Droplet)).Name, name => name == "nama-kedua", WebranaCluster.Patience, "the provider has taken the name");
        await server.Droplet.Settles(DropletStatus.Running);
    }

    [Fact]
    public async Task Snapshots_deleted_alone_or_with_their_server_are_gone_also_where_it_is_cut()
    {
        var server = await ServerAsync();
        var view = (await server.Droplet.Get()).Value!;
        await DoneAsync(server, Start(ActionKind.Snapshot, "satu"));
        await DoneAsync(server, Start(ActionKind.Snapshot, "dua"));
        var first = (await CopiesAsync(server)).Snapshots.Single(copy => copy.Name == "satu");
        var before = Cluster.Cloud.CountRequests("DELETE", "/v2/snapshots/{id}");

        var alone = Cluster.FailPoints.Arm("upkeep.snapshot_deleted", FailMode.Throw, subject: GrainKeys.Droplet(view.Instance));
        Assert.Equal(ActivityStatus.Completed, (await DoneAsync(server, Start(ActionKind.DeleteSnapshot, imageId: first.ImageId))).Status);
        await alone.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        Assert.Equal("dua", Assert.Single((await CopiesAsync(server)).Snapshots).Name);

        var together = Cluster.FailPoints.Arm("terminate.snapshots_deleted", FailMode.Throw, subject: GrainKeys.Droplet(view.Instance));
        Assert.True((await server.Droplet.Delete(new DeleteDroplet("d", view.Name, "user:test"))).IsOk);
        await together.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await server.Droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(0, await Cluster.AtProviderAsync(view.Instance));
        // What was gone before the cut is not looked for again.
        Assert.Equal(before + 2, Cluster.Cloud.CountRequests("DELETE", "/v2/snapshots/{id}"));
    }

    [Fact]
    public async Task A_locked_server_is_not_deleted_until_it_is_unlocked_and_its_snapshots_go_with_it()
    {
        var server = await ServerAsync();
        await DoneAsync(server, Start(ActionKind.Snapshot, "ikut"));
        var view = (await server.Droplet.Change(new ChangeDroplet(null, null, "user:test", Protected: true, Tags: ["produksi"]))).Value!;
        Assert.True(view.Protected);
        Assert.Equal(["produksi"], view.Tags);
        Assert.Equal(DeleteError.DeleteProtected, (await server.Droplet.Delete(new DeleteDroplet("d", view.Name, "user:test"))).Error);

        await server.Droplet.Change(new ChangeDroplet(null, null, "user:test", Protected: false));
        var before = Cluster.Cloud.CountRequests("DELETE", "/v2/snapshots/{id}");
        Assert.True((await server.Droplet.Delete(new DeleteDroplet("d", view.Name, "user:test"))).IsOk);
        await server.Droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(before + 1, Cluster.Cloud.CountRequests("DELETE", "/v2/snapshots/{id}"));
        Assert.Equal(UpkeepError.InvalidState, (await server.Upkeep.Copies()).Error);
        Assert.Equal(UpkeepError.NotFound, (await Cluster.Grains.GetGrain<IDropletUpkeepGrain>(GrainKeys.Droplet(Servers.NewInstance())).Network()).Error);
    }
}
