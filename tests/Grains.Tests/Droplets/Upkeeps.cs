using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Servers that are looked after, as the tests need them, and what is asked of them.</summary>
public static class Upkeeps
{
    public static async Task<TendedServer> TendedServerAsync(this WebranaCluster cluster)
    {
        var (instance, droplet) = await cluster.RunningServerAsync(await cluster.CustomerAsync(200_000));
        return new TendedServer(droplet, cluster.Grains.GetGrain<IDropletUpkeepGrain>(GrainKeys.Droplet(instance)));
    }

    public static StartUpkeep Start(
        ActionKind kind, string? name = null, string? imageId = null, bool weekly = false, string? id = null, BackupDay? day = null, int? hour = null) =>
        new(id ?? Guid.NewGuid().ToString("N"), kind, "user:test", name, imageId, weekly, day, hour);
}

/// <summary>A running server: what is asked of it is waited for.</summary>
public sealed record TendedServer(IDropletGrain Droplet, IDropletUpkeepGrain Upkeep)
{
    /// <summary>Asks for it and waits for its end, whatever that is.</summary>
    public async Task<ActivityEntry> DoneAsync(StartUpkeep command)
    {
        var started = await Upkeep.Upkeep(command);
        Assert.True(started.IsOk, $"{started.Error} {started.Detail}");
        return (await Eventually.Async(
            async () => (await Droplet.Action(command.OperationId)).Value, line => line is { Status: not ActivityStatus.InProgress },
            WebranaCluster.Patience, $"{command.Kind} ended"))!;
    }

    public async Task<ServerCopies> CopiesAsync() => (await Upkeep.Copies()).Value!;
}

/// <summary>The collection of upkeep's tests: a cluster of their own, and one after the other, for faults of its simulator strike whoever comes next.</summary>
[CollectionDefinition(Name)]
public sealed class UpkeepCollection : ICollectionFixture<SharedCluster>
{
    public const string Name = "upkeep";
}
