using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Servers that a person suspends.</summary>
[Collection(StuckOrderCollection.Name)]
public sealed class DeskSuspensionTests(SharedCluster shared) : IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    [Fact]
    public async Task A_server_suspended_by_an_admin_is_off_and_its_owner_told_once_although_the_silo_died_there()
    {
        Cluster.Cloud.ClearFaults();
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var fired = Cluster.FailPoints.Arm("block.stored", FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            await Cluster.Billing(instance).Block(new BlockServer("abuse", "admin:x"));
        }
        catch (InfrastructureException)
        {
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True(await Cluster.Billing(instance).Block(new BlockServer("abuse", "admin:x")));
        await Eventually.Async(async () => (await Cluster.ProviderDropletAsync(droplet)).Status.ToString(), status => status == "Off", WebranaCluster.Patience, "it is off");
        await Eventually.Async(
            async () => await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id LIKE 'droplet:{instance}:blocked:%'") == 1, WebranaCluster.Patience, "its owner is told");
    }
}
