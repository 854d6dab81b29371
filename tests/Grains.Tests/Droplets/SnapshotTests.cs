using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using static Webrana.Grains.Tests.Droplets.Upkeeps;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Snapshots are taken once, charged while they are kept, and gone with their server.</summary>
[Collection(UpkeepCollection.Name)]
public sealed class SnapshotTests(SharedCluster shared) : IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    [Fact]
    public async Task A_snapshot_is_taken_restored_and_deleted_and_there_are_only_so_many()
    {
        var server = await Cluster.TendedServerAsync();
        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(Start(ActionKind.Snapshot, "sebelum"))).Status);
        var snapshot = Assert.Single((await server.CopiesAsync()).Snapshots);
        Assert.Equal("sebelum", snapshot.Name);

        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(Start(ActionKind.RestoreSnapshot, imageId: snapshot.ImageId))).Status);
        await server.Droplet.Settles(DropletStatus.Running);
        await server.DoneAsync(Start(ActionKind.Snapshot, "kedua"));
        var third = await server.DoneAsync(Start(ActionKind.Snapshot, "ketiga"));
        Assert.Equal((ActivityStatus.Errored, "snapshot_limit"), (third.Status, third.Message));

        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(Start(ActionKind.DeleteSnapshot, imageId: snapshot.ImageId))).Status);
        Assert.Equal("kedua", Assert.Single((await server.CopiesAsync()).Snapshots).Name);
        // Gone is gone, and nobody else's disk answers to an id that was made up.
        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(Start(ActionKind.DeleteSnapshot, imageId: snapshot.ImageId))).Status);
        Assert.Equal("image_gone", (await server.DoneAsync(Start(ActionKind.RestoreSnapshot, imageId: snapshot.ImageId))).Message);
    }

    [Fact]
    public async Task Another_customers_snapshot_is_neither_restored_nor_deleted()
    {
        var (mine, other) = (await Cluster.TendedServerAsync(), await Cluster.TendedServerAsync());
        await other.DoneAsync(Start(ActionKind.Snapshot, "rahasia"));
        var theirs = Assert.Single((await other.CopiesAsync()).Snapshots).ImageId;
        Assert.Equal("image_gone", (await mine.DoneAsync(Start(ActionKind.RestoreSnapshot, imageId: theirs))).Message);
        await mine.DoneAsync(Start(ActionKind.DeleteSnapshot, imageId: theirs));
        Assert.Single((await other.CopiesAsync()).Snapshots);
    }

    [Fact]
    public async Task A_snapshot_whose_answer_is_lost_is_taken_once()
    {
        var server = await Cluster.TendedServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets/{id}/actions" });
        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(Start(ActionKind.Snapshot, "satu"))).Status);
        Assert.Single((await server.CopiesAsync()).Snapshots);
    }

    [Theory]
    [InlineData("upkeep.stored")]
    [InlineData("action.intent_stored")]
    [InlineData("action.after_post")]
    [InlineData("action.id_stored")]
    [InlineData("action.done_stored")]
    public async Task A_snapshot_cut_off_anywhere_is_taken_once(string arrow)
    {
        var server = await Cluster.TendedServerAsync();
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
        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(command)).Status);
        Assert.Single((await server.CopiesAsync()).Snapshots);
    }

    [Fact]
    public async Task Snapshots_deleted_alone_or_with_their_server_are_gone_also_where_it_is_cut()
    {
        var server = await Cluster.TendedServerAsync();
        var view = (await server.Droplet.Get()).Value!;
        await server.DoneAsync(Start(ActionKind.Snapshot, "satu"));
        await server.DoneAsync(Start(ActionKind.Snapshot, "dua"));
        var first = (await server.CopiesAsync()).Snapshots.Single(copy => copy.Name == "satu");
        var before = Cluster.Cloud.CountRequests("DELETE", "/v2/snapshots/{id}");

        var alone = Cluster.FailPoints.Arm("upkeep.snapshot_deleted", FailMode.Throw, subject: GrainKeys.Droplet(view.Instance));
        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(Start(ActionKind.DeleteSnapshot, imageId: first.ImageId))).Status);
        await alone.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        Assert.Equal("dua", Assert.Single((await server.CopiesAsync()).Snapshots).Name);

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
        var server = await Cluster.TendedServerAsync();
        await server.DoneAsync(Start(ActionKind.Snapshot, "ikut"));
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

    [Fact]
    public async Task What_is_kept_is_charged_and_what_is_gone_is_not_also_where_the_provider_cannot_be_asked_at_once()
    {
        var server = await Cluster.TendedServerAsync();
        var instance = (await server.Droplet.Get()).Value!.Instance;
        await DoneWithALostLookAsync(instance, server, Start(ActionKind.Snapshot, "satu"), "action.id_stored");
        var snapshot = Assert.Single((await server.CopiesAsync()).Snapshots);
        Assert.True(snapshot.SizeGb > 0);
        Assert.Equal((long)Math.Ceiling(snapshot.SizeGb * 1_024), await ImageMbAsync(instance));
        await DoneWithALostLookAsync(instance, server, Start(ActionKind.DeleteSnapshot, imageId: snapshot.ImageId), "upkeep.snapshot_deleted");
        Assert.Empty((await server.CopiesAsync()).Snapshots);
        Assert.Equal(0, await ImageMbAsync(instance));
    }

    /// <summary>The fault: the list right after the change was that of before it, and nothing else asks before the next snapshot.</summary>
    [Fact]
    public async Task A_list_that_lags_charges_neither_too_little_nor_what_is_gone()
    {
        var server = await Cluster.TendedServerAsync();
        var instance = (await server.Droplet.Get()).Value!.Instance;
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.StaleReads, Type = "snapshot", Seconds = 0.3 });
        await server.DoneAsync(Start(ActionKind.Snapshot, "satu"));
        var snapshot = Assert.Single((await server.CopiesAsync()).Snapshots);
        Assert.Equal((long)Math.Ceiling(snapshot.SizeGb * 1_024), await ImageMbAsync(instance));

        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.StaleReads, Type = "delete_snapshot", Seconds = 5 });
        await server.DoneAsync(Start(ActionKind.DeleteSnapshot, imageId: snapshot.ImageId));
        Assert.Single((await server.CopiesAsync()).Snapshots);
        Assert.Equal(0, await ImageMbAsync(instance));
    }

    Task<long> ImageMbAsync(InstanceId instance) =>
        Cluster.CountAsync($"SELECT coalesce((payload #>> '{{meter,imageMb}}')::bigint, 0) FROM grain_state WHERE key = '{GrainKeys.Droplet(instance)}'");

    /// <summary>From this arrow on the next look at the snapshots is answered with a failure, as often as the client itself asks again.</summary>
    async Task DoneWithALostLookAsync(InstanceId instance, TendedServer server, StartUpkeep command, string arrow)
    {
        var held = Cluster.FailPoints.Arm(arrow, FailMode.Hold, subject: GrainKeys.Droplet(instance));
        Assert.True((await server.Upkeep.Upkeep(command)).IsOk);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        Cluster.Cloud.Inject(new Fault
        {
            Kind = FaultKinds.Status500, Count = 1 + new Webrana.DigitalOcean.DigitalOceanOptions().ReadRetries, Method = "GET", Path = "/v2/droplets/{id}/snapshots",
        });
        Cluster.FailPoints.Release(arrow);
        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(command)).Status);
        Assert.Empty(Cluster.Cloud.Faults);
    }
}
