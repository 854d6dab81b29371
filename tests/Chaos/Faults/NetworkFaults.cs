using System.Globalization;
using Webrana.Chaos.Cluster;
using Webrana.Chaos.Network;

namespace Webrana.Chaos.Faults;

/// <summary>A wire between one process and PostgreSQL, or between all of them and a provider, breaks for a while.</summary>
public sealed class WireFault(string name, WireState wire, TimeSpan time, TimeSpan delay) : IFault
{
    public string Plan => string.Create(CultureInfo.InvariantCulture, $"wire {name}: {wire}{(wire == WireState.Delay ? $" of {delay.TotalMilliseconds:0} ms" : "")} for {time.TotalSeconds:0} s");

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var broken = scene.Cluster.Wires.Single(one => one.Name == name);
        broken.Set(wire, delay);
        await Task.Delay(time, cancellation);
        var disturbed = broken.Disturbed;
        broken.Set(WireState.Healthy);
        // A provider may have had nothing to say meanwhile; PostgreSQL always has.
        if (disturbed == 0 && name.EndsWith("postgres", StringComparison.Ordinal))
            throw new InvalidOperationException("Nothing met the broken wire.");
        return string.Create(CultureInfo.InvariantCulture, $"{disturbed} pieces or connections met it");
    }
}

/// <summary>Each simulator does something its original does on bad days, a few times over.</summary>
public sealed class SimulatorFault(bool provider, IReadOnlyList<object> faults, string plan) : IFault
{
    public string Plan => plan;

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var simulator = provider ? scene.Cluster.DigitalOcean : scene.Cluster.Tripay;
        foreach (var fault in faults)
            await scene.Cluster.SwitchAsync(simulator, "/_sandbox/faults", fault, cancellation);
        await Task.Delay(TimeSpan.FromSeconds(8), cancellation);
        using var cleared = await scene.Cluster.Http.DeleteAsync(new Uri(simulator, "/_sandbox/faults"), cancellation);
        return "";
    }
}

/// <summary>Callbacks come twice, out of order, or not at all.</summary>
public sealed class CallbackFault(object settings, string plan) : IFault
{
    public string Plan => plan;

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        await scene.Cluster.SwitchAsync(scene.Cluster.Tripay, "/_sandbox/settings", settings, cancellation);
        await Task.Delay(TimeSpan.FromSeconds(6), cancellation);
        await scene.Cluster.SwitchAsync(scene.Cluster.Tripay, "/_sandbox/settings", new { callbacks = true, duplicates = 0, reorder = false, badSignature = false }, cancellation);
        return "";
    }
}

/// <summary>Business time jumps; renewals, graces and expiries of the whole stretch come due at once.</summary>
public sealed class ClockFault(IReadOnlyList<string> jumps) : IFault
{
    public string Plan => $"the clock jumps {string.Join(", then ", jumps)}";

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        foreach (var jump in jumps)
        {
            if (!await scene.Cluster.AdvanceAsync(jump, cancellation))
                throw new InvalidOperationException($"The clock did not jump {jump}.");
        }

        var renewals = await scene.Cluster.Database.ScalarAsync<long>("select count(*) from wallet_transactions where operation_id like 'renew:%'", cancellation);
        return $"{renewals} renewals so far";
    }
}
