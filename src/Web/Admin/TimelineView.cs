using Webrana.Web.Components.Layout;
using Webrana.Web.Localization;
using Webrana.Wire.Admin;

namespace Webrana.Web.Admin;

/// <summary>How a line of a timeline reads, and where it leads.</summary>
static class TimelineView
{
    /// <summary>What happened, in words; the record's own word where there is none.</summary>
    public static string Title(TimelineEntry entry, Texts texts) => entry.Kind switch
    {
        "ACTION" => texts.Find($"InstanceActionType.{entry.What}") ?? entry.What,
        "MONEY" => entry.Text is { Length: > 0 } text ? text : entry.What,
        "ORDER" or "DEPOSIT" => $"{entry.Text} · {State(entry, texts)}",
        "NOTICE" => texts.Find($"Notice.{entry.What}") ?? entry.What,
        "SIGN_IN" => $"{entry.What} · {entry.Why}",
        _ => entry.Text is { Length: > 0 } reason ? $"{entry.What} · {reason}" : entry.What,
    };

    /// <summary>How it stands, in words where there are any.</summary>
    public static string State(TimelineEntry entry, Texts texts) => entry.Kind switch
    {
        "ORDER" => Word("InstanceStatus", entry.Status, texts),
        "DEPOSIT" => Word("DepositStatus", entry.Status, texts),
        _ => texts.Find($"Timeline.State.{entry.Kind}.{entry.Status}") ?? entry.Status!,
    };

    // The record's word is the enum's in capitals.
    static string Word(string of, string? status, Texts texts) =>
        status is { Length: > 0 } word ? texts.Find($"{of}.{word[..1]}{word[1..].ToLowerInvariant()}") ?? word : "";

    /// <summary>The page of what it is about; null when it has none, or none that the reader may open.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="isOneOf">Whether the reader has one of these roles, comma-separated.</param>
    public static string? SubjectLink(TimelineEntry entry, Func<string, bool> isOneOf) => entry.Subject is { } subject ? Open(AuditView.Link(subject), isOneOf) : null;

    /// <summary>
    /// Where the cause is: an admin's act in the audit log, a payment by its reference, a failed order among those that failed. Money whose cause has
    /// no page that the reader may open leads to its line in the ledger, where what was booked with it and before it stands. Null for nothing.
    /// </summary>
    /// <param name="entry">The line.</param>
    /// <param name="isOneOf">Whether the reader has one of these roles, comma-separated.</param>
    public static string? WhyLink(TimelineEntry entry, Func<string, bool> isOneOf) => Open(Why(entry), isOneOf) ?? Open(InLedger(entry), isOneOf);

    static string? Why(TimelineEntry entry) => entry.Kind switch
    {
        "ADMIN" => AuditOf(entry.Subject ?? ""),
        "REQUEST" => "/admin/money-requests",
        // What of a payment a person has to look at, and why an order failed.
        "DEPOSIT" when entry.Why is { Length: > 0 } => "/admin/payments",
        "ORDER" when entry.Why is { Length: > 0 } => "/admin/orders?trouble=Failed",
        "ACTION" => Asked(entry),
        "NOTICE" when After(entry.Why, "outbox:") is { } customer => $"/admin/outbox?userId={customer}",
        "SIGN_IN" when entry.Why is { Length: > 0 } address => $"/admin/search?q={Uri.EscapeDataString(address)}",
        "MONEY" when After(entry.Why, "payout:") is not null => "/admin/money-requests",
        "MONEY" when After(entry.Why, "tripay:") is { } reference => $"/admin/search?q={Uri.EscapeDataString(reference)}",
        // A correction, and what was given up with the account. Its id begins with the wallet's, which is the customer's.
        "MONEY" when (After(entry.Why, "adjustment:") ?? After(entry.Why, "closing:")) is not null && entry.Id.Length > CustomerId =>
            AuditOf($"wallet:{entry.Id[..CustomerId]}"),
        _ => null,
    };

    // Who asked for it: what an admin did has its reason in the audit log, a customer has their page. What the engine did is about the server.
    static string? Asked(TimelineEntry entry) =>
        After(entry.Actor, "admin:") is not null ? AuditOf($"instance:{entry.Id.Split('/')[0]}")
        : After(entry.Actor, "user:") is { } customer ? AuditView.Link($"account:{customer}")
        : AuditView.Link(entry.Subject ?? "");

    // A line of money is named by its wallet, which is the customer's, and its number there.
    static string? InLedger(TimelineEntry entry) => entry.Kind == "MONEY" && entry.Id.Length > CustomerId && entry.Id[CustomerId] == '-'
        ? $"/admin/customers/{entry.Id[..CustomerId]}?row={entry.Id[(CustomerId + 1)..]}#ledger"
        : null;

    const int CustomerId = 36;

    static string AuditOf(string subject) => $"/admin/audit?subject={Uri.EscapeDataString(subject)}";

    // The menu knows whom each page is for. What stands in no menu is nobody's link.
    static string? Open(string? link, Func<string, bool> isOneOf)
    {
        var page = link?.Split('?')[0];
        return Navigation.Admin.Where(item => item.Href != "/admin" && (page == item.Href || page?.StartsWith($"{item.Href}/", StringComparison.Ordinal) == true))
            .MaxBy(item => item.Href.Length) is { Roles: { } roles } && isOneOf(roles) ? link : null;
    }

    static string? After(string? why, string prefix) => why?.StartsWith(prefix, StringComparison.Ordinal) == true ? why[prefix.Length..] : null;
}
