using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Webrana.Ssh;

/// <summary>Registers SSH to servers.</summary>
public static class SshServices
{
    /// <summary><see cref="ISshDoor"/> and <see cref="ISshEndpoints"/>, from the section <c>Ssh</c>; what was registered before stays.</summary>
    public static IServiceCollection AddSsh(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(SshOptions.Section);
        var mostVisits = section.GetValue(nameof(SshOptions.MostVisits), SshOptions.UsualMostVisits);
        services.TryAddSingleton<ISshDoor>(_ => new SshDoor(mostVisits));
        if (section.GetValue<Uri?>(nameof(SshOptions.Directory)) is { } directory)
        {
            services.AddHttpClient(nameof(SimulatedSshEndpoints), client => client.Timeout = TimeSpan.FromSeconds(5));
            services.TryAddSingleton<ISshEndpoints>(provider => new SimulatedSshEndpoints(provider.GetRequiredService<IHttpClientFactory>(), directory));
        }

        services.TryAddSingleton<ISshEndpoints, DirectSshEndpoints>();
        return services;
    }
}
