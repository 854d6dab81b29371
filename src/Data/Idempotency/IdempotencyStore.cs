using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;
using Webrana.Data.Batching;

namespace Webrana.Data.Idempotency;

/// <summary>
/// The rows of <c>idempotency_keys</c>. A row is made before the work and keeps the answer afterwards. Its lease says that somebody works on
/// it; a lapsed lease is taken over by whoever asks next. The lease's end is also its fence: only the holder of exactly this lease may store.
/// <para>
/// Claims and answers of all requests in flight share statements, and those do not wait for the disk (ADR 10): whatever a request does
/// afterwards is written behind its claim in the same log, so that no effect can outlive the claim it was done under.
/// </para>
/// </summary>
public sealed class IdempotencyStore : IAsyncDisposable
{
    /// <summary>How long one execution may take before a repetition may execute again.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private const int Writers = 2;
    private const int MaxSteps = 512;

    private const string ForgetSql = """
        DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency_keys WHERE created_at <= $1 LIMIT 1000))
        """;

    private readonly NpgsqlDataSource _rows;
    private readonly BatchQueue<IdempotencyStep, IdempotencyClaim?> _steps;
    private long _lastLeaseUs;

    public IdempotencyStore(DataSources sources)
    {
        _rows = sources.Idempotency;
        _steps = new(Writers, Take, ExecuteAsync);
    }

    /// <summary>
    /// Takes the key for one execution, or says what became of it. Cannot be cancelled: a caller who hung up would leave a lease that nobody
    /// holds and everybody must wait for.
    /// </summary>
    public async Task<IdempotencyClaim> BeginAsync(IdempotencyScope scope, byte[] bodyHash, DateTimeOffset now)
    {
        var claim = await _steps.Enqueue(new IdempotencyStep.Claim(scope, bodyHash, now, NewLease(now + Lease)));
        return claim ?? throw new InvalidOperationException("A claim is always answered.");
    }

    /// <summary>Keeps the answer, unless the lease has been taken over meanwhile: then the successor's answer, which is of the same operation, stands.</summary>
    public Task StoreAsync(IdempotencyScope scope, DateTimeOffset lease, int status, string answerJson) =>
        _steps.Enqueue(new IdempotencyStep.Finish(scope, lease, lease, status, answerJson));

    /// <summary>Lets the next repetition execute at once. The row stays: it remembers the first sight, hence the operation id, and the body.</summary>
    public Task ReleaseAsync(IdempotencyScope scope, DateTimeOffset lease, DateTimeOffset now) =>
        _steps.Enqueue(new IdempotencyStep.Finish(scope, lease, now, null, null));

    /// <summary>Deletes a bounded number of rows first seen before then.</summary>
    /// <returns>How many: when it is the bound, there may be more.</returns>
    public async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        await using var command = _rows.CreateCommand(ForgetSql);
        command.Parameters.Add(new() { Value = before.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _steps.DisposeAsync();

    // PostgreSQL keeps microseconds; the lease must compare equal when it comes back, and tells the claims of one statement apart.
    private DateTimeOffset NewLease(DateTimeOffset until)
    {
        var wanted = until.UtcTicks / TimeSpan.TicksPerMicrosecond;
        long last, next;
        do
        {
            last = Volatile.Read(ref _lastLeaseUs);
            // Only those of the same moment are told apart: a clock that was turned back must not lengthen leases.
            next = wanted <= last && last - wanted < 1_000_000 ? last + 1 : wanted;
        }
        while (Interlocked.CompareExchange(ref _lastLeaseUs, next, last) != last);
        return new DateTimeOffset(next * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }

    // A key goes at most once into a statement, which could not touch its row twice: a repetition waits for the next.
    private static void Take(
        ChannelReader<Request<IdempotencyStep, IdempotencyClaim?>> queue, List<Request<IdempotencyStep, IdempotencyClaim?>> batch)
    {
        var scopes = new HashSet<IdempotencyScope>();
        while (batch.Count < MaxSteps && queue.TryPeek(out var next))
        {
            if (!scopes.Add(next.Input.Scope) || !queue.TryRead(out next)) break;
            batch.Add(next);
        }
    }

    private async Task ExecuteAsync(List<Request<IdempotencyStep, IdempotencyClaim?>> batch)
    {
        try
        {
            await IdempotencyStatements.ExecuteAsync(_rows, batch);
        }
        catch (PostgresException exception) when (batch.Count > 1 && exception.SqlState[..2] is "22" or "23" or "40")
        {
            // Nothing of it happened (a value PostgreSQL cannot keep, or a deadlock with another process): nobody pays for a neighbour.
            foreach (var request in batch)
            {
                try
                {
                    await IdempotencyStatements.ExecuteAsync(_rows, [request]);
                }
                catch (Exception own)
                {
                    request.Fail(own);
                }
            }
        }
    }
}

/// <summary>One step of one key.</summary>
internal abstract record IdempotencyStep(IdempotencyScope Scope)
{
    /// <summary>Asks for the key.</summary>
    public sealed record Claim(IdempotencyScope Scope, byte[] BodyHash, DateTimeOffset Now, DateTimeOffset Lease) : IdempotencyStep(Scope);

    /// <summary>Ends an execution: with the answer to keep, or without one and the lease over at <paramref name="LeaseUntil"/>.</summary>
    public sealed record Finish(IdempotencyScope Scope, DateTimeOffset Lease, DateTimeOffset LeaseUntil, int? Status, string? AnswerJson) : IdempotencyStep(Scope);
}
