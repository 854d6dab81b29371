using Microsoft.Extensions.DependencyInjection;
using Webrana.Api.Tests.Consoles;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Ssh;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>
/// Servers that a silo cannot enter because it is inside as many as it may be. The fault: taken for servers that let nobody in, their passwords would be
/// reset by mail to us, and a rebuilt one replaced by another droplet. Its own cluster, whose silo has one place.
/// </summary>
public sealed class SshPlacesTests : IAsyncLifetime
{
    static readonly TimeSpan BeyondPatience = TimeSpan.FromMinutes(1);

    WebranaCluster _cluster = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?> { ["Ssh:MostVisits"] = "1" });
        await _cluster.SeedPlansAsync();
        await _cluster.StartSweepersAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    async Task<(InstanceId Instance, IDropletGrain Droplet)> ServerAsync() => await _cluster.RunningServerAsync(await _cluster.CustomerAsync(200_000));

    /// <summary>Holds the server's loop at an arrow in front of the door, takes the place, and lets the loop find it taken, past all its patience.</summary>
    async Task FindsNoPlaceAsync(InstanceId instance, string before, string behind, Func<Task> act)
    {
        var there = _cluster.FailPoints.Arm(before, FailMode.Hold, subject: GrainKeys.Droplet(instance));
        var tried = _cluster.FailPoints.Arm(behind, FailMode.Hold, subject: GrainKeys.Droplet(instance));
        await act();
        await there.WaitAsync(WebranaCluster.Patience, Stop);
        await _cluster.TurnAsync(BeyondPatience);

        await using var inside = new HostileSshServer(1024, readsWhatIsTyped: false);
        using var giving = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var target = new SshTarget("127.0.0.1", inside.Port, "root", SshKeyPair.Generate("test").PrivatePem, null);
        var visit = _cluster.Services.GetRequiredService<ISshDoor>().RunAsync(target, "true", "", giving.Token);
        await inside.Asked.WaitAsync(WebranaCluster.Patience, Stop);
        _cluster.FailPoints.Release(before);
        await tried.WaitAsync(WebranaCluster.Patience, Stop);
        Assert.False(visit.IsCompleted, "the place was not taken");

        await giving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visit.WaitAsync(WebranaCluster.Patience, Stop));
        _cluster.FailPoints.Release(behind);
    }

    [Fact]
    public async Task A_password_reset_comes_again_and_does_not_go_through_the_provider()
    {
        var (instance, droplet) = await ServerAsync();
        await FindsNoPlaceAsync(
            instance, "reset.offered", "reset.set", async () => Assert.True((await droplet.Act(new StartAction("reset", ActionKind.ResetPassword, "user:test"))).IsOk));

        Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync("reset")).Status);
        Assert.Equal((await _cluster.Access(instance).Reveal("x")).Value!.Password, await _cluster.PasswordInsideAsync(instance));
    }

    [Fact]
    public async Task A_rebuilt_server_is_entered_later_and_not_replaced()
    {
        var (instance, droplet) = await ServerAsync();
        var before = (await droplet.Get()).Value!;
        await FindsNoPlaceAsync(
            instance, "rebuild.access_prepared", "rebuild.entered",
            async () => Assert.True((await _cluster.Rebuilds(instance).Rebuild(new RebuildDroplet("rebuild", "ubuntu-22-04-x64", "user:test"))).IsOk));

        Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync("rebuild")).Status);
        var after = (await droplet.Get()).Value!;
        Assert.Equal((before.ProviderDropletId, before.Ipv4), (after.ProviderDropletId, after.Ipv4));
    }
}
