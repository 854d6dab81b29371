using System.Globalization;
using System.Net;

namespace Webrana.Domain.Droplets;

/// <summary>What a firewall lets in: a protocol, its ports, and from where.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>icmp</c>.</param>
/// <param name="Ports"><c>22</c>, <c>8000-9000</c> or <c>all</c>; null for icmp, which has none.</param>
/// <param name="Sources">Addresses and prefixes; empty: from anywhere.</param>
public sealed record FirewallRule(string Protocol, string? Ports, IReadOnlyList<string> Sources)
{
    /// <summary>The most rules one server may have.</summary>
    public const int MostRules = 20;

    /// <summary>The most sources one rule may name.</summary>
    public const int MostSources = 5;

    /// <summary>Everywhere, in both versions of IP.</summary>
    public static IReadOnlyList<string> Anywhere { get; } = ["0.0.0.0/0", "::/0"];

    /// <summary>Where it lets in from, spelled out.</summary>
    public IReadOnlyList<string> From => Sources.Count == 0 ? Anywhere : Sources;

    /// <summary>It lets SSH in, from somewhere: without such a rule neither console nor password reset reach the server.</summary>
    public bool LetsSshIn => Protocol == "tcp" && Ports is { } ports && Range(ports) is { } range && range.From <= 22 && 22 <= range.To;

    /// <summary>Lower case, without blanks, everywhere as no source at all; null when it is not a rule.</summary>
    public static FirewallRule? Clean(string? protocol, string? ports, IReadOnlyList<string>? sources)
    {
        var kind = protocol?.Trim().ToLowerInvariant();
        if (kind is not ("tcp" or "udp" or "icmp"))
            return null;
        var span = ports?.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        if (kind == "icmp")
            span = null;
        else if (string.IsNullOrEmpty(span) || Range(span) is null)
            return null;
        var from = (sources ?? []).Select(source => source.Trim().ToLowerInvariant()).Where(source => source.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (from.Count > MostSources || !from.TrueForAll(IsSource))
            return null;
        return new FirewallRule(kind, span, Anywhere.All(from.Contains) ? [.. from.Except(Anywhere)] : from);
    }

    /// <summary>As stored: <c>tcp 22 203.0.113.0/24,2001:db8::/32</c>.</summary>
    public override string ToString() => $"{Protocol} {Ports ?? "-"} {string.Join(',', Sources)}".TrimEnd();

    /// <summary>What <see cref="ToString"/> wrote.</summary>
    public static FirewallRule Parse(string text)
    {
        var words = text.Split(' ');
        return new FirewallRule(words[0], words[1] == "-" ? null : words[1], words.Length > 2 ? words[2].Split(',') : []);
    }

    private static (int From, int To)? Range(string ports)
    {
        if (ports == "all")
            return (1, 65_535);
        var ends = ports.Split('-');
        if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from) || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var to))
            return null;
        return from is >= 1 and <= 65_535 && to is >= 1 and <= 65_535 && from <= to ? (from, to) : null;
    }

    // An address, or a prefix whose host bits are zero: the provider refuses what is neither.
    private static bool IsSource(string source) => source.Contains('/', StringComparison.Ordinal)
        ? IPNetwork.TryParse(source, out var network) && IPAddress.Parse(source.AsSpan(0, source.IndexOf('/'))).Equals(network.BaseAddress)
        : (source.Contains('.', StringComparison.Ordinal) || source.Contains(':', StringComparison.Ordinal)) && IPAddress.TryParse(source, out _);
}
