using System.Globalization;
using System.Text.Json.Serialization;
using Webrana.Contracts.Droplets;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

public sealed partial record DropletState
{
    /// <summary>The firewall as it is wanted and as the provider has it; null when there never was one.</summary>
    [JsonPropertyName("firewall")] public FirewallPart? Firewall { get; init; }
}

/// <summary>A firewall.</summary>
public sealed record FirewallPart
{
    /// <summary>Counts up with every wish.</summary>
    [JsonPropertyName("version")] public int Version { get; init; }

    /// <summary>The wish that the provider has taken, or refused.</summary>
    [JsonPropertyName("appliedVersion")] public int AppliedVersion { get; init; }

    [JsonPropertyName("on")] public bool On { get; init; }

    /// <summary>Compact, see <c>FirewallRule.ToString</c>.</summary>
    [JsonPropertyName("rules")] public IReadOnlyList<string> Rules { get; init; } = [];

    [JsonPropertyName("actor")] public string Actor { get; init; } = "";

    [JsonPropertyName("askedAt")] public long AskedAt { get; init; }

    /// <summary>The provider's id; null when it has none, or its answer was lost.</summary>
    [JsonPropertyName("id")] public string? Id { get; init; }

    /// <summary>A create may have been sent: it is looked for by name.</summary>
    [JsonPropertyName("sent")] public bool Sent { get; init; }

    /// <summary>The droplet that is behind it; a replaced server has another one.</summary>
    [JsonPropertyName("dropletId")] public long? DropletId { get; init; }

    /// <summary>Why the provider did not take the wish.</summary>
    [JsonPropertyName("problem")] public string? Problem { get; init; }
}

/// <summary>Pure changes of a server's record around its firewall.</summary>
public static class FirewallChanges
{
    /// <summary>The provider has it otherwise than it is wanted.</summary>
    public static bool OwesFirewall(this DropletState state) => state.Phase.IsLive() && state is { Firewall: { } firewall, Droplet: { } droplet }
        && (firewall.AppliedVersion != firewall.Version || (firewall.On && firewall.DropletId != droplet.Id && firewall.Problem is null));

    /// <summary>Another wish, written down and in the log.</summary>
    public static DropletState? FirewallWanted(this DropletState state, bool on, IReadOnlyList<string> rules, string actor, long now)
    {
        var before = state.Firewall ?? new FirewallPart();
        if (!state.Phase.IsLive() || (before.On == on && before.Rules.SequenceEqual(rules) && before.Problem is null))
            return null;
        var next = before with { Version = before.Version + 1, On = on, Rules = rules, Actor = actor, AskedAt = now, Problem = null };
        return (state with { Firewall = next }).Tell(next.Line());
    }

    /// <summary>The create is about to be sent.</summary>
    public static DropletState? FirewallSent(this DropletState state) =>
        state.Firewall is { Id: null, Sent: false } part ? state with { Firewall = part with { Sent = true } } : null;

    /// <summary>The provider knows it under this id; null: it does not know it.</summary>
    public static DropletState? FirewallFound(this DropletState state, string? id) =>
        state.Firewall is { } part && part.Id != id ? state with { Firewall = part with { Id = id, Sent = id is not null } } : null;

    /// <summary>The provider has taken this wish, or refused it for good.</summary>
    public static DropletState? FirewallApplied(this DropletState state, int version, string? id, long? dropletId, string? problem, long now)
    {
        if (state.Firewall is not { } part)
            return null;
        var next = part with { AppliedVersion = version, Id = id, Sent = id is not null, DropletId = dropletId, Problem = problem };
        // A wish that was put on a replaced server again is in the log already.
        return part.AppliedVersion == version && problem is null ? state with { Firewall = next } : (state with { Firewall = next }).Tell(next.Line() with
        {
            Id = LineId(version),
            Status = problem is null ? ActivityStatus.Completed : ActivityStatus.Errored,
            CompletedAt = now,
            Message = problem,
        });
    }

    /// <summary>As owners see it.</summary>
    public static FirewallView View(this FirewallPart? firewall) => firewall is null
        ? new FirewallView(false, [], true, null)
        : new FirewallView(
            firewall.On,
            [.. firewall.Rules.Select(FirewallRule.Parse).Select(rule => new FirewallEntry(rule.Protocol, rule.Ports, rule.Sources))],
            firewall.AppliedVersion == firewall.Version, firewall.Problem);

    private static ActivityPart Line(this FirewallPart firewall) => new()
    {
        Id = LineId(firewall.Version),
        Kind = ActionKind.Firewall,
        Status = ActivityStatus.InProgress,
        StartedAt = firewall.AskedAt,
        Actor = firewall.Actor,
    };

    private static string LineId(int version) => string.Create(CultureInfo.InvariantCulture, $"firewall-{version}");
}
