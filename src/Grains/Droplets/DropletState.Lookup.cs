using System.Globalization;
using System.Text.Json.Serialization;
using Webrana.Data.Network;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

public sealed partial record DropletState
{
    /// <summary>The words under which it can be found at the desk, as they were last filed; null when they never were.</summary>
    [JsonPropertyName("filedAs")] public string? FiledAs { get; init; }

    /// <summary>The words under which it should be found.</summary>
    public string Words() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Droplet?.Id} {Droplet?.Ipv4} {Filed(Droplet?.Ipv6)}");

    // As it is filed: a server whose address was filed before it had one way to be written is filed once more.
    private static string? Filed(string? address) => address is null ? null : AddressText.Canonical(address) ?? address;

    /// <summary>Whether they changed since. Not while it is being built: address and id are on their way, and one write is enough.</summary>
    internal bool IsUnfiled() => Phase is InstancePhase.Running or InstancePhase.Off or InstancePhase.Suspended && FiledAs != Words();
}
