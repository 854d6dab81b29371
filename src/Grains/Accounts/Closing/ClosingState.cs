using System.Text.Json.Serialization;
using Webrana.Contracts.Accounts;
using Webrana.Grains.Common;

namespace Webrana.Grains.Accounts;

/// <summary>How far the end of one account is. Nothing personal stands in it. Times in unix ms, amounts in rupiah.</summary>
public sealed record ClosingState : IDurable<ClosingState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyName("user")] public Guid User { get; init; }

    [JsonPropertyName("stage"), JsonConverter(typeof(JsonStringEnumConverter<ClosingStage>))]
    public ClosingStage Stage { get; init; }

    /// <summary>Counts the tries: each has ledger operations of its own, for one that was called off took nothing.</summary>
    [JsonPropertyName("attempt")] public int Attempt { get; init; }

    /// <summary>What the owner said to give up.</summary>
    [JsonPropertyName("givenUp")] public long GivenUpIdr { get; init; }

    /// <summary>What is in fact taken; fixed before it is.</summary>
    [JsonPropertyName("taken")] public long TakenIdr { get; init; }

    /// <summary>Counts how often the money was counted anew within a try: each count has a ledger operation of its own.</summary>
    [JsonPropertyName("round")] public int Round { get; init; }

    /// <summary>True once the audit log says what is about to be taken: it says so once.</summary>
    [JsonPropertyName("noted")] public bool Noted { get; init; }

    [JsonPropertyName("begunAt")] public long BegunAtMs { get; init; }

    [JsonPropertyName("retryAt")] public long RetryAtMs { get; init; }

    /// <summary>True while something has still to be done.</summary>
    [JsonIgnore] public bool HasWork => Stage is not (ClosingStage.None or ClosingStage.Closed or ClosingStage.CalledOff);

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => new(
        User.ToString("D"), Stage.ToString().ToUpperInvariant(), HasWork ? RetryAtMs : null, BegunAtMs);
}
