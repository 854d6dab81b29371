using Webrana.Contracts.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;
using static Webrana.Grains.Tests.Droplets.Upkeeps;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>What is asked of a running server is done one at a time, and once; its addresses and its name are the provider's, too.</summary>
[Collection(UpkeepCollection.Name)]
public sealed class UpkeepTests(SharedCluster shared) : IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    [Fact]
    public async Task One_at_a_time_and_the_same_one_again_is_the_same()
    {
        var server = await Cluster.TendedServerAsync();
        var command = Start(ActionKind.Snapshot, "sekali");
        Assert.True((await server.Upkeep.Upkeep(command)).IsOk);
        var other = await server.Upkeep.Upkeep(Start(ActionKind.EnableIpv6));
        Assert.Equal((ActionError.ActionInProgress, "Snapshot"), (other.Error!.Value, other.Detail));
        Assert.Equal(ActionError.ActionInProgress, (await server.Droplet.Act(new StartAction("b", ActionKind.Reboot, "user:test"))).Error);
        await server.DoneAsync(command);
        await server.DoneAsync(command);
        Assert.Single((await server.CopiesAsync()).Snapshots);
        Assert.Equal(ActionError.OperationConflict, (await server.Upkeep.Upkeep(command with { Kind = ActionKind.EnableIpv6 })).Error);
    }

    [Fact]
    public async Task Addresses_are_shown_with_netmask_and_gateway_and_IPv6_is_added()
    {
        var server = await Cluster.TendedServerAsync();
        var network = (await server.Upkeep.Network()).Value!;
        Assert.Equal((await server.Droplet.Get()).Value!.Name, network.HostName);
        Assert.Collection(
            network.Addresses,
            address => Assert.True(address is { Version: 4, Public: true, Netmask: not null, Gateway: not null }),
            address => Assert.True(address is { Version: 4, Public: false, Netmask: not null, Gateway: null }));

        Assert.Equal(ActivityStatus.Completed, (await server.DoneAsync(Start(ActionKind.EnableIpv6))).Status);
        Assert.NotNull((await server.Droplet.Get()).Value!.Ipv6);
        Assert.Contains((await server.Upkeep.Network()).Value!.Addresses, address => address is { Version: 6, Public: true, Netmask: "64" });
    }

    [Fact]
    public async Task A_rename_reaches_the_provider_without_a_line_of_its_own()
    {
        var server = await Cluster.TendedServerAsync();
        await server.Droplet.Change(new ChangeDroplet("nama-baru", null, "user:test"));
        await Eventually.Async(async () => (await Cluster.ProviderDropletAsync(server.Droplet)).Name == "nama-baru", WebranaCluster.Patience);
        await server.Droplet.Settles(DropletStatus.Running);
        var instance = (await server.Droplet.Get()).Value!.Instance;
        // The outbox writes it behind the calls.
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM instance_activity WHERE instance = '{instance}' AND kind = 'Rename'"), lines => lines == 1, WebranaCluster.Patience, "its one line is written");
    }

    [Fact]
    public async Task A_name_that_the_provider_did_not_take_is_told_again()
    {
        var server = await Cluster.TendedServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "rename", Count = 2 });
        await server.Droplet.Change(new ChangeDroplet("nama-kedua", null, "user:test"));
        await Eventually.Async(
            async () => (await Cluster.ProviderDropletAsync(server.Droplet)).Name, name => name == "nama-kedua", WebranaCluster.Patience, "the provider has taken the name");
        await server.Droplet.Settles(DropletStatus.Running);
    }
}
