using Microsoft.Extensions.Logging;
using Orleans.Runtime.Services;

namespace Webrana.Grains.Droplets;

/// <summary>Tells every silo which servers' records were written past their grains.</summary>
public sealed partial class DropletWatchers(IServiceProvider services, ISiloStatusOracle silos, ILogger<DropletWatchers> log)
    : GrainServiceClient<IDropletWatch>(services)
{
    /// <summary>
    /// Returns when every silo has heard of it. One that did not is dead, and its activations with it, or of an earlier release: there an
    /// activation shows the old record until it next writes, which the version of the record then refuses.
    /// </summary>
    public Task Written(IReadOnlyList<string> keys) => keys.Count == 0
        ? Task.CompletedTask
        : Task.WhenAll(silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(silo => Tell(silo, keys)));

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
