using System.Globalization;
using Webrana.Chaos.Cluster;

namespace Webrana.Chaos.Faults;

/// <summary>
/// Every silo and every API is restarted in turn under load, as an orchestrator does it: SIGTERM, wait, start, wait until ready. No
/// customer may be refused, and none may wait longer than the budget, repeats included.
/// </summary>
public sealed class RollingRestartFault : IFault
{
    /// <summary>A stopping process must be gone by then.</summary>
    public static readonly TimeSpan ShutdownBudget = TimeSpan.FromSeconds(20);

    /// <summary>The longest a customer's request may take, its repeats included: what the API waits for a grain.</summary>
    public static readonly TimeSpan RequestBudget = TimeSpan.FromSeconds(30);

    // APIs look for new silos every five seconds; `minReadySeconds` of an orchestrator.
    private static readonly TimeSpan BetweenTwo = TimeSpan.FromSeconds(7);

    public string Plan => "rolling restart of every silo and every API";

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        scene.Load.Insist.Reset();
        var tries = scene.Load.Log.FailedTries.Values.Sum();
        var slowestStop = TimeSpan.Zero;
        foreach (var member in scene.Cluster.Members.ToList())
        {
            var took = await member.ShutDownAsync(ShutdownBudget)
                ?? throw new TimeoutException($"{member.Role} did not stop within {ShutdownBudget.TotalSeconds:0} s of SIGTERM.");
            slowestStop = took > slowestStop ? took : slowestStop;
            await member.StartAsync();
            await member.WaitReadyAsync(cancellation);
            await Task.Delay(BetweenTwo, cancellation);
        }

        if (scene.Load.Insist.Slowest > RequestBudget)
            throw new TimeoutException($"A request took {scene.Load.Insist.Slowest.TotalSeconds:0.0} s of a budget of {RequestBudget.TotalSeconds:0} s during a rolling restart.");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"slowest stop {slowestStop.TotalSeconds:0.0} s, slowest request {scene.Load.Insist.Slowest.TotalSeconds:0.0} s, {scene.Load.Log.FailedTries.Values.Sum() - tries} tries repeated");
    }
}

/// <summary>A silo more: it must carry grains within half a minute, and lose nothing when it goes again.</summary>
public sealed class GrowFault : IFault
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(30);

    public string Plan => "one silo more under load, then one less";

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var cluster = scene.Cluster;
        var silo = cluster.NewSilo(8);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await silo.StartAsync();
        try
        {
            await silo.WaitReadyAsync(cancellation);
            var ready = watch.Elapsed;
            // Its own pool appears at the server when a grain on it writes: that is work, and nothing else is.
            var port = cluster.Wires.Last(wire => wire.Name == $"{silo.Role} to postgres");
            while (!port.Carried("webrana ledger") && !port.Carried("webrana state"))
            {
                if (watch.Elapsed - ready > Budget)
                    throw new TimeoutException($"The new silo does no work {Budget.TotalSeconds:0} s after it was ready.");
                await Task.Delay(100, cancellation);
            }

            var working = watch.Elapsed;
            await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
            var stopped = await silo.ShutDownAsync(RollingRestartFault.ShutdownBudget)
                ?? throw new TimeoutException($"{silo.Role} did not stop within {RollingRestartFault.ShutdownBudget.TotalSeconds:0} s.");
            return string.Create(
                CultureInfo.InvariantCulture,
                $"ready {ready.TotalSeconds:0.0} s after its start, first write {(working - ready).TotalSeconds:0.0} s later, gone {stopped.TotalSeconds:0.0} s after SIGTERM");
        }
        finally
        {
            await silo.KillAsync();
        }
    }
}
