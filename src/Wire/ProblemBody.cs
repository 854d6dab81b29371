using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webrana.Wire;

/// <summary>Every refusal of the API (RFC 9457, <c>application/problem+json</c>).</summary>
public sealed record ProblemBody
{
    /// <summary>An address that documents the kind of problem.</summary>
    public string? Type { get; init; }

    /// <summary>Short, the same for every problem of this code.</summary>
    public string? Title { get; init; }

    /// <summary>The HTTP status, repeated.</summary>
    public int Status { get; init; }

    /// <summary>What happened this time, what was not changed, and what to do.</summary>
    public string? Detail { get; init; }

    /// <summary>Stable, snake_case: what programs switch on. See <see cref="ProblemCodes"/>.</summary>
    public string Code { get; init; } = ProblemCodes.Unknown;

    /// <summary>For <see cref="ProblemCodes.ValidationFailed"/>: messages by camelCase field name.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>The reference a person quotes to support; it finds the request's trace.</summary>
    public string? TraceId { get; init; }

    /// <summary>What else this code carries, for example <c>shortfall</c> (IDR) on <see cref="ProblemCodes.InsufficientBalance"/>.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extensions { get; init; }

    /// <summary>Reads a whole number such as <c>shortfall</c> from <see cref="Extensions"/>.</summary>
    /// <param name="name">The extension's camelCase name.</param>
    /// <returns>The number, or null when absent or not a whole number.</returns>
    public long? Number(string name) =>
        Extensions is not null && Extensions.TryGetValue(name, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
