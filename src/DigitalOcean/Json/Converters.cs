using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webrana.DigitalOcean.Json;

/// <summary>A word the provider invents tomorrow must not make a whole list unreadable today.</summary>
internal sealed class DropletStatusConverter : JsonConverter<DropletStatus>
{
    public override DropletStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() switch
        {
            "new" => DropletStatus.New,
            "active" => DropletStatus.Active,
            "off" => DropletStatus.Off,
            "archive" => DropletStatus.Archive,
            _ => DropletStatus.Unknown,
        };

    public override void Write(Utf8JsonWriter writer, DropletStatus value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString().ToLowerInvariant());
}

/// <inheritdoc cref="DropletStatusConverter"/>
internal sealed class ActionStatusConverter : JsonConverter<ActionStatus>
{
    public override ActionStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() switch
        {
            "in-progress" => ActionStatus.InProgress,
            "completed" => ActionStatus.Completed,
            "errored" => ActionStatus.Errored,
            _ => ActionStatus.Unknown,
        };

    public override void Write(Utf8JsonWriter writer, ActionStatus value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value == ActionStatus.InProgress ? "in-progress" : value.ToString().ToLowerInvariant());
}

/// <summary>Images are named by slug (text) or by id (number) in the same member.</summary>
internal sealed class ImageReferenceConverter : JsonConverter<ImageReference>
{
    public override ImageReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
            ? reader.GetInt64()
            : reader.GetString() ?? throw new JsonException("An image is a slug or an id.");

    public override void Write(Utf8JsonWriter writer, ImageReference value, JsonSerializerOptions options)
    {
        if (value.Slug is null)
            writer.WriteNumberValue(value.Id);
        else
            writer.WriteStringValue(value.Slug);
    }
}

/// <summary>Snapshot ids are text in /v2/snapshots and numbers under a droplet.</summary>
internal sealed class TextIdConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt64().ToString(CultureInfo.InvariantCulture) : reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
