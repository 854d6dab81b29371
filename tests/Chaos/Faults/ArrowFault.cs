using System.Diagnostics;
using Webrana.Chaos.Cluster;

namespace Webrana.Chaos.Faults;

/// <summary>What happens at an arrow.</summary>
public enum ArrowMode
{
    /// <summary>SIGKILL exactly there.</summary>
    Kill,

    /// <summary>SIGSTOP exactly there, and SIGCONT after the cluster has given the silo up, or the front door the API.</summary>
    Stop,

    /// <summary>An exception exactly there.</summary>
    Throw,
}

/// <summary>
/// Fail points at some arrows of the flows. Exceptions strike all arrows at once; a kill or a stop is armed at one arrow in all processes that come by it,
/// silos or APIs, and at the next when it struck or when nothing came by for a while.
/// </summary>
public sealed class ArrowFault(ArrowMode mode, IReadOnlyList<string> arrows, TimeSpan time, ArrowTally tally) : IFault
{
    private static readonly TimeSpan PassingBy = TimeSpan.FromSeconds(4);

    /// <summary>How long a process stands still: longer than it takes the others to give it up.</summary>
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
        foreach (var member in scene.Cluster.Members.Where(member => member.IsAlive && !member.IsStopped))
            await FailPointArm.ClearAsync(member, cancellation);
        foreach (var arrow in struck)
            tally.Struck(arrow, mode);
        return struck.Count == 0 ? "none was passed" : $"struck {string.Join(", ", struck)}";
    }

    private async Task<IEnumerable<string>> ThrowAsync(ChaosCluster cluster, List<string> waiting, CancellationToken cancellation)
    {
        foreach (var arrow in waiting)
        {
            foreach (var member in Arrows.ProcessesAt(arrow, cluster))
                await FailPointArm.SetAsync(member, arrow, mode, cancellation);
        }

        await Task.Delay(PassingBy, cancellation);
        var fired = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in waiting.SelectMany(arrow => Arrows.ProcessesAt(arrow, cluster)).Distinct())
            fired.UnionWith(await FailPointArm.FiredAsync(member, cancellation));
        waiting.RemoveAll(fired.Contains);
        return fired;
    }

    private async Task<IEnumerable<string>> OneEachAsync(ChaosCluster cluster, List<string> waiting, int round, CancellationToken cancellation)
    {
        // Both silos wait for the same arrow: its grain may live on either; as the request may go to either API. The first that meets it dies; the other is
        // disarmed.
        var arrow = waiting[round % waiting.Count];
        var processes = Arrows.ProcessesAt(arrow, cluster);
        foreach (var member in processes)
            await FailPointArm.SetAsync(member, arrow, mode, cancellation);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < PassingBy)
        {
            if (processes.FirstOrDefault(member => mode == ArrowMode.Kill ? !member.IsAlive : member.IsStopped) is { } victim)
            {
                foreach (var other in processes.Where(member => member != victim && member.IsAlive && !member.IsStopped))
                    await FailPointArm.ClearAsync(other, cancellation);
                waiting.Remove(arrow);
                if (mode == ArrowMode.Stop)
                    await Task.Delay(Frozen, cancellation);
                await cluster.HealAsync(cancellation);
                return [arrow];
            }

            await Task.Delay(50, cancellation);
        }

        foreach (var member in processes)
            await FailPointArm.ClearAsync(member, cancellation);
        return [];
    }
}
