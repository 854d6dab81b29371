using Webrana.Api.Alarms;
using Webrana.Contracts.Accounts;
using Webrana.Data.Faults;

namespace Webrana.Api.Accounts;

/// <summary>
/// Works off <see cref="MailRequests"/>, in every API: a request that one of them took and did not end, another takes after a minute. While the cluster is
/// away they wait, for a day at most, as long as their links would have lived.
/// </summary>
internal sealed partial class MailRequestWorker(
    MailRequests requests, IServiceScopeFactory scopes, FailPoints failPoints, TimeProvider clock, ILogger<MailRequestWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);
    private const int Batch = 50;

    private enum Sending
    {
        Done,

        /// <summary>This one waits; those behind it need not.</summary>
        Later,

        /// <summary>None would arrive now.</summary>
        Away,
    }

    /// <summary>Works off what waits now; false when there may be more that can be sent at once.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var taken = await requests.TakeAsync(Batch, cancellation);
        for (var at = 0; at < taken.Count; at++)
        {
            // What was taken and is not tried goes to the next who comes by, and not only when the lease has run out.
            if (cancellation.IsCancellationRequested)
            {
                await requests.PutBackAsync([.. taken.Skip(at).Select(request => request.Id)], TimeSpan.Zero, CancellationToken.None);
                return true;
            }

            switch (await SendAsync(taken[at]))
            {
                case Sending.Done:
                    await requests.DoneAsync(taken[at].Id, CancellationToken.None);
                    break;
                case Sending.Away:
                    // Behind the others, in case that it is this account alone which fails.
                    await requests.PutBackAsync([taken[at].Id], Again, CancellationToken.None);
                    await requests.PutBackAsync([.. taken.Skip(at + 1).Select(request => request.Id)], TimeSpan.Zero, CancellationToken.None);
                    return true;
                default:
                    break;
            }
        }

        return taken.Count < Batch;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (!await RunOnceAsync(stoppingToken))
                    stoppingToken.ThrowIfCancellationRequested();
            }
            catch (Exception away) when (AlarmWatch.IsAway(away))
            {
                LogSkipped(log, away);
            }
        }
    }

    private async Task<Sending> SendAsync(MailRequest request)
    {
        if (clock.GetUtcNow() - request.AskedAt > GiveUpAfter)
        {
            LogGivenUp(log, request.Id);
            return Sending.Done;
        }

        try
        {
            // Dies from here on: another API takes the row up when its lease has run out, and its mail is the same one.
            await failPoints.Hit("mail.taken", request.Address);
            await using var scope = scopes.CreateAsyncScope();
            var sent = await scope.ServiceProvider.GetRequiredService<RequestedMails>().SendAsync(request);
            if (sent.Error == AccountError.TemporarilyUnavailable)
                return Sending.Away;
            // An outbox that is full, or nobody who could be told: asking again would change nothing soon, and whoever asked may ask again.
            if (!sent.IsOk)
                LogUnsent(log, request.Id, sent.Error.ToString()!);
            await failPoints.Hit("mail.sent", request.Address);
            return Sending.Done;
        }
        catch (Exception away) when (AlarmWatch.IsAway(away))
        {
            LogSkipped(log, away);
            return Sending.Away;
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // One that cannot be sent takes neither the others' mails with it nor the process; it is tried again with its lease's end.
            LogBroken(log, request.Id, broken);
            return Sending.Later;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Mails that were asked for wait for another round")]
    private static partial void LogSkipped(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The mail of request {Request} was not taken: {Reason}")]
    private static partial void LogUnsent(ILogger logger, long request, string reason);

    [LoggerMessage(LogLevel.Warning, "The mail of request {Request} could not be sent for a day and is given up")]
    private static partial void LogGivenUp(ILogger logger, long request);

    [LoggerMessage(LogLevel.Error, "The mail of request {Request} fails")]
    private static partial void LogBroken(ILogger logger, long request, Exception exception);
}
