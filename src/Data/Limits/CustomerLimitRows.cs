using Npgsql;
using NpgsqlTypes;
using Webrana.Domain.Limits;

namespace Webrana.Data.Limits;

/// <summary>Everything the rule asks about one customer, from one statement.</summary>
public sealed record LimitFacts(PaymentHistory History, LimitUse Use, LimitOverride? ByHand);

/// <summary>An admin's own figures with who gave them.</summary>
public sealed record LimitOverrideRow(LimitOverride Figures, string Reason, Guid ActorId, DateTimeOffset Since);

/// <summary>What customers have, have spent and may have beyond the rule. Each call is one statement and safe to repeat.</summary>
public sealed class CustomerLimitRows(DataSources sources)
{
    /// <summary>What was paid in comes from the ledger itself: top-ups and corrections, less payouts; bonus is against PROMO_EXPENSE and does not count.</summary>
    public async Task<LimitFacts> ReadAsync(Guid user, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("""
            SELECT coalesce(l.paid, 0)::bigint, l.first_at, (SELECT count(*)::int FROM server_places WHERE owner = $1),
                   (SELECT coalesce(sum(amount), 0)::bigint FROM limit_spends WHERE owner = $1 AND taken_at > $2 - interval '1 day'),
                   o.user_id IS NOT NULL, o.servers, o.vcpus, o.spend_per_day
            FROM (SELECT greatest(sum(amount), 0) AS paid, min(occurred_at) FILTER (WHERE amount > 0) AS first_at
                  FROM wallet_transactions WHERE wallet_id = $1 AND contra_account IN ('GATEWAY', 'ADJUSTMENT', 'PAYOUT')) l
            LEFT JOIN limit_overrides o ON o.user_id = $1
            """);
        command.Parameters.Add(new() { Value = user });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new LimitFacts(
            new PaymentHistory(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1)),
            new LimitUse(row.GetInt32(2), row.GetInt64(3)),
            row.GetBoolean(4) ? Figures(row, 5) : null);
    }

    /// <summary>Takes a place for a server and notes what is spent; null, or the limit in the way.</summary>
    /// <param name="operation">The intent; twice is once.</param>
    /// <param name="server">A new server; null when no more of them.</param>
    public async Task<LimitKind?> TakeAsync(
        Guid user, string operation, Guid? server, long amountIdr, CustomerLimits limits, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("SELECT limit_take($1, $2, $3, $4, $5, $6, $7)");
        command.Parameters.Add(new() { Value = user });
        command.Parameters.Add(new() { Value = operation });
        command.Parameters.Add(new() { Value = (object?)server ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = amountIdr });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = limits.Servers });
        command.Parameters.Add(new() { Value = limits.SpendPerDayIdr });
        return await command.ExecuteScalarAsync(cancellation) is string limit ? Enum.Parse<LimitKind>(limit) : null;
    }

    /// <summary>Nothing was spent after all.</summary>
    public async Task GiveBackAsync(string operation, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("DELETE FROM limit_spends WHERE operation = $1");
        command.Parameters.Add(new() { Value = operation });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The server needs its place no more.</summary>
    public async Task LeaveAsync(Guid server, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("DELETE FROM server_places WHERE instance = $1");
        command.Parameters.Add(new() { Value = server });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>An admin's own figures; null when there are none.</summary>
    public async Task<LimitOverrideRow?> FindOverrideAsync(Guid user, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT servers, vcpus, spend_per_day, reason, actor_id, since FROM limit_overrides WHERE user_id = $1");
        command.Parameters.Add(new() { Value = user });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new LimitOverrideRow(Figures(row, 0), row.GetString(3), row.GetGuid(4), row.GetFieldValue<DateTimeOffset>(5))
            : null;
    }

    /// <summary>Sets them, or takes all of them away.</summary>
    public async Task OverrideAsync(Guid user, LimitOverrideRow? figures, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(figures is null
            ? "DELETE FROM limit_overrides WHERE user_id = $1"
            : """
              INSERT INTO limit_overrides (user_id, servers, vcpus, spend_per_day, reason, actor_id, since) VALUES ($1, $2, $3, $4, $5, $6, $7)
              ON CONFLICT (user_id) DO UPDATE SET servers = excluded.servers, vcpus = excluded.vcpus, spend_per_day = excluded.spend_per_day,
                  reason = excluded.reason, actor_id = excluded.actor_id, since = excluded.since
              """);
        command.Parameters.Add(new() { Value = user });
        if (figures is not null)
        {
            command.Parameters.Add(new() { Value = (object?)figures.Figures.Servers ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
            command.Parameters.Add(new() { Value = (object?)figures.Figures.Vcpus ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
            command.Parameters.Add(new() { Value = (object?)figures.Figures.SpendPerDayIdr ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
            command.Parameters.Add(new() { Value = figures.Reason });
            command.Parameters.Add(new() { Value = figures.ActorId });
            command.Parameters.Add(new() { Value = figures.Since.UtcDateTime });
        }

        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static LimitOverride Figures(NpgsqlDataReader row, int from) => new(
        row.IsDBNull(from) ? null : row.GetInt32(from), row.IsDBNull(from + 1) ? null : row.GetInt32(from + 1), row.IsDBNull(from + 2) ? null : row.GetInt64(from + 2));
}
