using Npgsql;
using NpgsqlTypes;
using Webrana.Domain.Promos;

namespace Webrana.Data.Promos;

/// <summary>
/// Two statements for many promos at once: what the wants can touch, in one snapshot; and the writing of what was decided, promo by promo,
/// each only if its counter row is still at the version that was read (the fence). A promo that another writer holds is left out, never
/// waited for: one stalled promo must not stall its neighbours.
/// </summary>
internal static class UsageStatements
{
    private const string Columns = "u.subject_id, u.user_id, u.n, u.amount, u.stage, u.rule, u.reserved_at, u.committed_at, u.taken_back_at, u.kept";

    private const string LoadSql = $"""
        SELECT c.promo_id, c.version, c.used, c.granted, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM promo_counters c WHERE c.promo_id = ANY ($1)
        UNION ALL
        SELECT u.promo_id, NULL, NULL, NULL, {Columns}
        FROM (SELECT DISTINCT * FROM unnest($2, $3) AS t (promo_id, subject_id)) s
        JOIN promo_usages u ON u.promo_id = s.promo_id AND u.subject_id = s.subject_id
        UNION ALL
        SELECT u.promo_id, NULL, NULL, NULL, {Columns}
        FROM (SELECT DISTINCT * FROM unnest($4, $5) AS t (promo_id, user_id)) p
        JOIN promo_usages u ON u.promo_id = p.promo_id AND u.user_id = p.user_id AND u.n IS NOT NULL
        """;

    private const string LiveSql = $"""
        SELECT c.promo_id, c.version, c.used, c.granted, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM promo_counters c WHERE c.promo_id = $1
        UNION ALL
        SELECT u.promo_id, NULL, NULL, NULL, {Columns} FROM promo_usages u WHERE u.promo_id = $1 AND u.n IS NOT NULL
        """;

    private const string CommitSql = """
        WITH step AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4) AS t (promo_id, version0, used1, granted1)),
        fresh AS MATERIALIZED (
            SELECT s.* FROM step s CROSS JOIN LATERAL (
                SELECT FROM promo_counters c WHERE c.promo_id = s.promo_id AND c.version = s.version0 FOR NO KEY UPDATE SKIP LOCKED) c),
        moved AS (
            UPDATE promo_counters c SET version = f.version0 + 1, used = f.used1, granted = f.granted1
            FROM fresh f WHERE c.promo_id = f.promo_id AND c.version = f.version0
            RETURNING c.promo_id),
        written AS (
            INSERT INTO promo_usages AS u (promo_id, subject_id, user_id, n, amount, stage, rule, reserved_at, committed_at, taken_back_at, kept)
            SELECT p.promo_id, p.subject_id, p.user_id, nullif(p.n, 0), p.amount, p.stage, p.rule, p.reserved_at, p.committed_at, p.taken_back_at, p.kept
            FROM unnest($5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) WITH ORDINALITY
                AS p (promo_id, subject_id, user_id, n, amount, stage, rule, reserved_at, committed_at, taken_back_at, kept, place)
            JOIN moved m ON m.promo_id = p.promo_id
            ORDER BY p.place
            ON CONFLICT (promo_id, subject_id) DO UPDATE
                SET user_id = excluded.user_id, n = excluded.n, amount = excluded.amount, stage = excluded.stage, rule = excluded.rule,
                    reserved_at = excluded.reserved_at, committed_at = excluded.committed_at, taken_back_at = excluded.taken_back_at, kept = excluded.kept)
        SELECT coalesce(array_agg(promo_id), '{}') FROM moved
        """;

    public static async Task<Dictionary<string, LoadedUsages>> LoadAsync(NpgsqlDataSource source, IReadOnlyCollection<UsageQuestion> questions)
    {
        string[] promos = [.. questions.Select(question => question.PromoId).Distinct()];
        var subjects = questions.SelectMany(question => question.Subjects.Select(subject => (question.PromoId, Subject: subject))).ToList();
        var users = questions.SelectMany(question => question.Users.Select(user => (question.PromoId, User: user))).ToList();
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(LoadSql, connection);
        Add(command, promos, NpgsqlDbType.Text);
        Add(command, [.. subjects.Select(pair => pair.PromoId)], NpgsqlDbType.Text);
        Add(command, [.. subjects.Select(pair => pair.Subject)], NpgsqlDbType.Text);
        Add(command, [.. users.Select(pair => pair.PromoId)], NpgsqlDbType.Text);
        Add(command, [.. users.Select(pair => pair.User)], NpgsqlDbType.Uuid);
        return await ReadAsync(command, promos);
    }

