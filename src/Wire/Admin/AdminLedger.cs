namespace Webrana.Wire.Admin;

/// <summary>One line of <c>GET /internal/wallets?limit=&amp;cursor=</c>, newest change first. Amounts in whole rupiah.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="Email">Their address; null if the account is gone.</param>
/// <param name="Balance">Sum of all transactions.</param>
/// <param name="Held">Set aside for open orders.</param>
/// <param name="Available"><c>balance − held</c>.</param>
/// <param name="Bonus">Unexpired bonus inside the balance.</param>
/// <param name="UpdatedAt">Of the last change.</param>
public sealed record AdminWallet(
    string UserId, string? Email, long Balance, long Held, long Available, long Bonus, DateTimeOffset UpdatedAt);

/// <summary>
/// <c>POST /internal/wallets/{userId}/adjustments</c> → 201 <see cref="Wallets.Transaction"/>. Refused: 422 <c>invalid_amount</c> (zero), 409 <c>insufficient_balance</c> (a debit above what is available), 404.
/// The wallet's lines are read at <c>GET /internal/wallets/{userId}/transactions</c>.
/// </summary>
/// <param name="Amount">IDR, signed, not zero.</param>
/// <param name="Reason">1 to 200 characters; the customer reads it as the line's description.</param>
public sealed record CreateAdjustmentRequest(long Amount, string Reason);

/// <summary><c>GET /internal/ledger/trial-balance</c>: sums of all rows ever booked, by account.</summary>
/// <param name="Accounts">Customers' wallets and each contra account.</param>
/// <param name="Balanced">All debits equal all credits, and every wallet equals the sum of its rows.</param>
public sealed record TrialBalance(IReadOnlyList<TrialBalanceAccount> Accounts, bool Balanced);

/// <summary>One account of a <see cref="TrialBalance"/>, in whole rupiah.</summary>
/// <param name="Account">Name.</param>
/// <param name="Debit">Sum of debits.</param>
/// <param name="Credit">Sum of credits.</param>
public sealed record TrialBalanceAccount(string Account, long Debit, long Credit);
