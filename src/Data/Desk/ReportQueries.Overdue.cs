namespace Webrana.Data.Desk;

public sealed partial class ReportQueries
{
    // A period that is not paid when it is due leaves a line in the server's activity, which nobody ever deletes: renew-{period} since the first refused
    // charge, kept as that when it is paid later, or unpaid-{period} where nothing was charged and the server was suspended. When it was paid, the ledger says
    // by the charge's own operation id. instance_activity_unpaid (0202) holds such lines alone, so that a span costs what fell due in it unpaid; server and
    // charge of each are found by their keys. Paid within five minutes is in time: as the dashboard counts who is unpaid.
    internal const string UnpaidByPeriod = $$"""
        WITH missed AS (
            SELECT a.instance, split_part(a.action_id, '-', 2) AS number, a.started_at AS occurred_at
            FROM instance_activity a
            WHERE a.kind = 'Renew' AND (a.status <> 'Completed' OR a.completed_at - a.started_at > interval '5 minutes')
              AND a.started_at >= $1 AND a.started_at < $2 AND a.action_id ~ '^(renew|unpaid)-[0-9]+$'
              -- A period that was refused and then suspended has both: it fell due with the first.
              AND NOT EXISTS (
                  SELECT FROM instance_activity f
                  WHERE f.instance = a.instance AND f.kind = 'Renew' AND (f.started_at, f.action_id) < (a.started_at, a.action_id)
                    AND f.action_id = CASE split_part(a.action_id, '-', 1) WHEN 'renew' THEN 'unpaid-' ELSE 'renew-' END || split_part(a.action_id, '-', 2))),
        fate AS (
            SELECT m.occurred_at, t.amount IS NOT NULL AS paid, coalesce(-t.amount, (s.payload #>> '{order,priceIdr}')::bigint, 0) AS amount,
                   t.amount IS NULL AND s.status IN ('RUNNING', 'OFF', 'SUSPENDED', 'HIBERNATED') AS due
            FROM missed m
            LEFT JOIN grain_state s ON s.state = 'droplet' AND s.key = 'droplet:' || m.instance
            LEFT JOIN wallet_transactions t ON t.wallet_id = (s.payload #>> '{order,owner}')::uuid AND t.operation_id = 'renew:' || m.instance || ':' || m.number
            -- Charged at once and noted late (a process died between): it was in time.
            WHERE t.occurred_at IS NULL OR t.occurred_at - m.occurred_at > interval '5 minutes')
        SELECT {{Bucket}} AS period, count(*) AS missed, sum(amount)::bigint AS "missedAmount",
               count(*) FILTER (WHERE paid) AS "paidLater", coalesce(sum(amount) FILTER (WHERE paid), 0)::bigint AS "paidLaterAmount",
               count(*) FILTER (WHERE due) AS "stillDue", coalesce(sum(amount) FILTER (WHERE due), 0)::bigint AS "stillDueAmount"
        FROM fate GROUP BY 1 ORDER BY 1
        """;

    /// <summary>
    /// Renewals that fell due in each period and were not paid in time; of these, what was paid later and what is due still. What is left ended unpaid. An
    /// amount is the charge's; of one never paid, the price of the server's last period.
    /// </summary>
    public Task<ReportTable> UnpaidAsync(DateTimeOffset from, DateTimeOffset to, ReportStep step, CancellationToken cancellation = default) =>
        ReadAsync(UnpaidByPeriod, from, to, step, cancellation);

    /// <summary>Every server whose period is due and not paid, longest first: the live ones by their index on status.</summary>
    public Task<ReportTable> OverdueAsync(DateTimeOffset now, CancellationToken cancellation = default) => ReadAsync("""
        SELECT split_part(s.key, ':', 2) AS instance, s.payload ->> 'name' AS server, u.email AS customer, s.status AS status,
               (s.payload #>> '{order,priceIdr}')::bigint AS price, to_char(to_timestamp((s.payload ->> 'nextRenewalAt')::bigint / 1000.0) AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM-DD HH24:MI') AS due,
               greatest(0, extract(day FROM $1 - to_timestamp((s.payload ->> 'nextRenewalAt')::bigint / 1000.0)))::bigint AS days
        FROM grain_state s LEFT JOIN identity.users u ON u.id = s.owner::uuid
        WHERE s.state = 'droplet' AND s.status IN ('RUNNING', 'OFF', 'SUSPENDED', 'HIBERNATED') AND (s.payload ->> 'nextRenewalAt')::bigint < (extract(epoch FROM $1) * 1000)::bigint
        ORDER BY due, 1 LIMIT 5000
        """, [now.UtcDateTime], cancellation);
}
