using System.Diagnostics;
using Webrana.Chaos.Cluster;
using Webrana.Chaos.Walks;

namespace Webrana.Chaos.Faults;

/// <summary>
/// Fail points at arrows that the everyday load never passes: somebody walks there on purpose, alone. Exceptions strike all arrows of the walk at once; for a
/// kill or a stop it is walked once for each. Whatever struck, the walk has to come to its end.
/// </summary>
public sealed class WalkFault(ArrowMode mode, IReadOnlyList<string> arrows, Walk walk, ArrowTally tally) : IFault
{
    // Behind the end of a walk, for what is still done behind it.
    private static readonly TimeSpan Trailing = TimeSpan.FromSeconds(5);

    public string Plan => $"{mode} at {string.Join(", ", arrows)}";

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        // Others who turn the clock, or are turned by it, would only be in the way.
        await scene.Load.StopAsync();
        var struck = new List<string>();
        foreach (var together in mode == ArrowMode.Throw ? [arrows] : arrows.Select(arrow => (IReadOnlyList<string>)[arrow]))
        {
            try
            {
                struck.AddRange(await WalkAsync(scene, together, cancellation));
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                throw new InvalidOperationException($"\"{walk.Name}\" did not come to its end behind {string.Join(", ", together)}: {e.GetType().Name}: {e.Message}");
            }
        }

        return struck.Count == 0 ? "none was passed" : $"struck {string.Join(", ", struck)}";
    }

    private async Task<IReadOnlyList<string>> WalkAsync(Scene scene, IReadOnlyList<string> together, CancellationToken cancellation)
    {
        var silos = scene.Cluster.Silos;
        foreach (var silo in silos)
        {
            foreach (var arrow in together)
                await FailPointArm.SetAsync(silo, arrow, mode, cancellation);
        }

        var walking = walk.TakeAsync(new Walker(scene.Cluster, scene.Load, cancellation));
        IReadOnlyList<string> struck = [];
        try
        {
            if (mode != ArrowMode.Throw)
                struck = await StrikesAsync(scene.Cluster, walking, cancellation) ? together : [];
            await walking;
            if (mode == ArrowMode.Throw)
            {
                await Task.Delay(Trailing, cancellation);
                var fired = new HashSet<string>(StringComparer.Ordinal);
                foreach (var silo in silos)
                    fired.UnionWith(await FailPointArm.FiredAsync(silo, cancellation));
                struck = [.. together.Where(fired.Contains)];
            }
        }
        finally
        {
            foreach (var silo in silos.Where(silo => silo.IsAlive && !silo.IsStopped))
                await FailPointArm.ClearAsync(silo, cancellation);
            await walking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var arrow in struck)
                tally.Struck(arrow, mode);
        }

        return struck;
    }

    /// <summary>Waits until a silo died or stands still at the arrow, and heals that. False when the walk came to its end without.</summary>
    private async Task<bool> StrikesAsync(ChaosCluster cluster, Task walking, CancellationToken cancellation)
    {
        var ended = (Stopwatch?)null;
        while (ended is null || ended.Elapsed < Trailing)
        {
            if (cluster.Silos.FirstOrDefault(silo => mode == ArrowMode.Kill ? !silo.IsAlive : silo.IsStopped) is { } victim)
            {
                // Its grain comes back on another: that one shall pass.
                foreach (var other in cluster.Silos.Where(silo => silo != victim && silo.IsAlive && !silo.IsStopped))
                    await FailPointArm.ClearAsync(other, cancellation);
                if (mode == ArrowMode.Stop)
                    await Task.Delay(ArrowFault.Frozen, cancellation);
                await cluster.HealAsync(cancellation);
                return true;
            }

            if (walking.IsCompleted)
                ended ??= Stopwatch.StartNew();
            await Task.Delay(50, cancellation);
        }

        return false;
    }
}
