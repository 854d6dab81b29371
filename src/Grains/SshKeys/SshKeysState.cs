using System.Text.Json.Serialization;
using Webrana.Contracts.SshKeys;
using Webrana.Grains.Common;

namespace Webrana.Grains.SshKeys;

/// <summary>A library as stored.</summary>
public sealed record SshKeysState : IDurable<SshKeysState>
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>Oldest first.</summary>
    [JsonPropertyName("keys")] public IReadOnlyList<StoredKey> Keys { get; init; } = [];
}

/// <summary>A key as stored.</summary>
public sealed record StoredKey(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("publicKey")] string PublicKey,
    [property: JsonPropertyName("fingerprint")] string Fingerprint,
    [property: JsonPropertyName("createdAt")] long CreatedAt)
{
    /// <summary>As its owner sees it.</summary>
    public SshKeyView View() => new(Id, Name, Type, PublicKey, Fingerprint, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt));
}
