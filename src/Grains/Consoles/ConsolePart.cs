using System.Text.Json.Serialization;
using Webrana.Contracts.Consoles;

namespace Webrana.Grains.Consoles;

/// <summary>One open console, as the droplet's record keeps it.</summary>
public sealed record ConsolePart
{
    [JsonPropertyName("session")] public string Session { get; init; } = "";

    [JsonPropertyName("kind"), JsonConverter(typeof(JsonStringEnumConverter<ConsoleKind>))]
    public ConsoleKind Kind { get; init; }

    [JsonPropertyName("actor")] public string Actor { get; init; } = "";

    /// <summary>Whose server it was when it was opened: a console does not outlive a change of hands. Null before this was kept.</summary>
    [JsonPropertyName("owner")] public Guid? Owner { get; init; }

    /// <summary>Business unix ms.</summary>
    [JsonPropertyName("openedAt")] public long OpenedAt { get; init; }

    /// <summary>Real unix ms until which it counts without a renewal: connections do not jump with the sandbox's clock.</summary>
    [JsonPropertyName("leaseUntilReal")] public long LeaseUntilReal { get; init; }

    /// <summary>Ended by an admin; the slot is given back when the carrier says what was carried.</summary>
    [JsonPropertyName("revoked")] public bool Revoked { get; init; }
}
