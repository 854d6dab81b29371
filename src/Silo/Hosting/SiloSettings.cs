using System.Net;
using System.Net.Sockets;

namespace Webrana.Silo.Hosting;

/// <summary>How a silo takes part in the cluster. Configuration section <c>Silo</c>.</summary>
public sealed class SiloSettings
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Silo";

    /// <summary>Silo-to-silo port. A trust boundary: private networks only. Default 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for the API's clients. A trust boundary as well. Default 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>The port listened on where something in between hands <see cref="SiloPort"/> on to it: a mapping, or the fault kit's wire. Default 0: the same.</summary>
    public int SiloListenPort { get; set; }

    /// <summary>The same for <see cref="GatewayPort"/>. Default 0: the same.</summary>
    public int GatewayListenPort { get; set; }

    /// <summary>
    /// The address other processes reach this one at; a loopback address is also the only one listened on. <c>auto</c>: the first IPv4 address
    /// of this host's own name, which in a container is the container's. Default 127.0.0.1.
    /// </summary>
    public string AdvertisedIp { get; set; } = "127.0.0.1";

    /// <summary>That address.</summary>
    /// <exception cref="InvalidOperationException"><c>auto</c>, and this host's name leads to no address that others could reach.</exception>
    public IPAddress AdvertisedAddress() => AdvertisedIp == "auto"
        ? Reachable(Dns.GetHostAddresses(Dns.GetHostName()))
        : IPAddress.Parse(AdvertisedIp);

    /// <summary>The first that others can reach.</summary>
    public static IPAddress Reachable(IEnumerable<IPAddress> own) =>
        own.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
        ?? throw new InvalidOperationException("Silo:AdvertisedIp is auto, but this host's name leads to loopback only: set an address that silos and APIs can reach.");

    /// <summary>Silos of one cluster id see each other. Two clusters must never share a database in earnest.</summary>
    public string ClusterId { get; set; } = "webrana";

    /// <summary>Names the deployment's reminders; must never change.</summary>
    public string ServiceId { get; set; } = "webrana";

    /// <summary>Between two probes of a neighbour, in milliseconds. Default 2 s.</summary>
    public int ProbeTimeoutMs { get; set; } = 2_000;

    /// <summary>Missed probes until a silo is declared dead. Default 3: a killed silo is noticed after about 6 s.</summary>
    public int MissedProbes { get; set; } = 3;

    /// <summary>How long a stopping silo may take, in seconds. Below the orchestrator's grace period. Default 15.</summary>
    public int ShutdownSeconds { get; set; } = 15;
}
