using Npgsql;
using NpgsqlTypes;
using Webrana.Data.Batching;

namespace Webrana.Data.Idempotency;

using Waiting = Request<IdempotencyStep, IdempotencyClaim?>;

/// <summary>Many keys' steps in one round trip and one transaction; a third statement only for claims that were not granted.</summary>
internal static class IdempotencyStatements
{
    // In key order, so that two processes with the same keys do not deadlock. A lease names its claim within the statement.
    private const string ClaimSql = """
        INSERT INTO idempotency_keys AS k (user_id, route, key, body_hash, lease_until, created_at)
        SELECT t.* FROM unnest($1, $2, $3, $4, $5, $6) AS t (user_id, route, key, body_hash, lease_until, created_at)
        ORDER BY t.user_id, t.route COLLATE "C", t.key COLLATE "C"
        ON CONFLICT (user_id, route, key) DO UPDATE
           SET body_hash = excluded.body_hash, lease_until = excluded.lease_until, status = NULL, answer = NULL, content_type = NULL,
               created_at = CASE WHEN k.created_at <= excluded.created_at - $7 THEN excluded.created_at ELSE k.created_at END
         WHERE k.created_at <= excluded.created_at - $7
            OR (k.status IS NULL AND k.lease_until <= excluded.created_at AND k.body_hash = excluded.body_hash)
        RETURNING k.lease_until, k.created_at
        """;

    private const string FinishSql = """
        UPDATE idempotency_keys k SET status = t.status, answer = t.answer::jsonb, lease_until = t.lease_until
        FROM unnest($1, $2, $3, $4, $5, $6, $7) AS t (user_id, route, key, lease, lease_until, status, answer)
        WHERE k.user_id = t.user_id AND k.route = t.route AND k.key = t.key AND k.lease_until = t.lease AND k.status IS NULL
        """;

    private const string ReadSql = """
        SELECT t.n, k.body_hash, k.status, k.answer::text
        FROM unnest($1, $2, $3) WITH ORDINALITY AS t (user_id, route, key, n)
        CROSS JOIN LATERAL (
            SELECT x.body_hash, x.status, x.answer FROM idempotency_keys x
            WHERE x.user_id = t.user_id AND x.route = t.route AND x.key = t.key OFFSET 0) k
        """;

    /// <summary>Answers every request, or throws and has answered none.</summary>
    public static async Task ExecuteAsync(NpgsqlDataSource source, IReadOnlyList<Waiting> batch)
    {
        var claims = new List<(Waiting Request, IdempotencyStep.Claim Step)>(batch.Count);
        var finishes = new List<(Waiting Request, IdempotencyStep.Finish Step)>(batch.Count);
        foreach (var request in batch)
        {
            if (request.Input is IdempotencyStep.Claim claim) claims.Add((request, claim));
            else finishes.Add((request, (IdempotencyStep.Finish)request.Input));
        }

        await using var connection = await source.OpenConnectionAsync();
        var granted = await WriteAsync(connection, claims, finishes);
        var others = claims.Where(one => !granted.ContainsKey(one.Step.Lease.UtcTicks)).ToList();
        var known = others.Count == 0 ? [] : await ReadAsync(connection, others.ConvertAll(one => one.Step));
        foreach (var (request, step) in claims)
        {
            if (granted.TryGetValue(step.Lease.UtcTicks, out var firstSeen)) request.Answer(new IdempotencyClaim.Granted(firstSeen, step.Lease));
        }

        for (var n = 0; n < others.Count; n++) others[n].Request.Answer(known[n]);
        foreach (var (request, _) in finishes) request.Answer(null);
    }

