using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webrana.Grains.Sweeping;

namespace Webrana.Grains.Papers;

/// <summary>Runs the pump in every silo, again and again: whichever comes first works, the others find nothing.</summary>
/// <param name="realTime">It paces our own work: a clock that is turned makes no paper sooner.</param>
public sealed partial class LedgerPumpService(LedgerPump pump, LaneGate lane, TimeProvider realTime, ILogger<LedgerPumpService> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private const int MostPassed = 90;

    /// <summary>How long papers stand back behind charges, where those do not end.</summary>
    public static readonly TimeSpan Patience = Every * MostPassed;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, realTime);
        var passed = 0;
        do
        {
            // In a storm of renewals charging goes first, and papers a little later.
            if (lane.IsCharging && ++passed < MostPassed)
                continue;
            // They have waited long enough, or nobody is charged that they would have to wait for.
            var turn = passed < MostPassed ? LaneTurn.Papers : LaneTurn.Mails;
            passed = 0;
            try
            {
                await WorkOff(turn, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogRoundFailed(log, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Everything that waits, or what is made until the next storm, batch by batch, in waves with the other work that can wait.</summary>
    private async Task WorkOff(LaneTurn turn, CancellationToken stoppingToken)
    {
        int rows;
        do
        {
            turn = await Enter(turn, stoppingToken);
            try
            {
                rows = await pump.PrintBatch(stoppingToken);
            }
            finally
            {
                lane.Leave(turn);
            }
        }
        while (rows > 0 && !(turn == LaneTurn.Papers && lane.IsCharging));
    }

    /// <summary>Papers that have waited long enough behind charges take their turn with the mails.</summary>
    /// <returns>As what they are in.</returns>
    private async Task<LaneTurn> Enter(LaneTurn turn, CancellationToken stoppingToken)
    {
        if (turn == LaneTurn.Papers)
        {
            using var patience = new CancellationTokenSource(Patience, realTime);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
            try
            {
                await lane.Enter(turn, either.Token);
                return turn;
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                // It is their turn now.
            }
        }

        await lane.Enter(LaneTurn.Mails, stoppingToken);
        return LaneTurn.Mails;
    }

    [LoggerMessage(2330, LogLevel.Warning, "A round of papers could not be made; nothing of it was written, and it is made again")]
    private static partial void LogRoundFailed(ILogger logger, Exception exception);
}
