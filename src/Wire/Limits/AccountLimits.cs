namespace Webrana.Wire.Limits;

/// <summary>How much I may have: <c>GET /api/v1/me/limits</c>. Over one of them orders, changes of plan and restores answer 409 <c>limit_reached</c>.</summary>
/// <param name="Servers">Living servers at once.</param>
/// <param name="ServersUsed">Of them now, with those on their way.</param>
/// <param name="PlanVcpus">The largest plan, in virtual processors.</param>
/// <param name="SpendPerDay">Rupiah within 24 hours on new servers, bigger plans and restored servers; renewals do not count.</param>
/// <param name="SpentToday">Of it within the last 24 hours.</param>
/// <param name="PaidIn">What was paid in so far, less what went back; bonus does not count.</param>
/// <param name="FirstPaidAt">When money first came; null: never.</param>
/// <param name="Next">The next step up, reached by itself; null at the top.</param>
public sealed record AccountLimits(
    int Servers, int ServersUsed, int PlanVcpus, long SpendPerDay, long SpentToday, long PaidIn, DateTimeOffset? FirstPaidAt, HigherLimits? Next);

/// <summary>A step up and what is missing to it.</summary>
/// <param name="Servers">Living servers at once.</param>
/// <param name="PlanVcpus">The largest plan, in virtual processors.</param>
/// <param name="SpendPerDay">Rupiah within 24 hours.</param>
/// <param name="MissingPaid">Rupiah still to pay in; 0 when that is done.</param>
/// <param name="MissingDays">Days still to pass since the first payment; 0 when that is done.</param>
public sealed record HigherLimits(int Servers, int PlanVcpus, long SpendPerDay, long MissingPaid, int MissingDays);

/// <summary>A customer's limits as the desk sees them: <c>GET /internal/users/{id}/limits</c>.</summary>
/// <param name="Limits">As they hold now.</param>
/// <param name="ByHand">An admin's own figures; null: all by the rule.</param>
public sealed record CustomerLimitsState(AccountLimits Limits, LimitsByHand? ByHand);

/// <summary>An admin's own figures; a null figure is the rule's.</summary>
/// <param name="Servers">Living servers at once.</param>
/// <param name="PlanVcpus">The largest plan, in virtual processors.</param>
/// <param name="SpendPerDay">Rupiah within 24 hours.</param>
/// <param name="Reason">As the admin gave it.</param>
/// <param name="By">Who; null when the account is gone.</param>
/// <param name="Since">Since when.</param>
public sealed record LimitsByHand(int? Servers, int? PlanVcpus, long? SpendPerDay, string Reason, string? By, DateTimeOffset Since);

/// <summary><c>PUT /internal/users/{id}/limits</c> → <see cref="CustomerLimitsState"/>. All three null: back to the rule.</summary>
/// <param name="Reason">1 to 200 characters, for the audit log.</param>
/// <param name="Servers">0 to 10,000; null: by the rule.</param>
/// <param name="PlanVcpus">0 to 1,000; null: by the rule.</param>
/// <param name="SpendPerDay">0 to 1,000,000,000,000 rupiah; null: by the rule.</param>
public sealed record SetLimitsRequest(string Reason, int? Servers = null, int? PlanVcpus = null, long? SpendPerDay = null);
