using Npgsql;

namespace Webrana.Data.Desk;

/// <summary>Something seen that should not be.</summary>
/// <param name="Subject">What it is about; empty for the shop.</param>
public sealed record AlarmSight(string Code, string Subject, string Detail);

/// <summary>Each of the ways by which an alarm is told: one that is away holds the others back from nothing.</summary>
public enum AlarmWay
{
    /// <summary>The webhook of the settings; needs nothing of ours.</summary>
    Post,

    /// <summary>Mails to admins, through the cluster.</summary>
    Mail,
}

/// <summary>An alarm as it stands, or stood.</summary>
public sealed record AlarmRow(long Id, string Code, string Subject, string Detail, DateTimeOffset RaisedAt, DateTimeOffset? ClearedAt);

/// <summary>An alarm of which a way has still something to tell.</summary>
/// <param name="RaisedTold">That way told already that it was raised.</param>
public sealed record OwedAlarm(AlarmRow Alarm, bool RaisedTold);

/// <summary>Alarms: each raised once and cleared once, whichever process looks.</summary>
public sealed class AlarmRows(DataSources sources)
{
    private const string Columns = "id, code, subject, detail, raised_at, cleared_at";

    /// <summary>
    /// Takes in what one round of looking saw. What is new is raised, what stands and was not seen any more is cleared; codes that could not be
    /// asked this time stay as they are.
    /// </summary>
    /// <param name="asked">Codes that were looked for.</param>
    /// <param name="seen">What was seen of them.</param>
    /// <param name="letGo">What stands and was not looked for any more, with the last words of it; it ends as what was not seen does.</param>
    /// <param name="at">Business time.</param>
    /// <param name="cancellation">Gives up; nothing is changed then.</param>
    public async Task NoteAsync(
        IReadOnlyCollection<string> asked, IReadOnlyCollection<AlarmSight> seen, IReadOnlyCollection<AlarmSight> letGo, DateTimeOffset at, CancellationToken cancellation = default)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var raise = new NpgsqlCommand("""
            INSERT INTO alarms (code, subject, detail, raised_at) SELECT s.code, s.subject, s.detail, $4 FROM unnest($1::text[], $2::text[], $3::text[]) AS s (code, subject, detail)
            ON CONFLICT (code, subject) WHERE cleared_at IS NULL DO UPDATE SET detail = excluded.detail
            """, connection, transaction);
        raise.Parameters.Add(new() { Value = seen.Select(one => one.Code).ToArray() });
        raise.Parameters.Add(new() { Value = seen.Select(one => one.Subject).ToArray() });
        raise.Parameters.Add(new() { Value = seen.Select(one => one.Detail).ToArray() });
        raise.Parameters.Add(new() { Value = at.UtcDateTime });
        await raise.ExecuteNonQueryAsync(cancellation);
        await using var clear = new NpgsqlCommand("""
            UPDATE alarms a SET cleared_at = $4, detail = coalesce((
                SELECT g.detail FROM unnest($5::text[], $6::text[], $7::text[]) AS g (code, subject, detail) WHERE g.code = a.code AND g.subject = a.subject), a.detail)
            WHERE a.cleared_at IS NULL AND a.code = ANY($1)
            AND NOT EXISTS (SELECT FROM unnest($2::text[], $3::text[]) AS s (code, subject) WHERE s.code = a.code AND s.subject = a.subject)
            """, connection, transaction);
        clear.Parameters.Add(new() { Value = asked.ToArray() });
        clear.Parameters.Add(new() { Value = seen.Select(one => one.Code).ToArray() });
        clear.Parameters.Add(new() { Value = seen.Select(one => one.Subject).ToArray() });
        clear.Parameters.Add(new() { Value = at.UtcDateTime });
        clear.Parameters.Add(new() { Value = letGo.Select(one => one.Code).ToArray() });
        clear.Parameters.Add(new() { Value = letGo.Select(one => one.Subject).ToArray() });
        clear.Parameters.Add(new() { Value = letGo.Select(one => one.Detail).ToArray() });
        await clear.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Whether this one stands.</summary>
    public async Task<bool> StandsAsync(string code, string subject, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT EXISTS (SELECT FROM alarms WHERE code = $1 AND subject = $2 AND cleared_at IS NULL)");
        command.Parameters.Add(new() { Value = code });
        command.Parameters.Add(new() { Value = subject });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Standing ones, or all, newest first.</summary>
    public Task<IReadOnlyList<AlarmRow>> ListAsync(bool cleared, int limit, CancellationToken cancellation = default) => ReadAsync(
        $"SELECT {Columns} FROM alarms {(cleared ? "" : "WHERE cleared_at IS NULL")} ORDER BY raised_at DESC, id DESC LIMIT {limit:D}", Alarm, cancellation);

    /// <summary>Those of which this way still owes a message, newest first: what nobody takes must not stand in the way of what is new.</summary>
    public Task<IReadOnlyList<OwedAlarm>> OwedAsync(AlarmWay way, CancellationToken cancellation = default)
    {
        var (raised, cleared) = Marks(way);
        // The first condition is the index's; few rows are behind it.
        return ReadAsync(
            $"""
            SELECT {Columns}, (raised_told_at IS NOT NULL OR {raised} IS NOT NULL) FROM alarms
            WHERE (raised_told_at IS NULL OR (cleared_at IS NOT NULL AND cleared_told_at IS NULL))
            AND ((raised_told_at IS NULL AND {raised} IS NULL) OR (cleared_at IS NOT NULL AND cleared_told_at IS NULL AND {cleared} IS NULL))
            ORDER BY id DESC LIMIT 50
            """, row => new OwedAlarm(Alarm(row), row.GetBoolean(6)), cancellation);
    }

    /// <summary>A message left this way. True when every way has told it now.</summary>
    public async Task<bool> ToldAsync(long id, AlarmWay way, bool cleared, DateTimeOffset at, CancellationToken cancellation = default)
    {
        var mark = cleared ? Marks(way).Cleared : Marks(way).Raised;
        var other = cleared ? Marks(Other(way)).Cleared : Marks(Other(way)).Raised;
        var told = cleared ? "cleared_told_at" : "raised_told_at";
        await using var command = sources.Queries.CreateCommand(
            $"UPDATE alarms SET {mark} = $2, {told} = CASE WHEN {other} IS NOT NULL THEN $2 ELSE {told} END WHERE id = $1 RETURNING {told} IS NOT NULL");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = at.UtcDateTime });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    private static (string Raised, string Cleared) Marks(AlarmWay way) =>
        way == AlarmWay.Post ? ("raised_posted_at", "cleared_posted_at") : ("raised_mailed_at", "cleared_mailed_at");

    private static AlarmWay Other(AlarmWay way) => way == AlarmWay.Post ? AlarmWay.Mail : AlarmWay.Post;

    private static AlarmRow Alarm(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4),
        row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5));

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        var rows = new List<T>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            rows.Add(read(row));
        return rows;
    }
}
