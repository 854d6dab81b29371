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
        Member[] processes = [.. together.SelectMany(arrow => Arrows.ProcessesAt(arrow, scene.Cluster)).Distinct()];
        foreach (var arrow in together)
        {
            foreach (var member in Arrows.ProcessesAt(arrow, scene.Cluster))
                await FailPointArm.SetAsync(member, arrow, mode, cancellation);
        }

        var walking = walk.TakeAsync(new Walker(scene.Cluster, scene.Load, cancellation));
        IReadOnlyList<string> struck = [];
        try
        {
            if (mode != ArrowMode.Throw)
                struck = await StrikesAsync(scene.Cluster, processes, walking, cancellation) ? together : [];
            await walking;
            if (mode == ArrowMode.Throw)
            {
                await Task.Delay(Trailing, cancellation);
                var fired = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in processes)
                    fired.UnionWith(await FailPointArm.FiredAsync(member, cancellation));
                struck = [.. together.Where(fired.Contains)];
            }
        }
        finally
        {
            foreach (var member in processes.Where(member => member.IsAlive && !member.IsStopped))
                await FailPointArm.ClearAsync(member, cancellation);
            await walking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var arrow in struck)
                tally.Struck(arrow, mode);
        }

        return struck;
    }

    /// <summary>Waits until a process died or stands still at the arrow, and heals that. False when the walk came to its end without.</summary>
    private async Task<bool> StrikesAsync(ChaosCluster cluster, Member[] processes, Task walking, CancellationToken cancellation)
    {
        var ended = (Stopwatch?)null;
        while (ended is null || ended.Elapsed < Trailing)
        {
            if (processes.FirstOrDefault(member => mode == ArrowMode.Kill ? !member.IsAlive : member.IsStopped) is { } victim)
            {
                // Its grain comes back on another, its row is taken up by another: that one shall pass.
                foreach (var other in processes.Where(member => member != victim && member.IsAlive && !member.IsStopped))
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
