using Microsoft.Extensions.Options;
using Npgsql;
using Webrana.Api.Admin;
using Webrana.Api.Hosting;
using Webrana.Data;
using Webrana.Data.Desk;

namespace Webrana.Api.Alarms;

/// <summary>
/// Compares the gateway's day with the ledger some times a day, and notes what differs; the next round of the <see cref="AlarmWatch"/> tells of it.
/// Beside that one and under a lock of its own: the gateway may be read for minutes, and no other alarm waits for it.
/// </summary>
internal sealed partial class SettlementWatch(
    ReconciliationAlarms reconciliation, AlarmRows rows, DataSources sources, BusinessTime business, TimeProvider clock, IOptions<DeskOptions> options,
    ILogger<SettlementWatch> log) : BackgroundService
{
    // "settle" in ASCII.
    internal const long AdvisoryLock = 0x736574746c65;

    /// <summary>One comparison; true when it was made, and not where the gateway could not be asked or another process compares.</summary>
    /// <param name="moment">Yesterday is the day before this, by business time.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> RunOnceAsync(DateTimeOffset moment, CancellationToken cancellation)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var mine = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock($1)", connection, transaction) { Parameters = { new() { Value = AdvisoryLock } } };
        if (!(bool)(await mine.ExecuteScalarAsync(cancellation))! || await reconciliation.SettlementAsync(moment, cancellation) is not { } settled)
            return false;
        await rows.NoteAsync(settled.Asked, settled.Seen, settled.LetGo, moment, cancellation);
        return true;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var times = new SettlementTimes(TimeSpan.FromSeconds(options.Value.SettlementEverySeconds));
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.AlarmEverySeconds), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = business.GetUtcNow();
            if (!times.IsDue(clock.GetUtcNow(), now))
                continue;
            var compared = false;
            try
            {
                compared = await RunOnceAsync(now, stoppingToken);
            }
            catch (Exception away) when (AlarmWatch.IsAway(away))
            {
                LogBlind(log, away);
            }

            times.Ended(compared, clock.GetUtcNow());
        }
    }

    [LoggerMessage(LogLevel.Warning, "The gateway's day could not be compared; again in some minutes")]
    private static partial void LogBlind(ILogger logger, Exception exception);
}

/// <summary>When the gateway's day is compared: some times a day, and some minutes after a try that came to nothing.</summary>
internal sealed class SettlementTimes(TimeSpan every)
{
    /// <summary>A gateway that is away, or whose calls are spent halfway, is read again from its first page: not in every round.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>It is time. Not in Jakarta's first hour: callbacks of the evening may still be under way.</summary>
    public bool IsDue(DateTimeOffset realNow, DateTimeOffset businessNow) => realNow >= _next && businessNow.ToOffset(Jakarta).Hour > 0;

    /// <summary>A try is over.</summary>
    public void Ended(bool compared, DateTimeOffset realNow) => _next = realNow + (compared ? every : Again);
}
