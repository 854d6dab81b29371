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
                "INSERT INTO plan_stock (instance, plan_id) VALUES ($1, $2) ON CONFLICT (instance) DO UPDATE SET plan_id = excluded.plan_id");
            free.Parameters.Add(new() { Value = instance });
            free.Parameters.Add(new() { Value = planId });
            return await free.ExecuteNonQueryAsync(cancellation) > 0;
        }

        // One by one per plan: a count under READ COMMITTED does not see what another is about to commit.
        await using var connection = await sources.State.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var alone = new Npgsql.NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended('plan-stock:' || $1, 0))", connection, transaction))
        {
            alone.Parameters.Add(new() { Value = planId });
            await alone.ExecuteNonQueryAsync(cancellation);
        }

        await using var take = new Npgsql.NpgsqlCommand("""
            INSERT INTO plan_stock (instance, plan_id)
            SELECT $1, $2 WHERE (SELECT count(*) FROM plan_stock WHERE plan_id = $2 AND instance <> $1) < $3
            ON CONFLICT (instance) DO UPDATE SET plan_id = excluded.plan_id
            """, connection, transaction);
        take.Parameters.Add(new() { Value = instance });
        take.Parameters.Add(new() { Value = planId });
        take.Parameters.Add(new() { Value = limit.Value });
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

    /// <summary>Pieces taken, by plan; plans without any are left out.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountAsync(CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT plan_id, count(*)::int FROM plan_stock GROUP BY 1");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation)) counts[reader.GetString(0)] = reader.GetInt32(1);
        return counts;
    }

    /// <summary>A page of a plan's instances, by id.</summary>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<Guid>> PageAsync(string planId, Guid? after, int limit, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            "SELECT instance FROM plan_stock WHERE plan_id = $1 AND instance > $2 ORDER BY instance LIMIT $3");
        command.Parameters.Add(new() { Value = planId });
        command.Parameters.Add(new() { Value = after ?? Guid.Empty });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var page = new List<Guid>();
        while (await reader.ReadAsync(cancellation)) page.Add(reader.GetGuid(0));
        return page;
    }
}
