using System.Text.Json.Serialization;
using Webrana.Domain.Monitoring;
using Webrana.Grains.Common;

namespace Webrana.Grains.Monitoring;

/// <summary>What is kept of a server's measurements for good: its transfer. Everything else can be read again.</summary>
public sealed record MetricsState : IDurable<MetricsState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary><c>TransferMeter.Month</c>.</summary>
    [JsonPropertyName("month")] public int Month { get; init; }

    [JsonPropertyName("sentBytes")] public long SentBytes { get; init; }

    /// <summary>Unix seconds up to which the transfer is counted; 0 before counting began.</summary>
    [JsonPropertyName("countedUntil")] public long CountedUntil { get; init; }

    /// <summary>Unix ms of the next count; null when the server is gone.</summary>
    [JsonPropertyName("dueAt")] public long? DueAt { get; init; }

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => new(null, null, DueAt, null);

    /// <summary>The meter; null before counting began.</summary>
    [JsonIgnore]
    public TransferMeter? Meter => CountedUntil == 0 ? null : new TransferMeter(Month, SentBytes, CountedUntil);

    /// <summary>The same with another count.</summary>
    public MetricsState With(TransferMeter meter, long? dueAt) =>
        this with { Month = meter.Month, SentBytes = meter.Bytes, CountedUntil = meter.UntilUnixSeconds, DueAt = dueAt };
}