    /// <summary>First sight by lease, of the claims that were granted.</summary>
    private static async Task<Dictionary<long, DateTimeOffset>> WriteAsync(
        NpgsqlConnection connection,
        List<(Waiting Request, IdempotencyStep.Claim Step)> claims,
        List<(Waiting Request, IdempotencyStep.Finish Step)> finishes)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (claims.Count > 0) batch.BatchCommands.Add(ClaimCommand(claims));
        if (finishes.Count > 0) batch.BatchCommands.Add(FinishCommand(finishes));
        var granted = new Dictionary<long, DateTimeOffset>(claims.Count);
        await using var reader = await batch.ExecuteReaderAsync();
        if (claims.Count == 0) return granted;
        while (await reader.ReadAsync()) granted[reader.GetDateTime(0).Ticks] = new DateTimeOffset(reader.GetDateTime(1), TimeSpan.Zero);
        await reader.NextResultAsync(); // what fails behind the first statement fails here
        return granted;
    }

    private static NpgsqlBatchCommand ClaimCommand(List<(Waiting Request, IdempotencyStep.Claim Step)> claims)
    {
        var command = new NpgsqlBatchCommand(ClaimSql);
        AddScopes(command.Parameters, claims, one => one.Step.Scope);
        Add(command.Parameters, Column(claims, one => one.Step.BodyHash), NpgsqlDbType.Bytea);
        Add(command.Parameters, Column(claims, one => one.Step.Lease.UtcDateTime), NpgsqlDbType.TimestampTz);
        Add(command.Parameters, Column(claims, one => one.Step.Now.UtcDateTime), NpgsqlDbType.TimestampTz);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = IdempotencyStore.Kept });
        return command;
    }

    private static NpgsqlBatchCommand FinishCommand(List<(Waiting Request, IdempotencyStep.Finish Step)> finishes)
    {
        var command = new NpgsqlBatchCommand(FinishSql);
        AddScopes(command.Parameters, finishes, one => one.Step.Scope);
        Add(command.Parameters, Column(finishes, one => one.Step.Lease.UtcDateTime), NpgsqlDbType.TimestampTz);
        Add(command.Parameters, Column(finishes, one => one.Step.LeaseUntil.UtcDateTime), NpgsqlDbType.TimestampTz);
        Add(command.Parameters, Column(finishes, one => one.Step.Status), NpgsqlDbType.Integer);
        Add(command.Parameters, Column(finishes, one => one.Step.AnswerJson), NpgsqlDbType.Text);
        return command;
    }

    private static async Task<IdempotencyClaim[]> ReadAsync(NpgsqlConnection connection, List<IdempotencyStep.Claim> claims)
    {
        await using var command = new NpgsqlCommand(ReadSql, connection);
        AddScopes(command.Parameters, claims, one => one.Scope);

        // A row forgotten between the two statements is not there: the next try takes the key.
        var known = new IdempotencyClaim[claims.Count];
        Array.Fill(known, new IdempotencyClaim.Running());
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var n = (int)row.GetInt64(0) - 1;
            known[n] = !row.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(claims[n].BodyHash) ? new IdempotencyClaim.Reused()
                : row.IsDBNull(2) ? new IdempotencyClaim.Running()
                : new IdempotencyClaim.Answered(row.GetInt32(2), row.GetString(3));
        }

        return known;
    }

    private static void AddScopes<T>(NpgsqlParameterCollection parameters, List<T> items, Func<T, IdempotencyScope> scope)
    {
        Add(parameters, Column(items, item => scope(item).User), NpgsqlDbType.Uuid);
        Add(parameters, Column(items, item => scope(item).Route), NpgsqlDbType.Text);
        Add(parameters, Column(items, item => scope(item).Key), NpgsqlDbType.Text);
    }

    private static TColumn[] Column<T, TColumn>(List<T> items, Func<T, TColumn> value)
    {
        var column = new TColumn[items.Count];
        for (var n = 0; n < column.Length; n++) column[n] = value(items[n]);
        return column;
    }

    private static void Add<T>(NpgsqlParameterCollection parameters, T[] values, NpgsqlDbType type) =>
        parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
}
