using Npgsql;
using NpgsqlTypes;

namespace Webrana.Data.Desk;

/// <summary>What kind of money the desk moves by hand.</summary>
public enum MoneyRequestKind
{
    /// <summary>A correction of a balance.</summary>
    Adjustment,

    /// <summary>Ordinary balance that was paid out by bank transfer.</summary>
    Payout,
}

/// <summary>How far it is.</summary>
public enum MoneyRequestStatus
{
    /// <summary>Waits for a second person.</summary>
    Pending,

    /// <summary>Decided; the ledger's answer is not stored yet.</summary>
    Approved,
    Refused,
    Done,

    /// <summary>The ledger refused it; nothing moved.</summary>
    Failed,
}

/// <summary>One intent to move money, with the people behind it.</summary>
/// <param name="AmountIdr">Signed rupiah; a payout's is positive and leaves the wallet.</param>
/// <param name="Reference">The bank's reference of a payout.</param>
public sealed record MoneyRequest(
    Guid Id, MoneyRequestKind Kind, Guid UserId, long AmountIdr, string? Reference, string Reason, MoneyRequestStatus Status, Guid RequestedBy,
    DateTimeOffset RequestedAt, Guid? DecidedBy = null, DateTimeOffset? DecidedAt = null, string? DecisionReason = null, string? Outcome = null);

/// <summary>Intents to move money by hand. Each status is left once: whoever loses the race reads what was decided.</summary>
public sealed class MoneyRequests(DataSources sources)
{
    private const string Columns =
        "id, kind, user_id, amount, reference, reason, status, requested_by, requested_at, decided_by, decided_at, decision_reason, outcome";

    /// <summary>Stores an intent; the same id again changes nothing. Answers what is stored.</summary>
    public async Task<MoneyRequest> AddAsync(MoneyRequest request, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            INSERT INTO money_requests (id, kind, user_id, amount, reference, reason, status, requested_by, requested_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING
            """);
        command.Parameters.Add(new() { Value = request.Id });
        command.Parameters.Add(new() { Value = Word(request.Kind) });
        command.Parameters.Add(new() { Value = request.UserId });
        command.Parameters.Add(new() { Value = request.AmountIdr });
        command.Parameters.Add(new() { Value = (object?)request.Reference ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = request.Reason });
        command.Parameters.Add(new() { Value = Word(request.Status) });
        command.Parameters.Add(new() { Value = request.RequestedBy });
        command.Parameters.Add(new() { Value = request.RequestedAt.ToUniversalTime() });
        await command.ExecuteNonQueryAsync(cancellation);
        return await FindAsync(request.Id, cancellation) ?? throw new InvalidOperationException($"The request {request.Id} was stored and is not there.");
    }

    /// <summary>One, or null.</summary>
    public async Task<MoneyRequest?> FindAsync(Guid id, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand($"SELECT {Columns} FROM money_requests WHERE id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Read(row) : null;
    }

    /// <summary>The newest behind a position, of a status or of all.</summary>
    public async Task<IReadOnlyList<MoneyRequest>> ListAsync(
        MoneyRequestStatus? status, int limit, DeskPosition? after = null, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand($"""
            SELECT {Columns} FROM money_requests WHERE ($2::text IS NULL OR status = $2) {(after is null ? "" : "AND (requested_at, id) < ($3, $4)")}
            ORDER BY requested_at DESC, id DESC LIMIT $1
            """);
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.Add(new() { Value = status is { } one ? Word(one) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        if (after is not null)
        {
            command.Parameters.Add(new() { Value = after.At.UtcDateTime });
            command.Parameters.Add(new() { Value = after.Id });
        }

        var rows = new List<MoneyRequest>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) rows.Add(Read(row));
        return rows;
    }

    /// <summary>A second person's decision; false when it was decided before, or the person asked for it.</summary>
    public async Task<bool> DecideAsync(Guid id, bool approve, Guid by, DateTimeOffset at, string reason, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            UPDATE money_requests SET status = $2, decided_by = $3, decided_at = $4, decision_reason = $5
            WHERE id = $1 AND status = 'PENDING' AND requested_by <> $3
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = Word(approve ? MoneyRequestStatus.Approved : MoneyRequestStatus.Refused) });
        command.Parameters.Add(new() { Value = by });
        command.Parameters.Add(new() { Value = at.ToUniversalTime() });
        command.Parameters.Add(new() { Value = reason });
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>What the ledger said of an approved one; once.</summary>
    public async Task FinishAsync(Guid id, string? failure, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            "UPDATE money_requests SET status = $2, outcome = $3 WHERE id = $1 AND status = 'APPROVED'");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = Word(failure is null ? MoneyRequestStatus.Done : MoneyRequestStatus.Failed) });
        command.Parameters.Add(new() { Value = (object?)failure ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static MoneyRequest Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), Enum.Parse<MoneyRequestKind>(row.GetString(1), ignoreCase: true), row.GetGuid(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4),
        row.GetString(5), Enum.Parse<MoneyRequestStatus>(row.GetString(6), ignoreCase: true), row.GetGuid(7), row.GetFieldValue<DateTimeOffset>(8),
        row.IsDBNull(9) ? null : row.GetGuid(9), row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10), row.IsDBNull(11) ? null : row.GetString(11),
        row.IsDBNull(12) ? null : row.GetString(12));

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToUpperInvariant();
}
