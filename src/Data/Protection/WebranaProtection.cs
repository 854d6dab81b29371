using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Webrana.Data.Protection;

/// <summary>Registers encryption at rest.</summary>
public static class WebranaProtection
{
    // Part of every key derivation: changing it makes everything unreadable.
    private const string ApplicationName = "webrana";

    /// <summary>
    /// Data Protection over the shared ring. Keys are made and rotated by the framework (90 days); old ones stay and keep reading what they
    /// once encrypted. Needs <see cref="DataSources"/>.
    /// </summary>
    public static IServiceCollection AddWebranaProtection(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddDataProtection().SetApplicationName(ApplicationName)
            .ProtectKeysAs(configuration.GetSection(ProtectionOptions.Section).Get<ProtectionOptions>());
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            management => management.XmlRepository = new PostgresKeyRing(provider.GetRequiredService<DataSources>())));
        return services;
    }
}
