using System.Text.Json;
using Webrana.Client;
using Webrana.Web.Formatting;
using Webrana.Web.Localization;

namespace Webrana.Web.Limits;

/// <summary>Which limit a refusal names, in words.</summary>
public static class LimitText
{
    /// <summary>The limit and what it allows; empty when the refusal names none we know.</summary>
    /// <param name="failure">A <c>limit_reached</c>.</param>
    /// <param name="texts">The reader's language.</param>
    public static string Of(ApiFailure failure, Texts texts)
    {
        if (Figure(failure, "servers") is { } servers) return texts["Limits.ReachedServers", servers];
        if (Figure(failure, "planVcpus") is { } size) return texts["Limits.ReachedSize", size];
        return Figure(failure, "spendPerDay") is { } spend ? texts["Limits.ReachedSpend", Rupiah.Format(spend)] : "";
    }

    static long? Figure(ApiFailure failure, string name) =>
        failure.Problem?.Extensions is { } figures && figures.TryGetValue(name, out var value) && value is { ValueKind: JsonValueKind.Number } ? value.GetInt64() : null;
}
