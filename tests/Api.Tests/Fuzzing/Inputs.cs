using System.Globalization;
using System.Text.Json.Nodes;

namespace Webrana.Api.Tests.Fuzzing;

/// <summary>
/// Makes what strangers send: mostly what the documents show, with a few fields bent; sometimes anything at all. Every choice comes from one seeded
/// source, so that the same seed asks the same questions.
/// </summary>
sealed class Inputs(Random random)
{
    static readonly string[] Strings =
    [
        "", " ", "x", "0", "-1", "null", "web-01", "Ünïcödé-名前", "'; DROP TABLE users; --", "../../etc/passwd", "<script>alert(1)</script>", "a\u202eb", "\ud83d\ude00",
        "00000000-0000-0000-0000-000000000000", "not-a-guid", "2026-02-31T25:61:00Z", "%00", "%2e%2e%2f", "${jndi:x}", new('A', 300), new('9', 40), "id", "en", "basic-1", "sgp1",
        "ubuntu-24-04-x64", "MONTHLY", "BRIVA", "QRIS", "WELCOME25", "1h", "14d", "VNC", "SSH",
    ];

    static readonly long[] Numbers = [0, 1, -1, 2, 100, 999, 9_999, 10_000, 50_000, 150_000, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1_000_000_000_000];

    public bool Chance(int percent) => random.Next(100) < percent;

    public T Any<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    public string Text() => Any(Strings);

    public long Number() => Chance(50) ? Any(Numbers) : random.NextInt64(-10, 1_000_000);

    /// <summary>A body for an operation, or null for none.</summary>
    public string? Body(Operation operation)
    {
        if (operation.BodySchema is not { } schema) return Chance(5) ? "{\"surplus\":1}" : null;
        if (Chance(3)) return Any(["", "{", "[]", "null", "\"x\"", "{\"a\":{\"b\":{\"c\":{}}}}", new string('[', 100)]);
        var body = operation.BodyExample is { } example && Chance(85) ? example.DeepClone() : Value(operation.Source, schema, 0);
        if (body is not JsonObject fields) return body?.ToJsonString() ?? "null";
        var properties = operation.Source.Resolve(schema)["properties"] as JsonObject ?? [];
        // A few bent fields at a time: with all of them bent nothing gets past the door.
        for (var bends = Chance(45) ? 0 : random.Next(1, 3); bends > 0 && properties.Count > 0; bends--)
        {
            var field = Any([.. properties.Select(property => property.Key)]);
            if (Chance(10)) fields.Remove(field);
            else fields[field] = Chance(80) ? Value(operation.Source, properties[field]!, 0) : JsonValue.Create(Text());
        }

        if (fields.ContainsKey("name") && Chance(60)) fields["name"] = $"fuzz-{random.Next(1_000_000)}";
        return fields.ToJsonString();
    }

    /// <summary>A value for a query or path parameter.</summary>
    public string Parameter(ApiDocument source, JsonNode schema) => Value(source, schema, 0) switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        { } other => other.ToJsonString(),
    };

    JsonNode? Value(ApiDocument source, JsonNode given, int depth)
    {
        var schema = source.Resolve(given);
        if (depth > 4 || ((bool?)schema["nullable"] == true && Chance(30))) return null;
        if (schema["enum"] is JsonArray { Count: > 0 } members && Chance(90)) return Any([.. members])?.DeepClone();
        if (schema["allOf"] is JsonArray { Count: > 0 } all) return Value(source, all[0]!, depth);
        if (schema["oneOf"] is JsonArray { Count: > 0 } any) return Value(source, Any([.. any])!, depth);
        var types = ApiDocument.TypesOf(schema).Where(type => type != "null").ToList();
        return (types.Count == 0 ? "string" : Any(types)) switch
        {
            "integer" => JsonValue.Create(Number()),
            "number" => JsonValue.Create(Number() / 7.0),
            "boolean" => JsonValue.Create(Chance(50)),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(source, schema["items"] ?? new JsonObject(), depth + 1))]),
            "object" => new JsonObject((schema["properties"] as JsonObject ?? []).Where(_ => Chance(80)).Select(property => KeyValuePair.Create(property.Key, Value(source, property.Value!, depth + 1)))),
            _ when (string?)schema["format"] == "date-time" && Chance(70) => JsonValue.Create(DateTimeOffset.UnixEpoch.AddSeconds(random.NextInt64(0, 4_000_000_000)).ToString("O", CultureInfo.InvariantCulture)),
            _ => JsonValue.Create(Text()),
        };
    }
}
