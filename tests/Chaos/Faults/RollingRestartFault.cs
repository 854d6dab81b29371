using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Webrana.Chaos.Cluster;
using Webrana.Chaos.Driver;

namespace Webrana.Chaos.Faults;

/// <summary>
/// Every silo and every API is restarted in turn under load, as an orchestrator does it: SIGTERM, wait, start, wait until ready. No request of a customer
/// may fail meanwhile (<see cref="Traffic"/> says what that is): what a silo takes with it the APIs ask again within their budget, an API that
/// stops finishes what it took, and only what nobody has taken goes to another. None may wait longer than the budget either.
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
        scene.Load.Traffic.Begin();
        var tries = scene.Load.Log.FailedTries.Values.Sum();
        var repeated = -await RepeatedCalls.CountAsync(scene.Cluster, scene.Cluster.ApiProcesses, cancellation);
        var slowestStop = TimeSpan.Zero;
        foreach (var member in scene.Cluster.Members.ToList())
        {
            // What it counts ends with it.
            if (member.IsApi)
                repeated += await RepeatedCalls.CountAsync(scene.Cluster, [member], cancellation);
            var took = await member.ShutDownAsync(ShutdownBudget)
                ?? throw new TimeoutException($"{member.Role} did not stop within {ShutdownBudget.TotalSeconds:0} s of SIGTERM.");
            slowestStop = took > slowestStop ? took : slowestStop;
            await member.StartAsync();
            await member.WaitReadyAsync(cancellation);
            await Task.Delay(BetweenTwo, cancellation);
        }

        repeated += await RepeatedCalls.CountAsync(scene.Cluster, scene.Cluster.ApiProcesses, cancellation);
        var slowest = scene.Load.Insist.Slowest;
        var seen = string.Create(
            CultureInfo.InvariantCulture,
            $"slowest stop {slowestStop.TotalSeconds:0.0} s, {scene.Load.Traffic.Figures}, {repeated} calls asked again by the APIs, {scene.Load.Log.FailedTries.Values.Sum() - tries} tries repeated by clients, slowest request {slowest.TotalSeconds:0.0} s");
        NoneFailed(scene.Load.Traffic, seen);
        return slowest <= RequestBudget
            ? seen
            : throw new TimeoutException($"A request took {slowest.TotalSeconds:0.0} s of a budget of {RequestBudget.TotalSeconds:0} s: {seen}");
    }

    /// <exception cref="InvalidOperationException">Some did; the message has the figures and the first of them.</exception>
    internal static void NoneFailed(Traffic traffic, string seen)
    {
        if (traffic.Figures.Failed is { Count: > 0 } failed)
            throw new InvalidOperationException($"Requests failed for customers: {seen}\n{string.Join('\n', failed.Take(8).Select(request => $"           {request}"))}");
    }
}

/// <summary>How often the APIs asked a silo again in a customer's place, by their own count.</summary>
internal static partial class RepeatedCalls
{
    public static async Task<long> CountAsync(ChaosCluster cluster, IEnumerable<Member> apis, CancellationToken cancellation)
    {
        var sum = 0L;
        foreach (var api in apis)
        {
            var text = await cluster.Http.GetStringAsync(new Uri(api.Address, "/metrics"), cancellation);
            // Nothing is shown of what never happened.
            sum += Counter().Matches(text).Sum(match => (long)double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        return sum;
    }

    [GeneratedRegex(@"^webrana_api_grain_calls_repeated_total(?:\{[^}]*\})? ([0-9.eE+]+)", RegexOptions.Multiline)]
    private static partial Regex Counter();
}

/// <summary>A silo more: it must carry grains within half a minute of its start. It loses nothing when it goes again, and no request of a customer fails.</summary>
public sealed class GrowFault : IFault
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(30);

    // As between two of a rolling restart: whoever still asks a silo that is gone has been answered by then.
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(7);

    public string Plan => "one silo more under load, then one less";

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var cluster = scene.Cluster;
        scene.Load.Traffic.Begin();
        var silo = cluster.NewSilo(8);
        var watch = Stopwatch.StartNew();
        await silo.StartAsync();
        try
        {
            await silo.WaitReadyAsync(cancellation);
            var ready = watch.Elapsed;
            // Its own pool appears at the server when a grain on it writes: that is work, and nothing else is.
            var port = cluster.Wires.Last(wire => wire.Name == $"{silo.Role} to postgres");
            while (!port.Carried("webrana ledger") && !port.Carried("webrana state"))
            {
                if (watch.Elapsed > Budget)
                    throw new TimeoutException($"The new silo does no work {Budget.TotalSeconds:0} s after its start, ready since {ready.TotalSeconds:0.0} s.");
                await Task.Delay(100, cancellation);
            }

            var working = watch.Elapsed;
            await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
            var stopped = await silo.ShutDownAsync(RollingRestartFault.ShutdownBudget)
                ?? throw new TimeoutException($"{silo.Role} did not stop within {RollingRestartFault.ShutdownBudget.TotalSeconds:0} s.");
            await Task.Delay(Behind, cancellation);
            var seen = string.Create(
                CultureInfo.InvariantCulture,
                $"ready {ready.TotalSeconds:0.0} s after its start, first write {working.TotalSeconds:0.0} s after it, gone {stopped.TotalSeconds:0.0} s after SIGTERM, {scene.Load.Traffic.Figures}");
            RollingRestartFault.NoneFailed(scene.Load.Traffic, seen);
            return seen;
        }
        finally
        {
            await silo.KillAsync();
        }
    }
}
