using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Data.Notices;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>A server that stays unpaid is put away, once its owner was warned: one image is left of it, and no server.</summary>
[Collection(UnpaidServersCollection.Name)]
public sealed class HibernationTests(SharedCluster shared)
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    WebranaCluster Cluster => shared.Cluster;

    [Theory]
    [InlineData("hibernate.stored")]
    [InlineData("hibernate.image_wanted")]
    [InlineData("hibernate.image_seen")]
    [InlineData("hibernate.image_stored")]
    [InlineData("terminate.before_delete")]
    [InlineData("terminate.after_delete")]
    [InlineData("terminate.gone_stored")]
    [InlineData("hibernate.gone")]
    [InlineData("hibernate.done")]
    public async Task A_hibernation_cut_at_any_arrow_leaves_one_image_and_no_server(string arrow)
    {
        var (_, instance, droplet) = await Cluster.SuspendedServerAsync();
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            await Cluster.PutAwayAsync(instance, droplet);
        }
        catch (InfrastructureException)
        {
            await droplet.Wake();
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        await Cluster.IsHibernatedAsync(instance);
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
        Assert.Single(await Cluster.ImagesOfAsync(instance));
    }

    [Fact]
    public async Task A_warning_that_reached_nobody_is_shown_to_admins_before_anything_is_destroyed()
    {
        var (_, instance, droplet) = await Cluster.SuspendedServerAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(4) + Second);
        await droplet.WakeAllAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(2));
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
        Assert.Null((await droplet.Subscription())!.EscalatedAt);

        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        Assert.NotNull((await droplet.Subscription())!.EscalatedAt);
        await droplet.Settles(DropletStatus.Suspended);

        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    [Fact]
    public async Task A_warning_opened_in_the_panel_has_reached_its_reader()
    {
        var (_, instance, droplet) = await Cluster.SuspendedServerAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(4) + Second);
        await droplet.WakeAllAsync();
        Assert.True((await Cluster.Billing(instance).Billing())!.WarningOpen);
        await Cluster.Billing(instance).WarningSeen();
        Assert.False((await Cluster.Billing(instance).Billing())!.WarningOpen);

        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    [Fact]
    public async Task A_warning_opened_among_the_notices_has_reached_its_reader_too()
    {
        var (owner, instance, droplet) = await Cluster.SuspendedServerAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(4) + Second);
        await droplet.WakeAllAsync();
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND kind = 'FinalWarning'"), told => told == 1, WebranaCluster.Patience, "it is told");
        await new NoticeRows(Cluster.Sources).OpenedAsync(owner.Value, null, Cluster.Clock.GetUtcNow(), cancellation: TestContext.Current.CancellationToken);

        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM warning_deliveries WHERE notice_id LIKE 'droplet:{instance}:%'"));
    }
}
