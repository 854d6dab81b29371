using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Webrana.Api.Tests.Fuzzing;

/// <summary>One operation of the documents, as a fuzzer needs it.</summary>
sealed record Operation(string Document, string Method, string Path, JsonObject Node, ApiDocument Source)
{
    public string Name => $"{Method} {Path}";

    public JsonNode? BodySchema => Node["requestBody"]?["content"]?["application/json"]?["schema"];

    public JsonNode? BodyExample => Node["requestBody"]?["content"]?["application/json"]?["example"];

    public IEnumerable<JsonObject> Parameters => Node["parameters"]?.AsArray().Select(parameter => parameter!.AsObject()) ?? [];

    public JsonObject Responses => Node["responses"]!.AsObject();
}

/// <summary>An OpenAPI document: its operations, and whether an answer is what it promises.</summary>
sealed partial class ApiDocument(string name, JsonNode root)
{
    public IEnumerable<Operation> Operations =>
        from path in root["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        select new Operation(name, method.Key.ToUpperInvariant(), path.Key, method.Value!.AsObject(), this);

    /// <summary>What a schema refers to.</summary>
    public JsonNode Resolve(JsonNode schema) =>
        schema["$ref"] is { } reference ? Resolve(root["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!) : schema;

    /// <summary>Why an answer breaks its promise, or null.</summary>
    public string? WhyWrong(Operation operation, int status, string? mediaType, string text)
    {
        if (operation.Responses[$"{status}"] is not { } promised) return $"{status} is not documented";
        if (status >= 400)
        {
            if (mediaType != "application/problem+json") return $"{status} came as {mediaType}";
            var code = (string?)JsonNode.Parse(text)!["code"];
            return Code().Matches((string)promised["description"]!).Any(match => match.Groups[1].Value == code) ? null : $"{status} {code} is not documented";
        }

        if (promised["content"]?["application/json"]?["schema"] is not { } schema) return null;
        return text.Length == 0 ? $"{status} has no body" : Mismatch(JsonNode.Parse(text), schema, "$");
    }

    string? Mismatch(JsonNode? value, JsonNode given, string where)
    {
        // OpenAPI 3.0 cannot say "or null" of what it refers to: what is null there is left to the typed clients' tests.
        if (value is null && given["$ref"] is not null) return null;
        var schema = Resolve(given);
        if (schema["allOf"] is JsonArray { Count: > 0 } all) return all.Select(part => Mismatch(value, part!, where)).FirstOrDefault(found => found is not null);
        if (schema["oneOf"] is JsonArray { Count: > 0 } any) return any.Any(part => Mismatch(value, part!, where) is null) ? null : $"{where} is none of its kinds";
        var types = TypesOf(schema);
        if (value is null) return types.Count == 0 || types.Contains("null") || (bool?)schema["nullable"] == true || (bool?)given["nullable"] == true ? null : $"{where} is null";
        if (types.Count > 0 && !types.Contains(KindOf(value)) && !(KindOf(value) == "integer" && types.Contains("number"))) return $"{where} is {KindOf(value)}, not {string.Join("/", types)}";
        if (schema["enum"] is JsonArray members && members.All(member => member?.ToJsonString() != value.ToJsonString())) return $"{where} is {value.ToJsonString()}, which is no member";
        if (value is JsonArray items && schema["items"] is { } each)
            return items.Select((item, index) => Mismatch(item, each, $"{where}[{index}]")).FirstOrDefault(found => found is not null);
        if (value is not JsonObject fields || schema["properties"] is not JsonObject properties) return null;
        foreach (var required in schema["required"]?.AsArray() ?? [])
            if (!fields.ContainsKey((string)required!)) return $"{where}.{required} is missing";
        foreach (var (field, content) in fields)
        {
            if (properties[field] is not { } property)
            {
                if (schema["additionalProperties"] is JsonValue closed && !(bool)closed) return $"{where}.{field} is not documented";
                continue;
            }

            if (Mismatch(content, property, $"{where}.{field}") is { } wrong) return wrong;
        }

        return null;
    }

    /// <summary>Its types; both spellings of "or null" are read.</summary>
    public static HashSet<string> TypesOf(JsonNode schema) => schema["type"] switch
    {
        JsonArray several => [.. several.Select(type => (string)type!)],
        JsonValue one => [(string)one!],
        _ => [],
    };

    static string KindOf(JsonNode value) => value switch
    {
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => "string",
            System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean",
            _ => value.ToJsonString().AsSpan().ContainsAny('.', 'e', 'E') ? "number" : "integer",
        },
    };

    [GeneratedRegex("`([a-z_0-9]+)`: ")]
    private static partial Regex Code();
}
