using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webrana.Wire;

/// <summary>
/// The one JSON dialect of the public API: camelCase, enum values in upper snake case, times as RFC 3339 in UTC, amounts as integers.
/// The API and every client take it from here, so that neither can drift from the other.
/// </summary>
public static class WireJson
{
    /// <summary>Options for reading and writing any record of this assembly. Frozen: copy them to change them.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Applies the dialect to options that a framework owns (minimal APIs, Swagger).</summary>
    /// <param name="options">Options that are still open to changes.</param>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        // "150000" is not an amount: a string where a number belongs is refused instead of guessed at.
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        // The API answers application/json, never inside HTML, so names such as "Café" stay readable.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new UtcTimeConverter());
    }

    static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
