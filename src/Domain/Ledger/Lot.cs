using System.Text.Json.Serialization;

namespace Webrana.Domain.Ledger;

/// <summary>
/// Bonus money with a source and an expiry. The same shape serves as a share of a lot: what a hold or a debit took out of it, with
/// everything needed to give it back after the lot itself was used up.
/// </summary>
/// <param name="Id">The operation id of the grant.</param>
/// <param name="Source">Where it came from, for people (<c>Promo WELCOME25</c>).</param>
/// <param name="RemainingIdr">What is left of it, or the size of the share, in rupiah.</param>
/// <param name="ExpiresAtMs">When the rest lapses, unix ms; null for never.</param>
/// <param name="PromoId">The promo that gave it, if one did.</param>
public sealed record Lot(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("remaining")] long RemainingIdr,
    [property: JsonPropertyName("expiresAt")] long? ExpiresAtMs,
    [property: JsonPropertyName("promo")] string? PromoId)
{
    /// <summary>True from the moment of expiry on.</summary>
    public bool IsExpiredAt(long nowMs) => ExpiresAtMs is { } end && end <= nowMs;
}

/// <summary>Money set aside for an order. The lot shares it took are out of their lots: a held lot does not expire.</summary>
/// <param name="Id">The caller's name of the hold, unique within the wallet.</param>
/// <param name="AmountIdr">All of it, in rupiah, bonus shares included.</param>
/// <param name="Lots">The bonus part, by lot.</param>
public sealed record Hold(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("amount")] long AmountIdr,
    [property: JsonPropertyName("lots")] EquatableList<Lot> Lots);
