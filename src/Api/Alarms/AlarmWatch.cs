using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Webrana.Api.Admin;
using Webrana.Api.Hosting;
using Webrana.Data;
using Webrana.Data.Desk;

namespace Webrana.Api.Alarms;

/// <summary>
/// Looks every half minute, at the books every ten, and at the gateway's day some times a day. One process at a time: the round is under an advisory lock, and whoever does not
/// get it has nothing to do.
/// </summary>
internal sealed partial class AlarmWatch(
    AlarmChecks checks, ReconciliationAlarms reconciliation, AlarmRows rows, AlarmTeller teller, DataSources sources, BusinessTime business, TimeProvider clock, IOptions<DeskOptions> options,
    ILogger<AlarmWatch> log) : BackgroundService
{
    // "alarms" in ASCII.
    private const long AdvisoryLock = 0x616c61726d73;
    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    private DateTimeOffset _booksAt = DateTimeOffset.MinValue;
    private DateTimeOffset _settledAt = DateTimeOffset.MinValue;

    /// <summary>One round; answers how many messages left.</summary>
    /// <param name="books">Also what reads everything.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<int> RunOnceAsync(bool books, CancellationToken cancellation) => RunOnceAsync(books, settlementAt: null, cancellation);

    /// <summary>One round; answers how many messages left.</summary>
    /// <param name="books">Also what reads everything.</param>
    /// <param name="settlementAt">Also the gateway's day before this moment; null for not now.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<int> RunOnceAsync(bool books, DateTimeOffset? settlementAt, CancellationToken cancellation)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var mine = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock($1)", connection, transaction) { Parameters = { new() { Value = AdvisoryLock } } };
        if (!(bool)(await mine.ExecuteScalarAsync(cancellation))!)
            return 0;
        var now = business.GetUtcNow();
        await NoteAsync(await checks.QuickAsync(now, cancellation), now, cancellation);
        await NoteAsync(await checks.ProviderAsync(), now, cancellation);
        await NoteAsync(await reconciliation.DriftAsync(now, cancellation), now, cancellation);
        if (books)
            await NoteAsync(await checks.BooksAsync(now, cancellation), now, cancellation);
        if (settlementAt is { } moment && await reconciliation.SettlementAsync(moment, cancellation) is { } settled)
        {
            await NoteAsync(settled, now, cancellation);
            // Here and not by the clock alone: a gateway that was away is asked again in the next round.
            _settledAt = clock.GetUtcNow();
        }

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
                var books = clock.GetUtcNow() - _booksAt >= TimeSpan.FromSeconds(options.Value.BooksEverySeconds);
                await RunOnceAsync(books, SettlementMoment(), stoppingToken);
                if (books)
                    _booksAt = clock.GetUtcNow();
            }
            catch (Exception away) when (away is NpgsqlException || away is InvalidOperationException { InnerException: NpgsqlException } || away is DbUpdateException || ClusterAway.Is(away))
            {
                // What cannot be asked neither raises nor clears.
                LogBlind(log, away);
            }
        }
    }

    /// <summary>Now, when it is time for it; null otherwise. Not in Jakarta's first hour: callbacks of the evening may still be under way.</summary>
    private DateTimeOffset? SettlementMoment() =>
        clock.GetUtcNow() - _settledAt >= TimeSpan.FromSeconds(options.Value.SettlementEverySeconds) && business.GetUtcNow() is var now && now.ToOffset(Jakarta).Hour > 0 ? now : null;

    private Task NoteAsync(AlarmRound round, DateTimeOffset now, CancellationToken cancellation) => rows.NoteAsync(round.Asked, round.Seen, now, cancellation);

    [LoggerMessage(LogLevel.Warning, "The alarms could not be looked for; next round")]
    private static partial void LogBlind(ILogger logger, Exception exception);
}
