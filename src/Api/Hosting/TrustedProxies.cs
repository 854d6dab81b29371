using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Webrana.Api.Hosting;

/// <summary>
/// Whose word about the client's address is taken: the Web's, which signs people in for their browsers, and load balancers in front of us. Configuration
/// section <c>Edge</c>. Everybody else's <c>X-Forwarded-For</c> is ignored.
/// </summary>
public sealed class EdgeOptions
{
    public const string Section = "Edge";

    /// <summary>Addresses (<c>10.0.0.5</c>) and networks (<c>10.0.0.0/24</c>). Default: this machine.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Whether an address is one of them.</summary>
    public bool IsTrusted(IPAddress? address) => address is not null && Networks().Any(network => network.Contains(Plain(address)));

    internal IEnumerable<IPNetwork> Networks() => TrustedProxies.Count == 0
        ? [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")]
        : TrustedProxies.Select(text => IPNetwork.Parse(text.Contains('/', StringComparison.Ordinal) ? text : $"{text}/{(IPAddress.Parse(text).GetAddressBytes().Length == 4 ? 32 : 128)}"));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

/// <summary>Puts the client's address where everything looks for it.</summary>
internal static class TrustedProxies
{
    public static IServiceCollection AddTrustedProxies(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<EdgeOptions>(configuration.GetSection(EdgeOptions.Section));
        services.AddOptions<ForwardedHeadersOptions>().Configure<Microsoft.Extensions.Options.IOptions<EdgeOptions>>((forwarded, edge) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
            // Back through every proxy of ours, to the first address that is not.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in edge.Value.Networks())
                forwarded.KnownIPNetworks.Add(network);
        });
        return services;
    }
}
