using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Webrana.Data.Audit;

/// <summary>
/// Who did what, when, why, from what to what: one hash chain for all processes (ADR 32). PostgreSQL appends, under the lock of the chain's
/// head; the walk that proves it computes the hashes here, apart from the code that made them.
/// </summary>
public sealed class AuditChain(DataSources sources)
{
    /// <summary>The most rows one page may have.</summary>
    public const int MaxPage = 200;

    // More of them say nothing new: the first is where somebody has to look.
    private const int MostBreaks = 20;

    private const string Columns = "id, seq, occurred_at, actor_id, actor, action, subject, before::text, after::text, reason, detail::text, ip";

    /// <summary>Appends one line, at business time.</summary>
    /// <returns>Its id.</returns>
    public async Task<long> AppendAsync(AuditLine line, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT audit_append(business_now(), $1, $2, $3, $4, $5, $6, $7, $8, $9)");
        Add(command, line.ActorId, NpgsqlDbType.Uuid);
        Add(command, line.Actor, NpgsqlDbType.Text);
        Add(command, line.Action, NpgsqlDbType.Text);
        Add(command, line.Subject, NpgsqlDbType.Text);
        Add(command, line.BeforeJson, NpgsqlDbType.Jsonb);
        Add(command, line.AfterJson, NpgsqlDbType.Jsonb);
        Add(command, line.Reason, NpgsqlDbType.Text);
        Add(command, line.DetailJson, NpgsqlDbType.Jsonb);
        Add(command, line.Address, NpgsqlDbType.Text);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>One page, newest first; <c>Next</c> is the id to read before.</summary>
    public async Task<(IReadOnlyList<AuditRow> Rows, long? Next)> ListAsync(
        AuditFilter filter, int limit, long? before = null, CancellationToken cancellation = default)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        await using var command = sources.Queries.CreateCommand($"""
            SELECT {Columns} FROM audit_log
            WHERE id < $1 {(filter.Subject is null ? "" : "AND subject = $3")} {(filter.Actor is null ? "" : "AND actor_id = $4")}
              {(filter.Action is null ? "" : filter.Action.EndsWith('.') ? "AND starts_with(action, $5)" : "AND action = $5")}
            ORDER BY id DESC LIMIT $2
            """);
        Add(command, before ?? long.MaxValue, NpgsqlDbType.Bigint);
        Add(command, limit + 1, NpgsqlDbType.Integer);
        Add(command, filter.Subject, NpgsqlDbType.Text);
        Add(command, filter.Actor, NpgsqlDbType.Uuid);
        Add(command, filter.Action, NpgsqlDbType.Text);
        var rows = new List<AuditRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) rows.Add(Read(reader));
        if (rows.Count <= limit) return (rows, null);
        rows.RemoveAt(limit);
        return (rows, rows[^1].Id);
    }

    /// <summary>The first line of this action on this subject whose detail names this operation; null when there is none.</summary>
    public async Task<AuditLine?> FirstAsync(string action, string subject, string operation, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            $"SELECT {Columns} FROM audit_log WHERE subject = $1 AND action = $2 AND detail ->> 'operation' = $3 ORDER BY id LIMIT 1");
        Add(command, subject, NpgsqlDbType.Text);
        Add(command, action, NpgsqlDbType.Text);
        Add(command, operation, NpgsqlDbType.Text);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader).Line : null;
    }

    /// <summary>Walks the whole chain. Reads every line: for an operator's question and a nightly run.</summary>
    public async Task<AuditVerdict> VerifyAsync(CancellationToken cancellation = default)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        // Lines and head from one snapshot: what is appended meanwhile is the next walk's.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var breaks = new List<AuditBreak>();
        var (lines, sequence, hash) = (0L, 0L, Array.Empty<byte>());
        await using (var command = new NpgsqlCommand("SELECT seq, prev_hash, hash, audit_text(a) FROM audit_log a ORDER BY seq", connection, transaction) { CommandTimeout = 600 })
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation) && breaks.Count < MostBreaks)
            {
                var (at, previous, stored, text) = (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2), reader.GetString(3));
                if (at != sequence + 1)
                    breaks.Add(new AuditBreak(sequence + 1, "missing"));
                else if (!previous.AsSpan().SequenceEqual(hash))
                    breaks.Add(new AuditBreak(at, "foreign"));
                if (!SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(text)]).AsSpan().SequenceEqual(stored))
                    breaks.Add(new AuditBreak(at, "altered"));
                (lines, sequence, hash) = (lines + 1, at, stored);
            }
        }

        await using var head = new NpgsqlCommand("SELECT seq, hash FROM audit_chain WHERE id = 1", connection, transaction);
        await using var end = await head.ExecuteReaderAsync(cancellation);
        if (!await end.ReadAsync(cancellation) || (breaks.Count < MostBreaks && (end.GetInt64(0) != sequence || !end.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(hash))))
            breaks.Add(new AuditBreak(sequence + 1, "head"));
        return new AuditVerdict(lines, sequence, Convert.ToHexStringLower(hash), breaks);
    }

    /// <summary>The hash of one line, hex; null when there is none. What was noted elsewhere is compared with it.</summary>
    public async Task<string?> HashAsync(long sequence, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT hash FROM audit_log WHERE seq = $1");
        Add(command, sequence, NpgsqlDbType.Bigint);
        return await command.ExecuteScalarAsync(cancellation) is byte[] hash ? Convert.ToHexStringLower(hash) : null;
    }

    private static AuditRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2),
        new AuditLine(
            row.IsDBNull(3) ? null : row.GetGuid(3), row.GetString(4), row.GetString(5), row.GetString(6), Text(row, 7), Text(row, 8), Text(row, 9), Text(row, 10), Text(row, 11)));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static void Add(NpgsqlCommand command, object? value, NpgsqlDbType type) =>
        command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
}
