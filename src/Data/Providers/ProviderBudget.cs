using Npgsql;

namespace Webrana.Data.Providers;

/// <summary>What one use took of the sliding minute and hour.</summary>
/// <param name="Minute">Calls that may still count against the provider's minute.</param>
/// <param name="Hour">The same for its hour.</param>
/// <param name="WantedInMinute">It asked within the minute.</param>
/// <param name="WantedInHour">It asked within the hour.</param>
public readonly record struct PermitUse(int Minute, int Hour, bool WantedInMinute, bool WantedInHour);

/// <param name="Granted">Calls taken; 0 when the budget is spent.</param>
/// <param name="BlockedFor">Above zero: the provider said 429 and nobody calls before this has passed.</param>
public readonly record struct PermitGrant(int Granted, TimeSpan BlockedFor);

/// <summary>
/// Fenced budget rows of a provider account: calls are taken here, before they are made, so that restarts, second activations and whole
/// second clusters together never spend more than the provider allows. Who gets how much is the caller's pure decision, made under the lock.
/// </summary>
public sealed class ProviderBudget(DataSources sources)
{
    /// <summary>Seconds of one slot.</summary>
    public const int SlotSeconds = 5;

    /// <summary>
    /// Slots that may hold a call of the provider's last 60 seconds: those of a minute, one begun, and one for the time between taking a
    /// call and its arrival there.
    /// </summary>
    public const int MinuteSlots = (60 / SlotSeconds) + 2;

    /// <summary>The same for its last hour.</summary>
    public const int HourSlots = (3600 / SlotSeconds) + 2;

    /// <summary>Takes calls for one use.</summary>
    /// <param name="account">Our id of the provider account.</param>
    /// <param name="share">The use; an index.</param>
    /// <param name="shares">How many uses there are.</param>
    /// <param name="decide">From what every use took, how many this one may take now. Pure: it runs while all others wait.</param>
    /// <param name="cancellation">Gives up; nothing is taken then.</param>
    public async Task<PermitGrant> TakeAsync(
        string account, int share, int shares, Func<IReadOnlyList<PermitUse>, int> decide, CancellationToken cancellation = default)
    {
        await using var connection = await sources.State.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var blocked = await LockAsync(connection, account, cancellation);
        if (blocked > TimeSpan.Zero)
            return new PermitGrant(0, blocked);

        var (slot, uses) = await ReadAsync(connection, account, shares, cancellation);
        var granted = Math.Max(0, decide(uses));
        await using var take = connection.CreateCommand();
        take.CommandText = """
            INSERT INTO provider_permits (account, slot, share, taken) VALUES ($1, $2, $3, $4)
            ON CONFLICT (account, slot, share) DO UPDATE SET taken = provider_permits.taken + excluded.taken
            """;
        take.Parameters.Add(new() { Value = account });
        take.Parameters.Add(new() { Value = slot });
        take.Parameters.Add(new() { Value = (short)share });
        take.Parameters.Add(new() { Value = granted });
        await take.ExecuteNonQueryAsync(cancellation);
        // Now and then; an hour's rows are few, and nobody needs older ones.
        if (slot % 64 == 0)
            await ForgetAsync(connection, account, slot - (2 * HourSlots), cancellation);
        await transaction.CommitAsync(cancellation);
        return new PermitGrant(granted, TimeSpan.Zero);
    }

    /// <summary>The provider said 429: nobody in any process calls before <paramref name="wait"/> has passed. The longest wait stands.</summary>
    public async Task BlockAsync(string account, TimeSpan wait, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("""
            INSERT INTO provider_windows (account, blocked_until) VALUES ($1, clock_timestamp() + $2)
            ON CONFLICT (account) DO UPDATE SET blocked_until = greatest(provider_windows.blocked_until, excluded.blocked_until)
            """);
        command.Parameters.Add(new() { Value = account });
        command.Parameters.Add(new() { Value = wait });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The account's one lock, held to the end of the transaction; and how long the provider's 429 still stands.</summary>
    private static async Task<TimeSpan> LockAsync(NpgsqlConnection connection, string account, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO provider_windows (account) VALUES ($1) ON CONFLICT (account) DO UPDATE SET account = excluded.account
            RETURNING coalesce(greatest(blocked_until - clock_timestamp(), interval '0'), interval '0')
            """;
        command.Parameters.Add(new() { Value = account });
        return (TimeSpan)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<(long Slot, IReadOnlyList<PermitUse> Uses)> ReadAsync(
        NpgsqlConnection connection, string account, int shares, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        // A statement of its own, after the lock: it sees what the taker before committed, and its time is not before that one's.
        command.CommandText = """
            WITH clock AS MATERIALIZED (SELECT floor(extract(epoch FROM clock_timestamp()) / $2)::bigint AS slot)
            SELECT clock.slot, used.share, used.minute, used.hour, used.asked
            FROM clock LEFT JOIN LATERAL (
                SELECT p.share, coalesce(sum(p.taken) FILTER (WHERE p.slot > clock.slot - $3), 0)::int AS minute, sum(p.taken)::int AS hour,
                       bool_or(p.slot > clock.slot - $3) AS asked
                FROM provider_permits p WHERE p.account = $1 AND p.slot > clock.slot - $4 GROUP BY p.share) used ON true
            """;
        command.Parameters.Add(new() { Value = account });
        command.Parameters.Add(new() { Value = SlotSeconds });
        command.Parameters.Add(new() { Value = MinuteSlots });
        command.Parameters.Add(new() { Value = HourSlots });
        var uses = new PermitUse[shares];
        long slot = 0;
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            slot = row.GetInt64(0);
            if (!row.IsDBNull(1) && row.GetInt16(1) < shares)
                uses[row.GetInt16(1)] = new PermitUse(row.GetInt32(2), row.GetInt32(3), row.GetBoolean(4), WantedInHour: true);
        }

        return (slot, uses);
    }

    private static async Task ForgetAsync(NpgsqlConnection connection, string account, long before, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM provider_permits WHERE account = $1 AND slot < $2";
        command.Parameters.Add(new() { Value = account });
        command.Parameters.Add(new() { Value = before });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
