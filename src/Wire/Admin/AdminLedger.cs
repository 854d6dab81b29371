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

/// <summary>What both answers of an adjustment have in common: 201 is the booked line, 202 a <see cref="MoneyRequest"/> that waits for a second person.</summary>
/// <param name="Id">Of the line, or of the request.</param>
/// <param name="Amount">IDR, signed.</param>
/// <param name="Status">Null when it is booked.</param>
public sealed record AdjustmentAnswer(string Id, long Amount, MoneyRequestStatus? Status = null);

/// <summary><c>GET /internal/ledger/trial-balance</c>: sums of all rows ever booked, by account, each against the account's own records.</summary>
/// <param name="Accounts">Customers' wallets and what is held of them, and each contra account.</param>
/// <param name="Balanced">All debits equal all credits, and every account agrees with its subledger.</param>
public sealed record TrialBalance(IReadOnlyList<TrialBalanceAccount> Accounts, bool Balanced);

/// <summary>One account of a <see cref="TrialBalance"/>, in whole rupiah.</summary>
/// <param name="Account">Name.</param>
/// <param name="Debit">Sum of debits.</param>
/// <param name="Credit">Sum of credits.</param>
/// <param name="Subledger">
/// What <c>debit − credit</c> should be by records that are not the ledger's: paid deposits, charged periods, promo usages, debts, the audit
/// log, open orders, the wallets' own balances.
/// </param>
/// <param name="InFlight">Booked a moment ago, outcome not yet on the business object's record: explained, hence no difference.</param>
/// <param name="Difference"><c>debit − credit − inFlight − subledger</c>; anything but 0 has to be looked into.</param>
public sealed record TrialBalanceAccount(string Account, long Debit, long Credit, long Subledger = 0, long InFlight = 0, long Difference = 0);
