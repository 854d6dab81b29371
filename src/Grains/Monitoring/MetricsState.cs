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

    /// <summary>The largest quota that the server had in <see cref="Month"/>, in bytes.</summary>
    [JsonPropertyName("quotaBytes")] public long QuotaBytes { get; init; }

    /// <summary>What of <see cref="Month"/> was found beyond the quota, in megabytes.</summary>
    [JsonPropertyName("overMb")] public long OverMb { get; init; }

    /// <summary>What the server has still to be told of, oldest month first: stored with the count, forgotten when it has stored it.</summary>
    [JsonPropertyName("owed")] public IReadOnlyList<TransferOverPart> Owed { get; init; } = [];

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => new(null, null, DueAt, null);

    /// <summary>The meter; null before counting began.</summary>
    [JsonIgnore]
    public TransferMeter? Meter => CountedUntil == 0 ? null : new TransferMeter(Month, SentBytes, CountedUntil);

    /// <summary>The same with another count.</summary>
    public MetricsState With(TransferMeter meter, long? dueAt) =>
        this with { Month = meter.Month, SentBytes = meter.Bytes, CountedUntil = meter.UntilUnixSeconds, DueAt = dueAt };

    /// <summary>Counted through the end of every month since; what is beyond the quota is to be told.</summary>
    /// <param name="months">As <see cref="TransferMeter.Through"/> says.</param>
    /// <param name="quotaBytes">The plan's, now.</param>
    /// <param name="tellAt">When something is to be told: at once, by the next sweep.</param>
    /// <param name="countAt">When to count again.</param>
    public MetricsState Counted(IReadOnlyList<TransferMeter> months, long quotaBytes, long tellAt, long countAt)
    {
        var next = this;
        foreach (var month in months)
        {
            var same = month.Month == next.Month;
            var quota = same ? Math.Max(next.QuotaBytes, quotaBytes) : quotaBytes;
            var (known, over) = (same ? next.OverMb : 0, TransferQuota.OverMb(month.Bytes, quota));
            next = next.With(month, countAt) with
            {
                QuotaBytes = quota,
                OverMb = Math.Max(known, over),
                Owed = over <= known ? next.Owed : [.. next.Owed.Where(part => part.Month != month.Month), new TransferOverPart(month.Month, over)],
            };
        }

        return next.Owed.Count > 0 ? next with { DueAt = tellAt } : next;
    }

    /// <summary>The server has stored it.</summary>
    /// <param name="countAt">When to count again, once all is told.</param>
    public MetricsState? Told(TransferOverPart told, long countAt)
    {
        if (!Owed.Contains(told))
            return null;
        var left = Owed.Where(part => part != told).ToList();
        return this with { Owed = left, DueAt = left.Count == 0 ? countAt : DueAt };
    }
}

/// <summary>What was sent beyond the quota of a month, in all.</summary>
public sealed record TransferOverPart(
    [property: JsonPropertyName("month")] int Month,
    [property: JsonPropertyName("mb")] long Megabytes);
