using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webrana.Data.Droplets;
using Webrana.Data.Providers;
using Webrana.Data.States;
using Webrana.DigitalOcean;
using Webrana.Grains.Common;
using Webrana.Grains.Providers;
using Webrana.Grains.Sweeping;
using Webrana.Grains.Wallets;

namespace Webrana.Grains;

/// <summary>What the grains ask of the container: one line per area. Needs <c>DataSources</c> and a <see cref="TimeProvider"/> there.</summary>
public static class GrainServices
{
    /// <summary>Registers everything the grains need.</summary>
    public static IServiceCollection AddGrainServices(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(_ => FailPoints.Parse(configuration[FailPoints.ConfigurationKey]));
        services.TryAddSingleton<StateQueries>();
        return services.AddWallets(configuration).AddSweeping(configuration).AddProvider(configuration).AddPayments(configuration);
    }

    private static IServiceCollection AddSweeping(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<SweepingOptions>(configuration.GetSection(SweepingOptions.Section));
        services.TryAddSingleton<WakeGate>();
        return services;
    }

    private static IServiceCollection AddProvider(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<DigitalOceanAccountOptions>(configuration.GetSection(DigitalOceanAccountOptions.Section));
        services.AddDigitalOcean();
        services.TryAddSingleton<ProviderBudget>();
        services.TryAddSingleton<ProviderClients>();
        services.TryAddSingleton<ProviderGate>();
        services.TryAddSingleton<ServerNames>();
        services.TryAddSingleton<InstanceActivity>();
        return services;
    }
}
