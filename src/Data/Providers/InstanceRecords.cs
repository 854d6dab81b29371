using Npgsql;

namespace Webrana.Data.Providers;

/// <summary>What is stored of one instance's droplet, as the sweeps compare it.</summary>
/// <param name="Phase">The stored word for where it is in its life.</param>
public sealed record InstanceRecord(string Key, string Phase, long? DropletId, long? CreatedAtMs, string AccountId, bool Swept, bool Replacing, string Name);

/// <summary>
/// Reads many instances at once without waking their grains: found by key or by the list columns, shown from the payload. What is acted
/// upon is decided by the grain, over what it knows then.
/// </summary>
public sealed class InstanceRecords(DataSources sources)
{
    private const string Columns = """
        key, payload ->> 'phase', (payload -> 'droplet' ->> 'id')::bigint, (payload -> 'droplet' ->> 'createdAt')::bigint,
        coalesce(payload -> 'order' ->> 'accountId', ''), coalesce((payload -> 'creation' ->> 'swept')::boolean, false),
        coalesce(jsonb_typeof(payload -> 'replacement') = 'object', false), coalesce(payload ->> 'name', '')
        """;

    /// <summary>The instances of these grain keys; unknown ones are left out.</summary>
    public async Task<IReadOnlyList<InstanceRecord>> FindAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            $"SELECT {Columns} FROM grain_state WHERE state = 'droplet' AND key = ANY($1) AND payload IS NOT NULL");
        command.Parameters.Add(new() { Value = keys.ToArray() });
        return await ReadAsync(command, cancellation);
    }

    /// <summary>Living instances in one status, in the order of their keys within equal age; by pages.</summary>
    /// <param name="status">A status of the list column.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="limit">The most to answer.</param>
    public async Task<(IReadOnlyList<InstanceRecord> Records, (long SortAt, string Key)? Next)> PageAsync(
        string status, (long SortAt, string Key)? after, int limit, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand($"""
            SELECT {Columns}, sort_at FROM grain_state
            WHERE state = 'droplet' AND status = $1 AND (sort_at, key) > ($2, $3) ORDER BY sort_at, key LIMIT $4
            """);
        command.Parameters.Add(new() { Value = status });
        command.Parameters.Add(new() { Value = after?.SortAt ?? long.MinValue });
        command.Parameters.Add(new() { Value = after?.Key ?? "" });
        command.Parameters.Add(new() { Value = limit });
        var records = new List<InstanceRecord>();
        (long, string)? last = null;
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            records.Add(Record(row));
            last = (row.GetInt64(8), row.GetString(0));
        }

        return (records, records.Count < limit ? null : last);
    }

    private static async Task<IReadOnlyList<InstanceRecord>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var records = new List<InstanceRecord>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            records.Add(Record(row));
        return records;
    }

    private static InstanceRecord Record(NpgsqlDataReader row) => new(
        row.GetString(0), row.IsDBNull(1) ? "None" : row.GetString(1), row.IsDBNull(2) ? null : row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3),
        row.GetString(4), row.GetBoolean(5), row.GetBoolean(6), row.GetString(7));
}
