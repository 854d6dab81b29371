using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Webrana.Api.Admin;
using Webrana.Api.Hosting;
using Webrana.Data;
using Webrana.Data.Desk;

namespace Webrana.Api.Alarms;

/// <summary>
/// Looks every half minute, at the books every ten, and tells of every alarm, of those too that the <see cref="SettlementWatch"/> noted. One process at a
/// time: the round is under an advisory lock, and whoever does not get it has nothing to do.
/// </summary>
internal sealed partial class AlarmWatch(
    AlarmChecks checks, ReconciliationAlarms reconciliation, AlarmRows rows, AlarmTeller teller, DataSources sources, BusinessTime business, TimeProvider clock, IOptions<DeskOptions> options,
    ILogger<AlarmWatch> log) : BackgroundService
{
    // "alarms" in ASCII.
    internal const long AdvisoryLock = 0x616c61726d73;

    private DateTimeOffset _booksAt = DateTimeOffset.MinValue;

    /// <summary>One round; answers how many messages left.</summary>
    /// <param name="books">Also what reads everything.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<int> RunOnceAsync(bool books, CancellationToken cancellation)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var mine = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock($1)", connection, transaction) { Parameters = { new() { Value = AdvisoryLock } } };
        if (!(bool)(await mine.ExecuteScalarAsync(cancellation))!)
            return 0;
        var now = business.GetUtcNow();
        await LookAsync(() => checks.QuickAsync(now, cancellation), now, cancellation);
        await LookAsync(() => checks.ProviderAsync(cancellation), now, cancellation);
        await LookAsync(() => reconciliation.DriftAsync(now, cancellation), now, cancellation);
        if (books && await LookAsync(() => checks.BooksAsync(now, cancellation), now, cancellation))
            _booksAt = clock.GetUtcNow();
        return await teller.TellAsync(now, cancellation);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.AlarmEverySeconds), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunOnceAsync(books: clock.GetUtcNow() - _booksAt >= TimeSpan.FromSeconds(options.Value.BooksEverySeconds), stoppingToken);
            }
            catch (Exception away) when (IsAway(away))
            {
                LogBlind(log, away);
            }
        }
    }

    /// <summary>The database or the cluster cannot be asked.</summary>
    internal static bool IsAway(Exception away) =>
        away is NpgsqlException || away is InvalidOperationException { InnerException: NpgsqlException } || away is DbUpdateException || ClusterAway.Is(away);

    /// <summary>
    /// What one check cannot ask, because the cluster is away or its question took too long, is told of by the others: least of all may an outage keep its
    /// own alarm back. What cannot be asked neither raises nor clears.
    /// </summary>
    private async Task<bool> LookAsync(Func<Task<AlarmRound>> look, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            var round = await look();
            await rows.NoteAsync(round.Asked, round.Seen, round.LetGo, now, cancellation);
            return true;
        }
        catch (Exception away) when (IsAway(away))
        {
            LogBlind(log, away);
            return false;
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // A fault of one check, or of a grain that it asks: the others go on, and so does this process.
            LogBroken(log, broken);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "One of the alarms' checks broke; next round")]
    private static partial void LogBroken(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The alarms could not be looked for; next round")]
    private static partial void LogBlind(ILogger logger, Exception exception);
}
