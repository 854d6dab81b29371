using System.Text.Json.Serialization;

namespace Webrana.Grains.Droplets;

public sealed partial record DropletState
{
    /// <summary>Which installation of the server runs and how it is entered; null when it was made without a managed key. Secrets are rows of their own.</summary>
    [JsonPropertyName("access")] public AccessPart? Access { get; init; }

    /// <summary>The droplet that is to take the place of ours; null unless a rebuild needs one.</summary>
    [JsonPropertyName("replacement")] public ReplacementPart? Replacement { get; init; }
}

/// <summary>The installation that runs.</summary>
/// <param name="Generation">Key of the row in <c>instance_access</c>.</param>
/// <param name="PasswordLogin">SSH takes the password.</param>
public sealed record AccessPart(
    [property: JsonPropertyName("generation")] int Generation,
    [property: JsonPropertyName("passwordLogin")] bool PasswordLogin)
{
    /// <summary>The order's keys were put there by us, after a rebuild: the next one brings those of the create back, which are not its owner's choice any more.</summary>
    [JsonPropertyName("keysPlaced"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeysPlaced { get; init; }

    /// <summary>A copy was put back and did not let us in; until our key is seen to be accepted again.</summary>
    [JsonPropertyName("shut"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Shut { get; init; }
}

/// <summary>Keys of the owner's library, chosen for a rebuild.</summary>
/// <param name="Keys">As they were when it was asked for.</param>
public sealed record KeysPart(
    [property: JsonPropertyName("ids")] IReadOnlyList<string> Ids,
    [property: JsonPropertyName("keys")] IReadOnlyList<ChosenKey> Keys);

public sealed partial record ActionPart
{
    /// <summary>Rebuild: what is installed.</summary>
    [JsonPropertyName("image")] public string? Image { get; init; }

    /// <summary>Rebuild: by a new droplet.</summary>
    [JsonPropertyName("replacing")] public bool Replacing { get; init; }

    /// <summary>Rebuild: the keys that shall be on it; null leaves them to the first boot.</summary>
    [JsonPropertyName("keys"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KeysPart? Keys { get; init; }

    /// <summary>Password reset: SSH did not get there, so the provider does it.</summary>
    [JsonPropertyName("throughProvider")] public bool ThroughProvider { get; init; }
}

/// <summary>How far a replacement is.</summary>
public enum ReplacementStage
{
    /// <summary>Certainly nothing is on the wire.</summary>
    Wanted,

    /// <summary>A create may be on the wire.</summary>
    Sending,

    /// <summary>The provider has it.</summary>
    Building,
}

/// <summary>A second droplet in the making; the first lives until this one is ready.</summary>
public sealed record ReplacementPart
{
    [JsonPropertyName("stage"), JsonConverter(typeof(JsonStringEnumConverter<ReplacementStage>))]
    public ReplacementStage Stage { get; init; }

    /// <summary>The installation it gets; see <see cref="AccessPart.Generation"/>.</summary>
    [JsonPropertyName("generation")] public int Generation { get; init; }

    /// <summary>Business unix ms after which it is given up.</summary>
    [JsonPropertyName("deadline")] public long Deadline { get; init; }

    /// <summary>Creates that may have been sent. Never more than two.</summary>
    [JsonPropertyName("attempts")] public int Attempts { get; init; }

    /// <summary>Real unix ms from which on an empty listing proves that nothing was made.</summary>
    [JsonPropertyName("quietAtReal")] public long QuietAtReal { get; init; }

    /// <summary>An outcome was unknown once: more than one may exist.</summary>
    [JsonPropertyName("doubt")] public bool Doubt { get; init; }

    [JsonPropertyName("droplet")] public ProviderPart? Droplet { get; init; }

    /// <summary>Real unix ms since when it is 404; null when it is not.</summary>
    [JsonPropertyName("missingSinceReal")] public long? MissingSinceReal { get; init; }
}
