using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using Webrana.Data.Reminders;
using Webrana.Data.States;

namespace Webrana.Data.Hosting;

/// <summary>Puts Orleans on the product's PostgreSQL, each concern on its own pool.</summary>
public static class WebranaSiloExtensions
{
    /// <summary>Grain storage provider: one statement per write. The default of every state.</summary>
    public const string StateStorage = "state";

    /// <summary>Grain storage provider: group commit across grains, for states that are written in storms.</summary>
    public const string BatchedStorage = "batched";

    private const string Invariant = "Npgsql";

    /// <summary>Cluster membership in PostgreSQL.</summary>
    public static ISiloBuilder UseWebranaClustering(this ISiloBuilder silo, DataSources sources) =>
        silo.UseAdoNetClustering(options => (options.Invariant, options.DataSource) = (Invariant, sources.Membership));

    /// <summary>Finds the silos of the same cluster through PostgreSQL.</summary>
    public static IClientBuilder UseWebranaClustering(this IClientBuilder client, DataSources sources)
    {
        OrleansClocks.Split(client.Services);
        return client.UseAdoNetClustering(options => (options.Invariant, options.DataSource) = (Invariant, sources.Membership));
    }

    /// <summary>
    /// Grain storage (<see cref="StateStorage"/>, also as default, and <see cref="BatchedStorage"/>), reminders, and the split of clocks:
    /// grain timers and reminders on the registered <see cref="TimeProvider"/>, the runtime on real time.
    /// </summary>
    public static ISiloBuilder UseWebranaStorage(this ISiloBuilder silo, DataSources sources)
    {
        OrleansClocks.Split(silo.Services);
        silo.Services.AddOptions<SystemTextJsonGrainStorageSerializerOptions>().Configure(options => StorageJson.Configure(options.JsonSerializerOptions));
        silo.UseSystemTextJsonGrainStorageSerializer();
        silo.AddAdoNetGrainStorageAsDefault(Configure);
        silo.AddAdoNetGrainStorage(StateStorage, Configure);
        silo.Services.AddGrainStorage(BatchedStorage, (services, _) => new BatchedGrainStorage(
            sources, services.GetRequiredService<IGrainStorageSerializer>(), services.GetRequiredService<IActivatorProvider>()));
        silo.UseAdoNetReminderService(options => (options.Invariant, options.DataSource) = (Invariant, sources.Reminders));
        GroupReminders(silo.Services, sources);
        return silo;

        void Configure(AdoNetGrainStorageOptions options)
        {
            options.Invariant = Invariant;
            options.DataSource = sources.State;
        }
    }

    // The provider's table stays what reads and removes; ours stands before it.
    private static void GroupReminders(IServiceCollection services, DataSources sources)
    {
        var provider = services.Last(service => service.ServiceType == typeof(IReminderTable) && service.ImplementationType is not null);
        services.Remove(provider);
        services.AddSingleton<IReminderTable>(container => new GroupedReminderTable(
            (IReminderTable)ActivatorUtilities.CreateInstance(container, provider.ImplementationType!),
            sources,
            container.GetRequiredService<IOptions<ClusterOptions>>()));
    }
}
