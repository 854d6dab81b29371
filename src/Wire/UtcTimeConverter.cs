using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webrana.Wire;

/// <summary>Times on the wire are RFC 3339 in UTC with milliseconds (<c>2026-12-15T07:30:00.000Z</c>), whatever offset they had in memory.</summary>
public sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().ToUniversalTime();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
