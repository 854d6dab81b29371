using Webrana.Contracts;
using Webrana.Contracts.Providers;

namespace Webrana.Grains.Providers;

/// <summary>The fleet as the API asks for it.</summary>
[GrainType("provider-fleet")]
public sealed class ProviderFleetGrain(ProviderFleet fleet) : Grain, IProviderFleetGrain
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<ProviderAccountView>> Accounts() => fleet.ViewsAsync();

    /// <inheritdoc/>
    public Task<Result<ProviderCatalogue, CatalogueError>> Catalogue() => fleet.CatalogueAsync();
}
