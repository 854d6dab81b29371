using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Webrana.Grains.Papers;

/// <summary>Runs the pump in every silo, again and again: whichever comes first works, the others find nothing.</summary>
public sealed partial class LedgerPumpService(LedgerPump pump, ILogger<LedgerPumpService> log) : BackgroundService
{
    // Real time: it paces our own work.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        do
        {
            try
            {
                await pump.Drain(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogRoundFailed(log, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(2330, LogLevel.Warning, "A round of papers could not be made; nothing of it was written, and it is made again")]
    private static partial void LogRoundFailed(ILogger logger, Exception exception);
}
