using System.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Webrana.ServiceDefaults;

/// <summary>
/// Keeps the runtime's thread for background collections awake. It goes to sleep for good after 20 idle seconds, and in .NET 10 the collection that has
/// to start a new one does not wait for it: it collects the oldest generation with everybody standing still, 90 to 165 ms in a silo that had just
/// renewed 50,000 servers (dotnet/runtime issue 13238, mended after .NET 10 by its pull request 119383; ADR 68). The first such collection of a process
/// is done here before there is anything to collect; the later ones before the thread gives up.
/// </summary>
public sealed class BackgroundCollections(IOptions<BackgroundCollectionOptions> options) : BackgroundService
{
    // Twice this is the longest that the thread is idle: a collection seen right after a look is not repeated at the next one.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(8);

    /// <summary>Whether this runtime, set up as it is, has the fault: the workstation's collector, beside the work, before .NET 11.</summary>
    public static bool Needed => Environment.Version.Major < 11 && !GCSettings.IsServerGC && GCSettings.LatencyMode != GCLatencyMode.Batch;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!Needed) return;
        var rhythm = new CollectionRhythm(options.Value.KeepAwakeUpToMb * 1024L * 1024L);
        // Real time: the runtime's thread knows no other.
        using var timer = new PeriodicTimer(Look, TimeProvider.System);
        do
        {
            if (rhythm.IsDue(GC.GetGCMemoryInfo(GCKind.Background).Index, GC.GetTotalMemory(forceFullCollection: false)))
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}

/// <summary>How a process keeps the thread awake.</summary>
public static class BackgroundCollectionsSetup
{
    /// <summary>Adds <see cref="BackgroundCollections"/> with the settings of its section.</summary>
    public static IServiceCollection AddBackgroundCollections(this IServiceCollection services, IConfiguration configuration) =>
        services.Configure<BackgroundCollectionOptions>(configuration.GetSection(BackgroundCollectionOptions.Section)).AddHostedService<BackgroundCollections>();
}
