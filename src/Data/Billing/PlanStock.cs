namespace Webrana.Data.Billing;

/// <summary>How many servers of a plan there are, counted where it cannot be overtaken. Each call is safe to repeat.</summary>
public sealed class PlanStock(DataSources sources)
{
    /// <summary>Takes one piece for an instance; an instance takes one piece, however often it asks, and gives back that of another plan.</summary>
    /// <param name="limit">How many there may be; null: any number.</param>
    /// <returns>False when all are taken.</returns>
    public async Task<bool> TakeAsync(string planId, Guid instance, int? limit, CancellationToken cancellation = default)
    {
        if (limit is null)
        {
            await using var free = sources.State.CreateCommand(
                "INSERT INTO plan_stock (instance, plan_id) VALUES ($1, $2) ON CONFLICT (instance) DO UPDATE SET plan_id = excluded.plan_id, moving_to = NULL");
            free.Parameters.Add(new() { Value = instance });
            free.Parameters.Add(new() { Value = planId });
            return await free.ExecuteNonQueryAsync(cancellation) > 0;
        }

        return await AloneAsync(planId, instance, limit.Value, """
            INSERT INTO plan_stock (instance, plan_id)
            SELECT $1, $2 WHERE (SELECT count(*) FROM plan_stock WHERE (plan_id = $2 OR moving_to = $2) AND instance <> $1) < $3
            ON CONFLICT (instance) DO UPDATE SET plan_id = excluded.plan_id, moving_to = NULL
            """, cancellation);
    }

    /// <summary>
    /// Takes a piece of another plan beside the one the instance has: until it is known which of them it keeps it counts in both, so that neither
    /// way is sold to somebody else meanwhile. Taken once, it is not refused again, whatever has become of the limit.
    /// </summary>
    /// <param name="limit">How many there may be; null: any number.</param>
    /// <returns>False when all are taken.</returns>
    public async Task<bool> ReserveMoveAsync(string planId, Guid instance, int? limit, CancellationToken cancellation = default)
    {
        if (limit is null)
        {
            await using var free = sources.State.CreateCommand("UPDATE plan_stock SET moving_to = nullif($2, plan_id) WHERE instance = $1");
            free.Parameters.Add(new() { Value = instance });
            free.Parameters.Add(new() { Value = planId });
            await free.ExecuteNonQueryAsync(cancellation);
            return true;
        }

        return await AloneAsync(planId, instance, limit.Value, """
            UPDATE plan_stock SET moving_to = nullif($2, plan_id)
            WHERE instance = $1
              AND (plan_id = $2 OR moving_to = $2 OR (SELECT count(*) FROM plan_stock other WHERE (other.plan_id = $2 OR other.moving_to = $2) AND other.instance <> $1) < $3)
            """, cancellation);
    }

    /// <summary>The instance has this plan's piece and no other's: what it was on its way to, or away from, is free.</summary>
    public async Task KeepAsync(string planId, Guid instance, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand(
            "UPDATE plan_stock SET plan_id = $2, moving_to = NULL WHERE instance = $1 AND (plan_id <> $2 OR moving_to IS NOT NULL)");
        command.Parameters.Add(new() { Value = instance });
        command.Parameters.Add(new() { Value = planId });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Whether an instance could have one more of a plan now. An answer for a page: only taking a piece is sure.</summary>
    public async Task<bool> HasRoomAsync(string planId, Guid instance, int? limit, CancellationToken cancellation = default)
    {
        if (limit is null)
            return true;
        await using var command = sources.State.CreateCommand("SELECT count(*) FROM plan_stock WHERE (plan_id = $1 OR moving_to = $1) AND instance <> $2");
        command.Parameters.Add(new() { Value = planId });
        command.Parameters.Add(new() { Value = instance });
        return (long)(await command.ExecuteScalarAsync(cancellation))! < limit;
    }

    /// <summary>Which of these plans are sold out. An answer for a page, as above.</summary>
    /// <param name="limits">How many there may be, by plan; only limited ones are asked about.</param>
    public async Task<IReadOnlySet<string>> SoldOutAsync(IReadOnlyDictionary<string, int> limits, CancellationToken cancellation = default)
    {
        var full = new HashSet<string>(StringComparer.Ordinal);
        if (limits.Count == 0)
            return full;
        await using var command = sources.Queries.CreateCommand("""
            SELECT l.plan FROM unnest($1, $2) AS l (plan, most)
            WHERE (SELECT count(*) FROM plan_stock s WHERE s.plan_id = l.plan OR s.moving_to = l.plan) >= l.most
            """);
        command.Parameters.Add(new() { Value = limits.Keys.ToArray() });
        command.Parameters.Add(new() { Value = limits.Values.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) full.Add(reader.GetString(0));
        return full;
    }

    // One by one per plan: a count under READ COMMITTED does not see what another is about to commit.
    private async Task<bool> AloneAsync(string planId, Guid instance, int limit, string sql, CancellationToken cancellation)
    {
        await using var connection = await sources.State.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var alone = new Npgsql.NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended('plan-stock:' || $1, 0))", connection, transaction))
        {
            alone.Parameters.Add(new() { Value = planId });
            await alone.ExecuteNonQueryAsync(cancellation);
        }

        await using var take = new Npgsql.NpgsqlCommand(sql, connection, transaction);
        take.Parameters.Add(new() { Value = instance });
        take.Parameters.Add(new() { Value = planId });
        take.Parameters.Add(new() { Value = limit });
        var taken = await take.ExecuteNonQueryAsync(cancellation) > 0;
        await transaction.CommitAsync(cancellation);
        return taken;
    }

    /// <summary>The instance needs its piece no more.</summary>
    public async Task GiveBackAsync(Guid instance, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("DELETE FROM plan_stock WHERE instance = $1");
        command.Parameters.Add(new() { Value = instance });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Pieces taken, by plan; plans without any are left out. A server on its way to another plan counts in both.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountAsync(CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT p.plan, count(*)::int FROM plan_stock s CROSS JOIN LATERAL unnest(ARRAY[s.plan_id, s.moving_to]) AS p (plan)
            WHERE p.plan IS NOT NULL GROUP BY 1
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation)) counts[reader.GetString(0)] = reader.GetInt32(1);
        return counts;
    }

    /// <summary>A page of a plan's instances, by id; those on their way to it are among them.</summary>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<Guid>> PageAsync(string planId, Guid? after, int limit, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            "SELECT instance FROM plan_stock WHERE (plan_id = $1 OR moving_to = $1) AND instance > $2 ORDER BY instance LIMIT $3");
        command.Parameters.Add(new() { Value = planId });
        command.Parameters.Add(new() { Value = after ?? Guid.Empty });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var page = new List<Guid>();
        while (await reader.ReadAsync(cancellation)) page.Add(reader.GetGuid(0));
        return page;
    }
}
