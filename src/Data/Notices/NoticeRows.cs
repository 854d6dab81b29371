using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Webrana.Data.States;

namespace Webrana.Data.Notices;

/// <summary>
/// A customer's notices as rows: listed, opened, and whether they arrived. <see cref="NoticePost"/> adds them.
/// </summary>
public sealed class NoticeRows(DataSources sources)
{
    /// <summary>The most rows one page may have.</summary>
    public const int MaxPage = 200;

    private const string Columns = "id, user_id, notice_id, kind, facts, in_panel, created_at, read_at";

    /// <summary>A notice for one webhook alone, shown nowhere else: the test ping. False when it was there before.</summary>
    public async Task<bool> AddForWebhookAsync(NoticeRow notice, Guid webhook, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("""
            WITH added AS (
                INSERT INTO notices (id, user_id, notice_id, kind, facts, in_panel, created_at)
                VALUES ($1, $2, $3, $4, $5, false, $6) ON CONFLICT (id) DO NOTHING RETURNING id)
            INSERT INTO notice_deliveries (notice, user_id, channel, target, try_at, created_at) SELECT id, $2, 3, $7, $6, $6 FROM added
            """);
        command.Parameters.Add(new() { Value = notice.Id });
        command.Parameters.Add(new() { Value = notice.UserId });
        command.Parameters.Add(new() { Value = notice.NoticeId });
        command.Parameters.Add(new() { Value = notice.Kind });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(notice.Facts), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = notice.CreatedAt.UtcDateTime });
        command.Parameters.Add(new() { Value = webhook.ToString("D") });
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>What the panel shows, newest first.</summary>
    /// <param name="kinds">Only these kinds; empty for all.</param>
    /// <param name="unread">Only what was not opened yet.</param>
    /// <param name="cursor">From the page before; a foreign one starts over.</param>
    public async Task<NoticePage> PanelAsync(
        Guid userId, IReadOnlyCollection<string> kinds, bool unread, int limit, string? cursor, CancellationToken cancellation = default)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        var after = PageCursor.Parse(cursor);
        await using var command = sources.Queries.CreateCommand($"""
            SELECT {Columns} FROM notices
            WHERE user_id = $1 AND in_panel {(unread ? "AND read_at IS NULL" : "")} {(kinds.Count == 0 ? "" : "AND kind = ANY ($5)")}
              {(after is null ? "" : "AND (created_at, id) < ($3, $4)")}
            ORDER BY created_at DESC, id DESC LIMIT $2
            """);
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = limit + 1 });
        command.Parameters.Add(new() { Value = after is null ? DateTime.UnixEpoch : Micros(after.SortAt) });
        command.Parameters.Add(new() { Value = Guid.TryParse(after?.Key, out var key) ? key : Guid.Empty });
        command.Parameters.Add(new() { Value = kinds.ToArray() });
        var rows = new List<NoticeRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) rows.Add(Read(reader, 0));
        if (rows.Count <= limit) return new NoticePage(rows, null);
        rows.RemoveAt(limit);
        return new NoticePage(rows, new PageCursor(Micros(rows[^1].CreatedAt), rows[^1].Id.ToString("D")).ToString());
    }

    /// <summary>How many the panel shows that were not opened yet.</summary>
    public async Task<long> UnreadAsync(Guid userId, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT count(*) FROM notices WHERE user_id = $1 AND in_panel AND read_at IS NULL");
        command.Parameters.Add(new() { Value = userId });
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Notes that these were opened in the panel, all of them for null. How many were new to it.</summary>
    /// <param name="except">Kinds that stay unread.</param>
    public async Task<int> OpenedAsync(
        Guid userId, IReadOnlyCollection<Guid>? ids, DateTimeOffset at, IReadOnlyCollection<string>? except = null, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand(
            $"UPDATE notices SET read_at = $2 WHERE user_id = $1 AND in_panel AND read_at IS NULL AND kind <> ALL ($3) {(ids is null ? "" : "AND id = ANY ($4)")}");
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = at.UtcDateTime });
        command.Parameters.Add(new() { Value = (except ?? []).ToArray() });
        if (ids is not null) command.Parameters.Add(new() { Value = ids.ToArray() });
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Whether one notice reached its customer; null when it was never told.</summary>
    public async Task<NoticeOutcome?> ReachAsync(Guid userId, string noticeId, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("""
            SELECT n.created_at, n.read_at, d.stage, CASE d.stage WHEN 2 THEN d.done_at END
            FROM notices n LEFT JOIN notice_deliveries d ON d.notice = n.id AND d.channel = 1 AND d.target = '' WHERE n.id = $1
            """);
        command.Parameters.Add(new() { Value = NoticeKey.Of(userId, noticeId) });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        return new NoticeOutcome(
            reader.GetFieldValue<DateTimeOffset>(0), Time(reader, 3), Time(reader, 1), reader.IsDBNull(2) ? null : (DeliveryStage)reader.GetInt16(2));
    }

    internal static NoticeRow Read(NpgsqlDataReader reader, int at) => new(
        reader.GetGuid(at), reader.GetGuid(at + 1), reader.GetString(at + 2), reader.GetString(at + 3),
        JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(at + 4))!, reader.GetBoolean(at + 5),
        reader.GetFieldValue<DateTimeOffset>(at + 6), Time(reader, at + 7));

    internal static DateTimeOffset? Time(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetFieldValue<DateTimeOffset>(at);

    // PostgreSQL keeps microseconds; a cursor that knew milliseconds only would skip its neighbours.
    internal static long Micros(DateTimeOffset at) => (at.UtcDateTime - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    internal static DateTime Micros(long micros) =>
        DateTime.UnixEpoch.AddTicks(Math.Clamp(micros, 0, 253_402_300_799_000_000) * TimeSpan.TicksPerMicrosecond);
}
