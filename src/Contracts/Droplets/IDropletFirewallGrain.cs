using Orleans.Concurrency;

namespace Webrana.Contracts.Droplets;

/// <summary>
/// What reaches a server from outside. The same grain as <see cref="IDropletGrain"/>, key <c>droplet:{instanceId}</c>: what is wanted is
/// stored at once and brought about at the provider behind the answer, as often as it takes.
/// </summary>
[Alias("droplet-firewall")]
public interface IDropletFirewallGrain : IGrainWithStringKey
{
    /// <summary>What is wanted, and whether the provider has it so.</summary>
    [AlwaysInterleave, ResponseTimeout(AnswerWithin.Short), Alias("firewall")]
    Task<Result<FirewallView, FirewallError>> Firewall();

    /// <summary>Replaces all of it. The same again changes nothing.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("set-firewall")]
    Task<Result<FirewallView, FirewallError>> SetFirewall(SetFirewall command);
}

/// <param name="On">Off: everything comes in.</param>
/// <param name="Rules">What may come in; everything may go out.</param>
/// <param name="Actor">Who asks: <c>user:{id}</c> or <c>admin:{id}</c>.</param>
[GenerateSerializer, Immutable, Alias("set-firewall")]
public sealed record SetFirewall([property: Id(0)] bool On, [property: Id(1)] IReadOnlyList<FirewallEntry> Rules, [property: Id(2)] string Actor);

/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>icmp</c>.</param>
/// <param name="Ports"><c>22</c>, <c>8000-9000</c> or <c>all</c>; null for icmp.</param>
/// <param name="Sources">Addresses and prefixes; empty: from anywhere.</param>
[GenerateSerializer, Immutable, Alias("firewall-entry")]
public sealed record FirewallEntry([property: Id(0)] string Protocol, [property: Id(1)] string? Ports, [property: Id(2)] IReadOnlyList<string> Sources);

/// <param name="Applied">The provider has it so. False: on its way.</param>
/// <param name="Problem">Why the provider did not take it, a stable code; null when it did or has not answered yet.</param>
[GenerateSerializer, Immutable, Alias("firewall-view")]
public sealed record FirewallView(
    [property: Id(0)] bool On, [property: Id(1)] IReadOnlyList<FirewallEntry> Rules, [property: Id(2)] bool Applied, [property: Id(3)] string? Problem);

/// <summary>Why a firewall was refused; nothing was changed.</summary>
[GenerateSerializer, Alias("firewall-error")]
public enum FirewallError
{
    NotFound,

    /// <summary>There is no running or stopped server behind it.</summary>
    InvalidState,

    /// <summary>A rule that is none: the detail says which, counted from 1.</summary>
    InvalidRule,

    /// <summary>More rules than a server may have.</summary>
    TooManyRules,
}
