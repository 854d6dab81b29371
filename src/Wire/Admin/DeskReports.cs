using System.Text.Json.Serialization;

namespace Webrana.Wire.Admin;

/// <summary>The shop at a glance: <c>GET /internal/dashboard</c>.</summary>
/// <param name="MoneyIn">IDR received through the gateway since midnight in Jakarta; null where the reader's role has no money.</param>
/// <param name="PaymentsIn">How many payments that was.</param>
/// <param name="Running">Servers that run.</param>
/// <param name="Suspended">Servers switched off because their period is not paid, or by us.</param>
/// <param name="Unpaid">Servers whose period ended more than five minutes ago and is not paid, suspended ones among them; as of about a minute ago.</param>
/// <param name="FailedOrders">Orders that failed within a day.</param>
/// <param name="Lost">Servers that vanished at the provider.</param>
/// <param name="PendingDeposits">Top-ups that wait for their payment.</param>
/// <param name="OldestPending">Since when the oldest waits.</param>
/// <param name="OverdueRenewals">Steps that are due for longer than the engine ever needs: look at the silos.</param>
/// <param name="StuckMails">Customers whose mails or Telegram messages have waited for ten minutes, and mails asked for that nobody has taken up for two.</param>
/// <param name="UnhandledCallbacks">Payment callbacks not worked off within two minutes.</param>
/// <param name="OpenCases">Payments that wait at the payment desk; null where the reader's role has no money.</param>
/// <param name="WaitingRequests">Money that waits for a second person; null as above.</param>
/// <param name="ProviderCallsLeft">Calls left of the provider's hour, all accounts that are not switched off; null while our own silos are away, who know its accounts.</param>
/// <param name="ProviderCallsLimit">Calls we allow ourselves in an hour at those; null as above.</param>
/// <param name="ProviderFree">Servers that could still be sold; null as above.</param>
/// <param name="ProviderUsd">What the provider's month costs so far, US dollars; null as above, before the first look, and where the reader's role has no money.</param>
/// <param name="Stopped">Switches that are stopped.</param>
/// <param name="Alarms">Alarms raised and not cleared.</param>
/// <param name="At">As of.</param>
/// <param name="ProviderBudgetLeftUsd">What the month leaves of the budget at the accounts that are not switched off, US dollars, below zero where it is overspent; null without a budget, before the first look, and where the reader's role has no money.</param>
/// <param name="ProviderBudgetUsd">The month's budget of those accounts together, US dollars; null without one, and where the reader's role has no money.</param>
public sealed record Dashboard(
    long? MoneyIn, long? PaymentsIn, long Running, long Suspended, long Unpaid, long FailedOrders, long Lost, long PendingDeposits, DateTimeOffset? OldestPending,
    long OverdueRenewals, long StuckMails, long UnhandledCallbacks, long? OpenCases, long? WaitingRequests, long? ProviderCallsLeft, long? ProviderCallsLimit,
    int? ProviderFree, decimal? ProviderUsd, int Stopped, IReadOnlyList<DeskAlarm> Alarms, DateTimeOffset At, decimal? ProviderBudgetLeftUsd = null,
    long? ProviderBudgetUsd = null);

/// <summary>Something that somebody should look at now: <c>GET /internal/alarms?cleared=</c>.</summary>
/// <param name="Code"><c>PROVIDER_TOKEN</c>, <c>PROVIDER_ACCOUNT</c>, <c>PROVIDER_BALANCE</c>, <c>PROVIDER_CAPACITY</c>, <c>RENEWALS_OVERDUE</c>, <c>OUTBOX_STUCK</c>, <c>CALLBACKS_STUCK</c>, <c>PAPERS_STUCK</c>, <c>BOOKS_DIFFER</c>, <c>INVARIANT_BROKEN</c>, <c>AUDIT_BROKEN</c>, <c>PROVIDER_DRIFT</c> or <c>SETTLEMENT_DIFFERS</c>.</param>
/// <param name="Subject">What it is about: an account's id, an invariant's name, a day; empty for the shop.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="RaisedAt">Since when.</param>
/// <param name="ClearedAt">Since when not any more; null while it stands.</param>
public sealed record DeskAlarm(string Code, string Subject, string Detail, DateTimeOffset RaisedAt, DateTimeOffset? ClearedAt);

/// <summary>Which report.</summary>
[JsonConverter(typeof(WireEnumConverter<ReportName>))]
public enum ReportName
{
    /// <summary>What was sold, given back, and is left.</summary>
    [JsonStringEnumMemberName("REVENUE")] Revenue,

    /// <summary>What customers hold with us at the end of each period that has begun, whether money moved in it or not: ordinary money and bonus.</summary>
    [JsonStringEnumMemberName("LIABILITY")] Liability,

    /// <summary>Provider cost and margin per plan and period, with add-ons and images of hibernated servers.</summary>
    [JsonStringEnumMemberName("MARGIN")] Margin,

    /// <summary>What promos cost.</summary>
    [JsonStringEnumMemberName("PROMOS")] Promos,

    /// <summary>Who came and who went.</summary>
    [JsonStringEnumMemberName("CHURN")] Churn,

    /// <summary>Renewals that fell due and were not paid in time, and what is overdue now.</summary>
    [JsonStringEnumMemberName("OVERDUE")] Overdue,
}

/// <summary>
/// <c>GET /internal/reports/{id}?from=2026-11-01&amp;to=2026-11-30&amp;by=day|month</c>, days of Jakarta, both included; <c>/internal/reports/{id}/csv</c>
/// answers the same as a file.
/// </summary>
/// <param name="Name">Which.</param>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="By"><c>day</c> or <c>month</c>.</param>
/// <param name="Columns">Names, in order; those in IDR are listed under <paramref name="Money"/>.</param>
/// <param name="Money">Which columns are whole rupiah.</param>
/// <param name="Rows">Values as text, in the columns' order; empty where there is none.</param>
/// <param name="Totals">Sums and standing figures, by name, in whole rupiah.</param>
/// <param name="Now">Of <c>OVERDUE</c>: every server that is overdue now, whatever the days, longest first; null of the others.</param>
public sealed record Report(
    ReportName Name, string From, string To, string By, IReadOnlyList<string> Columns, IReadOnlyList<string> Money, IReadOnlyList<IReadOnlyList<string>> Rows,
    IReadOnlyDictionary<string, long> Totals, ReportList? Now = null);

/// <summary>A list that stands beside a report's periods.</summary>
/// <param name="Columns">Names, in order.</param>
/// <param name="Money">Which columns are whole rupiah.</param>
/// <param name="Rows">Values as text, in the columns' order; empty where there is none.</param>
public sealed record ReportList(IReadOnlyList<string> Columns, IReadOnlyList<string> Money, IReadOnlyList<IReadOnlyList<string>> Rows);
