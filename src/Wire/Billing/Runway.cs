using System.Text.Json.Serialization;

namespace Webrana.Wire.Billing;

/// <summary><c>GET /api/v1/wallet/runway?days=90</c>: how far the wallet reaches if no money comes in.</summary>
/// <param name="From">The moment of the forecast.</param>
/// <param name="Until">How far it looks.</param>
/// <param name="Available">IDR that can be spent now.</param>
/// <param name="EndsAt">When the first period stays unpaid; null when everything is covered.</param>
/// <param name="TopUp">IDR: the smallest top-up now that covers everything until then, arrears included; 0 when nothing is missing.</param>
/// <param name="TopUp30Days">The same for the next 30 days.</param>
/// <param name="Steps">What happens, in the order of time.</param>
/// <param name="TopUp90Days">The smallest top-up for the next 90 days.</param>
public sealed record Runway(
    DateTimeOffset From, DateTimeOffset Until, long Available, DateTimeOffset? EndsAt, long TopUp, [property: JsonPropertyName("topUp30Days")] long TopUp30Days,
    IReadOnlyList<RunwayStep> Steps, [property: JsonPropertyName("topUp90Days")] long TopUp90Days = 0);

/// <summary>One thing that happens.</summary>
/// <param name="At">When.</param>
/// <param name="Event">What.</param>
/// <param name="InstanceId">To which server; null when a bonus lapses.</param>
/// <param name="InstanceName">Its name.</param>
/// <param name="Amount">IDR charged, not covered, or lapsed; 0 for suspension and termination.</param>
/// <param name="Left">IDR that can be spent afterwards.</param>
public sealed record RunwayStep(DateTimeOffset At, RunwayEvent Event, string? InstanceId, string? InstanceName, long Amount, long Left);

/// <summary>Kinds of <see cref="RunwayStep"/>.</summary>
[JsonConverter(typeof(WireEnumConverter<RunwayEvent>))]
public enum RunwayEvent
{
    /// <summary>A period is charged.</summary>
    [JsonStringEnumMemberName("RENEWED")] Renewed,

    /// <summary>A period is due and not covered: grace begins.</summary>
    [JsonStringEnumMemberName("NOT_PAID")] NotPaid,

    /// <summary>The server is switched off and kept.</summary>
    [JsonStringEnumMemberName("SUSPENDED")] Suspended,

    /// <summary>The server is destroyed.</summary>
    [JsonStringEnumMemberName("TERMINATED")] Terminated,

    /// <summary>The server is destroyed and an image of it kept.</summary>
    [JsonStringEnumMemberName("HIBERNATED")] Hibernated,

    /// <summary>Bonus money lapses unspent.</summary>
    [JsonStringEnumMemberName("BONUS_EXPIRED")] BonusExpired,
}
