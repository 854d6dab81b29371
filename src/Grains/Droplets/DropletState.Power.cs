using System.Text.Json.Serialization;

namespace Webrana.Grains.Droplets;

public sealed partial record DropletState
{
    /// <summary>The tries at the power state that we owe; null before one has failed.</summary>
    [JsonPropertyName("powerTries"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PowerTriesPart? PowerTries { get; init; }
}

/// <summary>Tries in a row that did not bring about the power state that we owe.</summary>
/// <param name="Failures">How many: their pause grows with it.</param>
/// <param name="ToldAt">When the activity last said that one failed, business unix ms.</param>
public sealed record PowerTriesPart(
    [property: JsonPropertyName("failures")] int Failures,
    [property: JsonPropertyName("toldAt")] long ToldAt);

public sealed partial record ActionPart
{
    /// <summary>One more try at a power state that we owe, soon after one whose failure was told: the log hears of it only if it succeeds.</summary>
    [JsonPropertyName("quiet"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Quiet { get; init; }
}
