using System.Text.Json.Serialization;

namespace Webrana.Grains.Droplets;

public sealed partial record DropletState
{
    /// <summary>Which installation of the server runs and how it is entered; null when it was made without a managed key. Secrets are rows of their own.</summary>
    [JsonPropertyName("access")] public AccessPart? Access { get; init; }
}

/// <summary>The installation that runs.</summary>
/// <param name="Generation">Key of the row in <c>instance_access</c>.</param>
/// <param name="PasswordLogin">SSH takes the password.</param>
public sealed record AccessPart(
    [property: JsonPropertyName("generation")] int Generation,
    [property: JsonPropertyName("passwordLogin")] bool PasswordLogin);
