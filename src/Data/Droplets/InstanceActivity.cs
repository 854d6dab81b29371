using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Webrana.Data.Droplets;

/// <summary>One line of a server's activity log.</summary>
/// <param name="Kind">Name of the contract's <c>ActionKind</c>.</param>
/// <param name="Status">Name of the contract's <c>ActivityStatus</c>.</param>
public sealed record ActivityRow(
    string ActionId, string Kind, string Status, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt, string Actor, string? Message);

/// <summary>One page, newest first; <c>Next</c> is null on the last one.</summary>
public sealed record ActivityPage(IReadOnlyList<ActivityRow> Rows, string? Next);

/// <summary>The activity log of servers.</summary>
public sealed class InstanceActivity(DataSources sources)
{
    /// <summary>The most rows one page may have.</summary>
    public const int MaxPage = 200;

    /// <summary>The status of a line that is not over.</summary>
    public const string Running = "InProgress";

    private const string Columns = "action_id, kind, status, started_at, completed_at, actor, message";

    /// <summary>Writes lines, each once by action id; a line that has ended stays as it ended.</summary>
    public async Task UpsertAsync(Guid instance, IReadOnlyList<ActivityRow> rows, CancellationToken cancellation = default)
    {
        foreach (var row in rows)
        {
            await using var command = sources.State.CreateCommand($"""
                INSERT INTO instance_activity AS a (instance, {Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (instance, action_id) DO UPDATE
                    SET status = excluded.status, completed_at = excluded.completed_at, message = excluded.message
                    WHERE a.status = '{Running}'
                """);
            command.Parameters.Add(new() { Value = instance });
            command.Parameters.Add(new() { Value = row.ActionId });
            command.Parameters.Add(new() { Value = row.Kind });
            command.Parameters.Add(new() { Value = row.Status });
            command.Parameters.Add(new() { Value = row.StartedAt.UtcDateTime });
            command.Parameters.Add(new() { Value = (object?)row.CompletedAt?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            command.Parameters.Add(new() { Value = row.Actor });
            command.Parameters.Add(new() { Value = (object?)row.Message ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>One line, or null.</summary>
    public async Task<ActivityRow?> FindAsync(Guid instance, string actionId, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand($"SELECT {Columns} FROM instance_activity WHERE instance = $1 AND action_id = $2");
        command.Parameters.Add(new() { Value = instance });
        command.Parameters.Add(new() { Value = actionId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    /// <summary>A page of lines, newest first. <paramref name="cursor"/> comes from the page before; a foreign one starts over.</summary>
    public async Task<ActivityPage> ListAsync(Guid instance, int limit, string? cursor = null, CancellationToken cancellation = default)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        var after = Parse(cursor);
        await using var command = sources.Queries.CreateCommand($"""
            SELECT {Columns} FROM instance_activity
            WHERE instance = $1 {(after is null ? "" : "AND (started_at, action_id) < ($3, $4)")}
            ORDER BY started_at DESC, action_id DESC LIMIT $2
            """);
        command.Parameters.Add(new() { Value = instance });
        command.Parameters.Add(new() { Value = limit + 1 });
        if (after is { } position)
        {
            command.Parameters.Add(new() { Value = position.StartedAt });
            command.Parameters.Add(new() { Value = position.ActionId });
        }

        var rows = new List<ActivityRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Add(Read(reader));
        if (rows.Count <= limit)
            return new ActivityPage(rows, null);
        rows.RemoveAt(limit);
        return new ActivityPage(rows, string.Create(CultureInfo.InvariantCulture, $"{rows[^1].StartedAt.UtcTicks}.{rows[^1].ActionId}"));
    }

    private static ActivityRow Read(NpgsqlDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetString(2),
        new DateTimeOffset(reader.GetDateTime(3), TimeSpan.Zero),
        reader.IsDBNull(4) ? null : new DateTimeOffset(reader.GetDateTime(4), TimeSpan.Zero),
        reader.GetString(5),
        reader.IsDBNull(6) ? null : reader.GetString(6));

    private static (DateTime StartedAt, string ActionId)? Parse(string? cursor)
    {
        var dot = cursor?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot > 0
            && long.TryParse(cursor.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTime.MaxValue.Ticks
                ? (new DateTime(ticks, DateTimeKind.Utc), cursor![(dot + 1)..])
                : null;
    }
}
