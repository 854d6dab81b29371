using System.Text.Json;
using Webrana.Web.Formatting;
using Webrana.Wire.Admin;

namespace Webrana.Web.Admin;

/// <summary>How a line of the audit log reads.</summary>
static class AuditView
{
    const string Nothing = "∅";

    /// <summary>The page of what it was done to; null when it has none.</summary>
    public static string? Link(string subject) => subject.Split(':', 2) is not [var kind, var id] ? null : kind switch
    {
        "account" or "wallet" or "rewards" => $"/admin/customers/{id}",
        "instance" or "droplet" => $"/admin/instances/{id}",
        "deposit" => $"/admin/search?q={Uri.EscapeDataString(id)}",
        "payment-case" => "/admin/payments",
        "promo" => $"/admin/promos/{id}",
        "plan" => "/admin/plans",
        "switch" => "/admin/switches",
        "do-account" => "/admin/provider",
        _ => null,
    };

    /// <summary>The key, with an id as short as elsewhere.</summary>
    public static string Short(string subject) =>
        subject.Split(':', 2) is [var kind, var id] && Guid.TryParse(id, out _) ? $"{kind}:{ShortId.Of(id)}" : subject;

    /// <summary>Every member that differs, with both values; of an intent what was asked for, where more is not known yet.</summary>
    public static IReadOnlyList<(string Name, string From, string To)> Changes(AuditEntry entry)
    {
        var (before, after) = (Members(entry.Before), Members(entry.After));
        if (entry.After is null && entry.Action.EndsWith(".change_requested", StringComparison.Ordinal))
        {
            var asked = entry.Detail is { ValueKind: JsonValueKind.Object } detail && detail.TryGetProperty("asked", out var members) ? Members(members) : [];
            return [.. asked.Select(one => (one.Key, before.GetValueOrDefault(one.Key, Nothing), one.Value)).Where(change => change.Item2 != change.Item3)];
        }

        return [.. before.Keys.Union(after.Keys)
            .Select(name => (name, before.GetValueOrDefault(name, Nothing), after.GetValueOrDefault(name, Nothing)))
            .Where(change => change.Item2 != change.Item3)];
    }

    static Dictionary<string, string> Members(JsonElement? value) => value is { ValueKind: JsonValueKind.Object } members
        ? members.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null).ToDictionary(member => member.Name, member => Text(member.Value))
        : [];

    static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Text)),
        _ => value.GetRawText(),
    };
}
