using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webrana.Grains.Sweeping;

namespace Webrana.Grains.Papers;

/// <summary>Runs the pump in every silo, again and again: whichever comes first works, the others find nothing.</summary>
public sealed partial class LedgerPumpService(LedgerPump pump, LaneGate lane, ILogger<LedgerPumpService> log) : BackgroundService
{
    // Real time: it paces our own work.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private const int MostPassed = 90;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        var passed = 0;
        do
        {
            // In a storm of renewals charging goes first, and papers a little later.
            if (lane.IsCharging && ++passed < MostPassed)
                continue;
            passed = 0;
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
