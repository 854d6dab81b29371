using System.Text.Json.Serialization;

namespace Webrana.Wire.Admin;

/// <summary>What kind of money the desk moves by hand.</summary>
[JsonConverter(typeof(WireEnumConverter<MoneyRequestKind>))]
public enum MoneyRequestKind
{
    /// <summary>A correction of a balance.</summary>
    [JsonStringEnumMemberName("ADJUSTMENT")] Adjustment,

    /// <summary>Ordinary balance that was paid out by bank transfer.</summary>
    [JsonStringEnumMemberName("PAYOUT")] Payout,
}

/// <summary>How far it is.</summary>
[JsonConverter(typeof(WireEnumConverter<MoneyRequestStatus>))]
public enum MoneyRequestStatus
{
    /// <summary>Waits for a second person.</summary>
    [JsonStringEnumMemberName("PENDING")] Pending,

    /// <summary>Decided, and the ledger's answer is not known yet: approve it again, it happens once.</summary>
    [JsonStringEnumMemberName("APPROVED")] Approved,

    /// <summary>Refused by the second person; nothing moved.</summary>
    [JsonStringEnumMemberName("REFUSED")] Refused,

    /// <summary>Booked.</summary>
    [JsonStringEnumMemberName("DONE")] Done,

    /// <summary>The ledger refused it; nothing moved.</summary>
    [JsonStringEnumMemberName("FAILED")] Failed,
}

/// <summary>One intent of the desk to move money: <c>GET /internal/money-requests?status=&amp;limit=&amp;cursor=</c>, newest first.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Kind">What.</param>
/// <param name="UserId">Whose wallet.</param>
/// <param name="Email">Their address; null if the account is gone.</param>
/// <param name="Amount">IDR, signed; a payout's is positive and leaves the wallet.</param>
/// <param name="Reference">The bank's reference of a payout.</param>
/// <param name="Reason">Why, as the first person gave it; the customer reads it as the line's description.</param>
/// <param name="Status">How far.</param>
/// <param name="RequestedBy">The first person's address.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="DecidedBy">The second person's; null before, and where none is needed.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="DecisionReason">Why, as the second person gave it.</param>
/// <param name="Outcome">Why a failed one failed.</param>
/// <param name="Mine">The reader asked for it, and so cannot decide it.</param>
public sealed record MoneyRequest(
    string Id, MoneyRequestKind Kind, string UserId, string? Email, long Amount, string? Reference, string Reason, MoneyRequestStatus Status,
    string? RequestedBy, DateTimeOffset RequestedAt, string? DecidedBy, DateTimeOffset? DecidedAt, string? DecisionReason, string? Outcome, bool Mine);

/// <summary>
/// <c>POST /internal/wallets/{userId}/payouts</c> → 202 <see cref="MoneyRequest"/>: ordinary balance that was transferred to the customer's bank
/// account leaves the wallet; bonus never does. Refused: 409 <c>insufficient_balance</c>, 422 <c>invalid_amount</c>, 422 <c>validation_failed</c>, 404.
/// </summary>
/// <param name="Amount">IDR, above zero.</param>
/// <param name="Reference">The bank's reference of the transfer, 1 to 100 characters.</param>
/// <param name="Reason">1 to 200 characters.</param>
public sealed record CreatePayoutRequest(long Amount, string Reference, string Reason);
