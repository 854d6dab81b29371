using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webrana.Data.Notices;
using Webrana.Grains.Sweeping;

namespace Webrana.Grains.Notifications;

/// <summary>
/// One round of the courier after the other in every silo, at once when something was put into the outbox here. A round that could not be
/// made is made again: the rows are the schedule.
/// </summary>
public sealed partial class CourierService(Courier courier, CourierBell bell, Outbox outbox, OutboxMetrics metrics, LaneGate lane, ILogger<CourierService> log)
    : BackgroundService
{
    // Real time: it paces our own work. What is due is asked of business time.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Deliver(stoppingToken);
                var (count, oldest) = await outbox.WaitingAsync(stoppingToken);
                metrics.Waiting(count, oldest);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogRoundFailed(log, exception);
            }

            await bell.Rung(Every, stoppingToken);
        }
    }

    /// <summary>Everything that is due, group by group, in waves with the other work that can wait: after a storm there are thousands.</summary>
    private async Task Deliver(CancellationToken stoppingToken)
    {
        int taken;
        do
        {
            await lane.Enter(LaneTurn.Mails, stoppingToken);
            try
            {
                taken = await courier.DeliverGroup(stoppingToken);
            }
            finally
            {
                lane.Leave(LaneTurn.Mails);
            }
        }
        while (taken > 0);
    }

    [LoggerMessage(2306, LogLevel.Warning, "A round of the outbox could not be made; again in a moment")]
    private static partial void LogRoundFailed(ILogger logger, Exception exception);
}

/// <summary>Tells the silo's courier that something waits.</summary>
public sealed class CourierBell : IDisposable
{
    private readonly SemaphoreSlim _bell = new(0, 1);

    /// <summary>Returns at once; ringing twice before it is heard is ringing once.</summary>
    public void Ring()
    {
        if (_bell.CurrentCount == 0)
        {
            try
            {
                _bell.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody rang in between, which is as good.
            }
        }
    }

    /// <summary>Waits for a ring, or so long.</summary>
    public async Task Rung(TimeSpan most, CancellationToken cancellation)
    {
        try
        {
            await _bell.WaitAsync(most, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host stops; the caller sees the same token.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bell.Dispose();
}
