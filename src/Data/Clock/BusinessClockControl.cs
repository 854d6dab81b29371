using Npgsql;

namespace Webrana.Data.Clock;

/// <summary>Turns the sandbox's clock. Needs a role that may update <c>business_clock</c>: the owner, never production's application role.</summary>
public sealed class BusinessClockControl(NpgsqlDataSource source)
{
    /// <summary>A process whose row is older than this is dead and not waited for.</summary>
    public static readonly TimeSpan Alive = TimeSpan.FromSeconds(15);

    /// <summary>Business time now.</summary>
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand("SELECT business_now()");
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellation))!, TimeSpan.Zero);
    }

    /// <summary>Moves the clock forward to <paramref name="to"/> and wakes every process.</summary>
    /// <returns>The new version, or null when <paramref name="to"/> is not after now (the clock never goes back).</returns>
    public async Task<long?> MoveToAsync(DateTimeOffset to, CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand($"""
            WITH moved AS (
                UPDATE business_clock SET offset_ms = floor(extract(epoch FROM $1 - now()) * 1000)::bigint, version = version + 1
                WHERE id = 1 AND $1 > business_now() RETURNING version)
            SELECT version, pg_notify('{BusinessClockFollower.Channel}', version::text) FROM moved
            """);
        command.Parameters.Add(new() { Value = to.UtcDateTime });
        return (long?)await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>The live processes that have not worked off <paramref name="version"/> yet; empty when everything due is done.</summary>
    public async Task<IReadOnlyList<string>> BehindAsync(long version, CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand(
            "SELECT process FROM business_clock_seen WHERE version < $1 AND seen_at > clock_timestamp() - $2 ORDER BY process");
        command.Parameters.Add(new() { Value = version });
        command.Parameters.Add(new() { Value = Alive });
        var behind = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) behind.Add(reader.GetString(0));
        return behind;
    }
}