    public static async Task<LoadedUsages> LiveAsync(NpgsqlDataSource source, string promoId)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(LiveSql, connection);
        command.Parameters.Add(new() { Value = promoId });
        return (await ReadAsync(command, [promoId]))[promoId];
    }

    /// <summary>The promos whose step was written.</summary>
    public static async Task<HashSet<string>> CommitAsync(NpgsqlDataSource source, IReadOnlyCollection<UsageStep> steps)
    {
        var places = steps.SelectMany(step => step.Places.Select(place => (step.PromoId, Place: place))).ToList();
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(CommitSql, connection);
        Add(command, [.. steps.Select(step => step.PromoId)], NpgsqlDbType.Text);
        Add(command, [.. steps.Select(step => step.Version)], NpgsqlDbType.Bigint);
        Add(command, [.. steps.Select(step => step.Used)], NpgsqlDbType.Bigint);
        Add(command, [.. steps.Select(step => step.GrantedIdr)], NpgsqlDbType.Bigint);
        Add(command, [.. places.Select(pair => pair.PromoId)], NpgsqlDbType.Text);
        Add(command, [.. places.Select(pair => pair.Place.SubjectId)], NpgsqlDbType.Text);
        Add(command, [.. places.Select(pair => pair.Place.UserId)], NpgsqlDbType.Uuid);
        Add(command, [.. places.Select(pair => pair.Place.Number ?? 0)], NpgsqlDbType.Integer);
        Add(command, [.. places.Select(pair => pair.Place.AmountIdr)], NpgsqlDbType.Bigint);
        Add(command, [.. places.Select(pair => (short)pair.Place.Stage)], NpgsqlDbType.Smallint);
        Add(command, [.. places.Select(pair => pair.Place.Rule)], NpgsqlDbType.Integer);
        Add(command, [.. places.Select(pair => pair.Place.ReservedAt.UtcDateTime)], NpgsqlDbType.TimestampTz);
        Add(command, [.. places.Select(pair => pair.Place.GivenAt?.UtcDateTime)], NpgsqlDbType.TimestampTz);
        Add(command, [.. places.Select(pair => pair.Place.TakenBackAt?.UtcDateTime)], NpgsqlDbType.TimestampTz);
        Add(command, [.. places.Select(pair => pair.Place.KeptIdr)], NpgsqlDbType.Bigint);
        return [.. (string[])(await command.ExecuteScalarAsync())!];
    }

    /// <summary>The counter rows that steps are fenced by; in key order, so that two silos making the same ones cannot deadlock.</summary>
    public static async Task MakeCountersAsync(NpgsqlDataSource source, IEnumerable<string> promos)
    {
        await using var command = source.CreateCommand(
            "INSERT INTO promo_counters (promo_id) SELECT t.id FROM unnest($1) AS t (id) ORDER BY t.id ON CONFLICT DO NOTHING");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. promos], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Dictionary<string, LoadedUsages>> ReadAsync(NpgsqlCommand command, IEnumerable<string> promos)
    {
        var counters = new Dictionary<string, (long Version, long Used, long GrantedIdr)>(StringComparer.Ordinal);
        var places = promos.ToDictionary(promo => promo, _ => new Dictionary<string, Place>(StringComparer.Ordinal), StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var promo = reader.GetString(0);
            if (!reader.IsDBNull(1)) counters[promo] = (reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
            else places[promo][reader.GetString(4)] = ReadPlace(reader);
        }

        return places.ToDictionary(
            pair => pair.Key,
            pair => counters.TryGetValue(pair.Key, out var counter)
                ? new LoadedUsages(true, counter.Version, counter.Used, counter.GrantedIdr, [.. pair.Value.Values])
                : new LoadedUsages(false, 0, 0, 0, []),
            StringComparer.Ordinal);
    }

    private static Place ReadPlace(NpgsqlDataReader reader) => new(
        reader.GetString(4), reader.GetGuid(5), reader.IsDBNull(6) ? null : reader.GetInt32(6), reader.GetInt64(7), (PlaceStage)reader.GetInt16(8),
        reader.GetInt32(9), reader.GetFieldValue<DateTimeOffset>(10), reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11),
        reader.IsDBNull(12) ? null : reader.GetFieldValue<DateTimeOffset>(12), reader.GetInt64(13));

    private static void Add<T>(NpgsqlCommand command, T[] values, NpgsqlDbType type) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
}
