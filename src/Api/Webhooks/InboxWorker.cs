using Npgsql;
using Webrana.Api.Hosting;
using Webrana.Tripay.Callbacks;

namespace Webrana.Api.Webhooks;

/// <summary>
/// Tells deposit grains again of callbacks that are stored but not handled: the process died in between, or the cluster was away. Runs in
/// every API process without coordination, because telling twice changes nothing.
/// </summary>
public sealed partial class InboxWorker(PaymentInbox inbox, PaymentTeller teller, TimeProvider clock, ILogger<InboxWorker> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    // The request that stored the row is given this long to handle it.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // Tripay's own retries have ended long before; the poll of the deposit itself is what heals then. Only who was asked is given up: a row
    // that waits for the cluster waits as long as it takes.
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(1);
    private const int Batch = 100;

    /// <summary>Works off what waits now, and says how many were told.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        var (now, told, last) = (clock.GetUtcNow(), 0, (WaitingCallback?)null);
        while (true)
        {
            // Behind the last one read: those that stay, however many, hold nobody up.
            var page = await inbox.WaitingAsync(now - Grace, last, Batch, cancellation);
            foreach (var waiting in page)
                told += await WorkOffAsync(waiting, now, cancellation) ? 1 : 0;
            if (page.Count < Batch)
                return told;
            last = page[^1];
        }
    }

    /// <summary>One row's failure is its own: those behind it are told all the same.</summary>
    private async Task<bool> WorkOffAsync(WaitingCallback waiting, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            return await TellAsync(waiting, now, cancellation);
        }
        catch (Exception away) when (ClusterAway.Is(away))
        {
            LogSkipped(log, away);
        }
        catch (Exception broken) when (!cancellation.IsCancellationRequested && broken is not NpgsqlException { IsTransient: true })
        {
            // Nor does it take the process with it, which would meet it again as soon as it is started.
            LogBroken(log, waiting.Id, broken);
        }

        return false;
    }

    private async Task<bool> TellAsync(WaitingCallback waiting, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!TripayCallback.TryReadStored(waiting.Body, out var payment))
        {
            await inbox.NoteAsync(waiting.Id, "unreadable", handled: true, cancellation);
            return false;
        }

        var said = await teller.TellAsync(waiting.Id, payment, cancellation);
        if (said is Told.NoSuchDeposit or Told.Deferred && now - waiting.ReceivedAt > GiveUpAfter)
        {
            // Of a deposit that we know nobody has to look: its own poll credits what was paid, and the desk would give it back as well.
            if (said == Told.NoSuchDeposit)
                await teller.UnmatchedAsync(payment, cancellation);
            await inbox.NoteAsync(waiting.Id, "given_up", handled: true, cancellation);
        }

        return said == Told.Taken;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (NpgsqlException away)
            {
                LogSkipped(log, away);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Stored payment callbacks wait for another round")]
    private static partial void LogSkipped(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "Telling of the stored payment callback {Row} fails; it waits for another round")]
    private static partial void LogBroken(ILogger logger, long row, Exception exception);
}
