using Npgsql;
using NpgsqlTypes;
using Webrana.Data.Batching;

namespace Webrana.Data.Idempotency;

using Waiting = Request<IdempotencyStep, IdempotencyClaim?>;

/// <summary>Many keys' steps in one round trip and one transaction; a third statement only for claims that were not granted.</summary>
internal static class IdempotencyStatements
{
    // The arrays come in the order of ids; PostgreSQL sees that they do. A lease names its claim within the statement.
    private const string ClaimSql = """
        INSERT INTO idempotency_claims AS k (id, body_hash, lease_until, created_at)
        SELECT t.* FROM unnest($1, $2, $3, $4) AS t (id, body_hash, lease_until, created_at)
        ORDER BY t.id
        ON CONFLICT (id) DO UPDATE
           SET body_hash = excluded.body_hash, lease_until = excluded.lease_until, status = NULL, answer = NULL,
               created_at = CASE WHEN k.created_at <= excluded.created_at - $5 THEN excluded.created_at ELSE k.created_at END
         WHERE k.created_at <= excluded.created_at - $5
            OR (k.status IS NULL AND k.lease_until <= excluded.created_at AND k.body_hash = excluded.body_hash)
        RETURNING k.lease_until, k.created_at
        """;

    private const string FinishSql = """
        UPDATE idempotency_claims k SET status = t.status, answer = t.answer, lease_until = t.lease_until
        FROM unnest($1, $2, $3, $4, $5) AS t (id, lease, lease_until, status, answer)
        WHERE k.id = t.id AND k.lease_until = t.lease AND k.status IS NULL
        """;

    private const string ReadSql = """
        SELECT t.n, k.body_hash, k.status, k.answer
        FROM unnest($1) WITH ORDINALITY AS t (id, n)
        CROSS JOIN LATERAL (
            SELECT x.body_hash, x.status, x.answer FROM idempotency_claims x WHERE x.id = t.id OFFSET 0) k
        """;

    /// <summary>Answers every request, or throws and has answered none.</summary>
    public static async Task ExecuteAsync(NpgsqlDataSource source, IReadOnlyList<Waiting> batch)
    {
        var claims = new List<Waiting>(batch.Count);
        var finishes = new List<Waiting>(batch.Count);
        foreach (var request in batch) (request.Input is IdempotencyStep.Claim ? claims : finishes).Add(request);

        await using var connection = await source.OpenConnectionAsync();
        var granted = await WriteAsync(connection, claims, finishes);
        var others = granted.Count == claims.Count ? [] : claims.FindAll(one => !granted.ContainsKey(ClaimOf(one).Lease.UtcTicks));
        var known = others.Count == 0 ? [] : await ReadAsync(connection, others);
        foreach (var request in claims)
        {
            var lease = ClaimOf(request).Lease;
            if (granted.TryGetValue(lease.UtcTicks, out var firstSeen)) request.Answer(new IdempotencyClaim.Granted(firstSeen, lease));
        }

        for (var n = 0; n < others.Count; n++) others[n].Answer(known[n]);
        foreach (var request in finishes) request.Answer(null);
    }

    private static IdempotencyStep.Claim ClaimOf(Waiting request) => (IdempotencyStep.Claim)request.Input;

    /// <summary>First sight by lease, of the claims that were granted.</summary>
    private static async Task<Dictionary<long, DateTimeOffset>> WriteAsync(NpgsqlConnection connection, List<Waiting> claims, List<Waiting> finishes)
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

    private static NpgsqlBatchCommand ClaimCommand(List<Waiting> claims)
    {
        var (ids, bodies) = (new Guid[claims.Count], new Guid[claims.Count]);
        var (leases, nows) = (new DateTime[claims.Count], new DateTime[claims.Count]);
        for (var n = 0; n < ids.Length; n++)
        {
            var claim = ClaimOf(claims[n]);
            (ids[n], bodies[n], leases[n], nows[n]) = (claim.Id, claim.BodyHash, claim.Lease.UtcDateTime, claim.Now.UtcDateTime);
        }

        var command = new NpgsqlBatchCommand(ClaimSql);
        Add(command.Parameters, ids, NpgsqlDbType.Uuid);
        Add(command.Parameters, bodies, NpgsqlDbType.Uuid);
        Add(command.Parameters, leases, NpgsqlDbType.TimestampTz);
        Add(command.Parameters, nows, NpgsqlDbType.TimestampTz);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = IdempotencyStore.Kept });
        return command;
    }

    private static NpgsqlBatchCommand FinishCommand(List<Waiting> finishes)
    {
        var (ids, answers, statuses) = (new Guid[finishes.Count], new byte[]?[finishes.Count], new short?[finishes.Count]);
        var (leases, untils) = (new DateTime[finishes.Count], new DateTime[finishes.Count]);
        for (var n = 0; n < ids.Length; n++)
        {
            var finish = (IdempotencyStep.Finish)finishes[n].Input;
            (ids[n], answers[n], statuses[n]) = (finish.Id, finish.Answer, finish.Status);
            (leases[n], untils[n]) = (finish.Lease.UtcDateTime, finish.LeaseUntil.UtcDateTime);
        }

        var command = new NpgsqlBatchCommand(FinishSql);
        Add(command.Parameters, ids, NpgsqlDbType.Uuid);
        Add(command.Parameters, leases, NpgsqlDbType.TimestampTz);
        Add(command.Parameters, untils, NpgsqlDbType.TimestampTz);
        Add(command.Parameters, statuses, NpgsqlDbType.Smallint);
        Add(command.Parameters, answers, NpgsqlDbType.Bytea);
        return command;
    }

    private static async Task<IdempotencyClaim[]> ReadAsync(NpgsqlConnection connection, List<Waiting> claims)
    {
        await using var command = new NpgsqlCommand(ReadSql, connection);
        Add(command.Parameters, claims.Select(one => one.Input.Id).ToArray(), NpgsqlDbType.Uuid);

        // A row forgotten between the two statements is not there: the next try takes the key.
        var known = new IdempotencyClaim[claims.Count];
        Array.Fill(known, new IdempotencyClaim.Running());
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var n = (int)row.GetInt64(0) - 1;
            known[n] = row.GetGuid(1) != ClaimOf(claims[n]).BodyHash ? new IdempotencyClaim.Reused()
                : row.IsDBNull(2) ? new IdempotencyClaim.Running()
                : new IdempotencyClaim.Answered(row.GetInt16(2), row.GetFieldValue<byte[]>(3));
        }

        return known;
    }

    private static void Add<T>(NpgsqlParameterCollection parameters, T[] values, NpgsqlDbType type) =>
        parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
}
