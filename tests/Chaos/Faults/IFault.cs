using Webrana.Chaos.Cluster;
using Webrana.Chaos.Driver;

namespace Webrana.Chaos.Faults;

/// <summary>Where a fault strikes.</summary>
/// <param name="Cluster">What is broken.</param>
/// <param name="Load">Who suffers.</param>
public sealed record Scene(ChaosCluster Cluster, Load Load);

/// <summary>
/// One way to break things. Everything it draws is drawn when the plan is made, so that a seed names it wholly. It strikes under load and
/// returns while the damage is still there; the run heals, lets everything settle, and checks.
/// </summary>
public interface IFault
{
    /// <summary>What will be done, for people and for a repetition.</summary>
    string Plan { get; }

    /// <summary>Does it.</summary>
    /// <returns>What was seen, for the report.</returns>
    Task<string> StrikeAsync(Scene scene, CancellationToken cancellation);
}
