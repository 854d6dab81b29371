using System.Text.Json.Serialization;

namespace Webrana.Wire.Droplets;

/// <summary>
/// <c>GET /api/v1/instances/{id}/firewall</c>; replaced whole by <c>PUT</c> with <see cref="FirewallRequest"/>. It stands in front of the server at the provider:
/// what no rule lets in does not reach it. Everything may go out (but port 25, which the provider closes).
/// </summary>
/// <param name="On">Off: everything comes in.</param>
/// <param name="Rules">What may come in.</param>
/// <param name="Applied">The provider has it so; false: on its way.</param>
/// <param name="Problem">Why the provider did not take it, a stable code; null otherwise.</param>
/// <param name="LetsSshIn">SSH comes in from somewhere; without it neither console nor password reset reach the server.</param>
/// <param name="Templates">Rules that many need.</param>
public sealed record InstanceFirewall(
    bool On, IReadOnlyList<FirewallRule> Rules, bool Applied, string? Problem, bool LetsSshIn, IReadOnlyList<FirewallTemplate> Templates);

/// <summary><c>PUT /api/v1/instances/{id}/firewall</c> → <see cref="InstanceFirewall"/>. Refused: 422 <c>invalid_rule</c> (the detail counts from 1), 422 <c>too_many_rules</c>, 409 <c>invalid_state</c>.</summary>
/// <param name="On">Off: everything comes in.</param>
/// <param name="Rules">All of them, at most 20.</param>
public sealed record FirewallRequest(bool On, IReadOnlyList<FirewallRule> Rules);

/// <summary>What may come in.</summary>
/// <param name="Protocol">Of the packets.</param>
/// <param name="Ports"><c>22</c>, <c>8000-9000</c> or <c>all</c>; null for ICMP.</param>
/// <param name="Sources">Addresses and prefixes, at most 5; empty: from anywhere.</param>
public sealed record FirewallRule(FirewallProtocol Protocol, string? Ports, IReadOnlyList<string> Sources);

/// <summary>Rules that many need.</summary>
/// <param name="Name"><c>SSH</c> or <c>WEB</c>.</param>
public sealed record FirewallTemplate(string Name, IReadOnlyList<FirewallRule> Rules);

/// <summary>Protocols a <see cref="FirewallRule"/> knows.</summary>
[JsonConverter(typeof(WireEnumConverter<FirewallProtocol>))]
public enum FirewallProtocol
{
    [JsonStringEnumMemberName("TCP")] Tcp,
    [JsonStringEnumMemberName("UDP")] Udp,
    [JsonStringEnumMemberName("ICMP")] Icmp,
}
