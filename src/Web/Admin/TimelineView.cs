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
        "ORDER" or "DEPOSIT" => $"{entry.Text} · {entry.Status}",
        "NOTICE" => texts.Find($"Notice.{entry.What}") ?? entry.What,
        "SIGN_IN" => $"{entry.What} · {entry.Why}",
        _ => entry.Text is { Length: > 0 } reason ? $"{entry.What} · {reason}" : entry.What,
    };

    /// <summary>How it stands, in words where there are any.</summary>
    public static string State(TimelineEntry entry, Texts texts) => texts.Find($"Timeline.State.{entry.Kind}.{entry.Status}") ?? entry.Status!;

    /// <summary>The page of what it is about; null when it has none, or is the page it stands on.</summary>
    public static string? SubjectLink(TimelineEntry entry) => entry.Subject is { } subject ? AuditView.Link(subject) : null;

    /// <summary>Where the cause is: an admin's act in the audit log, a payment at the payment desk.</summary>
    public static string? WhyLink(TimelineEntry entry) => entry.Kind switch
    {
        "ADMIN" => $"/admin/audit?subject={Uri.EscapeDataString(entry.Subject ?? "")}",
        "REQUEST" => "/admin/money-requests",
        "NOTICE" when After(entry.Why, "outbox:") is { } customer => $"/admin/outbox?userId={customer}",
        "SIGN_IN" when entry.Why is { Length: > 0 } address => $"/admin/search?q={Uri.EscapeDataString(address)}",
        "MONEY" when After(entry.Why, "tripay:") is { } reference => $"/admin/search?q={Uri.EscapeDataString(reference)}",
        "MONEY" when entry.Why?.StartsWith("adjustment:", StringComparison.Ordinal) == true && entry.Subject is null =>
            "/admin/audit?action=wallet.",
        _ => null,
    };

    static string? After(string? why, string prefix) => why?.StartsWith(prefix, StringComparison.Ordinal) == true ? why[prefix.Length..] : null;
}
