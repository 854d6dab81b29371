using System.Diagnostics;
using Webrana.Chaos.Cluster;

namespace Webrana.Chaos.Faults;

/// <summary>What happens at an arrow.</summary>
public enum ArrowMode
{
    /// <summary>SIGKILL exactly there.</summary>
    Kill,

    /// <summary>SIGSTOP exactly there, and SIGCONT after the cluster has given the silo up.</summary>
    Stop,

    /// <summary>An exception exactly there.</summary>
    Throw,
}

/// <summary>
/// Fail points at some arrows of the flows. Exceptions strike all arrows at once; a kill or a stop is armed at one arrow per silo, and at
/// the next when it struck or when nothing came by for a while.
/// </summary>
public sealed class ArrowFault(ArrowMode mode, IReadOnlyList<string> arrows, TimeSpan time, ArrowTally tally) : IFault
{
    private static readonly TimeSpan PassingBy = TimeSpan.FromSeconds(4);

    /// <summary>How long a silo stands still: longer than it takes the others to give it up.</summary>
    internal static readonly TimeSpan Frozen = TimeSpan.FromSeconds(12);

    public string Plan => $"{mode} at {string.Join(", ", arrows)}";

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var waiting = new List<string>(arrows);
        var struck = new List<string>();
        var watch = Stopwatch.StartNew();
        for (var round = 0; waiting.Count > 0 && watch.Elapsed < time; round++)
            struck.AddRange(mode == ArrowMode.Throw
                ? await ThrowAsync(scene.Cluster, waiting, cancellation)
                : await OneEachAsync(scene.Cluster, waiting, round, cancellation));
        foreach (var silo in scene.Cluster.Silos.Where(silo => silo.IsAlive && !silo.IsStopped))
            await FailPointArm.ClearAsync(silo, cancellation);
        foreach (var arrow in struck)
            tally.Struck(arrow, mode);
        return struck.Count == 0 ? "none was passed" : $"struck {string.Join(", ", struck)}";
    }

    private async Task<IEnumerable<string>> ThrowAsync(ChaosCluster cluster, List<string> waiting, CancellationToken cancellation)
    {
        foreach (var silo in cluster.Silos)
        {
            foreach (var arrow in waiting)
                await FailPointArm.SetAsync(silo, arrow, mode, cancellation);
        }

        await Task.Delay(PassingBy, cancellation);
        var fired = new HashSet<string>(StringComparer.Ordinal);
        foreach (var silo in cluster.Silos)
            fired.UnionWith(await FailPointArm.FiredAsync(silo, cancellation));
        waiting.RemoveAll(fired.Contains);
        return fired;
    }

    private async Task<IEnumerable<string>> OneEachAsync(ChaosCluster cluster, List<string> waiting, int round, CancellationToken cancellation)
    {
        // Both silos wait for the same arrow: its grain may live on either. The first that meets it dies; the other is disarmed.
        var arrow = waiting[round % waiting.Count];
        foreach (var silo in cluster.Silos)
            await FailPointArm.SetAsync(silo, arrow, mode, cancellation);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < PassingBy)
        {
            if (cluster.Silos.FirstOrDefault(silo => mode == ArrowMode.Kill ? !silo.IsAlive : silo.IsStopped) is { } victim)
            {
                foreach (var other in cluster.Silos.Where(silo => silo != victim && silo.IsAlive && !silo.IsStopped))
                    await FailPointArm.ClearAsync(other, cancellation);
                waiting.Remove(arrow);
                if (mode == ArrowMode.Stop)
                    await Task.Delay(Frozen, cancellation);
                await cluster.HealAsync(cancellation);
                return [arrow];
            }

            await Task.Delay(50, cancellation);
        }

        foreach (var silo in cluster.Silos)
            await FailPointArm.ClearAsync(silo, cancellation);
        return [];
    }
}
