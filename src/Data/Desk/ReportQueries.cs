using Npgsql;

namespace Webrana.Data.Desk;

/// <summary>How a report divides its time, by Jakarta's calendar.</summary>
public enum ReportStep
{
    Day,
    Month,
}

/// <summary>A report's figures: columns by name, rows in order. Money in whole rupiah, times as text.</summary>
public sealed record ReportTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);

/// <summary>
/// The shop's reports, from the ledger and the records beside it: questions of a person, never of a page that refreshes itself. What they read of
/// the ledger is bounded by the time asked for; the plans' and what is overdue now scan states on purpose, payloads included, as the trial balance does.
/// </summary>
public sealed partial class ReportQueries(DataSources sources)
{
    // $1 from, $2 to, $3 'day' or 'month'.
    private const string PeriodFormat = "CASE $3 WHEN 'day' THEN 'YYYY-MM-DD' ELSE 'YYYY-MM' END";
    private const string Bucket = $"to_char(date_trunc($3, occurred_at AT TIME ZONE 'Asia/Jakarta'), {PeriodFormat})";

    /// <summary>What was sold, given back, and is left.</summary>
    public Task<ReportTable> RevenueAsync(DateTimeOffset from, DateTimeOffset to, ReportStep step, CancellationToken cancellation = default) => ReadAsync($"""
        SELECT {Bucket} AS period, count(*) FILTER (WHERE amount < 0) AS charges,
               coalesce(-sum(amount) FILTER (WHERE amount < 0 AND reference_type = 'VPS_PAYMENT'), 0)::bigint AS orders,
               coalesce(-sum(amount) FILTER (WHERE amount < 0 AND reference_type = 'RENEWAL'), 0)::bigint AS renewals,
               coalesce(-sum(amount) FILTER (WHERE amount < 0 AND reference_type NOT IN ('VPS_PAYMENT', 'RENEWAL')), 0)::bigint AS other,
               coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint AS refunds, (-sum(amount))::bigint AS net
        FROM wallet_transactions WHERE contra_account = 'REVENUE' AND occurred_at >= $1 AND occurred_at < $2 GROUP BY 1 ORDER BY 1
        """, from, to, step, cancellation);

    /// <summary>What promos gave, and what of it lapsed or was taken back.</summary>
    public Task<ReportTable> PromosAsync(DateTimeOffset from, DateTimeOffset to, ReportStep step, CancellationToken cancellation = default) => ReadAsync($"""
        SELECT {Bucket} AS period, count(*) FILTER (WHERE amount > 0) AS usages, coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint AS given,
               coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::bigint AS lapsed, sum(amount)::bigint AS cost
        FROM wallet_transactions WHERE contra_account = 'PROMO_EXPENSE' AND amount <> 0 AND occurred_at >= $1 AND occurred_at < $2 GROUP BY 1 ORDER BY 1
        """, from, to, step, cancellation);

    /// <summary>Who came and who went.</summary>
    public Task<ReportTable> ChurnAsync(DateTimeOffset from, DateTimeOffset to, ReportStep step, CancellationToken cancellation = default) => ReadAsync($"""
        SELECT {Bucket} AS period, sum(registered)::bigint AS registered, sum(started)::bigint AS started, sum(ended)::bigint AS ended, sum(started - ended)::bigint AS growth
        FROM (SELECT created_at AS occurred_at, 1 AS registered, 0 AS started, 0 AS ended FROM identity.users WHERE created_at >= $1 AND created_at < $2
              UNION ALL SELECT occurred_at, 0, 1, 0 FROM wallet_transactions
                        WHERE occurred_at >= $1 AND occurred_at < $2 AND operation_id LIKE 'order:%:capture'
              UNION ALL SELECT completed_at, 0, 0, 1 FROM instance_activity
                        WHERE kind = 'Delete' AND status = 'Completed' AND completed_at >= $1 AND completed_at < $2) x
        GROUP BY 1 ORDER BY 1
        """, from, to, step, cancellation);

