using Microsoft.Extensions.Logging;
using Orleans.Runtime.Services;

namespace Webrana.Grains.Droplets;

/// <summary>Tells every silo which servers' records were written past their grains.</summary>
public sealed partial class DropletWatchers(IServiceProvider services, ISiloStatusOracle silos, ILogger<DropletWatchers> log)
    : GrainServiceClient<IDropletWatch>(services)
{
    /// <summary>
    /// Returns when every silo has heard of it, those on their way in or out as well, or has had two seconds for it. In one that did not (it
    /// hangs, or is of an earlier release) an activation shows the old record until it next writes, which the version of the record refuses.
    /// </summary>
    public Task Written(IReadOnlyCollection<string> keys)
    {
        IReadOnlyList<string> once = [.. keys.Distinct(StringComparer.Ordinal)];
        return once.Count == 0 ? Task.CompletedTask : Task.WhenAll(Standing().Select(silo => Tell(silo, once)));
    }

    private IEnumerable<SiloAddress> Standing() => silos.GetApproximateSiloStatuses()
        .Where(silo => silo.Value is SiloStatus.Joining or SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping).Select(silo => silo.Key);

    private async Task Tell(SiloAddress silo, IReadOnlyList<string> keys)
    {
        try
        {
            await GetGrainService(silo).Written(keys);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            LogNotHeard(log, silo, keys.Count, e);
        }
    }

    [LoggerMessage(2401, LogLevel.Warning, "Silo {Silo} did not hear of {Count} records that were written past their grains")]
    private static partial void LogNotHeard(ILogger logger, SiloAddress silo, int count, Exception exception);
}
