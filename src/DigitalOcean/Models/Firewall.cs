namespace Webrana.DigitalOcean;

/// <summary>A cloud firewall: what it does not let through does not reach its droplets.</summary>
public sealed record Firewall
{
    /// <summary>A UUID.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Unique within the account.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary><c>waiting</c>, <c>succeeded</c> or <c>failed</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary>What may come in.</summary>
    public IReadOnlyList<FirewallInboundRule> InboundRules { get; init => field = value ?? []; } = [];

    /// <summary>What may go out.</summary>
    public IReadOnlyList<FirewallOutboundRule> OutboundRules { get; init => field = value ?? []; } = [];

    /// <summary>The droplets behind it.</summary>
    public IReadOnlyList<long> DropletIds { get; init => field = value ?? []; } = [];
}

/// <summary>A firewall as it shall be; a PUT replaces all of it.</summary>
public sealed record FirewallWish
{
    /// <summary>Unique within the account.</summary>
    public required string Name { get; init; }

    /// <summary>What may come in.</summary>
    public required IReadOnlyList<FirewallInboundRule> InboundRules { get; init; }

    /// <summary>What may go out.</summary>
    public required IReadOnlyList<FirewallOutboundRule> OutboundRules { get; init; }

    /// <summary>The droplets behind it.</summary>
    public required IReadOnlyList<long> DropletIds { get; init; }
}

/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>icmp</c>.</param>
/// <param name="Ports"><c>22</c>, <c>8000-9000</c> or <c>all</c>; null for icmp.</param>
public sealed record FirewallInboundRule(string Protocol, string? Ports, FirewallPeers Sources);

/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>icmp</c>.</param>
/// <param name="Ports"><c>22</c>, <c>8000-9000</c> or <c>all</c>; null for icmp.</param>
public sealed record FirewallOutboundRule(string Protocol, string? Ports, FirewallPeers Destinations);

/// <param name="Addresses">IPv4 and IPv6 addresses and prefixes.</param>
public sealed record FirewallPeers(IReadOnlyList<string> Addresses);
