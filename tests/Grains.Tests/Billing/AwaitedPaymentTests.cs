using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>A payment under way that was not heard of yet puts off each next loss, once.</summary>
[Collection(UnpaidServersCollection.Name)]
public sealed class AwaitedPaymentTests(SharedCluster shared)
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    WebranaCluster Cluster => shared.Cluster;

    [Fact]
    public async Task A_payment_under_way_puts_the_suspension_off_once_and_by_two_hours()
    {
        var owner = await Cluster.CustomerAsync(130_000);
        var (_, droplet) = await Cluster.RunningServerAsync(owner);
        await BeginsToPayAsync(owner);
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(49));
        await droplet.WakeAllAsync();
        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);

        await Cluster.TurnAsync(TimeSpan.FromHours(2) + Second);
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
    }

    /// <summary>The fault: without renewal by itself there is no grace, and who was just paying to press "Perpanjang" was switched off in the middle of it.</summary>
    [Fact]
    public async Task A_payment_under_way_leaves_time_to_press_the_button_where_nothing_renews_by_itself()
    {
        var owner = await Cluster.CustomerAsync(130_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, autoRenew: false);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        await BeginsToPayAsync(owner);
        await Cluster.TurnToAsync(due + Second);
        await droplet.WakeAllAsync();
        await IsSparedAsync(instance);
        Assert.Equal((DropletStatus.Running, 0), ((await droplet.Get()).Value!.Status, (int)await Cluster.PostingsAsync($"renew:{instance}:")));

        await Cluster.TurnToAsync(due + TimeSpan.FromHours(1));
        await Cluster.CreditAsync(owner, 200_000);
        await droplet.MoneyArrived();
        Assert.True((await Cluster.Billing(instance).Renew(new RenewServer($"hand-{instance}", 1, "user"))).IsOk);
        await Cluster.TurnToAsync(due + TimeSpan.FromHours(3));
        await droplet.WakeAllAsync();
        var view = (await droplet.Get()).Value!;
        Assert.Equal((DropletStatus.Running, 1), (view.Status, (int)await Cluster.PostingsAsync($"renew:{instance}:")));
        Assert.True(view.NextRenewalAt > due.AddDays(27), "the paid month begins at the old due date");
    }

    [Fact]
    public async Task Who_pays_and_does_not_press_is_switched_off_two_hours_later()
    {
        var owner = await Cluster.CustomerAsync(130_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, autoRenew: false);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        await BeginsToPayAsync(owner);
        await Cluster.TurnToAsync(due + Second);
        await droplet.WakeAllAsync();
        await IsSparedAsync(instance);

        await Cluster.TurnAsync(TimeSpan.FromHours(2) + Second);
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
        Assert.Equal(0, await Cluster.PostingsAsync($"renew:{instance}:"));
    }

    /// <summary>The fault: who paid behind the last warning, and whose callback was late, lost the address and every snapshot all the same.</summary>
    [Fact]
    public async Task A_payment_under_way_puts_the_image_off_once_and_by_two_hours()
    {
        var (owner, instance, droplet) = await Cluster.SuspendedServerAsync();
        await BeginsToPayAsync(owner);
        await Cluster.PutAwayAsync(instance, droplet);
        await IsSparedAsync(instance);
        await droplet.Settles(DropletStatus.Suspended);
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload #>> '{{hibernation,stage}}' IS NOT NULL"));

        await Cluster.TurnAsync(TimeSpan.FromHours(2) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    [Fact]
    public async Task A_payment_that_arrives_while_the_image_is_put_off_keeps_the_server()
    {
        var (owner, instance, droplet) = await Cluster.SuspendedServerAsync();
        await BeginsToPayAsync(owner);
        await Cluster.PutAwayAsync(instance, droplet);
        await IsSparedAsync(instance);
        await Cluster.CreditAsync(owner, 200_000);
        await droplet.MoneyArrived();
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal((1, 1), ((int)await Cluster.PostingsAsync($"renew:{instance}:"), await Cluster.AtProviderAsync(instance)));
        Assert.Empty(await Cluster.ImagesOfAsync(instance));
    }

    [Fact]
    public async Task A_payment_begun_while_the_image_is_taken_is_waited_for_before_the_server_goes()
    {
        var (owner, instance, droplet) = await Cluster.SuspendedServerAsync();
        var seen = Cluster.FailPoints.Arm("hibernate.image_seen", FailMode.Hold, subject: $"droplet:{instance}");
        await Cluster.PutAwayAsync(instance, droplet);
        await seen.WaitAsync(WebranaCluster.Patience);
        await BeginsToPayAsync(owner);
        Cluster.FailPoints.Release("hibernate.image_seen");
        await IsSparedAsync(instance);
        Assert.Equal((DropletStatus.Suspended, 1), ((await droplet.Get()).Value!.Status, await Cluster.AtProviderAsync(instance)));

        await Cluster.TurnAsync(TimeSpan.FromHours(2) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    [Fact]
    public async Task A_payment_under_way_puts_the_termination_off_once_by_two_hours_and_the_time_to_press_restore()
    {
        var (owner, instance, droplet) = await Cluster.HibernatedServerAsync();
        await BeginsToPayAsync(owner);
        await Cluster.TurnAsync(TimeSpan.FromDays(13) + Second);
        await droplet.WakeAllAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await IsSparedAsync(instance);
        Assert.Equal(DropletStatus.Hibernated, (await droplet.Get()).Value!.Status);
        Assert.Single(await Cluster.ImagesOfAsync(instance));

        // Money wakes no image: whoever paid late in the two hours still has a day to press.
        await Cluster.TurnAsync(TimeSpan.FromHours(2) + Second);
        await droplet.WakeAllAsync();
        Assert.Equal(DropletStatus.Hibernated, (await droplet.Get()).Value!.Status);

        await Cluster.TurnAsync(TimeSpan.FromHours(24));
        await droplet.WakeAllAsync();
        await droplet.Becomes(DropletStatus.Terminated);
    }

    /// <summary>As if a virtual account had been asked for, and its payment was not heard of yet.</summary>
    Task<int> BeginsToPayAsync(UserId owner) => Cluster.Database.ExecuteAsync(
        $"INSERT INTO grain_state (state, key, owner, status, sort_at, payload, version) VALUES ('deposit', 'deposit:{Guid.NewGuid()}', '{owner}', 'PENDING', 1, '{{}}', 1)");

    Task IsSparedAsync(InstanceId instance) => Eventually.Async(
        async () => await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload #>> '{{subscription,paymentAwaited}}' = 'true'") == 1,
        WebranaCluster.Patience, "the payment is waited for");
}
