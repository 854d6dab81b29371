using System.Text.Json;
using System.Text.Json.Nodes;

namespace Webrana.Sandbox.Tripay.Control;

/// <summary>Lays a JSON object over the settings in force. Unknown keys are refused, so that a misspelt one does not pass in silence.</summary>
static class SettingsPatch
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <exception cref="JsonException">A key is unknown or a value of the wrong kind.</exception>
    public static SimulatorSettings Apply(SimulatorSettings current, JsonObject patch)
    {
        var merged = JsonSerializer.SerializeToNode(current, Format)!.AsObject();
        foreach (var (name, value) in patch)
        {
            if (!merged.ContainsKey(name)) throw new JsonException($"Unknown setting '{name}'. Known: {string.Join(", ", merged.Select(field => field.Key))}.");
            merged[name] = Adapt(name, value);
        }
        var result = merged.Deserialize<SimulatorSettings>(Format) ?? throw new JsonException("Settings must be an object.");
        return result is { Duplicates: >= 0 and <= 20, DelayMs: >= 0, RetrySeconds: >= 0, MaxRetries: >= 0 and <= 20, CallbackTimeoutMs: > 0 }
            ? result
            : throw new JsonException("A number is out of range.");
    }

    // A switch may be given as a number and a number as a switch.
    static JsonNode? Adapt(string name, JsonNode? value) => (name, value?.GetValueKind()) switch
    {
        ("duplicates", JsonValueKind.True) => 1,
        ("duplicates", JsonValueKind.False) => 0,
        ("reorder", JsonValueKind.Number) => value!.GetValue<double>() != 0,
        _ => value?.DeepClone(),
    };
}
