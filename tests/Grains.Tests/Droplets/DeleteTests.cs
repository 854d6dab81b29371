using Webrana.Contracts.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

public sealed class DeleteTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    static DeleteDroplet Delete(string name, string id = "delete-1") => new(id, name, "user:test");

    [Fact]
    public async Task A_deleted_server_is_gone_at_the_provider_and_its_name_is_free()
    {
        var owner = await Cluster.CustomerAsync(300_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var (view, count) = ((await droplet.Get()).Value!, Cluster.Cloud.DropletCount);

        Assert.Equal(DeleteError.ConfirmationMismatch, (await droplet.Delete(Delete("something else"))).Error);
        Assert.Equal("delete-1", (await droplet.Delete(Delete(view.Name))).Value?.ActionId);
        Assert.Equal("delete-1", (await droplet.Delete(Delete(view.Name))).Value?.ActionId);
        Assert.Null((await droplet.Get()).Value!.NextRenewalAt);

        await droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(count - 1, Cluster.Cloud.DropletCount);
        Assert.Equal(ActivityStatus.Completed, (await droplet.Action("delete-1")).Value!.Status);
        Assert.Equal(DeleteError.InvalidState, (await droplet.Delete(Delete(view.Name, "delete-2"))).Error);
        Assert.Equal(ActionError.InvalidState, (await droplet.Act(new StartAction("late", ActionKind.Reboot, "user:test"))).Error);
        var next = Cluster.Droplet(Servers.NewInstance());
        Assert.True((await next.Order(Servers.Order(owner, view.Name))).IsOk);
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE instance = '{instance}'"));
        // It comes to its end here: the next test's faults are not for it.
        await next.Becomes(DropletStatus.Running);
    }

    [Fact]
    public async Task A_delete_is_carried_through_refusals_errors_and_limits()
    {
        var (_, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status429, Seconds = 0.2, Method = "DELETE" });
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Count = 3, Method = "DELETE" });
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "DELETE" });

        await droplet.Delete(Delete((await droplet.Get()).Value!.Name));

        await droplet.Becomes(DropletStatus.Terminated);
    }

    [Fact]
    public async Task Deleting_while_provisioning_gives_the_money_back_and_leaves_nothing()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DelayAfterEffect, Ms = 700, Method = "POST", Path = "/v2/droplets" });
        await droplet.Order(Servers.Order(owner, "sebentar"));

        Assert.True((await droplet.Delete(Delete("sebentar"))).IsOk);

        var view = await droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(OrderStatus.Cancelled, view.OrderStatus);
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((200_000, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
    }

    [Fact]
    public async Task A_droplet_that_does_not_carry_our_tag_is_never_deleted()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var view = (await droplet.Get()).Value!;
        var count = Cluster.Cloud.DropletCount;
        await Cluster.UntagAsync(view.ProviderDropletId!.Value, instance);

        await droplet.Delete(Delete(view.Name));

        // It has looked at least twice, and deleted nothing.
        var looks = Cluster.Cloud.CountRequests("GET", "/v2/droplets/{id}");
        await Eventually.Async(
            () => Cluster.Cloud.CountRequests("GET", "/v2/droplets/{id}") >= looks + 2, WebranaCluster.Patience, "it looked twice");
        Assert.Equal(count, Cluster.Cloud.DropletCount);
        Assert.Equal(DropletStatus.Terminating, (await droplet.Get()).Value!.Status);
    }

    [Fact]
    public async Task A_droplet_too_many_that_was_made_at_another_time_than_the_one_found_is_never_deleted()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var extra = await Cluster.MakeAnotherAsync(instance);

        // The same id and the same tag, and yet not what the sweep saw.
        Assert.Equal(ReconcileOutcome.Destroying, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Duplicate, extra.Id, extra.CreatedAt.AddSeconds(-1))));
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload -> 'extras' -> 0 ->> 'left' = 'true'"),
            left => left == 1, WebranaCluster.Patience, "it is left alone");
        // Reported from here on, also by a sweep that saw it as it is.
        Assert.Equal(ReconcileOutcome.NotOurs, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Duplicate, extra.Id, extra.CreatedAt)));
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal(2, await Cluster.AtProviderAsync(instance));

        await droplet.Delete(Delete((await droplet.Get()).Value!.Name));
        await droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
    }

    // A database that was restored from a backup knows the droplet of that day; the one that has taken its place since is the customer's only server.
    [Fact]
    public async Task A_second_droplet_is_left_alone_where_the_recorded_one_is_gone()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var later = await Cluster.MakeAnotherAsync(instance);
        await Cluster.DestroyBehindOurBackAsync((await droplet.Get()).Value!.ProviderDropletId!.Value);

        Assert.Equal(ReconcileOutcome.NotOurs, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Duplicate, later.Id, later.CreatedAt)));

        Assert.Equal(0, await Cluster.CountAsync($"SELECT jsonb_array_length(payload -> 'extras')::bigint FROM grain_state WHERE key = 'droplet:{instance}'"));
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
    }

    // The same database, and the sweep that misses the recorded one before it has told of the other.
    [Fact]
    public async Task A_server_is_not_lost_while_another_stands_under_its_tag()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var known = await Cluster.ProviderDropletAsync(droplet);
        await Cluster.MakeAnotherAsync(instance);
        await Cluster.DestroyBehindOurBackAsync(known.Id);

        Assert.Equal(ReconcileOutcome.NotOurs, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Missing, known.Id, known.CreatedAt)));

        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id LIKE 'droplet:{instance}:lost%'"));
    }

    [Fact]
    public async Task Of_a_server_that_was_lost_what_was_one_too_many_goes_and_what_was_recorded_stays()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var extra = await Cluster.MakeAnotherAsync(instance);
        var part = $"{{\"id\": {extra.Id}, \"createdAt\": {extra.CreatedAt.ToUnixTimeMilliseconds()}, \"left\": false}}";
        await Cluster.RewriteAsync(
            instance, $"jsonb_set(jsonb_set(payload, '{{phase}}', '\"Lost\"'), '{{extras}}', '[{part}]')", "status = 'LOST', due_at = NULL");

        Assert.Equal(DropletStatus.Lost, (await droplet.Get()).Value!.Status);

        await Eventually.Async(() => Cluster.AtProviderAsync(instance), there => there == 1, WebranaCluster.Patience, "the one too many is gone");
        Assert.Equal((await droplet.Get()).Value!.ProviderDropletId, (await Cluster.ProviderDropletAsync(droplet)).Id);
    }

    [Fact]
    public async Task A_droplet_too_many_of_an_older_record_is_deleted_once_the_list_has_said_when_it_was_made()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var extra = await Cluster.MakeAnotherAsync(instance);
        await Cluster.RewriteAsync(instance, $"jsonb_set(payload, '{{extras}}', '[{extra.Id}]')");

        await droplet.Settles(DropletStatus.Running);
        await Eventually.Async(() => Cluster.AtProviderAsync(instance), there => there == 1, WebranaCluster.Patience, "the one too many is gone");
        Assert.Equal((await droplet.Get()).Value!.ProviderDropletId, (await Cluster.ProviderDropletAsync(droplet)).Id);
    }

    [Fact]
    public async Task A_droplet_too_many_of_an_older_record_that_the_list_does_not_show_is_left_alone_and_holds_nothing_up()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        // For longer than any list lags.
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.HideFromLists, Seconds = 1_000_000 });
        var extra = await Cluster.MakeAnotherAsync(instance);
        Assert.Empty(Cluster.Cloud.Faults);
        await Cluster.RewriteAsync(instance, $"jsonb_set(payload, '{{extras}}', '[{extra.Id}]')");

        Assert.True((await droplet.Act(new StartAction("reboot", ActionKind.Reboot, "user:test"))).IsOk);
        Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync("reboot")).Status);
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload -> 'extras' -> 0 ->> 'left' = 'true'"));
        var count = Cluster.Cloud.DropletCount;
        await droplet.Delete(Delete((await droplet.Get()).Value!.Name));
        await droplet.Becomes(DropletStatus.Terminated);
        // Only the server itself is gone: what nobody can date is an operator's.
        Assert.Equal(count - 1, Cluster.Cloud.DropletCount);
        Assert.Equal(ReconcileOutcome.NotOurs, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Tombstoned, extra.Id, extra.CreatedAt)));
    }
}
