using Webrana.Contracts.Droplets;
using Webrana.Contracts.Wallets;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>One test per arrow: the activation dies there, and the flow converges from the stored record alone.</summary>
public sealed class CrashTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    [Theory]
    [InlineData("order.stored")]
    [InlineData("order.name_claimed")]
    [InlineData("order.stock_taken")]
    [InlineData("order.held")]
    [InlineData("order.place_asked")]
    [InlineData("order.hold_stored")]
    [InlineData("order.permitted")]
    [InlineData("order.intent_stored")]
    [InlineData("order.after_post")]
    [InlineData("order.id_stored")]
    [InlineData("order.ready_stored")]
    [InlineData("order.captured")]
    [InlineData("order.active_stored")]
    [InlineData("outbox.told")]
    public async Task An_order_cut_at_any_arrow_becomes_one_server_and_one_charge(string arrow)
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");

        var order = Servers.Order(owner);
        try
        {
            await droplet.Order(order);
        }
        catch (Webrana.Contracts.InfrastructureException)
        {
            // The caller does not know either; it asks again or looks later.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        await droplet.Settles(DropletStatus.Running);
        Assert.True((await droplet.Order(order)).IsOk);
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((71_000, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
    }

    [Theory]
    [InlineData("action.stored")]
    [InlineData("action.intent_stored")]
    [InlineData("action.after_post")]
    [InlineData("action.id_stored")]
    [InlineData("action.done_stored")]
    public async Task An_action_cut_at_any_arrow_still_ends(string arrow)
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            await droplet.Act(new StartAction("off", ActionKind.PowerOff, "user:test"));
        }
        catch (Webrana.Contracts.InfrastructureException)
        {
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        await droplet.Settles(DropletStatus.Off);
        await Eventually.Async(
            async () => (await droplet.Action("off")).Value, line => line?.Status == ActivityStatus.Completed, WebranaCluster.Patience);
    }

    [Theory]
    [InlineData("terminate.stored")]
    [InlineData("terminate.before_delete")]
    [InlineData("terminate.after_delete")]
    [InlineData("terminate.gone_stored")]
    [InlineData("terminate.name_released")]
    [InlineData("terminate.done_stored")]
    public async Task A_deletion_cut_at_any_arrow_is_carried_through(string arrow)
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var name = (await droplet.Get()).Value!.Name;
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            await droplet.Delete(new DeleteDroplet("delete", name, "user:test"));
        }
        catch (Webrana.Contracts.InfrastructureException)
        {
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        await droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE instance = '{instance}'"));
        // The last write is not the last word: its owner is told from what it stored.
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{instance}:deleted'"), told => told == 1, WebranaCluster.Patience, "its owner is told");
    }

    [Theory]
    [InlineData("renew.intent_stored")]
    [InlineData("renew.after_debit")]
    [InlineData("renew.stored")]
    public async Task A_renewal_cut_at_any_arrow_is_one_charge(string arrow)
    {
        var owner = await Cluster.CustomerAsync(400_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, BillingPeriod.Daily);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");

        await Cluster.TurnToAsync(due + TimeSpan.FromSeconds(1));
        await fired.WaitAsync(WebranaCluster.Patience);

        await droplet.Becomes(view => view.NextRenewalAt == due + TimeSpan.FromDays(1), "it is renewed");
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:"));
    }

    [Fact]
    public async Task A_rename_cut_behind_its_claim_gives_the_claim_back_and_can_be_asked_for_again()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var name = (await droplet.Get()).Value!.Name;
        var fired = Cluster.FailPoints.Arm("rename.claimed", FailMode.Throw, subject: $"droplet:{instance}");

        await Assert.ThrowsAsync<Webrana.Contracts.InfrastructureException>(() => droplet.Change(new ChangeDroplet("lain", null, "user:test")));
        await fired.WaitAsync(WebranaCluster.Patience);

        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE instance = '{instance}'"), claims => claims == 1, WebranaCluster.Patience, "the claim is given back");
        Assert.Equal(name, (await droplet.Get()).Value!.Name);
        Assert.Equal("lain", (await droplet.Change(new ChangeDroplet("lain", null, "user:test"))).Value!.Name);
        await Eventually.Async(
            async () => (await Cluster.ProviderDropletAsync(droplet)).Name, there => there == "lain", WebranaCluster.Patience, "the provider knows the name");
        await droplet.Settles(DropletStatus.Running);
    }

    [Fact]
    public async Task A_loss_cut_when_it_was_just_stored_is_told_and_given_back_once()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var there = await Cluster.ProviderDropletAsync(droplet);
        await Cluster.DestroyBehindOurBackAsync(there.Id);
        var hint = new ReconcileHint(ReconcileKind.Missing, there.Id, there.CreatedAt);
        var fired = Cluster.FailPoints.Arm("reconcile.lost_stored", FailMode.Throw, subject: $"droplet:{instance}");

        await Assert.ThrowsAsync<Webrana.Contracts.InfrastructureException>(() => droplet.Reconcile(hint));
        await fired.WaitAsync(WebranaCluster.Patience);

        Assert.Equal(DropletStatus.Lost, (await droplet.Get()).Value!.Status);
        Assert.Equal(ReconcileOutcome.Nothing, await droplet.Reconcile(hint));
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND notice_id LIKE 'droplet:{instance}:lost%'"), told => told == 2,
            WebranaCluster.Patience, "its owner is told of the loss and of the money");
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = 'REFUND'"), rows => rows == 1,
            WebranaCluster.Patience, "it is given back once");
    }

    [Fact]
    public async Task A_loss_that_an_action_met_and_that_is_cut_when_it_was_just_stored_is_told_and_given_back_once()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        await Cluster.DestroyBehindOurBackAsync((await Cluster.ProviderDropletAsync(droplet)).Id);
        var fired = Cluster.FailPoints.Arm("action.lost_stored", FailMode.Throw, subject: $"droplet:{instance}");

        Assert.True((await droplet.Act(new StartAction("again", ActionKind.Reboot, "user:test"))).IsOk);
        await fired.WaitAsync(WebranaCluster.Patience);

        await droplet.Becomes(DropletStatus.Lost);
        Assert.Equal(ActivityStatus.Errored, (await droplet.EndedAsync("again")).Status);
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND notice_id LIKE 'droplet:{instance}:lost%'"), told => told == 2,
            WebranaCluster.Patience, "its owner is told of the loss and of the money");
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = 'REFUND'"), rows => rows == 1,
            WebranaCluster.Patience, "it is given back once");
    }

    [Fact]
    public async Task A_tombstone_cut_before_its_delete_is_destroyed_by_the_next_sweep()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var there = await Cluster.ProviderDropletAsync(droplet);
        // As a restored backup would leave it: over here, alive there.
        await Cluster.RewriteAsync(instance, "jsonb_set(payload, '{phase}', '\"Terminated\"')", "status = 'TERMINATED', due_at = NULL");
        var hint = new ReconcileHint(ReconcileKind.Tombstoned, there.Id, there.CreatedAt);
        var fired = Cluster.FailPoints.Arm("reconcile.before_delete", FailMode.Throw, subject: $"droplet:{instance}");

        await Assert.ThrowsAsync<Webrana.Contracts.InfrastructureException>(() => droplet.Reconcile(hint));
        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));

        Assert.Equal(ReconcileOutcome.Destroying, await droplet.Reconcile(hint));
        await Eventually.Async(() => Cluster.AtProviderAsync(instance), left => left == 0, WebranaCluster.Patience, "the tombstone is gone");
    }

    [Fact]
    public async Task A_create_that_was_answered_into_the_void_is_found_by_its_tag_and_not_repeated()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets" });

        await Cluster.Droplet(instance).Order(Servers.Order(owner));

        await Cluster.Droplet(instance).Settles(DropletStatus.Running);
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
        Assert.Equal(before + 1, Cluster.Cloud.CountRequests("POST", "/v2/droplets"));
    }

    [Fact]
    public async Task A_create_that_certainly_never_happened_is_sent_once_more_and_no_more()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Method = "POST", Path = "/v2/droplets" });

        await Cluster.Droplet(instance).Order(Servers.Order(owner));

        await Cluster.Droplet(instance).Settles(DropletStatus.Running);
        Assert.Equal(before + 2, Cluster.Cloud.CountRequests("POST", "/v2/droplets"));
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
    }

    [Fact]
    public async Task A_create_that_stays_unanswered_gives_the_money_back()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var droplet = Cluster.Droplet(Servers.NewInstance());
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Count = 2, Method = "POST", Path = "/v2/droplets" });

        await droplet.Order(Servers.Order(owner));

        var view = await droplet.Becomes(DropletStatus.Failed);
        Assert.Equal(OrderStatus.Failed, view.OrderStatus);
        Assert.NotNull(view.FailureReason);
        await ReleasedAsync(owner);
    }

    [Fact]
    public async Task A_build_that_the_provider_gives_up_fails_the_order_and_gives_the_money_back()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "create" });

        await droplet.Order(Servers.Order(owner, "gagal"));

        Assert.Equal(OrderStatus.Failed, (await droplet.Becomes(DropletStatus.Failed)).OrderStatus);
        await ReleasedAsync(owner);
        await Eventually.Async(
            async () => await Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE instance = '{instance}'") == 0, WebranaCluster.Patience);
    }

    [Fact]
    public async Task An_order_cut_when_its_failure_was_just_stored_gives_the_money_and_the_name_back_and_says_so_once()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "create" });
        var fired = Cluster.FailPoints.Arm("order.failed_stored", FailMode.Throw, subject: $"droplet:{instance}");

        Assert.True((await droplet.Order(Servers.Order(owner))).IsOk);
        await fired.WaitAsync(WebranaCluster.Patience);

        Assert.Equal(OrderStatus.Failed, (await droplet.Becomes(DropletStatus.Failed)).OrderStatus);
        await ReleasedAsync(owner);
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE instance = '{instance}'"), names => names == 0, WebranaCluster.Patience, "its name is free");
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{instance}:failed'"), told => told == 1, WebranaCluster.Patience, "its owner is told");
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
    }

    [Fact]
    public async Task A_server_that_shows_late_or_without_address_is_waited_for()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.NotFoundAfterCreate, Reads = 3 });
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActiveWithoutNetwork, Reads = 3 });
        var (_, droplet) = await Cluster.RunningServerAsync(owner);
        Assert.NotNull((await droplet.Get()).Value!.Ipv4);
    }

    Task<WalletView> ReleasedAsync(Webrana.Contracts.UserId owner) => Eventually.Async(
        () => Cluster.MoneyAsync(owner), money => money is { BalanceIdr: 200_000, HeldIdr: 0 }, WebranaCluster.Patience, "the hold is released");
}
