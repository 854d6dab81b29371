using System.Globalization;
using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;
using Webrana.Data.Batching;

namespace Webrana.Data.Droplets;

/// <summary>One line of a server's activity log.</summary>
/// <param name="Kind">Name of the contract's <c>ActionKind</c>.</param>
/// <param name="Status">Name of the contract's <c>ActivityStatus</c>.</param>
public sealed record ActivityRow(
    string ActionId, string Kind, string Status, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt, string Actor, string? Message);

/// <summary>One page, newest first; <c>Next</c> is null on the last one.</summary>
public sealed record ActivityPage(IReadOnlyList<ActivityRow> Rows, string? Next);

/// <summary>The activity log of servers. Lines of many servers share statements: a renewal day writes them by the hundred thousand.</summary>
public sealed class InstanceActivity : IAsyncDisposable
{
    /// <summary>The most rows one page may have.</summary>
    public const int MaxPage = 200;

    /// <summary>The status of a line that is not over.</summary>
    public const string Running = "InProgress";

    private const int MaxLines = 512;
    private const string Columns = "action_id, kind, status, started_at, completed_at, actor, message";

    // In key order, so that two silos with the same lines do not deadlock.
    private const string UpsertSql = $"""
        INSERT INTO instance_activity AS a (instance, {Columns})
        SELECT t.* FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS t (instance, {Columns}) ORDER BY t.instance, t.action_id COLLATE "C"
        ON CONFLICT (instance, action_id) DO UPDATE
            SET status = excluded.status, completed_at = excluded.completed_at, message = excluded.message
            WHERE a.status = '{Running}'
        """;

    private readonly DataSources _sources;
    private readonly BatchQueue<ActivityLine, bool> _lines;

    public InstanceActivity(DataSources sources)
    {
        _sources = sources;
        _lines = new("activity-upsert", 1, Take, batch => Halving.RunAsync(batch, WriteAsync));
    }

    /// <summary>Writes lines, each once by action id; a line that has ended stays as it ended.</summary>
    public async Task UpsertAsync(Guid instance, IReadOnlyList<ActivityRow> rows)
    {
        // Two lines of one action never meet in one statement, which could not touch its row twice; they keep their order in the queue.
        await Task.WhenAll(rows.Select(row => _lines.Enqueue(new ActivityLine(instance, row))));
    }

    /// <summary>Lets the statement in flight finish; what is told later fails.</summary>
    public ValueTask DisposeAsync() => _lines.DisposeAsync();

    private static void Take(ChannelReader<Request<ActivityLine, bool>> queue, List<Request<ActivityLine, bool>> batch)
    {
        var keys = new HashSet<(Guid, string)>();
        while (batch.Count < MaxLines && queue.TryPeek(out var next) && keys.Add((next.Input.Instance, next.Input.Row.ActionId)) && queue.TryRead(out next))
            batch.Add(next);
    }

    private async Task WriteAsync(List<Request<ActivityLine, bool>> batch)
    {
        await InsertAsync(batch.ConvertAll(request => request.Input));
        foreach (var request in batch) request.Answer(true);
    }

    private async Task InsertAsync(List<ActivityLine> lines)
    {
        await using var command = _sources.State.CreateCommand(UpsertSql);
        Add(line => line.Instance, NpgsqlDbType.Uuid);
        Add(line => line.Row.ActionId, NpgsqlDbType.Text);
        Add(line => line.Row.Kind, NpgsqlDbType.Text);
        Add(line => line.Row.Status, NpgsqlDbType.Text);
        Add(line => line.Row.StartedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
        Add(line => line.Row.CompletedAt?.UtcDateTime, NpgsqlDbType.TimestampTz);
        Add(line => line.Row.Actor, NpgsqlDbType.Text);
        Add(line => line.Row.Message, NpgsqlDbType.Text);
        await command.ExecuteNonQueryAsync();

        void Add<T>(Func<ActivityLine, T> column, NpgsqlDbType type) =>
            command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. lines.Select(column)], NpgsqlDbType = NpgsqlDbType.Array | type });
    }

    /// <summary>One line, or null.</summary>
    public async Task<ActivityRow?> FindAsync(Guid instance, string actionId, CancellationToken cancellation = default)
    {
        await using var command = _sources.Queries.CreateCommand($"SELECT {Columns} FROM instance_activity WHERE instance = $1 AND action_id = $2");
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
        await using var command = _sources.Queries.CreateCommand($"""
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

/// <summary>One line on its way into the log.</summary>
internal sealed record ActivityLine(Guid Instance, ActivityRow Row);
