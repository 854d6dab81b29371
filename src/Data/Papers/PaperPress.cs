using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Webrana.Data.Papers;

/// <summary>
/// Turns queued ledger rows into papers, a batch in one transaction: taken from the queue, numbered by the year's counter, written. Any
/// number of processes do; rows another one holds are passed over, and whoever dies gives back rows and numbers alike. Rows of an owner who
/// cannot be told go back, and those that come behind them wait with them, for longer each time; everybody else's go on.
/// </summary>
public sealed class PaperPress(DataSources sources)
{
    /// <summary>How long an owner's papers may wait before they count as stuck.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const string TakeSql = """
        WITH taken AS (
            DELETE FROM ledger_queue WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM ledger_queue WHERE wallet_id <> ALL (ARRAY(SELECT wallet_id FROM paper_waits WHERE try_at > clock_timestamp()))
                LIMIT $1 FOR UPDATE SKIP LOCKED))
            RETURNING wallet_id, seq, old)
        SELECT t.wallet_id, t.seq, x.kind, x.amount, x.balance_after, x.contra_account, x.reference_type, x.reference_id, x.description, x.occurred_at,
               coalesce(u.name, ''), coalesce(u.email, ''), u.phone, (a.payload->>'balanceAlert')::bigint,
               (x.lots->0->>'expiresAt')::bigint, t.old, w.wallet_id IS NOT NULL
        FROM taken t
        JOIN wallet_transactions x ON x.wallet_id = t.wallet_id AND x.seq = t.seq
        LEFT JOIN identity.users u ON u.id = t.wallet_id
        LEFT JOIN grain_state a ON a.state = 'account' AND a.key = 'account:' || t.wallet_id::text
        LEFT JOIN paper_waits w ON w.wallet_id = t.wallet_id
        ORDER BY x.occurred_at, t.wallet_id, t.seq
        """;

    // In the order of their numbers, and owners in one order everywhere: two batches must not wait for each other.
    private const string PutBackSql = """
        WITH back AS (
            INSERT INTO ledger_queue (wallet_id, seq, old)
            SELECT wallet_id, seq, old FROM unnest($1::uuid[], $2::bigint[], $3::boolean[]) AS t (wallet_id, seq, old) ORDER BY wallet_id, seq)
        INSERT INTO paper_waits (wallet_id, tries, since, try_at, reason)
        SELECT wallet_id, 1, clock_timestamp(), clock_timestamp() + interval '2 seconds', reason
        FROM unnest($4::uuid[], $5::text[]) AS t (wallet_id, reason) ORDER BY wallet_id
        ON CONFLICT (wallet_id) DO UPDATE SET
            tries = paper_waits.tries + 1, reason = excluded.reason,
            try_at = clock_timestamp() + interval '1 second' * least(60, 2 ^ least(paper_waits.tries + 1, 6))
        """;

    private const string CountSql = """
        INSERT INTO paper_counters (year, last) VALUES ($1, $2)
        ON CONFLICT (year) DO UPDATE SET last = paper_counters.last + EXCLUDED.last RETURNING last
        """;

    private const string WriteSql = """
        INSERT INTO papers (year, number, wallet_id, seq, kind, amount, description, reference_type, reference_id, issued_at, seller, buyer, tax)
        SELECT year, number, wallet_id, seq, kind, amount, description, reference_type, reference_id, issued_at, seller::jsonb, buyer::jsonb, tax::jsonb
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            AS t (year, number, wallet_id, seq, kind, amount, description, reference_type, reference_id, issued_at, seller, buyer, tax)
        """;

    /// <summary>Works off one batch.</summary>
    /// <param name="limit">Rows at most.</param>
    /// <param name="draft">The paper of a row; null when it gets none.</param>
    /// <param name="tell">
    /// What else follows from these rows; it may happen twice, never not at all. Answers which owners it did not happen to, and why: they wait.
    /// </param>
    /// <param name="beforeCommit">The last thing before the commit.</param>
    /// <param name="cancellation">Gives up; nothing is written then.</param>
    /// <returns>How many rows were taken.</returns>
    public async Task<int> PrintAsync(
        int limit, Func<QueuedRow, DraftPaper?> draft, Func<IReadOnlyList<QueuedRow>, Task<IReadOnlyDictionary<Guid, string>>> tell,
        Func<IReadOnlyList<QueuedRow>, Task> beforeCommit, CancellationToken cancellation = default)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (rows, waited) = await TakeAsync(connection, limit, cancellation);
        if (rows.Count == 0) return 0;
        // Before any number is taken: a year's counter is everybody's, and nobody waits for it until a customer answers.
        var untold = await tell(rows);
        if (untold.Count > 0)
            await PutBackAsync(connection, [.. rows.Where(row => untold.ContainsKey(row.WalletId))], untold, cancellation);
        waited.ExceptWith(untold.Keys);
        if (waited.Count > 0)
            await EndWaitsAsync(connection, waited, cancellation);
        var drafts = rows.Where(row => !untold.ContainsKey(row.WalletId)).Select(draft).OfType<DraftPaper>().ToList();
        // Years in one order everywhere: two batches over New Year must not wait for each other.
        foreach (var year in drafts.GroupBy(paper => paper.Year).OrderBy(group => group.Key))
            await WriteAsync(connection, [.. year], await CountAsync(connection, year.Key, year.Count(), cancellation), cancellation);
        await beforeCommit(rows);
        await transaction.CommitAsync(cancellation);
        return rows.Count;
    }

    /// <summary>How many owners' papers have waited for longer than <see cref="Patience"/>, real time, and who has waited longest.</summary>
    public async Task<(long Owners, Guid? Longest)> StuckAsync(CancellationToken cancellation = default)
    {
        // A release before this one takes rows without ending the wait: what has nothing queued waits for nothing.
        await using var command = sources.Queries.CreateCommand("""
            SELECT count(*), (array_agg(wallet_id ORDER BY since))[1] FROM paper_waits
            WHERE since < clock_timestamp() - $1 AND wallet_id IN (SELECT wallet_id FROM ledger_queue)
            """);
        command.Parameters.Add(new() { Value = Patience });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetGuid(1));
    }

    /// <returns>The rows, in the order of their time, and those of their owners who had been waiting.</returns>
    private static async Task<(List<QueuedRow> Rows, HashSet<Guid> Waited)> TakeAsync(NpgsqlConnection connection, int limit, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(TakeSql, connection);
        command.Parameters.Add(new() { Value = limit });
        var (rows, waited) = (new List<QueuedRow>(), new HashSet<Guid>());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new QueuedRow(
                reader.GetGuid(0), reader.GetInt64(1), reader.GetInt16(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetString(5), reader.GetString(6),
                reader.GetString(7), reader.GetString(8), reader.GetFieldValue<DateTimeOffset>(9),
                new PaperBuyer(reader.GetString(10), reader.GetString(11), reader.IsDBNull(12) ? null : reader.GetString(12)),
                reader.IsDBNull(13) ? null : reader.GetInt64(13), reader.IsDBNull(14) ? null : reader.GetInt64(14), reader.GetBoolean(15)));
            if (reader.GetBoolean(16)) waited.Add(rows[^1].WalletId);
        }

        return (rows, waited);
    }

    private static async Task PutBackAsync(
        NpgsqlConnection connection, IReadOnlyList<QueuedRow> rows, IReadOnlyDictionary<Guid, string> untold, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(PutBackSql, connection);
        command.Parameters.Add(new() { Value = rows.Select(row => row.WalletId).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.Seq).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.Old).ToArray() });
        command.Parameters.Add(new() { Value = untold.Keys.ToArray() });
        command.Parameters.Add(new() { Value = untold.Values.ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    // Never waits for another batch, which may wait for this one: what it holds, the next one ends.
    private static async Task EndWaitsAsync(NpgsqlConnection connection, HashSet<Guid> owners, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            DELETE FROM paper_waits WHERE wallet_id IN (SELECT wallet_id FROM paper_waits WHERE wallet_id = ANY ($1) FOR UPDATE SKIP LOCKED)
            """, connection);
        command.Parameters.Add(new() { Value = owners.ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <returns>The first of the numbers.</returns>
    private static async Task<long> CountAsync(NpgsqlConnection connection, int year, int count, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(CountSql, connection);
        command.Parameters.Add(new() { Value = year });
        command.Parameters.Add(new() { Value = (long)count });
        return (long)(await command.ExecuteScalarAsync(cancellation))! - count + 1;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<DraftPaper> drafts, long first, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(WriteSql, connection);
        Add(drafts.Select(paper => paper.Year), NpgsqlDbType.Integer);
        Add(drafts.Select((_, index) => first + index), NpgsqlDbType.Bigint);
        Add(drafts.Select(paper => paper.Row.WalletId), NpgsqlDbType.Uuid);
        Add(drafts.Select(paper => paper.Row.Seq), NpgsqlDbType.Bigint);
        Add(drafts.Select(paper => paper.Kind), NpgsqlDbType.Smallint);
        Add(drafts.Select(paper => Math.Abs(paper.Row.AmountIdr)), NpgsqlDbType.Bigint);
        Add(drafts.Select(paper => paper.Row.Description), NpgsqlDbType.Text);
        Add(drafts.Select(paper => paper.Row.ReferenceType), NpgsqlDbType.Text);
        Add(drafts.Select(paper => paper.Row.ReferenceId), NpgsqlDbType.Text);
        Add(drafts.Select(paper => paper.Row.OccurredAt.UtcDateTime), NpgsqlDbType.TimestampTz);
        Add(drafts.Select(paper => JsonSerializer.Serialize(paper.Seller)), NpgsqlDbType.Text);
        Add(drafts.Select(paper => JsonSerializer.Serialize(paper.Row.Buyer)), NpgsqlDbType.Text);
        Add(drafts.Select(paper => paper.Tax is null ? null : JsonSerializer.Serialize(paper.Tax)), NpgsqlDbType.Text);
        await command.ExecuteNonQueryAsync(cancellation);

        void Add<T>(IEnumerable<T> values, NpgsqlDbType type) =>
            command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
