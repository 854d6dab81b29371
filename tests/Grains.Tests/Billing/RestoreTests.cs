using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>The way back from the image that is all that is left of a server.</summary>
[Collection(UnpaidServersCollection.Name)]
public sealed class RestoreTests(SharedCluster shared) : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    [Fact]
    public async Task Put_away_it_costs_an_image_and_comes_back_at_one_click_with_a_new_address()
    {
        var (owner, instance, droplet) = await Cluster.HibernatedServerAsync();
        var view = (await droplet.Get()).Value!;
        Assert.Equal((DropletStatus.Hibernated, 0), (view.Status, await Cluster.AtProviderAsync(instance)));
        Assert.Single(await Cluster.ImagesOfAsync(instance));
        await Cluster.TurnAsync(TimeSpan.FromDays(10));

        var restore = new RestoreServer("back", "user:test");
        Assert.Equal(RenewError.InsufficientBalance, (await Cluster.Billing(instance).Restore(restore)).Error);
        await Cluster.CreditAsync(owner, 200_000);
        await droplet.MoneyArrived();
        Assert.Equal(DropletStatus.Hibernated, (await droplet.Get()).Value!.Status);

        // A limit is named before anything is held, and is gone with its reason.
        await Cluster.Database.ExecuteAsync($"INSERT INTO limit_overrides (user_id, spend_per_day, reason, actor_id, since) VALUES ('{owner}', 0, 'uji', gen_random_uuid(), now())", TestContext.Current.CancellationToken);
        Assert.Equal(RenewError.LimitReached, (await Cluster.Billing(instance).Restore(restore with { OperationId = "again" })).Error);
        Assert.Equal(0, (await Cluster.MoneyAsync(owner)).HeldIdr);
        await Cluster.Database.ExecuteAsync($"DELETE FROM limit_overrides WHERE user_id = '{owner}'", TestContext.Current.CancellationToken);

        Assert.True((await Cluster.Billing(instance).Restore(restore with { OperationId = "again" })).IsOk);
        Assert.True((await Cluster.Billing(instance).Restore(restore with { OperationId = "again" })).IsOk);
        view = await droplet.Settles(DropletStatus.Running);

        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:2"));
        Assert.Equal(130_000 + 200_000 - (2 * Servers.PriceIdr), (await Cluster.MoneyAsync(owner)).BalanceIdr);
        Assert.True(view.NextRenewalAt > Cluster.Clock.GetUtcNow().AddDays(25), "the days it was away are not paid for");
        // Its image is, with the next renewal.
        Assert.Equal(AddonType.Images, Assert.Single((await Cluster.Billing(instance).Billing())!.Addons).Type);
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND kind = 'Restored' AND facts->>'ip' = '{view.Ipv4}'"),
            told => told == 1, WebranaCluster.Patience, "its owner is told the new address");
        await Eventually.Async(async () => (await Cluster.ImagesOfAsync(instance)).Count == 0, WebranaCluster.Patience, "the image is deleted");
        Assert.Equal(ActivityStatus.Completed, (await droplet.Action("again")).Value!.Status);
        await Cluster.AssertBooksAsync();
    }

    [Theory]
    [InlineData("restore.stored")]
    [InlineData("restore.held")]
    [InlineData("restore.hold_stored")]
    [InlineData("order.intent_stored")]
    [InlineData("order.after_post")]
    [InlineData("order.id_stored")]
    [InlineData("order.ready_stored")]
    [InlineData("restore.captured")]
    [InlineData("restore.running_stored")]
    [InlineData("restore.image_deleted")]
    public async Task A_restore_cut_at_any_arrow_is_one_server_and_one_charge(string arrow)
    {
        var (owner, instance, droplet) = await Cluster.HibernatedServerAsync();
        await Cluster.CreditAsync(owner, 200_000);
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            await Cluster.Billing(instance).Restore(new RestoreServer("back", "user:test"));
        }
        catch (InfrastructureException)
        {
            // The caller does not know either; the same command again, or the loop, carries it on.
            await Cluster.Billing(instance).Restore(new RestoreServer("back", "user:test"));
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:"));
        Assert.Equal((330_000 - (2 * Servers.PriceIdr), 0), ((await Cluster.MoneyAsync(owner)).BalanceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr));
        await Eventually.Async(async () => (await Cluster.ImagesOfAsync(instance)).Count == 0, WebranaCluster.Patience, "the image is deleted");
    }

    [Fact]
    public async Task A_restore_that_cannot_be_built_gives_the_money_back_and_keeps_the_image()
    {
        var (owner, instance, droplet) = await Cluster.HibernatedServerAsync();
        await Cluster.CreditAsync(owner, 200_000);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "create" });

        await Cluster.Billing(instance).Restore(new RestoreServer("back", "user:test"));

        await Eventually.Async(
            async () => (await droplet.Action("back")).Value, line => line?.Status == ActivityStatus.Errored, WebranaCluster.Patience, "the restore failed");
        await Cluster.IsHibernatedAsync(instance);
        Assert.Single(await Cluster.ImagesOfAsync(instance));
        Assert.Equal((201_000, 0), ((await Cluster.MoneyAsync(owner)).BalanceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr));

        Assert.True((await Cluster.Billing(instance).Restore(new RestoreServer("second", "user:test"))).IsOk);
        await droplet.Settles(DropletStatus.Running);
        await Cluster.AssertBooksAsync();
    }

    /// <summary>The fault: the way back failed behind the end of the window, and the next look at the subscription deleted the image.</summary>
    [Fact]
    public async Task A_restore_that_fails_at_the_end_of_the_window_leaves_a_day_for_the_next()
    {
        var (owner, instance, droplet) = await Cluster.HibernatedServerAsync();
        await Cluster.CreditAsync(owner, 200_000);
        var end = (await Cluster.Billing(instance).Billing())!.TerminatesAt!.Value;
        await Cluster.TurnToAsync(end - TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await Cluster.TurnToAsync(end - TimeSpan.FromMinutes(1));
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "create" });
        Assert.True((await Cluster.Billing(instance).Restore(new RestoreServer("back", "user:test"))).IsOk);
        await Eventually.Async(
            async () => (await droplet.Action("back")).Value, line => line?.Status == ActivityStatus.Errored, WebranaCluster.Patience, "the restore failed");
        await Cluster.IsHibernatedAsync(instance);

        await Cluster.TurnAsync(TimeSpan.FromHours(1));
        await droplet.WakeAllAsync();
        Assert.Equal(DropletStatus.Hibernated, (await droplet.Get()).Value!.Status);
        Assert.True((await Cluster.Billing(instance).Billing())!.TerminatesAt > end.AddHours(23), "its page says how long there is");

        Assert.True((await Cluster.Billing(instance).Restore(new RestoreServer("second", "user:test"))).IsOk);
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
    }

    [Fact]
    public async Task A_restore_waits_since_its_own_beginning_and_not_since_that_of_one_that_was_given_up()
    {
        var (owner, instance, droplet) = await Cluster.HibernatedServerAsync();
        await Cluster.CreditAsync(owner, 200_000);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status429, Method = "POST", Path = "/v2/droplets", Count = -1, Seconds = 0.3 });
        Assert.True((await Cluster.Billing(instance).Restore(new RestoreServer("back", "user:test"))).IsOk);
        await IsTriedInVainAsync();
        await Cluster.TurnAsync(TimeSpan.FromMinutes(11));
        Assert.True((await Cluster.Grains.GetGrain<IDropletDeskGrain>(GrainKeys.Droplet(instance)).GiveUp()).IsOk);
        await Cluster.IsHibernatedAsync(instance);

        var asked = Cluster.Clock.GetUtcNow();
        Assert.True((await Cluster.Billing(instance).Restore(new RestoreServer("second", "user:test"))).IsOk);
        await IsTriedInVainAsync();
        var since = (await droplet.Get()).Value!.RunningAction!.WaitingSince;
        Assert.False(since < asked.AddMilliseconds(-1), $"It waits since {since}, and was asked for at {asked}.");
        Cluster.Cloud.ClearFaults();
        await droplet.Settles(DropletStatus.Running);
        await Cluster.AssertBooksAsync();

        async Task IsTriedInVainAsync()
        {
            var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
            await Eventually.Async(() => Cluster.Cloud.CountRequests("POST", "/v2/droplets") >= before + 2, WebranaCluster.Patience, "it was tried in vain");
        }
    }
}
