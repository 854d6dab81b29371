using Webrana.DigitalOcean.Tests.Support;
using Webrana.Sandbox.DigitalOcean.Http;

namespace Webrana.DigitalOcean.Tests.Simulator;

public sealed class LifecycleTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static PageRequest First => PageRequest.First;

    [Fact]
    public async Task A_new_droplet_becomes_active_with_addresses_when_its_create_action_ends()
    {
        await using var rig = await Rig.StartAsync();
        var created = (await rig.CreateAsync()).Value();
        Assert.Equal(DropletStatus.New, created.Droplet.Status);
        Assert.Equal(["droplet_agent", "monitoring"], created.Droplet.Features);
        Assert.Null(created.Droplet.VpcUuid);
        Assert.True(created.Droplet.Id > 500_000_000);
        Assert.True(created.CreateActionId > int.MaxValue);

        // Creation takes twice the 10 seconds of a power action.
        rig.Clock.Advance(TimeSpan.FromMilliseconds(19_999));
        Assert.False((await rig.Client.GetDropletAsync(created.Droplet.Id, Stop)).Value().IsReady);
        Assert.Equal(ActionStatus.InProgress, (await rig.Client.GetActionAsync(created.CreateActionId!.Value, Stop)).Value().Status);

        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var ready = (await rig.Client.GetDropletAsync(created.Droplet.Id, Stop)).Value();
        Assert.True(ready.IsReady);
        Assert.NotNull(ready.VpcUuid);
        Assert.Equal(("sgp1", "s-1vcpu-1gb", "web-01"), (ready.Region!.Slug, ready.SizeSlug, ready.Name));
        var action = (await rig.Client.GetActionAsync(created.CreateActionId.Value, Stop)).Value();
        Assert.Equal((ActionStatus.Completed, "create", created.Droplet.Id), (action.Status, action.Type, action.ResourceId));
        Assert.Equal(TimeSpan.FromSeconds(20), action.CompletedAt - action.StartedAt);
    }

    [Fact]
    public async Task Only_one_event_runs_on_a_droplet_the_creation_included()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateAsync()).Value().Droplet.Id;
        var refusal = (await rig.Client.StartActionAsync(id, DropletActionRequest.PowerOff, cancellationToken: Stop)).Refusal();
        Assert.Equal((422, "Droplet already has a pending event.", true), (refusal.Status, refusal.Message, refusal.IsPendingEvent));
        Assert.NotNull(refusal.RequestId);

        rig.FinishActions();
        (await rig.Client.StartActionAsync(id, DropletActionRequest.PowerOff, cancellationToken: Stop)).Value();
        Assert.True((await rig.Client.StartActionAsync(id, DropletActionRequest.PowerOn, cancellationToken: Stop)).Refusal().IsPendingEvent);
        Assert.False((await rig.Client.GetDropletAsync(id, Stop)).Value().Locked);
    }

    [Fact]
    public async Task Locked_follows_events_only_where_the_documented_variant_is_asked_for()
    {
        await using var rig = await Rig.StartAsync();
        Assert.Equal(200, (await rig.RawAsync("POST", "/_sandbox/settings", new { lockWhileBusy = true })).Status);
        var id = (await rig.CreateAsync()).Value().Droplet.Id;
        Assert.True((await rig.Client.GetDropletAsync(id, Stop)).Value().Locked);
        rig.FinishActions();
        Assert.False((await rig.Client.GetDropletAsync(id, Stop)).Value().Locked);
    }

    [Fact]
    public async Task Power_actions_change_the_status_when_they_end_and_refuse_the_wrong_state()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        async Task<DropletStatus> StatusAsync() => (await rig.Client.GetDropletAsync(id, Stop)).Value().Status;

        Assert.Equal(ActionStatus.Completed, (await rig.DoAsync(id, DropletActionRequest.Shutdown)).Status);
        Assert.Equal(DropletStatus.Off, await StatusAsync());
        Assert.True((await rig.Client.StartActionAsync(id, DropletActionRequest.PowerOff, cancellationToken: Stop)).Refusal().IsAlreadyPoweredOff);
        Assert.Equal(422, (await rig.Client.StartActionAsync(id, DropletActionRequest.Reboot, cancellationToken: Stop)).Refusal().Status);
        await rig.DoAsync(id, DropletActionRequest.Shutdown);

        await rig.DoAsync(id, DropletActionRequest.PowerOn);
        Assert.Equal(DropletStatus.Active, await StatusAsync());
        await rig.DoAsync(id, DropletActionRequest.Reboot);
        await rig.DoAsync(id, DropletActionRequest.PowerCycle);
        Assert.Equal(DropletStatus.Active, await StatusAsync());
        await rig.DoAsync(id, DropletActionRequest.PowerOff);
        Assert.Equal(DropletStatus.Off, await StatusAsync());
    }

    [Fact]
    public async Task Resize_wants_the_droplet_off_another_size_and_no_smaller_disk()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync(Rig.Wish(size: "s-1vcpu-2gb"))).Id;
        async Task<Refusal> RefusedAsync(DropletActionRequest request) =>
            (await rig.Client.StartActionAsync(id, request, cancellationToken: Stop)).Refusal();

        Assert.True((await RefusedAsync(DropletActionRequest.Resize("s-2vcpu-4gb"))).IsMustBePoweredOff);
        await rig.DoAsync(id, DropletActionRequest.PowerOff);
        Assert.True((await RefusedAsync(DropletActionRequest.Resize("s-1vcpu-2gb"))).IsSameSize);
        Assert.Equal("This size is not available because it has a smaller disk.", (await RefusedAsync(DropletActionRequest.Resize("s-1vcpu-1gb"))).Message);
        Assert.Equal(422, (await RefusedAsync(DropletActionRequest.Resize("s-nonsense"))).Status);

        await rig.DoAsync(id, DropletActionRequest.Resize("s-2vcpu-2gb"));
        var grown = (await rig.Client.GetDropletAsync(id, Stop)).Value();
        Assert.Equal(("s-2vcpu-2gb", 2, 50, DropletStatus.Off), (grown.SizeSlug, grown.Vcpus, grown.Disk, grown.Status));
        await rig.DoAsync(id, DropletActionRequest.Resize("s-2vcpu-4gb", growDisk: true));
        Assert.Equal(80, (await rig.Client.GetDropletAsync(id, Stop)).Value().Disk);
    }

    [Fact]
    public async Task Rebuild_and_rename_keep_id_and_address()
    {
        await using var rig = await Rig.StartAsync();
        var before = await rig.CreateActiveAsync();

        await rig.DoAsync(before.Id, DropletActionRequest.Rebuild("debian-12-x64"));
        await rig.DoAsync(before.Id, DropletActionRequest.Rename("web-02.example.test"));

        var after = (await rig.Client.GetDropletAsync(before.Id, Stop)).Value();
        Assert.Equal(("debian-12-x64", "web-02.example.test", before.PublicIPv4), (after.Image!.Slug, after.Name, after.PublicIPv4));
        Assert.True((await rig.Client.StartActionAsync(before.Id, DropletActionRequest.Rename("under_score"), cancellationToken: Stop)).Refusal().IsNameInvalid);
        Assert.True((await rig.Client.StartActionAsync(before.Id, DropletActionRequest.Rebuild("nonsense"), cancellationToken: Stop)).Refusal().IsImageInvalid);
        Assert.Equal("Image can't be blank", (await rig.RawAsync("POST", $"/v2/droplets/{before.Id}/actions", new { type = "rebuild" })).Message);
    }

    [Fact]
    public async Task A_snapshot_outlives_its_droplet_and_can_make_another()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        await rig.DoAsync(id, DropletActionRequest.Snapshot("before-upgrade"));
        await rig.DoAsync(id, DropletActionRequest.Snapshot());

        var own = (await rig.Client.ListDropletSnapshotsAsync(id, Stop)).Value();
        Assert.Equal(2, own.Count);
        Assert.Equal(("before-upgrade", "snapshot"), (own[0].Name, own[0].Type));
        Assert.Equal(2, (await rig.Client.GetDropletAsync(id, Stop)).Value().SnapshotIds.Count);

        (await rig.Client.DeleteDropletAsync(id, Stop)).Value();
        rig.FinishActions();
        var kept = (await rig.Client.ListSnapshotsAsync(Stop)).Value();
        Assert.Equal(own.Select(one => one.Id), kept.Select(one => one.Id));
        Assert.Equal($"{id}", kept[0].ResourceId);

        var image = ImageReference.FromId(long.Parse(kept[0].Id, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("before-upgrade", (await rig.CreateActiveAsync(Rig.Wish() with { Image = image })).Image!.Name);
        (await rig.Client.DeleteSnapshotAsync(kept[0].Id, Stop)).Value();
        Assert.True((await rig.Client.DeleteSnapshotAsync(kept[0].Id, Stop)).Refusal().IsNotFound);
    }

    [Fact]
    public async Task Backups_come_with_the_clock_are_kept_a_week_and_go_with_the_droplet()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        Assert.True((await rig.Client.StartActionAsync(id, DropletActionRequest.DisableBackups, cancellationToken: Stop)).Refusal().IsBackupsAlreadyDisabled);
        await rig.DoAsync(id, DropletActionRequest.EnableBackups);

        rig.Simulator.MoveClock(TimeSpan.FromDays(2.5));
        Assert.Equal(2, (await rig.Client.ListDropletBackupsAsync(id, Stop)).Value().Count);
        rig.Simulator.MoveClock(TimeSpan.FromDays(365));
        var backups = (await rig.Client.ListDropletBackupsAsync(id, Stop)).Value();
        Assert.Equal(7, backups.Count);
        Assert.All(backups, backup => Assert.Equal("backup", backup.Type));
        Assert.Equal(7, backups.Select(backup => backup.CreatedAt).Distinct().Count());

        var backupId = long.Parse(backups[0].Id, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(ActionStatus.Completed, (await rig.DoAsync(id, DropletActionRequest.Restore(backupId))).Status);
        Assert.Equal(422, (await rig.Client.StartActionAsync(id, DropletActionRequest.Restore(1), cancellationToken: Stop)).Refusal().Status);
        await rig.DoAsync(id, DropletActionRequest.DisableBackups);
        rig.Simulator.MoveClock(TimeSpan.FromDays(3));
        Assert.Equal(7, (await rig.Client.GetDropletAsync(id, Stop)).Value().BackupIds.Count);

        (await rig.Client.DeleteDropletAsync(id, Stop)).Value();
        rig.FinishActions();
        Assert.Equal(404, (await rig.RawAsync("GET", $"/v2/images/{backupId}")).Status);
    }

    [Fact]
    public async Task Backups_are_taken_on_the_day_and_at_the_hour_that_were_chosen()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        Assert.False((await rig.Client.GetBackupSetupAsync(id, Stop)).Value().BackupEnabled);
        Assert.Equal(422, (await rig.Client.StartActionAsync(id, DropletActionRequest.ChangeBackupPolicy(new BackupPolicy("daily")), cancellationToken: Stop)).Refusal().Status);
        Assert.Equal(422, (await rig.Client.StartActionAsync(id, DropletActionRequest.EnableBackupsBy(new BackupPolicy("daily", null, 3)), cancellationToken: Stop)).Refusal().Status);

        await rig.DoAsync(id, DropletActionRequest.EnableBackupsBy(new BackupPolicy("weekly", "SAT", 16)));
        var weekly = (await rig.Client.GetBackupSetupAsync(id, Stop)).Value();
        Assert.Equal(new BackupPolicy("weekly", "SAT", 16), weekly.BackupPolicy);
        // Started on Tuesday, 1 September 2026.
        Assert.Equal(new BackupWindow(new(2026, 9, 5, 16, 0, 0, TimeSpan.Zero), new(2026, 9, 5, 20, 0, 0, TimeSpan.Zero)), weekly.NextBackupWindow);

        await rig.DoAsync(id, DropletActionRequest.ChangeBackupPolicy(new BackupPolicy("daily", null, 4)));
        rig.Simulator.MoveClock(TimeSpan.FromDays(1));
        var taken = Assert.Single((await rig.Client.ListDropletBackupsAsync(id, Stop)).Value());
        Assert.Equal(new DateTimeOffset(2026, 9, 2, 4, 0, 0, TimeSpan.Zero), taken.CreatedAt);
    }

    [Fact]
    public async Task IPv6_is_added_one_way_with_a_numeric_netmask()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        Assert.Null((await rig.Client.GetDropletAsync(id, Stop)).Value().PublicIPv6);
        await rig.DoAsync(id, DropletActionRequest.EnableIPv6);
        Assert.NotNull((await rig.Client.GetDropletAsync(id, Stop)).Value().PublicIPv6);
    }

    [Fact]
    public async Task A_deleted_droplet_is_shown_for_a_moment_then_gone_and_cannot_be_deleted_twice()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;

        (await rig.Client.DeleteDropletAsync(id, Stop)).Value();
        Assert.True((await rig.Client.DeleteDropletAsync(id, Stop)).Refusal().IsNotFound);
        (await rig.Client.GetDropletAsync(id, Stop)).Value();
        Assert.True((await rig.Client.StartActionAsync(id, DropletActionRequest.Reboot, cancellationToken: Stop)).Refusal().IsPendingEvent);

        rig.FinishActions();
        Assert.True((await rig.Client.GetDropletAsync(id, Stop)).Refusal().IsNotFound);
        Assert.Empty((await rig.Client.ListAllDropletsAsync(cancellationToken: Stop)).Value());
        Assert.Equal("destroy", (await rig.Client.ListActionsAsync(First, Stop)).Value().Items[0].Type);
    }

    [Fact]
    public async Task Actions_are_listed_newest_first_for_the_account_and_for_a_droplet()
    {
        await using var rig = await Rig.StartAsync();
        var first = (await rig.CreateActiveAsync()).Id;
        var second = (await rig.CreateActiveAsync()).Id;
        await rig.DoAsync(first, DropletActionRequest.Reboot);

        var all = (await rig.Client.ListActionsAsync(First, Stop)).Value();
        Assert.Equal(["reboot", "create", "create"], all.Items.Select(action => action.Type));
        Assert.Equal([first, second, first], all.Items.Select(action => action.ResourceId!.Value));
        Assert.True(all.Items[0].Id > all.Items[1].Id && all.Items[1].Id > all.Items[2].Id);
        Assert.Equal(["reboot", "create"], (await rig.Client.ListDropletActionsAsync(first, First, Stop)).Value().Items.Select(action => action.Type));
        Assert.Equal(200, (await rig.RawAsync("GET", $"/v2/droplets/{first}/actions/{all.Items[0].Id}")).Status);
        Assert.Equal(404, (await rig.RawAsync("GET", $"/v2/droplets/{second}/actions/{all.Items[0].Id}")).Status);
    }

    [Fact]
    public async Task A_password_goes_to_the_accounts_owner_and_never_into_an_answer()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        var action = await rig.RawAsync("POST", $"/v2/droplets/{id}/actions", new { type = "password_reset" });
        rig.FinishActions();

        var outbox = (await rig.RawAsync("GET", "/_sandbox/outbox")).Json.EnumerateArray().ToList();
        // One for the creation without keys, one for the reset.
        Assert.Equal(2, outbox.Count);
        Assert.All(outbox, mail => Assert.Equal("owner-1@reseller.test", mail.GetProperty("to").GetString()));
        var password = outbox[1].GetProperty("text").GetString()!.Split('\n')[1]["Password: ".Length..];
        Assert.DoesNotContain(password, action.Text, StringComparison.Ordinal);
        Assert.Equal(201, action.Status);
    }

    [Fact]
    public async Task A_console_is_granted_until_it_is_switched_off_and_then_refused_as_by_the_public_api()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        var granted = (await rig.Client.StartActionAsync(id, DropletActionRequest.GetConsole, cancellationToken: Stop)).Value();
        Assert.StartsWith("ws://127.0.0.1:", granted.Console!.Url, StringComparison.Ordinal);
        // The droplet is not busy with it.
        Assert.Equal(201, (await rig.RawAsync("POST", $"/v2/droplets/{id}/actions", new { type = "reboot" })).Status);
        rig.FinishActions();

        await rig.RawAsync("POST", "/_sandbox/settings", new { vncConsole = false });
        Assert.Equal(422, (await rig.Client.StartActionAsync(id, DropletActionRequest.GetConsole, cancellationToken: Stop)).Refusal().Status);
    }

    [Fact]
    public async Task Several_droplets_are_acted_on_by_their_tag()
    {
        await using var rig = await Rig.StartAsync();
        await rig.CreateActiveAsync(Rig.Wish("a", "group"));
        await rig.CreateActiveAsync(Rig.Wish("b", "group"));
        await rig.CreateActiveAsync(Rig.Wish("c", "other"));

        Assert.Equal(2, (await rig.RawAsync("POST", "/v2/droplets/actions?tag_name=group", new { type = "power_off" })).Json.GetProperty("actions").GetArrayLength());
        Assert.Equal(422, (await rig.RawAsync("POST", "/v2/droplets/actions?tag_name=group", new { type = "rebuild" })).Status);
        Assert.Equal(422, (await rig.RawAsync("POST", "/v2/droplets/actions", new { type = "power_off" })).Status);
        Assert.Equal(204, (await rig.RawAsync("DELETE", "/v2/droplets?tag_name=group")).Status);
        Assert.Equal(422, (await rig.RawAsync("DELETE", "/v2/droplets")).Status);
        rig.FinishActions();
        Assert.Equal(1, rig.Simulator.DropletCount);
    }

    [Fact]
    public async Task Faults_of_a_kind_are_struck_as_often_as_laid_out()
    {
        await using var rig = await Rig.StartAsync();
        rig.Inject(FaultKinds.Unauthorized, fault => fault with { Count = 2, Path = "/v2/account", Method = "GET" });
        Assert.True((await rig.Client.GetAccountAsync(Stop)).Refusal().IsUnauthorized);
        (await rig.Client.ListRegionsAsync(Stop)).Value();
        Assert.True((await rig.Client.GetAccountAsync(Stop)).Refusal().IsUnauthorized);
        (await rig.Client.GetAccountAsync(Stop)).Value();
    }
}
