namespace Webrana.Wire.Accounts;

/// <summary>What stands in the way of closing my account, and what is lost by it: <c>GET /api/v1/me/closing</c>.</summary>
/// <param name="Servers">Servers that have to be deleted first.</param>
/// <param name="PendingPayments">Top-ups that may still be paid: pay them or let them expire.</param>
/// <param name="Balance">Unspent money. Support pays it out; what is left when the account is closed is given up.</param>
/// <param name="Bonus">Bonus that lapses.</param>
/// <param name="Held">Money held for something that is not settled yet.</param>
/// <param name="Debt">What is owed for a refunded top-up.</param>
/// <param name="PendingPayouts">Payouts that are under way: wait until they are booked.</param>
public sealed record ClosingState(int Servers, int PendingPayments, long Balance, long Bonus, long Held, long Debt, int PendingPayouts = 0);

/// <summary>
/// <c>POST /api/v1/me/closing</c> → 202. The account is shut at once, personal data is erased within minutes, and a last mail says so. Refused: 422
/// <c>wrong_password</c>, 401 <c>two_factor_required</c>, 422 <c>wrong_code</c>, 409 <c>servers_exist</c>, <c>payments_pending</c>, <c>payout_pending</c>,
/// <c>money_held</c>, <c>outstanding_debt</c>, <c>balance_not_given_up</c>; each carries its figure.
/// </summary>
/// <param name="Password">Of the account.</param>
/// <param name="TwoFactorCode">Where two-factor sign-in is on: a code of the app, or a recovery code.</param>
/// <param name="GiveUp">Rupiah of unspent money that are given up, as shown; less than there is is refused.</param>
public sealed record CloseAccountRequest(string Password, string? TwoFactorCode = null, long GiveUp = 0);
