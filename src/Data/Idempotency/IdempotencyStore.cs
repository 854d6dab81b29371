using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;
using Webrana.Data.Batching;

namespace Webrana.Data.Idempotency;

/// <summary>
/// The rows of <c>idempotency_claims</c>. A row is made before the work and keeps the answer afterwards. Its lease says that somebody works on
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

    // 4 MiB: some ten thousand rows, locked for milliseconds.
    private const int PagesAtOnce = 512;

    private const string PagesSql = "SELECT pg_relation_size('idempotency_claims') / current_setting('block_size')::bigint";

    private const string ForgetSql = "DELETE FROM idempotency_claims WHERE ctid >= $1 AND ctid < $2 AND created_at <= $3";

    private readonly NpgsqlDataSource _rows;
    private readonly HashSet<Guid> _taken = [];
    private readonly BatchQueue<IdempotencyStep, IdempotencyClaim?> _steps;
    private long _lastLeaseUs;

    public IdempotencyStore(DataSources sources)
    {
        _rows = sources.Idempotency;
        _steps = new("idempotency", Writers, Take, ExecuteAsync);
    }

    /// <summary>
    /// Takes the key for one execution, or says what became of it. Cannot be cancelled: a caller who hung up would leave a lease that nobody
    /// holds and everybody must wait for.
    /// </summary>
    /// <param name="bodyHash">What "the same body" means, as the first half of a SHA-256.</param>
    public async Task<IdempotencyClaim> BeginAsync(IdempotencyScope scope, Guid bodyHash, DateTimeOffset now)
    {
        var claim = await _steps.Enqueue(new IdempotencyStep.Claim(scope.Id, bodyHash, now, NewLease(now + Lease)));
        return claim ?? throw new InvalidOperationException("A claim is always answered.");
    }

    /// <summary>Keeps the answer, unless the lease has been taken over meanwhile: then the successor's answer, which is of the same operation, stands.</summary>
    public Task StoreAsync(IdempotencyScope scope, DateTimeOffset lease, int status, byte[] answer) =>
        _steps.Enqueue(new IdempotencyStep.Finish(scope.Id, lease, lease, (short)status, answer));

    /// <summary>Lets the next repetition execute at once. The row stays: it remembers the first sight, hence the operation id, and the body.</summary>
    public Task ReleaseAsync(IdempotencyScope scope, DateTimeOffset lease, DateTimeOffset now) =>
        _steps.Enqueue(new IdempotencyStep.Finish(scope.Id, lease, now, null, null));

    /// <summary>
    /// Deletes the rows first seen before then, strip by strip of the table: reading all of it now and then costs less than an index by age
    /// that every request pays for.
    /// </summary>
    /// <returns>How many.</returns>
    public async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        await using var size = _rows.CreateCommand(PagesSql);
        var pages = (long)(await size.ExecuteScalarAsync(cancellation))!;
        var forgotten = 0;
        for (long page = 0; page < pages; page += PagesAtOnce)
        {
            await using var command = _rows.CreateCommand(ForgetSql);
            command.Parameters.Add(new NpgsqlParameter<NpgsqlTid> { NpgsqlDbType = NpgsqlDbType.Tid, TypedValue = new((uint)page, 0) });
            command.Parameters.Add(new NpgsqlParameter<NpgsqlTid> { NpgsqlDbType = NpgsqlDbType.Tid, TypedValue = new((uint)(page + PagesAtOnce), 0) });
            command.Parameters.Add(new() { Value = before.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            forgotten += await command.ExecuteNonQueryAsync(cancellation);
        }

        return forgotten;
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

    // A key goes at most once into a statement, which could not touch its row twice: a repetition waits for the next. Workers take in turns.
    private void Take(
        ChannelReader<Request<IdempotencyStep, IdempotencyClaim?>> queue, List<Request<IdempotencyStep, IdempotencyClaim?>> batch)
    {
        _taken.Clear();
        while (batch.Count < MaxSteps && queue.TryPeek(out var next))
        {
            if (!_taken.Add(next.Input.Id) || !queue.TryRead(out next)) break;
            batch.Add(next);
        }

        // In the order of ids, so that two processes with the same keys do not deadlock.
        batch.Sort(static (one, other) => one.Input.Id.CompareTo(other.Input.Id));
    }

    private async Task ExecuteAsync(List<Request<IdempotencyStep, IdempotencyClaim?>> batch)
    {
        try
        {
            await IdempotencyStatements.ExecuteAsync(_rows, batch);
        }
        catch (PostgresException exception) when (batch.Count > 1 && exception.SqlState.StartsWith("40", StringComparison.Ordinal))
        {
            // Nothing of it happened (a deadlock with another process): one by one there is none, and nobody pays for a neighbour.
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
internal abstract class IdempotencyStep(Guid id)
{
    /// <summary>The key's row.</summary>
    public Guid Id => id;

    /// <summary>Asks for the key.</summary>
    public sealed class Claim(Guid id, Guid bodyHash, DateTimeOffset now, DateTimeOffset lease) : IdempotencyStep(id)
    {
        public Guid BodyHash => bodyHash;

        public DateTimeOffset Now => now;

        public DateTimeOffset Lease => lease;
    }

    /// <summary>Ends an execution: with the answer to keep, or without one and the lease over at <see cref="LeaseUntil"/>.</summary>
    public sealed class Finish(Guid id, DateTimeOffset lease, DateTimeOffset leaseUntil, short? status, byte[]? answer) : IdempotencyStep(id)
    {
        public DateTimeOffset Lease => lease;

        public DateTimeOffset LeaseUntil => leaseUntil;

        public short? Status => status;

        public byte[]? Answer => answer;
    }
}
