using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webrana.Data.Migrations;
using Webrana.Data.Promos;
using Webrana.Data.Shop;
using Webrana.Data.States;
using Webrana.Data.Wallets;

namespace Webrana.Data;

/// <summary>Registers the data layer.</summary>
public static class WebranaDataExtensions
{
    /// <summary>
    /// Pools, migrator and read queries, from the section <c>Data</c>. Connections open on first use, so a process that never commits (the
    /// API) opens none for the ledger.
    /// </summary>
    public static IServiceCollection AddWebranaData(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new DataOptions();
        services.AddSingleton(options);
        services.AddSingleton(provider => new DataSources(options, provider.GetService<ILoggerFactory>()));
        return services.AddWebranaQueries();
    }

    /// <summary>The same over pools that are registered already (tests, bench).</summary>
    public static IServiceCollection AddWebranaData(this IServiceCollection services, DataSources sources)
    {
        services.AddSingleton(sources.Options);
        services.AddSingleton(sources); // an instance: whoever made the pools closes them
        return services.AddWebranaQueries();
    }

    private static IServiceCollection AddWebranaQueries(this IServiceCollection services)
    {
        services.AddSingleton<Migrator>();
        services.AddSingleton<StateQueries>();
        services.AddSingleton<LedgerQueries>();
        services.AddSingleton<LedgerInvariants>();
        services.AddSingleton<LedgerRows>();
        services.AddSingleton<PromoQueries>();
        services.AddSingleton<ShopState>();
        return services;
    }
}
