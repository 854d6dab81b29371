using Npgsql;
using NpgsqlTypes;
using Webrana.Data;

namespace Webrana.Api.Idempotency;

/// <summary>
/// The rows of <c>idempotency_keys</c>. A row is made before the work and keeps the answer afterwards. Its lease says that somebody works on
/// it; a lapsed lease is taken over by whoever asks next. The lease's end is also its fence: only the holder of exactly this lease may store.
/// </summary>
public sealed class IdempotencyStore(DataSources sources)
{
    private const string BeginSql = """
        INSERT INTO idempotency_keys AS k (user_id, route, key, body_hash, lease_until, created_at)
        VALUES ($1, $2, $3, $4, $6, $5)
        ON CONFLICT (user_id, route, key) DO UPDATE
           SET body_hash = excluded.body_hash, lease_until = excluded.lease_until, status = NULL, answer = NULL, content_type = NULL,
               created_at = CASE WHEN k.created_at <= $7 THEN excluded.created_at ELSE k.created_at END
         WHERE k.created_at <= $7
            OR (k.status IS NULL AND k.lease_until <= $5 AND k.body_hash = excluded.body_hash)
        RETURNING k.created_at
        """;

    private const string ReadSql = """
        SELECT body_hash, status, answer::text, lease_until FROM idempotency_keys WHERE user_id = $1 AND route = $2 AND key = $3
        """;

    private const string StoreSql = """
        UPDATE idempotency_keys SET status = $5, answer = $6 WHERE user_id = $1 AND route = $2 AND key = $3 AND lease_until = $4 AND status IS NULL
        """;

    private const string ReleaseSql = """
        UPDATE idempotency_keys SET lease_until = $5 WHERE user_id = $1 AND route = $2 AND key = $3 AND lease_until = $4 AND status IS NULL
        """;

    private const string ForgetSql = """
        DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency_keys WHERE created_at <= $1 LIMIT 1000))
        """;

    private readonly NpgsqlDataSource _rows = sources.Queries;

    /// <summary>Takes the key for one execution, or says what became of it.</summary>
    public async Task<IdempotencyClaim> BeginAsync(
        IdempotencyScope scope, byte[] bodyHash, IdempotencyTimes times, CancellationToken cancellation)
    {
        // PostgreSQL keeps microseconds; the lease must compare equal when it comes back.
        var leaseUntil = Microseconds(times.LeaseUntil);
        await using (var begin = Command(BeginSql, scope))
        {
            begin.Parameters.Add(new() { Value = bodyHash });
            begin.Parameters.Add(Time(times.Now));
            begin.Parameters.Add(Time(leaseUntil));
            begin.Parameters.Add(Time(times.ForgetBefore));
            if (await begin.ExecuteScalarAsync(cancellation) is DateTime firstSeen)
                return new IdempotencyClaim.Granted(new DateTimeOffset(firstSeen, TimeSpan.Zero), leaseUntil);
        }

        await using var read = Command(ReadSql, scope);
        await using var row = await read.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
            return new IdempotencyClaim.Running(); // forgotten between the two statements: the next try takes it
        if (!row.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(bodyHash))
            return new IdempotencyClaim.Reused();
        return await row.IsDBNullAsync(1, cancellation)
            ? new IdempotencyClaim.Running()
            : new IdempotencyClaim.Answered(row.GetInt32(1), row.GetString(2));
    }

    /// <summary>Keeps the answer, unless the lease has been taken over meanwhile: then the successor's answer, which is of the same operation, stands.</summary>
    public async Task StoreAsync(IdempotencyScope scope, DateTimeOffset lease, int status, string answerJson, CancellationToken cancellation)
    {
        await using var command = Command(StoreSql, scope);
        command.Parameters.Add(Time(lease));
        command.Parameters.Add(new() { Value = status });
        command.Parameters.Add(new() { Value = answerJson, NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Lets the next repetition execute at once. The row stays: it remembers the first sight, hence the operation id, and the body.</summary>
    public async Task ReleaseAsync(IdempotencyScope scope, DateTimeOffset lease, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = Command(ReleaseSql, scope);
        command.Parameters.Add(Time(lease));
        command.Parameters.Add(Time(now));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Deletes a bounded number of rows first seen before then.</summary>
    /// <returns>How many: when it is the bound, there may be more.</returns>
    public async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        await using var command = _rows.CreateCommand(ForgetSql);
        command.Parameters.Add(Time(before));
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private NpgsqlCommand Command(string sql, IdempotencyScope scope)
    {
        var command = _rows.CreateCommand(sql);
        command.Parameters.Add(new() { Value = scope.User });
        command.Parameters.Add(new() { Value = scope.Route });
        command.Parameters.Add(new() { Value = scope.Key });
        return command;
    }

    private static NpgsqlParameter Time(DateTimeOffset value) => new() { Value = value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static DateTimeOffset Microseconds(DateTimeOffset value) => value.AddTicks(-(value.Ticks % TimeSpan.TicksPerMicrosecond));
}

/// <summary>The moments one claim is judged by.</summary>
public sealed record IdempotencyTimes(DateTimeOffset Now, DateTimeOffset LeaseUntil, DateTimeOffset ForgetBefore);

/// <summary>What became of a key.</summary>
public abstract record IdempotencyClaim
{
    private IdempotencyClaim()
    {
    }

    /// <summary>Execute; the lease is this request's.</summary>
    public sealed record Granted(DateTimeOffset FirstSeen, DateTimeOffset Lease) : IdempotencyClaim;

    /// <summary>Executed before: answer this.</summary>
    public sealed record Answered(int Status, string AnswerJson) : IdempotencyClaim;

    /// <summary>Another request with the key is being executed.</summary>
    public sealed record Running : IdempotencyClaim;

    /// <summary>The key belongs to another body.</summary>
    public sealed record Reused : IdempotencyClaim;
}
