using System.Text.Json.Serialization;

namespace Webrana.DigitalOcean.Json;

/// <summary>
/// Every shape on the wire. Unknown members are skipped and numbers may arrive as text: the provider adds and varies without notice.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DropletStatusConverter), typeof(ActionStatusConverter), typeof(ImageReferenceConverter), typeof(TextIdConverter)])]
[JsonSerializable(typeof(IReadOnlyList<Droplet>))]
[JsonSerializable(typeof(IReadOnlyList<DropletAction>))]
[JsonSerializable(typeof(IReadOnlyList<Size>))]
[JsonSerializable(typeof(IReadOnlyList<Region>))]
[JsonSerializable(typeof(IReadOnlyList<Image>))]
[JsonSerializable(typeof(IReadOnlyList<Snapshot>))]
[JsonSerializable(typeof(IReadOnlyList<SshKey>))]
[JsonSerializable(typeof(IReadOnlyList<Firewall>))]
[JsonSerializable(typeof(FirewallWish))]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(Balance))]
[JsonSerializable(typeof(Tag))]
[JsonSerializable(typeof(BackupSetup))]
[JsonSerializable(typeof(DropletCreate))]
[JsonSerializable(typeof(DropletActionRequest))]
[JsonSerializable(typeof(SshKeyCreate))]
[JsonSerializable(typeof(TagCreate))]
internal sealed partial class DigitalOceanJson : JsonSerializerContext;

internal sealed record SshKeyCreate(string Name, string PublicKey);

internal sealed record TagCreate(string Name);
