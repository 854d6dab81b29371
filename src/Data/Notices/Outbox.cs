using Npgsql;
using Webrana.Data.States;

namespace Webrana.Data.Notices;

/// <summary>
/// What still has to leave, as rows. Whoever delivers takes a group under a lease: two silos never hold one delivery at once, and what a
/// killed one held comes back when the lease ends. Leases run on real time, everything else on business time.
/// </summary>
public sealed class Outbox(DataSources sources)
{
    /// <summary>Longer than any attempt may take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private const string Columns =
        "d.id, d.notice, d.user_id, n.notice_id, n.kind, d.channel, d.target, d.stage, d.attempts, d.try_at, d.answer, d.created_at, d.done_at";

    /// <summary>
    /// Takes what is due for one attempt each, oldest first, and behind all of it what is told to very many at once. The attempt counts from here: a crash is
    /// one too.
    /// </summary>
    /// <param name="now">Business time.</param>
    /// <param name="realNow">Real time.</param>
    public async Task<IReadOnlyList<TakenDelivery>> TakeAsync(int limit, DateTimeOffset now, DateTimeOffset realNow, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            WITH due AS MATERIALIZED (
                SELECT id FROM notice_deliveries
                WHERE stage = 1 AND try_at <= $1 AND (leased_until IS NULL OR leased_until < $2)
                ORDER BY bulk, try_at LIMIT $4 FOR UPDATE SKIP LOCKED),
            taken AS (
                UPDATE notice_deliveries d SET leased_until = $3, attempts = d.attempts + 1 FROM due WHERE d.id = due.id
                RETURNING d.id, d.channel, d.target, d.attempts, d.created_at, d.notice)
            SELECT t.id, t.channel, t.target, t.attempts, t.created_at,
                   n.id, n.user_id, n.notice_id, n.kind, n.facts, n.in_panel, n.created_at, n.read_at
            FROM taken t JOIN notices n ON n.id = t.notice
            """);
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = realNow.UtcDateTime });
        command.Parameters.Add(new() { Value = (realNow + Lease).UtcDateTime });
        command.Parameters.Add(new() { Value = limit });
        var taken = new List<TakenDelivery>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            taken.Add(new TakenDelivery(
                reader.GetGuid(0), (DeliveryChannel)reader.GetInt16(1), reader.GetString(2), reader.GetInt32(3),
                reader.GetFieldValue<DateTimeOffset>(4), NoticeRows.Read(reader, 5)));
        }

        return taken;
    }

    /// <summary>The other side took it.</summary>
    /// <param name="forget">The notice carries a secret that nobody needs any more.</param>
    public Task AcceptedAsync(Guid id, string? answer, DateTimeOffset at, bool forget, CancellationToken cancellation = default) => ExecuteAsync(
        forget
            ? """
              WITH done AS (UPDATE notice_deliveries SET stage = 2, answer = $2, done_at = $3, leased_until = NULL WHERE id = $1 RETURNING notice)
              UPDATE notices n SET facts = '{}' FROM done WHERE n.id = done.notice
              """
            : "UPDATE notice_deliveries SET stage = 2, answer = $2, done_at = $3, leased_until = NULL WHERE id = $1",
        cancellation, id, (object?)answer ?? DBNull.Value, at.UtcDateTime);

    /// <summary>Not now: again at <paramref name="tryAt"/>.</summary>
    public Task PostponedAsync(Guid id, string answer, DateTimeOffset tryAt, CancellationToken cancellation = default) => ExecuteAsync(
        "UPDATE notice_deliveries SET answer = $2, try_at = $3, leased_until = NULL WHERE id = $1 AND stage = 1", cancellation, id, answer, tryAt.UtcDateTime);

    /// <summary>Never: <paramref name="stage"/> says why.</summary>
    /// <param name="forget">The notice carries a link that would open something for whoever reads its row.</param>
    public Task EndedAsync(Guid id, DeliveryStage stage, string answer, DateTimeOffset at, bool forget, CancellationToken cancellation = default) => ExecuteAsync(
        forget
            ? """
              WITH done AS (
                  UPDATE notice_deliveries SET stage = $4, answer = $2, done_at = $3, leased_until = NULL WHERE id = $1 AND stage = 1 RETURNING notice)
              UPDATE notices n SET facts = '{}' FROM done WHERE n.id = done.notice
              """
            : "UPDATE notice_deliveries SET stage = $4, answer = $2, done_at = $3, leased_until = NULL WHERE id = $1 AND stage = 1",
        cancellation, id, answer, at.UtcDateTime, (short)stage);

    /// <summary>Whether there is nothing left to send again: its secret was forgotten.</summary>
    public async Task<bool> IsForgottenAsync(Guid id, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT n.facts = '{}' FROM notice_deliveries d JOIN notices n ON n.id = d.notice WHERE d.id = $1");
        command.Parameters.Add(new() { Value = id });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Puts one delivery back to be tried at once, whatever became of it. False when there is none, or its secret was forgotten.</summary>
    public async Task<bool> ResendAsync(Guid id, DateTimeOffset now, CancellationToken cancellation = default) => await ExecuteAsync(
        """
        UPDATE notice_deliveries d SET stage = 1, attempts = 0, try_at = $2, created_at = $2, done_at = NULL, leased_until = NULL
        FROM notices n WHERE d.id = $1 AND n.id = d.notice AND n.facts <> '{}'
        """, cancellation, id, now.UtcDateTime) > 0;

    /// <summary>What has not left: waiting, refused and given up, newest first.</summary>
    /// <param name="stage">Only these; null for all three.</param>
    public Task<DeliveryPage> OpenAsync(DeliveryStage? stage, int limit, string? cursor, CancellationToken cancellation = default) => ListAsync(
        $"d.stage <> 2 {(stage is null ? "" : "AND d.stage = $4")}", limit, cursor, (short)(stage ?? DeliveryStage.Waiting), cancellation);

    /// <summary>What went to one webhook, newest first.</summary>
    public Task<DeliveryPage> OfWebhookAsync(Guid webhook, int limit, string? cursor, CancellationToken cancellation = default) => ListAsync(
        "d.channel = 3 AND d.target = $4", limit, cursor, webhook.ToString("D"), cancellation);

    /// <summary>Everything that went or goes to one customer, newest first.</summary>
    public Task<DeliveryPage> OfUserAsync(Guid user, int limit, string? cursor, CancellationToken cancellation = default) => ListAsync(
        "n.user_id = $4", limit, cursor, user, cancellation);

    /// <summary>One delivery.</summary>
    public async Task<DeliveryRow?> FindAsync(Guid id, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand($"SELECT {Columns} FROM notice_deliveries d JOIN notices n ON n.id = d.notice WHERE d.id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    /// <summary>How much waits, and since when the oldest of it does.</summary>
    public async Task<(long Count, DateTimeOffset? Oldest)> WaitingAsync(CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT count(*), min(created_at) FROM notice_deliveries WHERE stage = 1");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), NoticeRows.Time(reader, 1));
    }

    private async Task<DeliveryPage> ListAsync(string filter, int limit, string? cursor, object value, CancellationToken cancellation)
    {
        limit = Math.Clamp(limit, 1, NoticeRows.MaxPage);
        var after = PageCursor.Parse(cursor);
        await using var command = sources.Queries.CreateCommand($"""
            SELECT {Columns} FROM notice_deliveries d JOIN notices n ON n.id = d.notice
            WHERE {filter} {(after is null ? "" : "AND (d.created_at, d.id) < ($2, $3)")}
            ORDER BY d.created_at DESC, d.id DESC LIMIT $1
            """);
        command.Parameters.Add(new() { Value = limit + 1 });
        command.Parameters.Add(new() { Value = after is null ? DateTime.UnixEpoch : NoticeRows.Micros(after.SortAt) });
        command.Parameters.Add(new() { Value = Guid.TryParse(after?.Key, out var key) ? key : Guid.Empty });
        command.Parameters.Add(new() { Value = value });
        var rows = new List<DeliveryRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) rows.Add(Read(reader));
        if (rows.Count <= limit) return new DeliveryPage(rows, null);
        rows.RemoveAt(limit);
        return new DeliveryPage(rows, new PageCursor(NoticeRows.Micros(rows[^1].CreatedAt), rows[^1].Id.ToString("D")).ToString());
    }

    private static DeliveryRow Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.GetString(4), (DeliveryChannel)reader.GetInt16(5),
        reader.GetString(6), (DeliveryStage)reader.GetInt16(7), reader.GetInt32(8), reader.GetFieldValue<DateTimeOffset>(9),
        reader.IsDBNull(10) ? null : reader.GetString(10), reader.GetFieldValue<DateTimeOffset>(11), NoticeRows.Time(reader, 12));

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
