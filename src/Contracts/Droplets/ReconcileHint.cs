namespace Webrana.Contracts.Droplets;

/// <summary>What the sweep over a provider account found odd about one instance.</summary>
[GenerateSerializer, Alias("reconcile-kind")]
public enum ReconcileKind
{
    /// <summary>It lives here and was not in the provider's list.</summary>
    Missing,

    /// <summary>It ended here and is still there.</summary>
    Tombstoned,

    /// <summary>A second droplet carries its tag.</summary>
    Duplicate,
}

/// <param name="CreatedAt">Of the droplet, as the list showed it; the recorded one for what is missing.</param>
[GenerateSerializer, Immutable, Alias("reconcile-hint")]
public sealed record ReconcileHint(
    [property: Id(0)] ReconcileKind Kind,
    [property: Id(1)] long DropletId,
    [property: Id(2)] DateTimeOffset CreatedAt);

/// <summary>What became of it.</summary>
[GenerateSerializer, Alias("reconcile-outcome")]
public enum ReconcileOutcome
{
    /// <summary>All is as recorded after all, or another flow is at it.</summary>
    Nothing,

    /// <summary>Could not be looked at now; the next sweep asks again.</summary>
    Later,

    /// <summary>The server is lost: charges stopped, its owner was told.</summary>
    Lost,

    /// <summary>The droplet is being destroyed: id, tag and creation time are ours.</summary>
    Destroying,

    /// <summary>Id, tag or creation time are not as recorded: left alone.</summary>
    NotOurs,
}
