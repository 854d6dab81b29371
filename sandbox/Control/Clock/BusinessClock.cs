using System.Diagnostics;
using System.Globalization;
using System.Xml;
using Npgsql;

namespace Webrana.Sandbox.Control.Clock;

/// <summary>
/// Turns the product's clock. The clock is one row in PostgreSQL, `business_clock`: an offset to real time and a
/// version. Every product process follows the notification and writes the version it has applied to
/// `business_clock_seen`; a move is done when all living ones have, and nothing is due any more.
/// </summary>
public sealed class BusinessClock(NpgsqlDataSource database, SimulatorClocks simulators, ControlOptions options) : IDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    readonly SemaphoreSlim _oneMoveAtATime = new(1);

    /// <summary>The offset read or written last: what mails are dated by.</summary>
    public TimeSpan LastOffset { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => _oneMoveAtATime.Dispose();

    /// <summary>The product's time; null before the first migration made the clock.</summary>
    public async Task<(DateTimeOffset Now, long OffsetMs)?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            await using var command = database.CreateCommand("select business_now(), offset_ms from business_clock where id = 1");
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            if (!await reader.ReadAsync(cancellation))
                return null;
            var now = await reader.GetFieldValueAsync<DateTimeOffset>(0, cancellation);
            var offsetMs = reader.GetInt64(1);
            LastOffset = TimeSpan.FromMilliseconds(offsetMs);
            return (now, offsetMs);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction)
        {
            return null;
        }
    }

    /// <summary>
    /// The servers with a renewal ahead, soonest first; none before the first migration. A server that was stopped for want of money has its
    /// own behind it: to turn the clock to that would turn nothing.
    /// </summary>
    public async Task<IReadOnlyList<Renewal>> RenewalsAsync(CancellationToken cancellation)
    {
        try
        {
            await using var command = database.CreateCommand(
                """
                select split_part(key, ':', 2), payload->>'name', status, (payload->>'nextRenewalAt')::bigint from grain_state
                where state = 'droplet' and (payload->>'nextRenewalAt')::bigint > extract(epoch from business_now()) * 1000 order by 4 limit 20
                """);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var renewals = new List<Renewal>();
            while (await reader.ReadAsync(cancellation))
                renewals.Add(new Renewal(reader.GetString(0), reader.GetString(1), reader.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3))));
            return renewals;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            return [];
        }
    }

    /// <summary>Moves the clock forward and waits until everything that became due has been worked off.</summary>
    /// <exception cref="ClockRefusedException">Backwards, unreadable, an unknown instance, or no clock yet.</exception>
    public async Task<ClockAnswer> MoveAsync(ClockRequest request, CancellationToken cancellation)
    {
        await _oneMoveAtATime.WaitAsync(cancellation);
        try
        {
            var (offsetMs, version) = await WriteAsync(request, cancellation);
            LastOffset = TimeSpan.FromMilliseconds(offsetMs);
            // The simulators first would answer from the future; the product first only polls once more.
            await simulators.FollowAsync(offsetMs, cancellation);
            return await SettleAsync(version, cancellation);
        }
        finally
        {
            _oneMoveAtATime.Release();
        }
    }

    async Task<(long OffsetMs, long Version)> WriteAsync(ClockRequest request, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        DateTimeOffset now;
        try
        {
            await using var read = new NpgsqlCommand("select business_now() from business_clock where id = 1 for update", connection);
            now = await read.ExecuteScalarAsync(cancellation) is DateTime moment
                ? new DateTimeOffset(moment, TimeSpan.Zero)
                : throw NotReady();
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction)
        {
            throw NotReady();
        }

        var ahead = await AheadAsync(request, now, connection, cancellation);
        if (ahead < TimeSpan.Zero)
            throw new ClockRefusedException(422, "clock_backwards", "The clock only goes forward: money that was charged in the future cannot be uncharged.");

        await using var write = new NpgsqlCommand(
            """
            with moved as (update business_clock set offset_ms = offset_ms + $1, version = version + 1 where id = 1 returning offset_ms, version)
            select offset_ms, version, pg_notify('webrana_clock', version::text) from moved
            """, connection)
        { Parameters = { new() { Value = (long)Math.Ceiling(ahead.TotalMilliseconds) } } };
        (long, long) moved;
        await using (var reader = await write.ExecuteReaderAsync(cancellation))
        {
            await reader.ReadAsync(cancellation);
            moved = (reader.GetInt64(0), reader.GetInt64(1));
        }

        await transaction.CommitAsync(cancellation);
        return moved;

        static ClockRefusedException NotReady() =>
            new(409, "clock_not_ready", "The product has not made its clock yet: wait for the migration.");
    }

    static async Task<TimeSpan> AheadAsync(ClockRequest request, DateTimeOffset now, NpgsqlConnection connection, CancellationToken cancellation)
    {
        switch (request)
        {
            case { Advance: { } duration, To: null, ToNextRenewal: null }:
                try
                {
                    return XmlConvert.ToTimeSpan(duration);
                }
                catch (Exception e) when (e is FormatException or OverflowException)
                {
                    throw new ClockRefusedException(422, "invalid_duration", "`advance` is an ISO 8601 duration such as P30D or PT2H.");
                }

            case { Advance: null, To: { } moment, ToNextRenewal: null }:
                return moment - now;
            case { Advance: null, To: null, ToNextRenewal: { } instance }:
                var renewal = await NextRenewalAsync(instance, connection, cancellation);
                // A renewal that is due already only needs to be waited for.
                return renewal > now ? renewal - now : TimeSpan.Zero;
            default:
                throw new ClockRefusedException(422, "invalid_request", "Give exactly one of `advance`, `to` and `toNextRenewal`.");
        }
    }

    static async Task<DateTimeOffset> NextRenewalAsync(string instance, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var read = new NpgsqlCommand("select payload->>'nextRenewalAt' from grain_state where state = 'droplet' and key = $1", connection)
        {
            Parameters = { new() { Value = $"droplet:{instance}" } },
        };
        return await read.ExecuteScalarAsync(cancellation) is string text && long.TryParse(text, CultureInfo.InvariantCulture, out var atMs)
            ? DateTimeOffset.FromUnixTimeMilliseconds(atMs).AddSeconds(1)
            : throw new ClockRefusedException(422, "no_renewal", "No instance of that id has a renewal ahead of it.");
    }

    async Task<ClockAnswer> SettleAsync(long version, CancellationToken cancellation)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            // A process whose heartbeat is old is dead; it reads the clock anew when it starts.
            await using var command = database.CreateCommand(
                """
                select business_now(),
                       (select count(*) from business_clock_seen where seen_at > now() - interval '15 seconds' and version < $1),
                       (select count(*) from grain_state where due_at <= (extract(epoch from business_now()) * 1000)::bigint and payload is not null)
                """);
            command.Parameters.Add(new() { Value = version });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            var now = await reader.GetFieldValueAsync<DateTimeOffset>(0, cancellation);
            var (unaware, due) = (reader.GetInt64(1), reader.GetInt64(2));
            var settled = unaware == 0 && due == 0;
            if (settled || waiting.Elapsed > options.SettleTimeout)
                return new ClockAnswer(now, settled, due, unaware);
            await Task.Delay(Interval, cancellation);
        }
    }
}
