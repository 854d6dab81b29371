using System.Globalization;
using Webrana.Chaos.Cluster;

namespace Webrana.Chaos.Faults;

/// <summary>SIGKILL to some processes, which are started again after a moment.</summary>
public sealed class KillFault(string what, Func<ChaosCluster, IEnumerable<Member>> victims, TimeSpan down) : IFault
{
    public string Plan => string.Create(CultureInfo.InvariantCulture, $"kill -9 {what}, down for {down.TotalSeconds:0.0} s");

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        await Task.WhenAll(victims(scene.Cluster).Select(victim => victim.KillAsync()));
        await Task.Delay(down, cancellation);
        return "";
    }
}

/// <summary>
/// SIGSTOP, and much later SIGCONT: the cheapest partition. A silo that stood still was declared dead meanwhile, its grains live elsewhere,
/// and it wakes with stale activations and statements half sent.
/// </summary>
public sealed class FreezeFault(string what, Func<ChaosCluster, Member> victim, TimeSpan frozen) : IFault
{
    public string Plan => string.Create(CultureInfo.InvariantCulture, $"SIGSTOP {what} for {frozen.TotalSeconds:0} s, then SIGCONT");

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var frozenOne = victim(scene.Cluster);
        frozenOne.Freeze();
        await Task.Delay(frozen, cancellation);
        frozenOne.Thaw();
        await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        return frozenOne.IsAlive ? "went on" : "ended itself, declared dead";
    }
}
