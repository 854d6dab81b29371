using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Data.Faults;
using Webrana.Domain.Droplets;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;
using SeenDroplet = Webrana.DigitalOcean.Droplet;
using SeenStatus = Webrana.DigitalOcean.DropletStatus;

namespace Webrana.Grains.Tests.Billing;

/// <summary>"Your server runs again" is said once it does. Its own cluster: the clock is turned.</summary>
public sealed class BackOnTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    const long Now = 1_795_939_200_000;

    static readonly InstanceId Server = new(Guid.Parse("0b4e6b0e-6f0e-4b8e-8a59-0a8f6a3c8f11"));

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    async Task<(UserId Owner, InstanceId Instance, IDropletGrain Droplet)> SuspendedAsync()
    {
        var owner = await Cluster.CustomerAsync(Servers.PriceIdr);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(50));
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
        return (owner, instance, droplet);
    }

    Task<long> ToldAsync(UserId owner, string kind) => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND kind = '{kind}'");

    Task HasNothingToDoAsync(InstanceId instance) => Eventually.Async(
        async () => await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload ->> 'workAt' IS NULL") == 1,
        WebranaCluster.Patience, "it has nothing to do and nothing to tell");

    [Theory]
    [InlineData("renew.stored")]
    [InlineData("action.intent_stored")]
    [InlineData("action.after_post")]
    [InlineData("action.done_stored")]
    [InlineData("outbox.told")]
    public async Task It_is_told_once_wherever_the_way_back_is_cut(string arrow)
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        await HasNothingToDoAsync(instance);
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Droplet(instance));
        await Cluster.CreditAsync(owner, Servers.PriceIdr);
        try
        {
            await droplet.MoneyArrived();
        }
        catch (InfrastructureException)
        {
            // Cut after it was stored: the loop carries it on.
            await droplet.Wake();
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        await droplet.Settles(DropletStatus.Running);
        await HasNothingToDoAsync(instance);
        Assert.Equal((1, 1), (await ToldAsync(owner, "Renewed"), await ToldAsync(owner, "Restored")));
    }

    /// <summary>The fault: the notice went with the wish, and its reader found a server that was off.</summary>
    [Fact]
    public async Task A_power_on_that_fails_is_not_told_as_a_server_that_runs_and_is_tried_until_it_does()
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        await HasNothingToDoAsync(instance);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "power_on", Count = -1 });
        await Cluster.CreditAsync(owner, Servers.PriceIdr);
        await droplet.MoneyArrived();
        await Eventually.Async(async () => await LinesAsync(instance, "Errored") == 1, WebranaCluster.Patience, "a try failed, and the log has it");
        await TriedOnceMoreAsync();
        Assert.Equal(DropletStatus.Off, (await droplet.Get()).Value!.Status);
        Assert.Equal((1, 0), (await LinesAsync(instance, "Errored"), await ToldAsync(owner, "Restored")));

        Cluster.Cloud.ClearFaults();
        await droplet.Settles(DropletStatus.Running);
        await HasNothingToDoAsync(instance);
        Assert.Equal((1, 1), (await ToldAsync(owner, "Renewed"), await ToldAsync(owner, "Restored")));
        // However often it was tried: that it failed, and that it is on.
        Assert.Equal((1, 1), (await LinesAsync(instance, "Errored"), await LinesAsync(instance, "Completed")));
    }

    Task<long> LinesAsync(InstanceId instance, string status) =>
        Cluster.CountAsync($"SELECT count(*) FROM instance_activity WHERE instance = '{instance}' AND kind = 'PowerOn' AND status = '{status}'");

    Task TriedOnceMoreAsync()
    {
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets/{id}/actions");
        return Eventually.Async(
            () => Cluster.Cloud.CountRequests("POST", "/v2/droplets/{id}/actions") >= before + 1, WebranaCluster.Patience, "it was tried once more");
    }

    [Fact]
    public void The_wish_tells_nothing_and_the_end_of_the_power_on_does()
    {
        var lifted = Blocked().Unblocked(Server, "admin:x", Now)!;
        Assert.Empty(Notices(lifted));
        var done = End(lifted.FulfilWish(Now)!, ActivityStatus.Completed, SeenStatus.Active);
        var told = Assert.Single(Notices(done));
        Assert.Equal((NoticeKind.Restored, $"droplet:{Server}:unblocked:{Now}", "203.0.113.7"), (told.Kind, told.Id, told.Values["ip"]));
        Assert.Null(done.BackOnNoticeId);
    }

    [Theory]
    [InlineData(ActivityStatus.Errored, SeenStatus.Off)]
    [InlineData(ActivityStatus.Completed, SeenStatus.Off)]
    public void A_server_that_was_not_seen_running_is_told_of_by_nobody(ActivityStatus status, SeenStatus seen) =>
        Assert.Empty(Notices(End(Blocked().Unblocked(Server, "admin:x", Now)!.FulfilWish(Now)!, status, seen)));

    [Fact]
    public void Suspended_again_behind_the_power_on_it_is_not_told_as_running()
    {
        var on = Blocked().Unblocked(Server, "admin:x", Now)!.FulfilWish(Now)!;
        Assert.Empty(Notices(End(on with { Phase = InstancePhase.Suspended }, ActivityStatus.Completed, SeenStatus.Active)));
    }

    static DropletState Blocked() => new()
    {
        Phase = InstancePhase.Suspended,
        Name = "web-1",
        Order = new OrderPart { Name = "web-1" },
        Droplet = new ProviderPart(7, Now, null) { Ipv4 = "203.0.113.7" },
        Subscription = new SubscriptionPart(Now, 1, 1, true, null, null),
        Block = new BlockPart("Spam", "admin:x", Now),
    };

    static DropletState End(DropletState on, ActivityStatus status, SeenStatus seen) =>
        on.ActionDone(status, null, new SeenDroplet { Id = 7, Status = seen, CreatedAt = DateTimeOffset.UnixEpoch }, Now).ToldBackOn(on.Action, status, Server)!;

    static List<NoticePart> Notices(DropletState state) => [.. state.Outbox.Select(item => item.Notice).OfType<NoticePart>()];
}
