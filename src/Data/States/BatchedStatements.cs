using Npgsql;
using NpgsqlTypes;

namespace Webrana.Data.States;

/// <summary>One grain's row by name.</summary>
internal readonly record struct StateKey(string State, string Key);

/// <summary>One write: the payload to store, in UTF-8 (null = clear), over the version that was read (null = no row was there).</summary>
internal sealed record StateWrite(StateKey Key, int? Version, ReadOnlyMemory<byte>? Payload);

/// <summary>A row as it was read; payload in UTF-8, null = cleared.</summary>
internal sealed record StoredState(byte[]? Payload, int Version);

/// <summary>Many grain states in one statement, each with an outcome of its own: the shape of the ledger's commit.</summary>
internal static class BatchedStatements
{
    // A locked row is skipped, hence a conflict for its own grain and a stall for nobody. Inserts go in key order: no deadlock.
    private const string WriteSql = """
        WITH item AS MATERIALIZED (
            SELECT t.state, t.key, t.version0, t.payload::jsonb AS payload FROM unnest($1, $2, $3, $4) AS t (state, key, version0, payload)),
        fresh AS MATERIALIZED (
            SELECT i.* FROM item i
            CROSS JOIN LATERAL (
                SELECT FROM grain_state g WHERE g.state = i.state AND g.key = i.key AND g.version = i.version0
                FOR NO KEY UPDATE SKIP LOCKED) g),
        changed AS (
            UPDATE grain_state g
            SET owner = f.payload->'list'->>'owner', status = f.payload->'list'->>'status',
                due_at = (f.payload->'list'->>'dueAt')::bigint, sort_at = (f.payload->'list'->>'sortAt')::bigint,
                payload = f.payload, version = g.version + 1
            FROM fresh f
            WHERE g.state = f.state AND g.key = f.key AND g.version = f.version0
            RETURNING g.state, g.key, g.version),
        added AS (
            INSERT INTO grain_state (state, key, owner, status, due_at, sort_at, version, payload)
            SELECT i.state, i.key, i.payload->'list'->>'owner', i.payload->'list'->>'status',
                   (i.payload->'list'->>'dueAt')::bigint, (i.payload->'list'->>'sortAt')::bigint, 1, i.payload
            FROM item i WHERE i.version0 IS NULL ORDER BY i.state, i.key
            ON CONFLICT (state, key) DO NOTHING
            RETURNING state, key, version)
        SELECT state, key, version FROM changed UNION ALL SELECT state, key, version FROM added
        """;

    private const string ReadSql = """
        SELECT g.state, g.key, g.payload::text, g.version
        FROM unnest($1, $2) AS t (state, key)
        CROSS JOIN LATERAL (SELECT x.* FROM grain_state x WHERE x.state = t.state AND x.key = t.key OFFSET 0) g
        """;

    /// <summary>The new version of every row that was written; who is not in the answer lost.</summary>
    public static async Task<Dictionary<StateKey, int>> WriteAsync(NpgsqlDataSource source, IReadOnlyList<StateWrite> writes)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(WriteSql, connection);
        Add(command, writes.Select(write => write.Key.State).ToArray(), NpgsqlDbType.Text);
        Add(command, writes.Select(write => write.Key.Key).ToArray(), NpgsqlDbType.Text);
        Add(command, writes.Select(write => write.Version).ToArray(), NpgsqlDbType.Integer);
        Add(command, writes.Select(write => write.Payload).ToArray(), NpgsqlDbType.Text);
        var written = new Dictionary<StateKey, int>(writes.Count);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) written[new StateKey(reader.GetString(0), reader.GetString(1))] = reader.GetInt32(2);
        return written;
    }

    public static async Task<Dictionary<StateKey, StoredState>> ReadAsync(NpgsqlDataSource source, IReadOnlyCollection<StateKey> keys)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(ReadSql, connection);
        Add(command, keys.Select(key => key.State).ToArray(), NpgsqlDbType.Text);
        Add(command, keys.Select(key => key.Key).ToArray(), NpgsqlDbType.Text);
        var states = new Dictionary<StateKey, StoredState>(keys.Count);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            states[new StateKey(reader.GetString(0), reader.GetString(1))] = new StoredState(
                reader.IsDBNull(2) ? null : reader.GetFieldValue<byte[]>(2), reader.GetInt32(3));
        }

        return states;
    }

    private static void Add<T>(NpgsqlCommand command, T[] values, NpgsqlDbType type) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
}
