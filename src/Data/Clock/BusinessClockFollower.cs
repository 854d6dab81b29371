using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Webrana.Data.Clock;

/// <summary>
/// Keeps one process's <see cref="BusinessClock"/> in step with the table: woken by NOTIFY, and reading again every few seconds because
/// a notification may be lost. Tells by a fresh row in <c>business_clock_seen</c> which version this process has worked off.
/// </summary>
public sealed class BusinessClockFollower(
    BusinessClock clock, DataSources sources, BusinessClockOptions options, ILogger<BusinessClockFollower> log)
    : BackgroundService
{
    /// <summary>The notification channel.</summary>
    public const string Channel = "webrana_clock";

    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);
    private ClockJump? _unfinished;
    private long _seen;

    /// <summary>Reads the clock before anything that starts later can ask it for the time.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await using (var connection = await sources.Queries.OpenConnectionAsync(cancellationToken))
        {
            var (version, offset) = await ReadAsync(connection, cancellationToken);
            clock.Apply(version, offset);
            _seen = version;
        }

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var command = sources.Queries.CreateCommand("DELETE FROM business_clock_seen WHERE process = $1");
            command.Parameters.Add(new() { Value = options.Process });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            log.Unreachable(exception); // the row goes stale by itself
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowAsync(stoppingToken), ReportAsync(stoppingToken));

    private async Task FollowAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await sources.Queries.OpenConnectionAsync(stopping);
                await Execute(connection, $"LISTEN {Channel}", stopping);
                while (true)
                {
                    var (version, offset) = await ReadAsync(connection, stopping);
                    await ApplyAsync(version, offset, stopping);
                    await connection.WaitAsync(Refresh, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException exception)
            {
                log.Unreachable(exception);
                await Task.Delay(TimeSpan.FromSeconds(1), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ApplyAsync(long version, TimeSpan offset, CancellationToken stopping)
    {
        if (clock.Apply(version, offset) is { } jump)
        {
            // An unfinished earlier jump is told as part of this one: handlers look at what is due, not at the distance.
            _unfinished = _unfinished is { } earlier ? jump with { From = earlier.From } : jump;
            log.Jumped(jump.From, jump.To, version);
        }

        if (_unfinished is not { } open) return;
        try
        {
            await clock.RaiseAsync(open, stopping);
            _unfinished = null;
            Interlocked.Exchange(ref _seen, open.Version);
            await WriteSeenAsync(stopping);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            log.HandlerFailed(exception, open.Version); // run again at the next reading; until then the move stays unanswered
        }
    }

    private async Task ReportAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await WriteSeenAsync(stopping);
            }
            catch (NpgsqlException exception)
            {
                log.Unreachable(exception);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Refresh, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteSeenAsync(CancellationToken cancellation)
    {
        // seen_at is a sign of life, not business time: it stays on the database's own clock.
        await using var command = sources.Queries.CreateCommand("""
            INSERT INTO business_clock_seen (process, version, seen_at) VALUES ($1, $2, clock_timestamp())
            ON CONFLICT (process) DO UPDATE SET version = greatest(business_clock_seen.version, excluded.version), seen_at = excluded.seen_at
            """);
        command.Parameters.Add(new() { Value = options.Process });
        command.Parameters.Add(new() { Value = Interlocked.Read(ref _seen) });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<(long Version, TimeSpan Offset)> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT version, offset_ms FROM business_clock WHERE id = 1", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), TimeSpan.FromMilliseconds(reader.GetInt64(1)));
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
