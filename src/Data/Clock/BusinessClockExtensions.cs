using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Webrana.Data.Clock;

/// <summary>How this process takes part in the sandbox's clock. Configuration section <c>Sandbox</c>.</summary>
public sealed class BusinessClockOptions
{
    /// <summary>True runs the process on the sandbox's business clock (<c>Sandbox:Clock</c>). Default false. Refused in Production.</summary>
    public bool Clock { get; set; }

    /// <summary>This process's name in <c>business_clock_seen</c> (<c>Sandbox:Process</c>). Default: its role is unknown, so name and id.</summary>
    public string Process { get; set; } = $"{AppDomain.CurrentDomain.FriendlyName}:{Environment.ProcessId}";
}

/// <summary>Registers the product's one <see cref="TimeProvider"/>.</summary>
public static class BusinessClockExtensions
{
    /// <summary>
    /// Registers <see cref="TimeProvider.System"/>, or with <c>Sandbox:Clock = true</c> the <see cref="BusinessClock"/> (also under its own
    /// type) with its follower. Needs <see cref="DataSources"/> in the container. Call before Orleans is added: hosted services start in
    /// order, and grains must not see the time before the clock was read.
    /// </summary>
    /// <exception cref="InvalidOperationException">The clock was asked for in the Production environment.</exception>
    public static IHostApplicationBuilder AddBusinessClock(this IHostApplicationBuilder host)
    {
        var options = host.Configuration.GetSection("Sandbox").Get<BusinessClockOptions>() ?? new BusinessClockOptions();
        if (!options.Clock)
        {
            host.Services.TryAddSingleton(TimeProvider.System);
            return host;
        }

        if (host.Environment.IsProduction())
        {
            throw new InvalidOperationException("Sandbox:Clock is set, but this is Production: real customers' time cannot be turned.");
        }

        host.Services.AddSingleton(options);
        host.Services.AddSingleton(new BusinessClock());
        host.Services.AddSingleton<TimeProvider>(services => services.GetRequiredService<BusinessClock>());
        host.Services.AddHostedService<BusinessClockFollower>();
        return host;
    }
}
