using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Data.Protection;

namespace Webrana.Data.Tests.Protection;

/// <summary>The key ring as a process that has just started reads it from the database.</summary>
static class ProtectionServices
{
    public static IDataProtectionProvider Of(DataSources sources) => Build(sources).GetRequiredService<IDataProtectionProvider>();

    public static KeyRotation Rotation(DataSources sources)
    {
        var services = Build(sources);
        return new KeyRotation(sources, services.GetRequiredService<IDataProtectionProvider>(), services.GetRequiredService<IKeyManager>(), TimeProvider.System);
    }

    static ServiceProvider Build(DataSources sources) =>
        new ServiceCollection().AddSingleton(sources).AddWebranaProtection(new ConfigurationBuilder().Build()).BuildServiceProvider();
}
