using System.Text.Json;
using System.Text.Json.Serialization;
using Webrana.Wire;

namespace Webrana.Api.Hosting;

/// <summary>The wire's dialect, and on top of it what only a server that reads strangers' bodies needs.</summary>
internal static class ApiJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        WireJson.Configure(options);
        // A missing amount is a refusal, never zero; a null where text belongs never reaches an endpoint.
        options.RespectRequiredConstructorParameters = true;
        options.RespectNullableAnnotations = true;
        options.MaxDepth = 16;
        options.Converters.Add(new TextWithoutNul());
    }

    /// <summary>PostgreSQL cannot keep U+0000, so it is refused where it would come in.</summary>
    private sealed class TextWithoutNul : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString();
            return text?.Contains('\0', StringComparison.Ordinal) == true ? throw new JsonException("U+0000 is not taken.") : text;
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
