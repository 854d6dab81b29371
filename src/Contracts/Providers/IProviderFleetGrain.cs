using Orleans.Concurrency;

namespace Webrana.Contracts.Providers;

/// <summary>All provider accounts as one: what they offer together and how each stands. Holds nothing. Key <c>provider-fleet:all</c>.</summary>
[Alias("provider-fleet")]
public interface IProviderFleetGrain : IGrainWithStringKey
{
    /// <summary>Every account, the configured one first.</summary>
    [AlwaysInterleave, Alias("accounts")]
    Task<IReadOnlyList<ProviderAccountView>> Accounts();

    /// <summary>What can be ordered now, over all accounts that sell; regions nobody can sell in are there, not available.</summary>
    [AlwaysInterleave, Alias("fleet-catalogue")]
    Task<Result<ProviderCatalogue, CatalogueError>> Catalogue();
}
