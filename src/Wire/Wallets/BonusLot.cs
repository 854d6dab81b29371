namespace Webrana.Wire.Wallets;

/// <summary>One lot of bonus money: <c>GET /api/v1/wallet/bonuses</c>, in the order it is spent, soonest expiry first. What is held for an order is not among them.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Source">Where it came from, for people.</param>
/// <param name="Amount">IDR not yet spent.</param>
/// <param name="ExpiresAt">When the rest lapses; null: never.</param>
public sealed record BonusLot(string Id, string Source, long Amount, DateTimeOffset? ExpiresAt);
