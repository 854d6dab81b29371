using System.Text.Json.Serialization;
using Webrana.Domain.Deposits;
using Webrana.Grains.Common;

namespace Webrana.Grains.Billing;

/// <summary>When announced money is offered. Times in unix ms.</summary>
public sealed record MoneyArrivalState : IDurable<MoneyArrivalState>, IListed
{
    /// <summary>Longer than the booking takes that was announced: an offer that came before it would find nothing, and be the last one.</summary>
    public const long BookedWithinMs = 60_000;

    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyName("user")] public Guid User { get; init; }

    /// <summary>When the last money was announced.</summary>
    [JsonPropertyName("announcedAt")] public long AnnouncedAtMs { get; init; }

    /// <summary>When it is offered; null once every waiting server was reached.</summary>
    [JsonPropertyName("offerAt")] public long? OfferAtMs { get; init; }

    [JsonPropertyName("failures")] public int Failures { get; init; }

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => new(User.ToString("D"), OfferAtMs is null ? "OFFERED" : "ANNOUNCED", OfferAtMs, AnnouncedAtMs);

    /// <summary>Money is about to be booked.</summary>
    public MoneyArrivalState Announced(Guid user, long nowMs) => this with { User = user, AnnouncedAtMs = nowMs, OfferAtMs = nowMs + BookedWithinMs, Failures = 0 };

    /// <summary>Every server was reached. Money that was announced meanwhile may be booked after that, and is still to be offered.</summary>
    /// <param name="offerAtMs">What was due when the offer began.</param>
    public MoneyArrivalState? Offered(long offerAtMs) => OfferAtMs == offerAtMs ? this with { OfferAtMs = null, Failures = 0 } : null;

    /// <summary>A server was not reached. Money that was announced meanwhile is not offered before it can have been booked.</summary>
    public MoneyArrivalState Missed(long nowMs)
    {
        var failures = Failures + 1;
        var retryAtMs = nowMs + (long)DepositSchedule.Backoff(failures).TotalMilliseconds;
        return this with { Failures = failures, OfferAtMs = Math.Max(OfferAtMs ?? 0, retryAtMs) };
    }
}
