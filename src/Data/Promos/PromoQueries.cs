using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Webrana.Data.Promos;

/// <summary>Where a usage stands. The stored numbers, never renumbered.</summary>
public enum UsageStage : short
{
    /// <summary>A place is held; nothing was given yet.</summary>
    Reserved = 1,

    /// <summary>The wallet holds the bonus.</summary>
    Given = 2,

    /// <summary>The place was given back; the row stays for the record and counts nowhere.</summary>
    Released = 3,

    /// <summary>Given, and taken back with the refund of the deposit that earned it. The place stays used.</summary>
    TakenBack = 4,
}

/// <summary>One usage of a promo.</summary>
/// <param name="SubjectId">What it was for: a deposit's id, <c>welcome:{userId}</c>, <c>referral:{refereeId}</c> or <c>referee:{refereeId}</c>.</param>
/// <param name="UserId">Who got it.</param>
/// <param name="Number">The n-th usage of this person; null once released.</param>
/// <param name="AmountIdr">The exact bonus, in rupiah.</param>
/// <param name="RuleVersion">The version of the promo that was promised (<see cref="PromoVersionRow.Version"/>).</param>
/// <param name="TakenBackAt">When it was taken back; null where it was not.</param>
/// <param name="KeptIdr">What of a taken back one was left to its owner, who had spent it, in rupiah.</param>
public sealed record PromoUsageRow(
    string SubjectId, Guid UserId, int? Number, long AmountIdr, UsageStage Stage, int RuleVersion, DateTimeOffset ReservedAt, DateTimeOffset? GivenAt,
    DateTimeOffset? TakenBackAt = null, long KeptIdr = 0);

/// <summary>A page, newest reservation first; <c>Next</c> is the cursor of the next page, null on the last.</summary>
public sealed record PromoUsagePage(IReadOnlyList<PromoUsageRow> Rows, string? Next);

/// <summary>All usages of a promo, added up from the rows. Amounts in rupiah.</summary>
/// <param name="PersonCount">Different people with a reserved or given usage.</param>
/// <param name="KeptIdr">What of the taken back ones was left to their owners.</param>
public sealed record PromoUsageTotals(
    long ReservedCount, long ReservedIdr, long GivenCount, long GivenIdr, long ReleasedCount, long TakenBackCount, long TakenBackIdr, long PersonCount,
    long KeptIdr);

/// <summary>One version of a promo's rule.</summary>
/// <param name="Change"><c>CREATED</c>, <c>CHANGED</c> or <c>ARCHIVED</c>.</param>
/// <param name="Actor">Who made it (<c>admin:{userId}</c>).</param>
/// <param name="Definition">The whole rule as JSON, in the names of the stored promo state.</param>
public sealed record PromoVersionRow(int Version, string Change, string Actor, string Definition, DateTimeOffset OccurredAt);

/// <summary>Reading a promo's usages and history. Writes nothing.</summary>
public sealed class PromoQueries(DataSources sources)
{
    /// <summary>The most rows one page may have.</summary>
    public const int MaxPage = 200;

    private const string Columns = "subject_id, user_id, n, amount, stage, rule, reserved_at, committed_at, taken_back_at, kept";

    /// <summary>A page of usages, released ones included.</summary>
    /// <param name="cursor">From the page before; null for the first, and a foreign one starts over.</param>
    public async Task<PromoUsagePage> UsagesAsync(string promoId, int limit, string? cursor = null, CancellationToken cancellation = default)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        var after = Cursor.Parse(cursor);
        await using var command = sources.Queries.CreateCommand($"""
            SELECT {Columns} FROM promo_usages WHERE promo_id = $1 {(after is null ? "" : "AND (reserved_at, subject_id) < ($3, $4)")}
            ORDER BY reserved_at DESC, subject_id DESC LIMIT $2
            """);
        command.Parameters.Add(new() { Value = promoId });
        command.Parameters.Add(new() { Value = limit + 1 });
        if (after is { } position)
        {
            command.Parameters.Add(new() { Value = position.At });
            command.Parameters.Add(new() { Value = position.SubjectId });
        }

        var rows = new List<PromoUsageRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) rows.Add(Read(reader));
        if (rows.Count <= limit) return new PromoUsagePage(rows, null);
        rows.RemoveAt(limit);
        return new PromoUsagePage(rows, new Cursor(rows[^1].ReservedAt.UtcDateTime, rows[^1].SubjectId).ToString());
    }

    /// <summary>Every usage, oldest first, for an export; read row by row, never held together.</summary>
    public async IAsyncEnumerable<PromoUsageRow> ExportAsync(string promoId, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            $"SELECT {Columns} FROM promo_usages WHERE promo_id = $1 ORDER BY reserved_at, subject_id");
        command.Parameters.Add(new() { Value = promoId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) yield return Read(reader);
    }

    /// <summary>What the usages add up to, from the rows themselves and one snapshot.</summary>
    public async Task<PromoUsageTotals> TotalsAsync(string promoId, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT count(*) FILTER (WHERE stage = 1), coalesce(sum(amount) FILTER (WHERE stage = 1), 0)::bigint,
                   count(*) FILTER (WHERE stage = 2), coalesce(sum(amount) FILTER (WHERE stage = 2), 0)::bigint,
                   count(*) FILTER (WHERE stage = 3),
                   count(*) FILTER (WHERE stage = 4), coalesce(sum(amount) FILTER (WHERE stage = 4), 0)::bigint,
                   count(DISTINCT user_id) FILTER (WHERE stage IN (1, 2)),
                   coalesce(sum(kept), 0)::bigint
            FROM promo_usages WHERE promo_id = $1
            """);
        command.Parameters.Add(new() { Value = promoId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new PromoUsageTotals(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6),
            reader.GetInt64(7), reader.GetInt64(8));
    }

    /// <summary>The promo's history up to the version in force, newest first.</summary>
    public async Task<IReadOnlyList<PromoVersionRow>> VersionsAsync(string promoId, int inForce, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT version, change, actor, definition::text, occurred_at FROM promo_versions
            WHERE promo_id = $1 AND version <= $2 ORDER BY version DESC LIMIT 200
            """);
        command.Parameters.Add(new() { Value = promoId });
        command.Parameters.Add(new() { Value = inForce });
        var rows = new List<PromoVersionRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Add(new PromoVersionRow(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4)));
        return rows;
    }

    private static PromoUsageRow Read(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetGuid(1), reader.IsDBNull(2) ? null : reader.GetInt32(2), reader.GetInt64(3), (UsageStage)reader.GetInt16(4),
        reader.GetInt32(5), reader.GetFieldValue<DateTimeOffset>(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
        reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8), reader.GetInt64(9));

    private sealed record Cursor(DateTime At, string SubjectId)
    {
        public static Cursor? Parse(string? text)
        {
            var parts = text?.Split('|', 2);
            return parts is [var ticks, var subject] && long.TryParse(ticks, CultureInfo.InvariantCulture, out var at) && at >= 0 && at <= DateTime.MaxValue.Ticks
                ? new Cursor(new DateTime(at, DateTimeKind.Utc), subject)
                : null;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.Ticks}|{SubjectId}");
    }
}
