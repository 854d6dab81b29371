using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.SshKeys;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Providers;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Another operating system: in place inside a family, by a new droplet otherwise; never two, never none.</summary>
public sealed class RebuildTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    const string SameFamily = "ubuntu-22-04-x64";
    const string OtherFamily = "debian-12-x64";

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    static RebuildDroplet To(string image, string? id = null) => new(id ?? Guid.NewGuid().ToString("N"), image, "user:test");

    async Task<(InstanceId Instance, IDropletGrain Droplet, DropletView Before)> ServerAsync()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        return (instance, droplet, (await droplet.Get()).Value!);
    }

    /// <summary>One droplet, of this image, whose password is the one that is shown.</summary>
    async Task AssertOneAsync(InstanceId instance, string image)
    {
        await Cluster.Droplet(instance).Settles(DropletStatus.Running);
        // The old one goes behind the swap.
        await Eventually.Async(() => Cluster.AtProviderAsync(instance), count => count == 1, WebranaCluster.Patience, "one droplet");
        Assert.Equal(image, (await Cluster.ProviderDropletAsync(Cluster.Droplet(instance))).Image?.Slug);
        Assert.Equal(image, (await Cluster.Droplet(instance).Get()).Value!.Image);
        await Cluster.AssertSoundAsync();
    }

    [Fact]
    public async Task Options_say_which_images_keep_the_address_before_anybody_confirms()
    {
        var (instance, _, _) = await ServerAsync();
        var options = (await Cluster.Rebuilds(instance).RebuildOptions()).Value!;
        Assert.Equal("ubuntu-24-04-x64", options.Current);
        Assert.Equal(RebuildMethod.InPlace, options.Choices.Single(choice => choice.Image == SameFamily).Method);
        Assert.Equal(RebuildMethod.Replace, options.Choices.Single(choice => choice.Image == OtherFamily).Method);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Inside_a_family_id_address_and_name_stay_and_we_get_in_again(bool visitedBefore)
    {
        var (instance, droplet, before) = await ServerAsync();
        var access = Cluster.Access(instance);
        if (visitedBefore)
        {
            Assert.True((await droplet.Act(new StartAction("visit", ActionKind.ResetPassword, "user:test"))).IsOk);
            await droplet.EndedAsync("visit");
        }

        var pinned = (await access.Access()).Value!.HostKey;
        var rebuild = To(SameFamily);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
        Assert.Equal(DropletStatus.Rebuilding, (await droplet.Get()).Value!.Status);
        Assert.Equal(AccessError.InvalidState, (await access.Open()).Error);
        var line = await droplet.EndedAsync(rebuild.OperationId);
        Assert.Equal((ActionKind.Rebuild, ActivityStatus.Completed), (line.Kind, line.Status));

        await AssertOneAsync(instance, SameFamily);
        var after = (await droplet.Get()).Value!;
        Assert.Equal((before.ProviderDropletId, before.Ipv4, before.Name), (after.ProviderDropletId, after.Ipv4, after.Name));
        var door = (await access.Open()).Value!;
        Assert.Equal(2, door.Generation);
        Assert.NotNull(door.HostKey);
        Assert.NotEqual(pinned, door.HostKey);
        Assert.Equal((await access.Reveal("new")).Value!.Password, await Cluster.PasswordInsideAsync(instance));
        Assert.Equal(AccessError.Superseded, (await access.Pin(new PinHostKey("ssh-ed25519 old", 1))).Error);
    }

    [Fact]
    public async Task Another_family_is_a_new_droplet_with_another_address_and_the_old_one_goes()
    {
        var (instance, droplet, before) = await ServerAsync();
        var rebuild = To(OtherFamily);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
        var line = await droplet.EndedAsync(rebuild.OperationId);
        Assert.Equal(ActivityStatus.Completed, line.Status);
        await AssertOneAsync(instance, OtherFamily);
        var after = (await droplet.Get()).Value!;
        Assert.NotEqual(before.ProviderDropletId, after.ProviderDropletId);
        Assert.NotEqual(before.Ipv4, after.Ipv4);
        Assert.Contains(after.Ipv4!, line.Message, StringComparison.Ordinal);
        Assert.Equal(before.NextRenewalAt, after.NextRenewalAt);
        Assert.True((await Cluster.Access(instance).Reveal("new")).IsOk);
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM instance_access WHERE instance = '{instance}'"));
    }

    [Fact]
    public async Task A_rebuild_after_which_our_key_is_not_accepted_becomes_a_replacement()
    {
        var (instance, droplet, before) = await ServerAsync();
        await Cluster.SetSimulatorAsync(new { cloudInitOnRebuild = false });
        try
        {
            var rebuild = To(SameFamily);
            Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
            Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync(rebuild.OperationId)).Status);
            await AssertOneAsync(instance, SameFamily);
            Assert.NotEqual(before.ProviderDropletId, (await droplet.Get()).Value!.ProviderDropletId);
            Assert.True((await Cluster.Access(instance).Open()).IsOk);
        }
        finally
        {
            await Cluster.SetSimulatorAsync(new { cloudInitOnRebuild = true });
        }
    }

    [Fact]
    public async Task Keys_that_are_chosen_are_the_only_ones_afterwards_stay_at_the_next_rebuild_and_go_when_none_is_chosen()
    {
        var (instance, droplet, before) = await ServerAsync();
        var keyId = await KeyAsync(before.Owner);
        var struck = Cluster.FailPoints.Arm("rebuild.keys_placed", FailMode.Throw, subject: $"droplet:{instance}");
        await RebuiltAsync(instance, To(SameFamily) with { SshKeyIds = [keyId] });
        await struck.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(before.ProviderDropletId, (await droplet.Get()).Value!.ProviderDropletId);
        await AssertEntryAsync(instance, passwordLogin: false, Laptop);

        // Taken out of the library, it stays on the server: nobody asked for another.
        Assert.True((await Library(before.Owner).Remove(keyId)).IsOk);
        await RebuiltAsync(instance, To("ubuntu-24-04-x64"));
        await AssertEntryAsync(instance, passwordLogin: false, Laptop);

        await RebuiltAsync(instance, To(SameFamily) with { SshKeyIds = [] });
        await AssertEntryAsync(instance, passwordLogin: true);
        Assert.Equal((await Cluster.Access(instance).Reveal("new")).Value!.Password, await Cluster.PasswordInsideAsync(instance));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_the_sshd_takes_no_orders_about_passwords_the_keys_stay_as_they_are_and_its_owner_is_told(bool madeWithKeys)
    {
        var owner = await Cluster.CustomerAsync(200_000);
        string[] key = [await KeyAsync(owner)], none = [], laptop = [Laptop];
        var (made, chosen) = madeWithKeys ? (key, none) : (none, key);
        var instance = Servers.NewInstance();
        Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(owner) with { SshKeyIds = made })).IsOk);
        await Cluster.Droplet(instance).Becomes(DropletStatus.Running);
        await Cluster.SetSimulatorAsync(new { sshdIgnoresSettings = true });
        try
        {
            // Keys where passwords stay on; none where they stay off.
            var rebuild = To(SameFamily) with { SshKeyIds = chosen };
            Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
            var line = await Cluster.Droplet(instance).EndedAsync(rebuild.OperationId);
            Assert.Equal((ActivityStatus.Completed, "keys_not_placed"), (line.Status, line.Message));
            await AssertEntryAsync(instance, passwordLogin: !madeWithKeys, madeWithKeys ? laptop : none);
        }
        finally
        {
            await Cluster.SetSimulatorAsync(new { sshdIgnoresSettings = false });
        }

        // And on a system that does as it is told the same choice holds.
        await RebuiltAsync(instance, To(SameFamily) with { SshKeyIds = chosen });
        await AssertEntryAsync(instance, passwordLogin: madeWithKeys, madeWithKeys ? none : laptop);
    }

    [Fact]
    public async Task A_replacement_is_made_with_the_chosen_keys_and_nobody_elses_are_taken()
    {
        var (instance, droplet, before) = await ServerAsync();
        var (mine, theirs) = (await KeyAsync(before.Owner), await KeyAsync(new UserId(Guid.NewGuid())));
        foreach (var wrong in new[] { theirs, "never-added" })
            Assert.Equal(RebuildError.SshKeyUnknown, (await Cluster.Rebuilds(instance).Rebuild(To(OtherFamily) with { SshKeyIds = [mine, wrong] })).Error);
        Assert.Null((await droplet.Get()).Value!.RunningAction);

        await RebuiltAsync(instance, To(OtherFamily) with { SshKeyIds = [mine] });
        await AssertOneAsync(instance, OtherFamily);
        await AssertEntryAsync(instance, passwordLogin: false, Laptop);
    }

    const string Laptop = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2";

    ISshKeysGrain Library(UserId owner) => Cluster.Grains.GetGrain<ISshKeysGrain>(GrainKeys.SshKeys(owner));

    async Task<string> KeyAsync(UserId owner) => (await Library(owner).Add(new AddSshKey(Guid.NewGuid().ToString(), "laptop", Laptop + " dewi@laptop"))).Value!.KeyId;

    async Task RebuiltAsync(InstanceId instance, RebuildDroplet rebuild)
    {
        var started = await Cluster.Rebuilds(instance).Rebuild(rebuild);
        Assert.True(started.IsOk, $"{started.Error} {started.Detail}");
        Assert.Equal(ActivityStatus.Completed, (await Cluster.Droplet(instance).EndedAsync(rebuild.OperationId)).Status);
    }

    /// <summary>Who gets in, as the server has it and as its owner is told.</summary>
    async Task AssertEntryAsync(InstanceId instance, bool passwordLogin, params string[] keys)
    {
        Assert.Equal(keys, (await Cluster.OwnersKeysInsideAsync(instance)).Select(line => string.Join(' ', line.Split(' ').Take(2))));
        Assert.Equal(passwordLogin, (await Cluster.GuestAsync(instance)).GetProperty("passwordLogin").GetBoolean());
        Assert.Equal(passwordLogin, (await Cluster.Access(instance).Access()).Value!.PasswordLogin);
    }

    [Theory]
    [InlineData("rebuild.stored")]
    [InlineData("action.intent_stored")]
    [InlineData("action.after_post")]
    [InlineData("action.id_stored")]
    [InlineData("rebuild.access_prepared")]
    [InlineData("rebuild.entered")]
    [InlineData("action.done_stored")]
    public async Task A_rebuild_in_place_cut_at_any_arrow_ends_as_one_server_that_opens(string arrow)
    {
        var (instance, droplet, _) = await ServerAsync();
        await CutAsync(instance, arrow, SameFamily);
        await AssertOneAsync(instance, SameFamily);
        Assert.Equal((await Cluster.Access(instance).Reveal("x")).Value!.Password, await Cluster.PasswordInsideAsync(instance));
        Assert.Equal(2, (await Cluster.Access(instance).Open()).Value!.Generation);
        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
    }

    [Theory]
    [InlineData("rebuild.stored")]
    [InlineData("replace.intent_stored")]
    [InlineData("replace.after_post")]
    [InlineData("replace.id_stored")]
    [InlineData("replace.ready")]
    [InlineData("replace.swapped")]
    public async Task A_replacement_cut_at_any_arrow_ends_as_one_new_server(string arrow)
    {
        var (instance, _, before) = await ServerAsync();
        await CutAsync(instance, arrow, OtherFamily);
        await AssertOneAsync(instance, OtherFamily);
        Assert.NotEqual(before.ProviderDropletId, (await Cluster.Droplet(instance).Get()).Value!.ProviderDropletId);
        Assert.True((await Cluster.Access(instance).Reveal("x")).IsOk);
    }

    async Task CutAsync(InstanceId instance, string arrow, string image)
    {
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        var rebuild = To(image);
        try
        {
            await Cluster.Rebuilds(instance).Rebuild(rebuild);
        }
        catch (Exception e) when (e is FailPointException or InfrastructureException)
        {
            // The caller does not know; it asks again.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
        Assert.Equal(ActivityStatus.Completed, (await Cluster.Droplet(instance).EndedAsync(rebuild.OperationId)).Status);
    }

    [Theory]
    [InlineData(FaultKinds.DropAfterEffect)]
    [InlineData(FaultKinds.HideFromLists)]
    [InlineData(FaultKinds.ActiveWithoutNetwork)]
    [InlineData(FaultKinds.NotFoundAfterCreate)]
    [InlineData(FaultKinds.Status500)]
    [InlineData(FaultKinds.Status429)]
    public async Task Whatever_the_provider_does_to_the_create_there_is_exactly_one_in_the_end(string fault)
    {
        var (instance, droplet, _) = await ServerAsync();
        if (fault == FaultKinds.HideFromLists)
            Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets" });
        Cluster.Cloud.Inject(new Fault { Kind = fault, Method = "POST", Path = "/v2/droplets", Seconds = 0.3, Reads = 2 });
        var rebuild = To(OtherFamily);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
        Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync(rebuild.OperationId)).Status);
        await AssertOneAsync(instance, OtherFamily);
    }

    [Fact]
    public async Task A_replacement_that_never_comes_to_be_leaves_the_server_as_it_was()
    {
        var (instance, droplet, before) = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "create" });
        var rebuild = To(OtherFamily);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
        var line = await droplet.EndedAsync(rebuild.OperationId);
        Assert.Equal(ActivityStatus.Errored, line.Status);
        await AssertOneAsync(instance, "ubuntu-24-04-x64");
        Assert.Equal((before.ProviderDropletId, before.Ipv4), ((await droplet.Get()).Value!.ProviderDropletId, (await droplet.Get()).Value!.Ipv4));
        Assert.Equal(1, (await Cluster.Access(instance).Open()).Value!.Generation);
    }

    /// <summary>The fault: while the tag's list could not be read it was never late, and nothing else could be done with the server.</summary>
    [Fact]
    public async Task A_replacement_whose_tag_cannot_be_read_is_late_as_an_order_is_and_what_it_left_is_not_taken_for_the_next_one()
    {
        var (instance, droplet, before) = await ServerAsync();
        var posts = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets" });
        Cluster.Cloud.Inject(Unreadable());
        var rebuild = To(OtherFamily);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
        await Eventually.Async(() => Cluster.Cloud.CountRequests("POST", "/v2/droplets") == posts + 1, WebranaCluster.Patience, "the create was sent");
        await Cluster.TurnAsync(TimeSpan.FromMinutes(21));
        var line = await droplet.EndedAsync(rebuild.OperationId);
        Assert.Equal((ActivityStatus.Errored, "not_confirmed"), (line.Status, line.Message));
        var after = await droplet.Settles(DropletStatus.Running);
        Assert.Equal((before.ProviderDropletId, before.Ipv4, before.Image), (after.ProviderDropletId, after.Ipv4, after.Image));

        // Tried again, nothing is sent beside what the first one made, until the account's sweep has found that and it is gone.
        Cluster.Cloud.ClearFaults();
        var left = (await UnderTagAsync(instance)).Single(one => one.Id != before.ProviderDropletId);
        var reads = Cluster.Cloud.CountRequests("GET", "/v2/droplets");
        var again = To(OtherFamily);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(again)).IsOk);
        await Eventually.Async(() => Cluster.Cloud.CountRequests("GET", "/v2/droplets") >= reads + 2, WebranaCluster.Patience, "its tag is read again and again");
        Assert.Equal(posts + 1, Cluster.Cloud.CountRequests("POST", "/v2/droplets"));
        Assert.Equal(ReconcileOutcome.Destroying, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Duplicate, left.Id, left.CreatedAt)));
        Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync(again.OperationId)).Status);
        await AssertOneAsync(instance, OtherFamily);
        Assert.NotEqual(left.Id, (await droplet.Get()).Value!.ProviderDropletId);
        Assert.Equal(posts + 2, Cluster.Cloud.CountRequests("POST", "/v2/droplets"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replacement_in_doubt_whose_tag_cannot_be_read_is_looked_at_once_more_when_its_time_is_over(bool ready)
    {
        var (instance, droplet, _) = await ServerAsync();
        if (!ready)
            Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActiveWithoutNetwork, Method = "POST", Path = "/v2/droplets", Reads = 100_000 });
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets" });
        var held = Cluster.FailPoints.Arm("replace.id_stored", FailMode.Hold, subject: $"droplet:{instance}");
        var rebuild = To(OtherFamily);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(rebuild)).IsOk);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        if (ready)
            await Eventually.Async(() => UnderTagAsync(instance), found => found.Count == 2 && found.All(one => one.IsReady), WebranaCluster.Patience, "both run");
        Cluster.Cloud.Inject(Unreadable());
        Cluster.FailPoints.Release("replace.id_stored");
        await Cluster.TurnAsync(TimeSpan.FromMinutes(21));
        Assert.Equal(ready ? ActivityStatus.Completed : ActivityStatus.Errored, (await droplet.EndedAsync(rebuild.OperationId)).Status);
        Cluster.Cloud.ClearFaults();
        await AssertOneAsync(instance, ready ? OtherFamily : "ubuntu-24-04-x64");
    }

    /// <summary>The lists of tags, and no others.</summary>
    static Fault Unreadable() => new() { Kind = FaultKinds.Status500, Count = -1, Method = "GET", Path = "/v2/droplets", Query = "tag_name" };

    async Task<IReadOnlyList<Webrana.DigitalOcean.Droplet>> UnderTagAsync(InstanceId instance)
    {
        var listed = await Cluster.Services.GetRequiredService<ProviderClients>().For("primary").ListAllDropletsAsync($"webrana-test-{instance}");
        return listed.TryGetValue(out var found) ? found : throw new InvalidOperationException(listed.ToString());
    }

    [Theory]
    [InlineData("replace.after_post")]
    [InlineData("replace.id_stored")]
    public async Task Deleted_in_the_middle_of_a_replacement_nothing_is_left_at_the_provider(string arrow)
    {
        var (instance, droplet, before) = await ServerAsync();
        var held = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(To(OtherFamily))).IsOk);
        await held.WaitAsync(WebranaCluster.Patience);
        Assert.True((await droplet.Delete(new DeleteDroplet("d", before.Name, "user:test"))).IsOk);
        await droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
    }

    [Fact]
    public async Task What_cannot_be_rebuilt_is_refused_and_the_same_request_again_is_the_same()
    {
        var (instance, droplet, _) = await ServerAsync();
        var rebuilds = Cluster.Rebuilds(instance);
        Assert.Equal(RebuildError.ImageUnavailable, (await rebuilds.Rebuild(To("windows-95"))).Error);
        Assert.True((await droplet.Act(new StartAction("busy", ActionKind.Reboot, "user:test"))).IsOk);
        Assert.Equal(RebuildError.ActionInProgress, (await rebuilds.Rebuild(To(SameFamily))).Error);
        Assert.Equal(RebuildError.OperationConflict, (await rebuilds.Rebuild(To(SameFamily, "busy"))).Error);
        await droplet.EndedAsync("busy");
        Assert.Equal(RebuildError.NotFound, (await Cluster.Rebuilds(Servers.NewInstance()).Rebuild(To(SameFamily))).Error);
        Assert.Equal(RebuildError.NotFound, (await Cluster.Rebuilds(Servers.NewInstance()).RebuildOptions()).Error);
        var view = (await droplet.Get()).Value!;
        Assert.True((await droplet.Delete(new DeleteDroplet("d", view.Name, "user:test"))).IsOk);
        Assert.Equal(RebuildError.InvalidState, (await rebuilds.Rebuild(To(SameFamily))).Error);
    }
}
