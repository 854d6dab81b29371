using Microsoft.Extensions.DependencyInjection.Extensions;
using Webrana.Data.Protection;

namespace Webrana.Api.Consoles;

/// <summary>Registers the consoles.</summary>
internal static class ConsoleSetup
{
    public static IHostApplicationBuilder AddConsoles(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ConsoleOptions>().Bind(builder.Configuration.GetSection(ConsoleOptions.Section))
            .Validate(
                options => !options.AllowPrivateAddresses || !builder.Environment.IsProduction(),
                "Console:AllowPrivateAddresses opens our own network to whatever address a provider names; it is for the sandbox only.")
            .ValidateOnStart();
        builder.Services.AddSingleton<ConsoleTickets>();
        builder.Services.AddSingleton<ConsoleLimits>();
        builder.Services.AddSingleton<ConsoleMetrics>();
        builder.Services.TryAddSingleton<AccessSeal>();
        builder.Services.AddSingleton<UpstreamGuard>();
        builder.Services.AddSingleton<SshConnector>();
        builder.Services.AddSingleton<IConsoleLines, ConsoleLines>();
        builder.Services.AddSingleton<IConsoleAccess, ConsoleAccess>();
        builder.Services.AddSingleton<ConsoleRunner>();
        builder.Services.AddSingleton<ConsoleSocket>();
        return builder;
    }
}
