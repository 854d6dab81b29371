namespace Webrana.Contracts.Droplets;

/// <summary>What is left of a server when its owner is gone. The same grain as <see cref="IDropletGrain"/>, key <c>droplet:{instanceId}</c>.</summary>
[Alias("droplet-erasure")]
public interface IDropletErasureGrain : IGrainWithStringKey
{
    /// <summary>Forgets what its owner named and put in (names, labels, keys); what it cost and when stays. Only of a server that is no more. Safe to repeat.</summary>
    [Alias("forget")]
    Task Forget();
}
