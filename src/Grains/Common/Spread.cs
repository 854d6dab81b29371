using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Webrana.Grains.Common;

/// <summary>Where a silo's randomness comes from: it spreads what would otherwise meet again, and whoever needs it is given it.</summary>
public static class Spread
{
    /// <summary>Registers it once; a test that wants to know what it draws registers its own before.</summary>
    public static IServiceCollection AddSpread(this IServiceCollection services)
    {
#pragma warning disable RS0030 // The one place of a silo that takes it from nowhere; safe for all threads.
        services.TryAddSingleton(Random.Shared);
#pragma warning restore RS0030
        return services;
    }
}
