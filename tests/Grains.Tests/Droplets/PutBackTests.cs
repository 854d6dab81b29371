using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.SshKeys;
using Webrana.Data.Faults;
using Webrana.Grains.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Ssh;
using Webrana.Testing;
using static Webrana.Grains.Tests.Droplets.Upkeeps;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>A copy that is put back on its server, and our way in, which may be another than before or none.</summary>
[Collection(UpkeepCollection.Name)]
public sealed class PutBackTests(SharedCluster shared) : IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    [Fact]
    public async Task A_snapshot_from_before_a_rebuild_brings_its_host_key_back_and_we_get_in_with_a_new_password()
    {
        var server = await Cluster.TendedServerAsync();
        var (instance, owner) = ((await server.Droplet.Get()).Value!.Instance, (await server.Droplet.Get()).Value!.Owner);
        var access = Cluster.Access(instance);
        Assert.True((await server.Droplet.Act(new StartAction("visit", ActionKind.ResetPassword, "user:test"))).IsOk);
        await server.Droplet.EndedAsync("visit");
        var first = (await access.Access()).Value!.HostKey;
        Assert.NotNull(first);
        await server.DoneAsync(Start(ActionKind.Snapshot, "sebelum"));
        var snapshot = Assert.Single((await server.CopiesAsync()).Snapshots);

        var key = (await Cluster.Grains.GetGrain<ISshKeysGrain>(GrainKeys.SshKeys(owner)).Add(new AddSshKey(
            Guid.NewGuid().ToString(), "laptop", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2"))).Value!.KeyId;
        var rebuild = new RebuildDroplet(Guid.NewGuid().ToString("N"), "ubuntu-22-04-x64", "user:test", [key]);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
        Assert.Equal(ActivityStatus.Completed, (await server.Droplet.EndedAsync(rebuild.OperationId)).Status);
        Assert.NotEqual(first, (await access.Access()).Value!.HostKey);
        Assert.False((await access.Access()).Value!.PasswordLogin);

        // Cut after it was entered, it is entered again, with the same password.
        var struck = Cluster.FailPoints.Arm("rebuild.entered", FailMode.Throw, subject: GrainKeys.Droplet(instance));
        var back = await server.DoneAsync(Start(ActionKind.RestoreSnapshot, imageId: snapshot.ImageId));
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
        var server = await Cluster.TendedServerAsync();
        var before = (await server.Droplet.Get()).Value!;
        // Its owner has tidied up, and took a copy of that.
        var doors = Cluster.Services.GetRequiredService<DropletDoors>();
        var tidied = await doors.RunAsync(before.Instance, 1, before.Ipv4!, "rm -f ~/.ssh/authorized_keys", "", TestContext.Current.CancellationToken);
        Assert.Equal(0, Assert.IsType<SshOutcome.Ran>(tidied).ExitStatus);
        await server.DoneAsync(Start(ActionKind.Snapshot, "tanpa-kunci"));
        var snapshot = Assert.Single((await server.CopiesAsync()).Snapshots);

        var back = await server.DoneAsync(Start(ActionKind.RestoreSnapshot, imageId: snapshot.ImageId));
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
        var server = await Cluster.TendedServerAsync();
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
        var server = await Cluster.TendedServerAsync();
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
    async Task PutBackAsync(TendedServer server, InstanceId instance, Func<Task> meanwhile)
    {
        await server.DoneAsync(Start(ActionKind.Snapshot, "sebelum"));
        var snapshot = Assert.Single((await server.CopiesAsync()).Snapshots);
        var held = Cluster.FailPoints.Arm("rebuild.access_prepared", FailMode.Hold, subject: GrainKeys.Droplet(instance));
        var restore = Start(ActionKind.RestoreSnapshot, imageId: snapshot.ImageId);
        Assert.True((await server.Upkeep.Upkeep(restore)).IsOk);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await meanwhile();
        Cluster.FailPoints.Release("rebuild.access_prepared");

        var back = await server.DoneAsync(restore);
        Assert.Equal((ActivityStatus.Completed, "put_back_while_off"), (back.Status, back.Message));
        var view = (await Cluster.Access(instance).Access()).Value!;
        Assert.Equal((true, false, (string?)null), (view.Managed, view.PasswordAvailable, view.HostKey));
    }
}
