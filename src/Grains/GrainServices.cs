using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Webrana.Data.Accounts;
using Webrana.Data.Audit;
using Webrana.Data.Billing;
using Webrana.Data.Droplets;
using Webrana.Data.Faults;
using Webrana.Data.Protection;
using Webrana.Data.Providers;
using Webrana.Data.Limits;
using Webrana.Domain.Limits;
using Webrana.DigitalOcean;
using Webrana.Grains.Accounts;
using Webrana.Grains.Billing;
using Webrana.Grains.Consoles;
using Webrana.Grains.Droplets;
using Webrana.Grains.Limits;
using Webrana.Grains.Monitoring;
using Webrana.Grains.Notifications;
using Webrana.Grains.Providers;
using Webrana.Grains.SshKeys;
using Webrana.Grains.Sweeping;
using Webrana.Grains.Wallets;
using Webrana.Ssh;

namespace Webrana.Grains;

/// <summary>What the grains ask of the container: one line per area. Needs the data layer and a <see cref="TimeProvider"/> there.</summary>
public static class GrainServices
{
    /// <summary>Registers everything the grains need.</summary>
    public static IServiceCollection AddGrainServices(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(_ => FailPoints.Parse(configuration[FailPoints.ConfigurationKey]));
        return services.AddWallets(configuration).AddSweeping(configuration).AddProvider(configuration).AddDroplets(configuration).AddPayments(configuration).AddNotices(configuration);
    }

    private static IServiceCollection AddSweeping(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<SweepingOptions>(configuration.GetSection(SweepingOptions.Section));
        services.TryAddSingleton<WakeGate>();
        services.TryAddSingleton(provider =>
        {
            // Asked by a timer as well, which may ring once more when the silo's services are gone.
            var silos = new Lazy<ISiloStatusOracle>(provider.GetRequiredService<ISiloStatusOracle>);
            return new LaneGate(
                provider.GetRequiredService<IOptions<SweepingOptions>>(), () => silos.Value.GetApproximateSiloStatuses(onlyActive: true).Count, TimeProvider.System);
        });
        return services;
    }

    private static IServiceCollection AddProvider(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<DigitalOceanAccountOptions>(configuration.GetSection(DigitalOceanAccountOptions.Section));
        services.AddDigitalOcean(configuration.GetSection(DigitalOceanAccountOptions.Section + ":Client").Bind);
        services.TryAddSingleton<ProviderBudget>();
        services.TryAddSingleton<ProviderDrift>();
        services.TryAddSingleton<InstanceRecords>();
        services.TryAddSingleton<ProviderTokens>();
        services.TryAddSingleton<ProviderClients>();
        services.TryAddSingleton<ProviderFleet>();
        services.TryAddSingleton<ProviderGate>();
        return services;
    }

    private static IServiceCollection AddDroplets(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<DropletOptions>(configuration.GetSection(DropletOptions.Section));
        services.Configure<DropletOptions>(options => options.Install = configuration["Webrana:Install"] ?? options.Install);
        services.TryAddSingleton<ServerNames>();
        services.TryAddSingleton<ServicePulse>();
        services.TryAddSingleton<NoticeDeliveries>();
        services.TryAddSingleton<PlanStock>();
        services.TryAddSingleton<BillingDesk>();
        services.AddOptions<LimitOptions>().Bind(configuration.GetSection(LimitOptions.Section))
            .Validate(limits => CustomerLimitRules.IsLadder(limits.Ladder()), "Limits:Tiers must begin with a step that asks for nothing, and each must ask for and give at least as much as the one below.")
            .ValidateOnStart();
        services.Configure<ClosingOptions>(configuration.GetSection(ClosingOptions.Section));
        services.TryAddSingleton<ClosingRows>();
        services.TryAddSingleton<AuditChain>();
        services.TryAddSingleton<ClosingServices>();
        services.TryAddSingleton<CustomerLimitRows>();
        services.TryAddSingleton<LimitDesk>();
        services.TryAddSingleton<InstanceActivity>();
        services.TryAddSingleton<LiveDroplets>();
        services.TryAddSingleton<DropletWatchers>();
        services.AddGrainService<DropletWatch>();
        services.TryAddSingleton<RenewalLane>();
        services.TryAddSingleton<DropletCloud>();
        services.AddOptions<MetricsOptions>().Bind(configuration.GetSection(MetricsOptions.Section))
            .Validate(metrics => metrics.IsSound(), "Metrics: FreshMs, LongFreshMs, TransferMs and RetryMs must be positive, and TransferLagMs not negative.")
            .ValidateOnStart();
        services.TryAddSingleton<MetricsSource>();
        services.TryAddSingleton<ConsoleCloud>();
        services.AddSsh(configuration);
        services.TryAddSingleton<InstanceAccess>();
        services.TryAddSingleton<AccessSeal>();
        services.TryAddSingleton<NoMailKeys>();
        services.TryAddSingleton<CustomerKeys>();
        services.TryAddSingleton<DropletDoors>();
        services.AddHostedService<ShownPasswords>();
        return services;
    }
}
