namespace Webrana.Contracts.Providers;

/// <summary>A droplet as a shared read of the provider's lists showed it.</summary>
/// <param name="DropletId">The provider's id.</param>
/// <param name="CreatedAt">When the provider accepted its creation, to the second.</param>
/// <param name="Ready">Active and publicly addressed.</param>
/// <param name="Ipv4">Public address, or null.</param>
/// <param name="Ipv6">Public address, or null.</param>
[GenerateSerializer, Immutable, Alias("provider-sighting")]
public sealed record ProviderSighting(
    [property: Id(0)] long DropletId,
    [property: Id(1)] DateTimeOffset CreatedAt,
    [property: Id(2)] bool Ready,
    [property: Id(3)] string? Ipv4,
    [property: Id(4)] string? Ipv6);
