using Webrana.DigitalOcean.Tests.Support;
using Webrana.Sandbox.DigitalOcean.Http;

namespace Webrana.DigitalOcean.Tests.Simulator;

public sealed class FaultTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hidden_droplet_is_missing_from_lists_until_its_time_and_readable_by_id()
    {
        await using var rig = await Rig.StartAsync();
        rig.Inject(FaultKinds.HideFromLists, fault => fault with { Seconds = 30 });
        var id = (await rig.CreateAsync()).Value().Droplet.Id;

        Assert.Empty((await rig.Client.ListAllDropletsAsync("svc-1", Stop)).Value());
        (await rig.Client.GetDropletAsync(id, Stop)).Value();
        rig.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Single((await rig.Client.ListAllDropletsAsync("svc-1", Stop)).Value());
    }

    [Fact]
    public async Task A_droplet_is_active_without_addresses_for_some_reads()
    {
        await using var rig = await Rig.StartAsync();
        rig.Inject(FaultKinds.ActiveWithoutNetwork, fault => fault with { Reads = 2 });
        var id = (await rig.CreateAsync()).Value().Droplet.Id;
        rig.FinishActions();

        var first = (await rig.Client.GetDropletAsync(id, Stop)).Value();
        Assert.Equal((DropletStatus.Active, false), (first.Status, first.IsReady));
        Assert.False((await rig.Client.ListAllDropletsAsync(cancellationToken: Stop)).Value()[0].IsReady);
        Assert.True((await rig.Client.GetDropletAsync(id, Stop)).Value().IsReady);
    }

    [Fact]
    public async Task A_created_droplet_is_not_found_for_some_reads()
    {
        await using var rig = await Rig.StartAsync();
        rig.Inject(FaultKinds.NotFoundAfterCreate, fault => fault with { Reads = 1 });
        var id = (await rig.CreateAsync()).Value().Droplet.Id;
        Assert.True((await rig.Client.GetDropletAsync(id, Stop)).Refusal().IsNotFound);
        (await rig.Client.GetDropletAsync(id, Stop)).Value();
    }

    [Fact]
    public async Task An_errored_creation_leaves_no_droplet()
    {
        await using var rig = await Rig.StartAsync();
        rig.Inject(FaultKinds.ActionErrored, fault => fault with { Type = "create" });
        var created = (await rig.CreateAsync()).Value();
        rig.FinishActions();
        Assert.True((await rig.Client.GetDropletAsync(created.Droplet.Id, Stop)).Refusal().IsNotFound);
        Assert.Equal(ActionStatus.Errored, (await rig.Client.GetActionAsync(created.CreateActionId!.Value, Stop)).Value().Status);
    }

    [Fact]
    public async Task An_errored_action_changes_nothing_and_an_errored_deletion_can_be_tried_again()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        rig.Inject(FaultKinds.ActionErrored);
        Assert.Equal(ActionStatus.Errored, (await rig.DoAsync(id, DropletActionRequest.PowerOff)).Status);
        Assert.Equal(DropletStatus.Active, (await rig.Client.GetDropletAsync(id, Stop)).Value().Status);

        rig.Inject(FaultKinds.ActionErrored, fault => fault with { Type = "destroy" });
        (await rig.Client.DeleteDropletAsync(id, Stop)).Value();
        rig.FinishActions();
        (await rig.Client.GetDropletAsync(id, Stop)).Value();
        (await rig.Client.DeleteDropletAsync(id, Stop)).Value();
        rig.FinishActions();
        Assert.Equal(0, rig.Simulator.DropletCount);
    }

    [Fact]
    public async Task A_guest_may_ignore_a_shutdown()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        rig.Inject(FaultKinds.ShutdownIgnored);
        Assert.Equal(ActionStatus.Completed, (await rig.DoAsync(id, DropletActionRequest.Shutdown)).Status);
        Assert.Equal(DropletStatus.Active, (await rig.Client.GetDropletAsync(id, Stop)).Value().Status);
        await rig.DoAsync(id, DropletActionRequest.Shutdown);
        Assert.Equal(DropletStatus.Off, (await rig.Client.GetDropletAsync(id, Stop)).Value().Status);
    }

    [Fact]
    public async Task What_an_action_has_changed_may_be_read_late()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        await rig.DoAsync(id, DropletActionRequest.PowerOff);
        rig.Inject(FaultKinds.StaleReads, fault => fault with { Seconds = 5, Type = "resize" });
        Assert.Equal(ActionStatus.Completed, (await rig.DoAsync(id, DropletActionRequest.Resize("s-2vcpu-2gb", false))).Status);
        Assert.Equal("s-1vcpu-1gb", (await rig.Client.GetDropletAsync(id, Stop)).Value().SizeSlug);
        rig.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("s-2vcpu-2gb", (await rig.Client.GetDropletAsync(id, Stop)).Value().SizeSlug);
    }

    [Fact]
    public async Task A_snapshot_may_be_listed_late_and_one_that_is_gone_for_a_while()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        rig.Inject(FaultKinds.StaleReads, fault => fault with { Seconds = 5, Type = "snapshot" });
        await rig.DoAsync(id, DropletActionRequest.Snapshot("satu"));
        Assert.Empty((await rig.Client.ListDropletSnapshotsAsync(id, Stop)).Value());
        rig.Clock.Advance(TimeSpan.FromSeconds(5));
        var taken = Assert.Single((await rig.Client.ListDropletSnapshotsAsync(id, Stop)).Value());

        rig.Inject(FaultKinds.StaleReads, fault => fault with { Seconds = 5, Type = "delete_snapshot" });
        (await rig.Client.DeleteSnapshotAsync(taken.Id, Stop)).Value();
        Assert.Single((await rig.Client.ListDropletSnapshotsAsync(id, Stop)).Value());
        rig.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty((await rig.Client.ListDropletSnapshotsAsync(id, Stop)).Value());
    }

    [Fact]
    public async Task A_pending_event_may_linger_after_completion()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        rig.Inject(FaultKinds.PendingEventAfterCompletion);
        Assert.True((await rig.Client.StartActionAsync(id, DropletActionRequest.PowerOff, cancellationToken: Stop)).Refusal().IsPendingEvent);
        (await rig.Client.StartActionAsync(id, DropletActionRequest.PowerOff, cancellationToken: Stop)).Value();
    }

    [Fact]
    public async Task A_fresh_key_may_be_unknown_to_creations_for_a_while()
    {
        await using var rig = await Rig.StartAsync();
        rig.Inject(FaultKinds.KeyUnknown, fault => fault with { Seconds = 5 });
        var key = (await rig.Client.CreateSshKeyAsync("laptop", AccountTests.Ed25519, Stop)).Value();
        var wish = Rig.Wish() with { SshKeys = [key.Id] };

        Assert.True((await rig.CreateAsync(wish)).Refusal().IsKeyNotYetKnown);
        Assert.Equal(0, rig.Simulator.DropletCount);
        rig.Clock.Advance(TimeSpan.FromSeconds(5));
        (await rig.CreateAsync(wish)).Value();
        Assert.Empty((await rig.RawAsync("GET", "/_sandbox/outbox")).Json.EnumerateArray());
    }

    [Fact]
    public async Task The_answer_of_a_read_may_be_lost_and_a_write_to_the_same_place_is_not_struck()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        rig.Inject(FaultKinds.DropRead, fault => fault with { Path = $"/v2/droplets/{id}" });
        // Once: the client asks again.
        (await rig.Client.GetDropletAsync(id, Stop)).Value();
        Assert.Empty(rig.Simulator.Faults);

        rig.Inject(FaultKinds.DropRead, fault => fault with { Count = -1, Path = $"/v2/droplets/{id}" });
        Assert.Equal(UnknownReason.ConnectionLost, (await rig.Client.GetDropletAsync(id, Stop)).Unknown());
        (await rig.Client.ListAllDropletsAsync("svc-1", Stop)).Value();
        (await rig.Client.DeleteDropletAsync(id, Stop)).Value();
        Assert.Single(rig.Simulator.Faults);
    }

    [Fact]
    public async Task What_is_there_may_not_be_found_for_a_moment()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        rig.Inject(FaultKinds.Status404, fault => fault with { Method = "GET", Path = $"/v2/droplets/{id}" });
        Assert.True((await rig.Client.GetDropletAsync(id, Stop)).Refusal().IsNotFound);
        (await rig.Client.GetDropletAsync(id, Stop)).Value();
    }

    [Fact]
    public async Task A_lost_read_is_laid_out_over_http_and_from_the_page_like_every_fault()
    {
        await using var rig = await Rig.StartAsync();
        Assert.Equal(200, (await rig.RawAsync("POST", "/_sandbox/faults", new { kind = "drop_read", method = "GET", path = "/v2/account" })).Status);
        (await rig.Client.GetAccountAsync(Stop)).Value();
        Assert.Equal(0, (await rig.RawAsync("GET", "/_sandbox/faults")).Json.GetArrayLength());
        Assert.Contains("data-kind=\"drop_read\"", (await rig.RawAsync("GET", "/")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_are_laid_out_listed_and_cleared_over_http()
    {
        await using var rig = await Rig.StartAsync();
        Assert.Equal(200, (await rig.RawAsync("POST", "/_sandbox/faults", new { kind = "status_500", count = -1, path = "/v2/acc*" })).Status);
        Assert.Equal(1, (await rig.RawAsync("GET", "/_sandbox/faults")).Json.GetArrayLength());
        Assert.Equal(500, (await rig.RawAsync("GET", "/v2/account")).Status);
        Assert.Equal(500, (await rig.RawAsync("GET", "/v2/account")).Status);
        Assert.Equal(200, (await rig.RawAsync("GET", "/v2/sizes")).Status);
        Assert.Equal(204, (await rig.RawAsync("DELETE", "/_sandbox/faults")).Status);
        Assert.Equal(200, (await rig.RawAsync("GET", "/v2/account")).Status);
        Assert.Equal(422, (await rig.RawAsync("POST", "/_sandbox/faults", new { kind = "gremlins" })).Status);
    }

    [Fact]
    public async Task A_delayed_call_waits_and_is_then_done()
    {
        await using var rig = await Rig.StartAsync(options => options.Clock = TimeProvider.System);
        rig.Inject(FaultKinds.Delay, fault => fault with { Ms = 1 });
        rig.Inject(FaultKinds.DelayAfterEffect, fault => fault with { Ms = 1 });
        (await rig.CreateAsync()).Value();
        rig.Simulator.ClearFaults();
        Assert.Equal(1, rig.Simulator.DropletCount);
    }
}
