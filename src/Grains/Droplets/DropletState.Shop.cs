using System.Text.Json.Serialization;

namespace Webrana.Grains.Droplets;

public sealed partial record DropletState
{
    /// <summary>Unix ms at which a due step was last held back by a stop of the shop; null when never.</summary>
    [JsonPropertyName("heldAt")] public long? HeldAt { get; init; }

    /// <summary>Unix ms before which a step held back is not looked at again.</summary>
    [JsonPropertyName("lookAgainAt")] public long? LookAgainAt { get; init; }

    /// <summary>
    /// Operation ids of what the desk did to the order, newest last, each stored in the write that did it: asked for again, it was done, whoever
    /// did what to it since.
    /// </summary>
    [JsonPropertyName("deskActs")] public IReadOnlyList<string> DeskActs { get; init; } = [];
}
