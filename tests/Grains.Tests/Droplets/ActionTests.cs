using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Its own cluster: faults of the simulator strike whoever comes next.</summary>
public sealed class ActionTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    async Task<IDropletGrain> ServerAsync() => (await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000))).Droplet;

    static StartAction Action(ActionKind kind, string? id = null) => new(id ?? Guid.NewGuid().ToString("N"), kind, "user:test");

    static Task<ActivityEntry?> EndsAsync(IDropletGrain droplet, string actionId) => Eventually.Async(
        async () => (await droplet.Action(actionId)).Value, line => line is { Status: not ActivityStatus.InProgress }, WebranaCluster.Patience);

    [Fact]
    public async Task Off_on_reboot_and_shutdown_each_end_and_show_what_the_server_is()
    {
        var droplet = await ServerAsync();
        foreach (var (kind, becomes) in new[]
        {
            (ActionKind.PowerOff, DropletStatus.Off),
            (ActionKind.PowerOn, DropletStatus.Running),
            (ActionKind.Reboot, DropletStatus.Running),
            (ActionKind.Shutdown, DropletStatus.Off),
        })
        {
            var action = Action(kind);
            Assert.Equal(action.OperationId, (await droplet.Act(action)).Value?.ActionId);
            var line = await EndsAsync(droplet, action.OperationId);
            Assert.Equal((kind, ActivityStatus.Completed), (line!.Kind, line.Status));
            Assert.NotNull(line.CompletedAt);
            Assert.Equal(becomes, (await droplet.Get()).Value!.Status);
        }
    }

    [Fact]
    public async Task One_action_at_a_time_and_the_same_one_again_is_the_same()
    {
        var droplet = await ServerAsync();
        var action = Action(ActionKind.Reboot);
        Assert.True((await droplet.Act(action)).IsOk);
        Assert.True((await droplet.Act(action)).IsOk);
        Assert.Equal(ActionError.OperationConflict, (await droplet.Act(action with { Kind = ActionKind.PowerOff })).Error);
        await EndsAsync(droplet, action.OperationId);

        Assert.True((await droplet.Act(action)).IsOk);
        Assert.Null((await droplet.Get()).Value!.RunningAction);
    }

    [Fact]
    public async Task While_one_runs_another_is_refused_by_name()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var held = Cluster.FailPoints.Arm("action.id_stored", FailMode.Hold, subject: $"droplet:{instance}");
        var first = Action(ActionKind.Reboot);
        await droplet.Act(first);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);

        var second = await droplet.Act(Action(ActionKind.PowerOff));
        Cluster.FailPoints.Release("action.id_stored");

        Assert.Equal(ActionError.ActionInProgress, second.Error);
        Assert.Equal("Reboot", second.Detail);
        await EndsAsync(droplet, first.OperationId);
    }

    [Fact]
    public async Task What_the_state_does_not_allow_is_refused()
    {
        var droplet = await ServerAsync();
        Assert.Equal(ActionError.InvalidState, (await droplet.Act(Action(ActionKind.PowerOn))).Error);
        Assert.Equal(ActionError.InvalidState, (await droplet.Act(Action(ActionKind.Renew))).Error);
        Assert.Equal(ActionError.NotFound, (await Cluster.Droplet(Servers.NewInstance()).Act(Action(ActionKind.Reboot))).Error);
    }

    [Fact]
    public async Task A_pending_event_is_waited_out()
    {
        var droplet = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.PendingEventAfterCompletion, Count = 3 });
        var action = Action(ActionKind.Reboot);
        await droplet.Act(action);
        Assert.Equal(ActivityStatus.Completed, (await EndsAsync(droplet, action.OperationId))!.Status);
    }

    [Fact]
    public Task A_droplet_that_stays_busy_is_waited_for_with_patience_counted_from_its_first_refusal() =>
        GivenUpAfterPatienceAsync(new Fault { Kind = FaultKinds.PendingEventAfterCompletion, Count = -1 }, "busy");

    [Fact]
    public Task What_the_providers_token_may_not_do_is_given_up_with_its_words() => GivenUpAfterPatienceAsync(
        new Fault { Kind = FaultKinds.Forbidden, Method = "POST", Path = "/v2/droplets/{id}/actions", Count = -1 },
        "provider_said:You are not authorized to perform this operation");

    [Fact]
    public async Task A_budget_that_is_spent_meanwhile_does_not_start_the_patience_with_a_busy_droplet_anew()
    {
        var droplet = await ServerAsync();
        var instance = (await droplet.Get()).Value!.Instance;
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.PendingEventAfterCompletion, Count = -1 });
        var action = Action(ActionKind.Reboot);
        await droplet.Act(action);
        var busySince = await Eventually.Async(
            () => Cluster.CountAsync($"SELECT coalesce((payload #>> '{{action,busySince}}')::bigint, 0) FROM grain_state WHERE key = 'droplet:{instance}'"),
            since => since > 0, WebranaCluster.Patience, "it was busy");

        // Others have taken all of the minute; what this silo has in hand goes with its activation. A row without calls says that an action asked in vain.
        await Cluster.Database.ExecuteAsync($"""
            DELETE FROM provider_permits WHERE share = {(int)CallShare.Action};
            INSERT INTO provider_permits (account, slot, share, taken) SELECT 'primary', floor(extract(epoch FROM clock_timestamp()) / 5)::bigint, {(int)CallShare.Lifecycle}, 10000000
            ON CONFLICT (account, slot, share) DO UPDATE SET taken = excluded.taken
            """);
        await Cluster.Orleans.DeactivateAsync(Cluster.Grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount("primary")));
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM provider_permits WHERE share = {(int)CallShare.Action} AND taken = 0"), asked => asked > 0, WebranaCluster.Patience,
            "it was asked in vain");
        await Cluster.TurnAsync(TimeSpan.FromMinutes(11));
        Assert.Equal(busySince, await Cluster.CountAsync($"SELECT coalesce((payload #>> '{{action,busySince}}')::bigint, 0) FROM grain_state WHERE key = 'droplet:{instance}'"));

        await Cluster.Database.ExecuteAsync("DELETE FROM provider_permits");
        var line = await EndsAsync(droplet, action.OperationId);
        Assert.Equal((ActivityStatus.Errored, "busy"), (line!.Status, line.Message));
    }

    async Task GivenUpAfterPatienceAsync(Fault refusal, string message)
    {
        var droplet = await ServerAsync();
        var refused = Cluster.Cloud.CountRequests("POST", "/v2/droplets/{id}/actions");
        Cluster.Cloud.Inject(refusal);
        var action = Action(ActionKind.Reboot);
        await droplet.Act(action);
        // The second try comes after what the first one met is stored.
        await Eventually.Async(
            () => Cluster.Cloud.CountRequests("POST", "/v2/droplets/{id}/actions") >= refused + 2, WebranaCluster.Patience, "it was tried twice");
        Assert.Equal(ActivityStatus.InProgress, (await droplet.Action(action.OperationId)).Value!.Status);

        await Cluster.TurnAsync(TimeSpan.FromMinutes(11));
        var line = await EndsAsync(droplet, action.OperationId);
        Assert.Equal((ActivityStatus.Errored, message), (line!.Status, line.Message));
        // The server is free again for whatever comes next.
        Assert.Null((await droplet.Settles(DropletStatus.Running)).RunningAction);
    }

    [Fact]
    public async Task An_action_that_the_provider_fails_is_told_as_failed()
    {
        var droplet = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "reboot" });
        var action = Action(ActionKind.Reboot);
        await droplet.Act(action);
        var line = await EndsAsync(droplet, action.OperationId);
        Assert.Equal(ActivityStatus.Errored, line!.Status);
        Assert.NotNull(line.Message);
    }

    [Fact]
    public async Task An_action_that_the_provider_refuses_says_what_it_said()
    {
        var droplet = await ServerAsync();
        await Cluster.PowerOffBehindOurBackAsync(droplet);
        var action = Action(ActionKind.Reboot);
        await droplet.Act(action);
        var line = await EndsAsync(droplet, action.OperationId);
        Assert.Equal((ActivityStatus.Errored, "provider_said:Droplet is currently off. Please power it on to run this event."), (line!.Status, line.Message));
        // What customers see is what the droplet is.
        await droplet.Settles(DropletStatus.Off);
    }

    [Fact]
    public async Task An_action_whose_answer_was_lost_is_found_and_not_started_twice()
    {
        var droplet = await ServerAsync();
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets/{id}/actions");
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets/{id}/actions" });
        var action = Action(ActionKind.PowerOff);
        await droplet.Act(action);
        Assert.Equal(ActivityStatus.Completed, (await EndsAsync(droplet, action.OperationId))!.Status);
        Assert.Equal(DropletStatus.Off, (await droplet.Get()).Value!.Status);
        Assert.Equal(before + 1, Cluster.Cloud.CountRequests("POST", "/v2/droplets/{id}/actions"));
    }

    [Fact]
    public async Task A_rename_changes_the_name_frees_the_old_one_and_stands_in_the_activity()
    {
        var owner = await Cluster.CustomerAsync(400_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var old = (await droplet.Get()).Value!.Name;

        Assert.Equal("baru", (await droplet.Change(new ChangeDroplet("baru", null, "user:test"))).Value!.Name);
        Assert.Equal(DropletError.InvalidName, (await droplet.Change(new ChangeDroplet("-", null, "user:test"))).Error);

        Assert.Equal(OrderError.NameTaken, (await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner, "BARU"))).Error);
        await Eventually.Async(
            async () => await Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE instance = '{instance}'") == 1, WebranaCluster.Patience);
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE owner = '{owner}' AND name = '{old}'"));
        await Eventually.Async(
            async () => await Cluster.CountAsync($"SELECT count(*) FROM instance_activity WHERE instance = '{instance}' AND kind = 'Rename'") == 1,
            WebranaCluster.Patience);
        // Its call to the provider is made here, and is not counted by the next test.
        await Eventually.Async(async () => (await Cluster.ProviderDropletAsync(droplet)).Name == "baru", WebranaCluster.Patience, "the provider knows the name");
        await droplet.Settles(DropletStatus.Running);
    }

    [Fact]
    public async Task A_server_that_the_provider_does_not_find_for_a_moment_is_not_lost()
    {
        var droplet = await ServerAsync();
        var there = (await droplet.Get()).Value!.ProviderDropletId!.Value;
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status404, Method = "GET", Path = $"/v2/droplets/{there}" });
        var action = Action(ActionKind.Reboot);

        Assert.True((await droplet.Act(action)).IsOk);

        Assert.Equal(ActivityStatus.Completed, (await EndsAsync(droplet, action.OperationId))!.Status);
        Assert.Empty(Cluster.Cloud.Faults);
        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
    }

    [Fact]
    public async Task A_server_that_vanished_at_the_provider_is_lost_costs_nothing_more_and_can_be_deleted()
    {
        var droplet = await ServerAsync();
        var view = (await droplet.Get()).Value!;
        await Cluster.DestroyBehindOurBackAsync(view.ProviderDropletId!.Value);

        await droplet.Act(Action(ActionKind.Reboot));

        Assert.Null((await droplet.Becomes(DropletStatus.Lost)).NextRenewalAt);
        Assert.True((await droplet.Delete(new DeleteDroplet("d", view.Name, "user:test"))).IsOk);
        await droplet.Becomes(DropletStatus.Terminated);
    }
}
