namespace Webrana.Wire.Wallets;

/// <summary><c>GET /api/v1/wallet</c>, and for admins <c>GET /internal/wallets/{userId}</c>. All amounts in whole rupiah.</summary>
/// <param name="Id">The wallet's id.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="Balance">Sum of all transactions, bonus included.</param>
/// <param name="Held">Set aside for orders that are being prepared.</param>
/// <param name="Available"><c>balance − held</c>: what can be spent now.</param>
/// <param name="Bonus">Unexpired bonus inside the balance; spent first, never paid out.</param>
/// <param name="Currency">Always <c>IDR</c>.</param>
/// <param name="CreatedAt">When the wallet was opened.</param>
/// <param name="UpdatedAt">Of the last change to any amount.</param>
/// <param name="Debt">Owed: a top-up was paid back after its bonus was spent. Orders and renewals wait; the next money pays it first.</param>
public sealed record Wallet(
    string Id, string UserId, long Balance, long Held, long Available, long Bonus, string Currency,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Debt = 0);