    /// <summary>
    /// Servers, hours, revenue and add-ons by plan; what they cost is the provider's price list's business. A hibernated server has no hours: of it an
    /// image is kept, whose size is known while it sleeps; afterwards its charge is among the add-ons. Servers are those that had hours in the
    /// period, however few: one that slept through all of it is none, although its row says what was earned with it. The last four columns are for
    /// reckoning: GB-hours of images kept now, months of the plan's price that backups were charged, images and transfer as charged.
    /// </summary>
    public Task<ReportTable> PlansAsync(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, ReportStep step, CancellationToken cancellation = default) => ReadAsync("""
        WITH bucket AS (
            SELECT * FROM (
                SELECT to_char(b, CASE $4 WHEN 'day' THEN 'YYYY-MM-DD' ELSE 'YYYY-MM' END) AS period, greatest($1, b AT TIME ZONE 'Asia/Jakarta') AS starts,
                       least($2, $3, (b + ('1 ' || $4)::interval) AT TIME ZONE 'Asia/Jakarta') AS ends
                FROM generate_series(date_trunc($4, $1 AT TIME ZONE 'Asia/Jakarta'), ($2 AT TIME ZONE 'Asia/Jakarta') - interval '1 second', ('1 ' || $4)::interval) b) one
            WHERE starts < ends),
        server AS (
            SELECT split_part(key, ':', 2) AS id, payload #>> '{order,planId}' AS plan, payload #>> '{order,size}' AS size,
                   nullif((payload #>> '{order,priceIdr}')::numeric, 0) AS price,
                   CASE payload #>> '{order,period}' WHEN 'Daily' THEN 1 / 30.0 WHEN 'Yearly' THEN 12 ELSE 1 END AS months
            FROM grain_state WHERE state = 'droplet' AND owner IS NOT NULL),
        gone AS (SELECT instance::text AS id, max(completed_at) AS at FROM instance_activity WHERE kind = 'Delete' AND status = 'Completed' GROUP BY 1),
        lived AS (
            SELECT b.id, b.at AS since, coalesce(g.at, 'infinity') AS until
            FROM (SELECT reference_id AS id, min(occurred_at) AS at FROM wallet_transactions WHERE operation_id LIKE 'order:%:capture' GROUP BY 1) b LEFT JOIN gone g USING (id)),
        slept AS (
            SELECT split_part(key, ':', 2) AS id, to_timestamp((payload #>> '{hibernation,startedAt}')::bigint / 1000.0) AS since, 'infinity'::timestamptz AS until,
                   coalesce((payload #>> '{hibernation,sizeMb}')::numeric, 0) / 1024 AS gb
            FROM grain_state WHERE state = 'droplet' AND status = 'HIBERNATED' AND payload #>> '{hibernation,startedAt}' IS NOT NULL
            UNION ALL
            SELECT fell.id, fell.at, woken.at, 0
            FROM (SELECT facts ->> 'instance' AS id, created_at AS at FROM notices WHERE kind = 'Hibernated'
                  UNION ALL SELECT instance::text, since FROM server_sleeps) fell
            CROSS JOIN LATERAL (
                SELECT min(a.completed_at) AS at FROM instance_activity a
                WHERE a.instance = fell.id::uuid AND a.kind IN ('Restore', 'Delete') AND a.status = 'Completed' AND a.completed_at > fell.at) woken
            WHERE woken.at IS NOT NULL),
        part AS (
            SELECT b.period, l.id, extract(epoch FROM least(b.ends, l.until) - greatest(b.starts, l.since)) / 3600 AS hours, 0::numeric AS image_hours,
                   0::bigint AS revenue, 0::bigint AS backups, 0::bigint AS images, 0::bigint AS transfer
            FROM bucket b JOIN lived l ON l.since < b.ends AND l.until > b.starts
            UNION ALL
            SELECT b.period, z.id, -extract(epoch FROM least(b.ends, z.until) - greatest(b.starts, z.since)) / 3600,
                   z.gb * extract(epoch FROM least(b.ends, z.until) - greatest(b.starts, z.since)) / 3600, 0, 0, 0, 0
            FROM bucket b JOIN slept z ON z.since < b.ends AND z.until > b.starts
            UNION ALL
            SELECT to_char(date_trunc($4, occurred_at AT TIME ZONE 'Asia/Jakarta'), CASE $4 WHEN 'day' THEN 'YYYY-MM-DD' ELSE 'YYYY-MM' END), reference_id, 0, 0, -amount,
                   CASE WHEN split_part(operation_id, ':', 4) = 'Backups' AND reference_type = 'ADDON' THEN -amount ELSE 0 END,
                   CASE WHEN split_part(operation_id, ':', 4) = 'Images' AND reference_type = 'ADDON' THEN -amount ELSE 0 END,
                   CASE WHEN split_part(operation_id, ':', 4) = 'Transfer' AND reference_type = 'ADDON' THEN -amount ELSE 0 END
            FROM wallet_transactions WHERE contra_account = 'REVENUE' AND occurred_at >= $1 AND occurred_at < $2)
        SELECT p.period, s.plan, s.size, count(*) FILTER (WHERE p.hours > 0) AS servers, greatest(0, round(sum(p.hours)))::bigint AS hours,
               sum(p.revenue)::bigint AS revenue, sum(p.backups + p.images + p.transfer)::bigint AS addons,
               round(sum(p.image_hours), 6), round(coalesce(sum(p.backups / s.price * s.months), 0), 6), sum(p.images)::bigint, sum(p.transfer)::bigint
        FROM (SELECT period, id, sum(hours) AS hours, sum(image_hours) AS image_hours, sum(revenue) AS revenue, sum(backups) AS backups, sum(images) AS images,
                     sum(transfer) AS transfer
              FROM part GROUP BY 1, 2) p JOIN server s USING (id) GROUP BY 1, 2, 3 ORDER BY 1, 6 DESC, 2
        """, [from.UtcDateTime, to.UtcDateTime, now.UtcDateTime, Word(step)], cancellation);

    private Task<ReportTable> ReadAsync(string sql, DateTimeOffset from, DateTimeOffset to, ReportStep step, CancellationToken cancellation) =>
        ReadAsync(sql, [from.UtcDateTime, to.UtcDateTime, Word(step)], cancellation);

    private static string Word(ReportStep step) => step == ReportStep.Day ? "day" : "month";

    private async Task<ReportTable> ReadAsync(string sql, object[] values, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        return await TableAsync(command, values, cancellation);
    }

    private static async Task<ReportTable> TableAsync(NpgsqlCommand command, object[] values, CancellationToken cancellation)
    {
        command.CommandTimeout = 120;
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var rows = new List<IReadOnlyList<object?>>();
        while (await reader.ReadAsync(cancellation))
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader.GetValue(column))]);
        return new ReportTable(columns, rows);
    }
}
