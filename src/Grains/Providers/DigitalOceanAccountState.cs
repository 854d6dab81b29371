using System.Text.Json.Serialization;
using Webrana.Contracts.Providers;
using Webrana.Grains.Common;

namespace Webrana.Grains.Providers;

/// <summary>A provider account as stored: what admins decided, which account the token must open, and what is wrong.</summary>
public sealed record DigitalOceanAccountState : IDurable<DigitalOceanAccountState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyName("name")] public string Name { get; init; } = "";

    [JsonPropertyName("mode"), JsonConverter(typeof(JsonStringEnumConverter<ProviderAccountMode>))]
    public ProviderAccountMode Mode { get; init; }

    /// <summary>Encrypted; null: the token of the configuration.</summary>
    [JsonPropertyName("token")] public string? ProtectedToken { get; init; }

    /// <summary>Grows with every new token.</summary>
    [JsonPropertyName("credentials")] public int Credentials { get; init; }

    /// <summary>The provider's id of the account that the token opened first; another one is never worked in.</summary>
    [JsonPropertyName("uuid")] public string? Uuid { get; init; }

    [JsonPropertyName("alarm"), JsonConverter(typeof(JsonStringEnumConverter<ProviderAlarm>))]
    public ProviderAlarm Alarm { get; init; }

    /// <summary>Unix ms; null without an alarm.</summary>
    [JsonPropertyName("alarmSince")] public long? AlarmSince { get; init; }

    /// <summary>Unix ms.</summary>
    [JsonPropertyName("addedAt")] public long AddedAt { get; init; }

    /// <summary>How many droplets the account may hold, as it was last seen; null: never was.</summary>
    [JsonPropertyName("dropletLimit"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DropletLimit { get; init; }

    /// <summary>How many it held then.</summary>
    [JsonPropertyName("dropletCount"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DropletCount { get; init; }

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => new(null, Mode.ToString().ToUpperInvariant(), null, AddedAt);

    /// <summary>Whether calls may be made at all.</summary>
    [JsonIgnore]
    public bool MayCall => Mode != ProviderAccountMode.Disabled && Alarm is not (ProviderAlarm.TokenRefused or ProviderAlarm.WrongAccount);

    /// <summary>Sets or ends an alarm; the same alarm keeps its beginning.</summary>
    /// <param name="now">Unix ms.</param>
    public DigitalOceanAccountState WithAlarm(ProviderAlarm alarm, long now) =>
        alarm == Alarm ? this : this with { Alarm = alarm, AlarmSince = alarm == ProviderAlarm.None ? null : now };
}
