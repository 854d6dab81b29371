using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Webrana.Data;
using Webrana.Data.Hosting;
using Webrana.Data.Protection;
using Webrana.Grains;
using Webrana.Grains.Common;

namespace Webrana.Silo.Hosting;

/// <summary>What makes a silo one of Webrana's: shared by the host and the in-process clusters of the tests.</summary>
public static class WebranaSilo
{
    /// <summary>Reads the connection strings and pool sizes.</summary>
    public static DataOptions ReadDataOptions(IConfiguration configuration)
    {
        var options = configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new DataOptions();
        options.ConnectionString = configuration.GetConnectionString("Webrana") ?? options.ConnectionString;
        options.OwnerConnectionString = configuration.GetConnectionString("WebranaOwner") ?? options.OwnerConnectionString;
        return options;
    }

    /// <summary>
    /// Grains with their services, storage, reminders and filters. Clustering and endpoints are the caller's. Registers
    /// <see cref="TimeProvider.System"/> unless a clock was registered before.
    /// </summary>
    public static ISiloBuilder AddWebranaGrains(this ISiloBuilder silo, IConfiguration configuration, DataSources sources)
    {
        silo.Services.AddWebranaData(sources);
        silo.Services.AddWebranaProtection(configuration);
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddGrainServices(configuration);
        silo.UseWebranaStorage(sources);
        silo.AddIncomingGrainCallFilter<InfrastructureExceptionFilter>();
        silo.AddActivityPropagation();
        // A caller's timeout proves nothing about the callee, and cancelling money half-way would be worse than finishing it.
        silo.Configure<SiloMessagingOptions>(options => options.CancelRequestOnTimeout = false);
        return silo;
    }
}
