using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Webrana.Data.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>Wipes passwords that were shown, once their answer can no longer have been lost. A failed round waits for the next.</summary>
internal sealed partial class ShownPasswords(InstanceAccess rows, ILogger<ShownPasswords> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await rows.ForgetShownAsync(TimeProvider.System.GetUtcNow(), stoppingToken);
            }
            catch (NpgsqlException unavailable)
            {
                LogSkipped(log, unavailable);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Shown passwords stay in the database for another minute")]
    private static partial void LogSkipped(ILogger logger, Exception exception);
}
