using Microsoft.Extensions.DependencyInjection;
using Orleans.Reminders;

namespace Webrana.Data.Hosting;

/// <summary>
/// Which clock each part of Orleans lives on. Membership, messaging and housekeeping stay on real time whatever the business clock does:
/// turned by a month, they would declare every silo dead and every call expired. Grain timers and reminders follow business time.
/// </summary>
internal static class OrleansClocks
{
    public static void Split(IServiceCollection services)
    {
        services.AddKeyedSingleton(KeyedService.AnyKey, (_, _) => TimeProvider.System);
        services.AddKeyedSingleton(TimeProviderNames.Grains, (provider, _) => Business(provider));
        services.AddKeyedSingleton(ReminderTimeProviderNames.Reminders, (provider, _) => Business(provider));
    }

    private static TimeProvider Business(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;
}
