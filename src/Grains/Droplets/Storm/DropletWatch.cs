using Microsoft.Extensions.Logging;
using Orleans.Services;
using Webrana.Contracts.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>One per silo: hears which servers' records were written past their grains (<see cref="RenewalLane"/>).</summary>
[Alias("droplet-watch")]
public interface IDropletWatch : IGrainService
{
    /// <summary>The activations among these that live here read their records again.</summary>
    [ResponseTimeout("00:00:02"), Alias("written")]
    Task Written([Immutable] IReadOnlyList<string> keys);
}

/// <inheritdoc cref="IDropletWatch"/>
public sealed class DropletWatch(GrainId id, Silo silo, ILoggerFactory loggers, LiveDroplets live, IGrainFactory grains)
    : GrainService(id, silo, loggers), IDropletWatch
{
    /// <inheritdoc/>
    public Task Written(IReadOnlyList<string> keys)
    {
        // One-way: whoever is in the middle of something reads when that is over, and nobody waits for it here.
        foreach (var key in keys.Where(live.Contains))
            grains.GetGrain<IDropletGrain>(key).Reread().Ignore();
        return Task.CompletedTask;
    }
}
