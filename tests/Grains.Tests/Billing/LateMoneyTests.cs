using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>Money that comes at the last moment keeps the server that is being put away, whether the server was told of it or not.</summary>
[Collection(UnpaidServersCollection.Name)]
public sealed class LateMoneyTests(SharedCluster shared)
{
    WebranaCluster Cluster => shared.Cluster;

    [Fact]
    public async Task Money_that_comes_while_the_image_is_taken_brings_the_server_back_as_it_was()
    {
        var (owner, instance, droplet) = await Cluster.SuspendedServerAsync();
        var before = (await droplet.Get()).Value!.Ipv4;
        await Cluster.PutAwayAsync(instance, droplet);
        // Not before: the wallet is asked once more before an image is taken.
        await Cluster.CreditAsync(owner, 200_000);
        await droplet.MoneyArrived();

        var view = await droplet.Becomes(view => view.Status is DropletStatus.Running or DropletStatus.Hibernated && view.RunningAction is null, "it came to rest");
        // Whichever was first: never a charge without a server, never a server without a charge.
        Assert.Equal(view.Status == DropletStatus.Running ? 1 : 0, await Cluster.PostingsAsync($"renew:{instance}:"));
        Assert.Equal(view.Status == DropletStatus.Running ? before : null, view.Ipv4);
    }

    [Fact]
    public async Task Money_that_came_and_told_no_server_brings_it_back_before_anything_is_put_away()
    {
        var (owner, instance, droplet) = await Cluster.SuspendedServerAsync();
        await Cluster.CreditAsync(owner, 200_000);
        await Cluster.PutAwayAsync(instance, droplet);
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal((1, 1), ((int)await Cluster.PostingsAsync($"renew:{instance}:"), await Cluster.AtProviderAsync(instance)));
        Assert.Empty(await Cluster.ImagesOfAsync(instance));
    }

    /// <summary>
    /// The fault: the wallet is asked before the image is taken, the image takes its time, and a top-up in between told no server. Destroyed for
    /// want of money that is there, it would have lost its address for good.
    /// </summary>
    [Fact]
    public async Task Money_that_came_while_the_image_was_taken_and_told_no_server_keeps_it()
    {
        var (owner, instance, droplet) = await Cluster.SuspendedServerAsync();
        var before = (await droplet.Get()).Value!.Ipv4;
        var seen = Cluster.FailPoints.Arm("hibernate.image_seen", FailMode.Hold, subject: $"droplet:{instance}");
        await Cluster.PutAwayAsync(instance, droplet);
        await seen.WaitAsync(WebranaCluster.Patience);
        await Cluster.CreditAsync(owner, 200_000);
        Cluster.FailPoints.Release("hibernate.image_seen");

        var view = await droplet.Settles(DropletStatus.Running);
        Assert.Equal((before, 1), (view.Ipv4, await Cluster.AtProviderAsync(instance)));
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:"));
        await Eventually.Async(async () => (await Cluster.ImagesOfAsync(instance)).Count == 0, WebranaCluster.Patience, "the image is deleted");
        await Cluster.AssertBooksAsync();
    }

    /// <summary>
    /// The fault: the loop's last question was refused, and before its no was noted the money came and the same charge was paid. The no, noted over
    /// the yes, made a paid period an unpaid one, and the server was put away for good: its period is charged once, ever.
    /// </summary>
    [Fact]
    public async Task Money_that_comes_between_a_no_of_the_last_question_and_its_note_keeps_the_server()
    {
        var (owner, instance, droplet) = await Cluster.SuspendedServerAsync();
        var seen = Cluster.FailPoints.Arm("hibernate.image_seen", FailMode.Hold, subject: $"droplet:{instance}");
        await Cluster.PutAwayAsync(instance, droplet);
        await seen.WaitAsync(WebranaCluster.Patience);
        var refused = Cluster.FailPoints.Arm("renew.after_debit", FailMode.Hold, subject: $"droplet:{instance}");
        Cluster.FailPoints.Release("hibernate.image_seen");
        await refused.WaitAsync(WebranaCluster.Patience);
        await Cluster.CreditAsync(owner, 200_000);
        var arrived = droplet.MoneyArrived();
        await droplet.Get(); // Behind it in the grain's queue: by now the word has come. On a busy machine the release overtook it.
        Cluster.FailPoints.Release("renew.after_debit");
        await arrived;

        await droplet.Settles(DropletStatus.Running);
        Assert.Equal((1, 1), ((int)await Cluster.PostingsAsync($"renew:{instance}:"), await Cluster.AtProviderAsync(instance)));
        await Eventually.Async(async () => (await Cluster.ImagesOfAsync(instance)).Count == 0, WebranaCluster.Patience, "the image is deleted");
        await Cluster.AssertBooksAsync();
    }
}
