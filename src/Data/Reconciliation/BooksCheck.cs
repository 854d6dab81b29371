using Webrana.Data.Wallets;

namespace Webrana.Data.Reconciliation;

/// <summary>One promise of the books, asked in SQL.</summary>
/// <param name="Name">Stable, snake_case.</param>
/// <param name="Broken">How many things break it; 0 when it is kept.</param>
/// <param name="Examples">At most 20 of them: wallet ids, grain keys or operation ids.</param>
public sealed record BooksFinding(string Name, long Broken, IReadOnlyList<string> Examples);

/// <summary>
/// Compares what was booked with the things it was booked for, each from a source of its own: the ledger's rows against deposits, holds
/// against orders, renewals against subscriptions. What is younger than <see cref="Settling"/> may still be on its way between the two and
/// is left out. Reads payloads and scans tables: for operators and nightly runs, not for requests.
/// </summary>
public sealed class BooksCheck(DataSources sources)
{
    /// <summary>How long a flow may take from its ledger row to its own record.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(2);

    // $1 is the moment before which everything must agree.
    private static readonly (string Name, string Sql)[] Checks =
    [
        // I5: a payment of the gateway is credited once, whoever it is credited to.
        ("gateway_reference_is_credited_once", """
            SELECT operation_id AS id FROM wallet_transactions WHERE operation_id LIKE 'tripay:%' AND $1::timestamptz IS NOT NULL
            GROUP BY operation_id HAVING count(*) > 1
            """),
        // I5: a deposit and the ledger agree on what was credited.
        ("deposit_agrees_with_ledger", """
            SELECT coalesce(d.key, 'deposit:' || r.reference_id) AS id
            FROM (SELECT key, split_part(key, ':', 2) AS deposit, coalesce((payload->>'credited')::bigint, 0) AS credited
                  FROM grain_state WHERE state = 'deposit') d
            FULL JOIN (SELECT reference_id, sum(amount) AS amount, max(occurred_at) AS last
                       FROM wallet_transactions WHERE reference_type = 'DEPOSIT' GROUP BY reference_id) r ON r.reference_id = d.deposit
            WHERE coalesce(d.credited, 0) <> coalesce(r.amount, 0) AND coalesce(r.last, '-infinity') < $1
            """),
        // I7: the periods that were charged are the periods that a server says are paid; period 1 is the order's own capture. A charge that was begun
        // may be one more than it says yet: a renewal, or the capture of a restored server's period, which says nothing before it is noted.
        ("renewals_are_the_paid_periods", """
            SELECT s.key AS id
            FROM (SELECT key, split_part(key, ':', 2) AS instance, (payload->'subscription'->>'paidPeriod')::int AS paid, payload->'renewing' AS renewing,
                         CASE WHEN payload->>'phase' = 'Capturing' AND payload->>'hold' = 'Held' THEN (payload#>>'{hibernation,restore,period}')::int END AS restoring
                  FROM grain_state WHERE state = 'droplet' AND payload->>'subscription' IS NOT NULL) s
            LEFT JOIN (SELECT reference_id, count(*) AS charges, max(occurred_at) AS last
                       FROM wallet_transactions WHERE operation_id LIKE 'renew:%' GROUP BY reference_id) r ON r.reference_id = s.instance
            WHERE s.paid - 1 <> coalesce(r.charges, 0) AND coalesce(r.last, '-infinity') < $1 AND coalesce(jsonb_typeof(s.renewing), 'null') = 'null'
              AND (s.restoring IS NULL OR s.restoring - 1 <> coalesce(r.charges, 0))
            """),
        ("period_is_charged_once", """
            SELECT operation_id AS id FROM wallet_transactions WHERE operation_id LIKE 'renew:%' AND $1::timestamptz IS NOT NULL
            GROUP BY operation_id HAVING count(*) > 1
            """),
        // What was paid out is what the desk says was paid out, once each.
        ("payout_agrees_with_ledger", """
            SELECT coalesce(r.operation_id, t.operation_id) AS id
            FROM (SELECT 'payout:' || id AS operation_id, amount FROM money_requests WHERE kind = 'PAYOUT' AND status = 'DONE') r
            FULL JOIN (SELECT operation_id, -amount AS amount, occurred_at FROM wallet_transactions WHERE contra_account = 'PAYOUT') t
              ON t.operation_id = r.operation_id
            WHERE coalesce(r.amount, 0) <> coalesce(t.amount, 0) AND coalesce(t.occurred_at, '-infinity') < $1
            """),
        // What the payment desk credited is in the ledger once, with the sum the gateway named.
        ("payment_case_agrees_with_ledger", """
            SELECT c.id::text AS id
            FROM payment_cases c LEFT JOIN wallet_transactions t ON t.wallet_id = c.credit_user AND t.operation_id = 'tripay:' || c.reference
            WHERE c.resolution = 'CREDIT' AND c.resolved_at < $1 AND coalesce(t.amount, 0) <> c.credited
            """),
        // I9: what is held is held for an order that is open. A change of plan that waits for another action is open as well, though it does not say
        // yet that its money is held: that is noted with the beginning of its own action, or before the server's end.
        ("hold_has_an_open_order", """
            SELECT h.hold->>'id' AS id
            FROM (SELECT wallet_id, jsonb_array_elements(holds) AS hold FROM wallets WHERE held > 0) h
            JOIN wallet_transactions t ON t.wallet_id = h.wallet_id AND t.operation_id = (h.hold->>'id') || ':hold'
            LEFT JOIN grain_state s ON s.state = 'droplet' AND s.key = 'droplet:' || split_part(h.hold->>'id', ':', 2)
            WHERE t.occurred_at < $1 AND CASE split_part(h.hold->>'id', ':', 1)
                WHEN 'plan-change' THEN
                    h.hold->>'id' IS DISTINCT FROM 'plan-change:' || split_part(h.hold->>'id', ':', 2) || ':' || (s.payload->'planChange'->>'id')
                    OR NOT coalesce(s.payload->'planChange'->>'hold' = 'Held'
                        OR (s.payload->>'phase' IN ('Running', 'Off', 'Suspended') AND coalesce(s.payload->'planChange'->>'hold', 'None') = 'None'
                            AND NOT coalesce((s.payload->'planChange'->>'applied')::boolean, false)
                            AND (s.payload->'planChange'->>'differenceIdr')::bigint > 0), false)
                ELSE coalesce(s.payload->>'hold', '') <> 'Held' END
            """),
        // I7: what a server says it was charged, add-ons included, less what it says came back, is what the rows about it add up to: no charge without a server.
        ("server_agrees_with_ledger", """
            SELECT coalesce(s.key, 'droplet:' || r.reference_id) AS id
            FROM (SELECT key, split_part(key, ':', 2) AS instance, jsonb_typeof(payload->'returning') = 'object' OR jsonb_typeof(payload->'planChange') = 'object'
                             OR jsonb_typeof(payload->'renewing') = 'object' OR payload->>'hold' = 'Held'
                             OR coalesce(jsonb_array_length(CASE jsonb_typeof(payload#>'{termination,addons}') WHEN 'array' THEN payload#>'{termination,addons}' END), 0) > 0 AS busy,
                         coalesce((payload->>'chargedIdr')::bigint,
                                  (payload->'order'->>'priceIdr')::bigint * coalesce((payload->'subscription'->>'paidPeriod')::bigint, 0), 0) AS charged
                  FROM grain_state WHERE state = 'droplet' AND payload IS NOT NULL) s
            FULL JOIN (SELECT reference_id, -sum(amount) AS amount, max(occurred_at) AS last
                       FROM wallet_transactions WHERE contra_account = 'REVENUE' GROUP BY reference_id) r ON r.reference_id = s.instance
            WHERE coalesce(s.charged, 0) <> coalesce(r.amount, 0) AND coalesce(r.last, '-infinity') < $1 AND NOT coalesce(s.busy, false)
            """),
        // I9: an order that says its money is held finds it there.
        ("open_order_has_its_hold", """
            SELECT s.key AS id FROM grain_state s
            WHERE s.state = 'droplet' AND s.payload->>'hold' = 'Held' AND NOT EXISTS (
                SELECT FROM wallet_transactions t
                WHERE t.wallet_id = (s.payload->'order'->>'owner')::uuid AND t.operation_id = 'order:' || split_part(s.key, ':', 2) || coalesce(':' || nullif(s.payload->>'turns', '0'), '') || ':hold')
              AND to_timestamp((s.payload->'order'->>'createdAt')::bigint / 1000.0) < $1
            """),
        // I4: what makes an operation id unique is there, and is not an index that failed to build.
        ("operations_are_unique_by_index", """
            SELECT 'wallet_transactions_operation' AS id WHERE $1::timestamptz IS NOT NULL AND NOT EXISTS (
                SELECT FROM pg_constraint c JOIN pg_index i ON i.indexrelid = c.conindid
                WHERE c.conrelid = 'wallet_transactions'::regclass AND c.conname = 'wallet_transactions_operation' AND i.indisunique AND i.indisvalid)
            """),
        // I6: a promo gave exactly what its usages say.
        ("promo_usages_are_credited", """
            SELECT u.promo_id || '/' || u.subject_id AS id FROM promo_usages u
            LEFT JOIN wallet_transactions t ON t.wallet_id = u.user_id AND t.operation_id = 'promo:' || u.promo_id || ':' || u.subject_id
            WHERE u.stage = 2 AND u.committed_at < $1 AND u.amount <> coalesce(t.amount, 0)
            """),
        // I6: a reward that was taken back cost what was left to its owner: given, less what lapsed before, was still there, or was owed.
        ("taken_back_rewards_cost_what_was_left", """
            SELECT u.promo_id || '/' || u.subject_id AS id
            FROM (SELECT *, 'promo:' || promo_id || ':' || subject_id AS operation_id FROM promo_usages
                  WHERE stage = 4 AND split_part(subject_id, ':', 1) IN ('referral', 'referee')) u
            LEFT JOIN wallet_transactions b ON b.wallet_id = u.user_id AND b.operation_id = 'take-back:' || u.operation_id
            WHERE u.taken_back_at < $1 AND (b.seq IS NULL OR u.kept <> coalesce((
                SELECT sum(t.amount) FROM wallet_transactions t
                WHERE t.wallet_id = u.user_id
                  AND (t.operation_id IN (u.operation_id, b.operation_id, b.operation_id || ':spent')
                       OR (t.kind = 7 AND t.reference_id = u.operation_id AND t.seq < b.seq))), 0))
            """),
        // I6: nobody keeps a reward for a deposit that was given back.
        ("refunded_deposits_earn_no_reward", """
            SELECT r.key AS id
            FROM grain_state r JOIN grain_state d ON d.state = 'deposit' AND d.key = 'deposit:' || (r.payload #>> '{referral,deposit}')
            WHERE r.state = 'rewards' AND r.payload #>> '{referral,stage}' IN ('InReview', 'Paying', 'Paid')
              AND d.status = 'REFUND' AND d.due_at IS NULL AND to_timestamp((d.payload->>'updatedAt')::bigint / 1000.0) < $1
            """),
        // I6: and no more often, to all and to each, than its rule allowed. Whoever invites is rewarded for every friend.
        ("promo_limits_are_kept", """
            SELECT u.promo_id AS id
            FROM (SELECT promo_id, count(*) AS used, max(n) AS place FROM promo_usages WHERE stage IN (1, 2, 4) GROUP BY promo_id) u
            JOIN promo_counters c ON c.promo_id = u.promo_id
            LEFT JOIN LATERAL (
                SELECT max((v.definition->>'maxUsageTotal')::bigint) AS total,
                       max((v.definition->>'maxUsagePerUser')::int) FILTER (WHERE v.definition->>'type' IS DISTINCT FROM 'ReferralBonus') AS each,
                       bool_or(v.definition->>'maxUsageTotal' IS NULL) AS unlimited
                FROM promo_versions v WHERE v.promo_id = u.promo_id) rule ON true
            WHERE $1::timestamptz IS NOT NULL
              AND (c.used <> u.used OR (NOT coalesce(rule.unlimited, true) AND u.used > rule.total) OR u.place > coalesce(rule.each, u.place))
            """),
        // I7: periods follow each other: 2, 3, 4 …
        ("periods_are_contiguous", """
            SELECT 'droplet:' || reference_id AS id FROM wallet_transactions
            WHERE operation_id LIKE 'renew:%' AND $1::timestamptz IS NOT NULL
            GROUP BY reference_id HAVING max(split_part(operation_id, ':', 3)::int) <> count(*) + 1
            """),
        // I8: what the sweeps found at the provider and nobody could explain is put right within a quarter of an hour. Not in an account that was
        // switched off: no sweep looks there, and no row of it can end.
        ("provider_drift_is_resolved", """
            SELECT d.account || '/' || d.droplet_id AS id FROM provider_drift d
            WHERE d.resolved_at IS NULL AND d.kind <> 'FOREIGN' AND d.first_seen_at < $1 - interval '15 minutes'
              AND NOT EXISTS (SELECT 1 FROM grain_state s WHERE s.state = 'do-account' AND s.key = 'do-account:' || d.account AND s.status = 'DISABLED')
            """),
        // I9: nobody pays for a server that never came to be.
        ("failed_orders_cost_nothing", """
            SELECT s.key AS id FROM grain_state s
            JOIN wallet_transactions t ON t.wallet_id = (s.payload->'order'->>'owner')::uuid AND t.operation_id = 'order:' || split_part(s.key, ':', 2) || ':capture'
            WHERE s.state = 'droplet' AND s.payload->>'phase' = 'Failed' AND t.occurred_at < $1
            """),
        // I10: what is terminated here is gone at the provider, seen with our own eyes.
        ("terminated_is_gone_at_the_provider", """
            SELECT s.key AS id FROM grain_state s
            WHERE s.state = 'droplet' AND s.payload->>'phase' = 'Terminated' AND jsonb_typeof(s.payload->'droplet') = 'object'
              AND NOT coalesce((s.payload#>>'{droplet,gone}')::boolean, false) AND $1::timestamptz IS NOT NULL
            """),
        // I8: every server takes one piece of its plan's stock, and pieces are taken by servers only. On its way to another plan, being ordered or
        // ending it may be between two statements.
        ("plan_stock_agrees_with_servers", """
            SELECT coalesce(s.key, 'droplet:' || p.instance) AS id
            FROM (SELECT key, split_part(key, ':', 2) AS instance, payload#>>'{order,planId}' AS plan, payload->>'phase' AS phase,
                         jsonb_typeof(payload->'planChange') = 'object' OR payload->>'phase' IN ('Ordering', 'Failed', 'Terminating') AS busy
                  FROM grain_state WHERE state = 'droplet' AND payload#>>'{order,planId}' IS NOT NULL AND payload->>'phase' IS NOT NULL) s
            FULL JOIN plan_stock p ON p.instance::text = s.instance
            WHERE NOT coalesce(s.busy, false) AND $1::timestamptz IS NOT NULL
              AND CASE WHEN s.key IS NULL OR s.phase = 'Terminated' THEN p.instance IS NOT NULL
                       ELSE p.plan_id IS DISTINCT FROM s.plan OR p.moving_to IS NOT NULL END
            """),
        // I11: no account was asked more than its provider allows, in any minute or hour; slots are five seconds.
        ("provider_limits_are_kept", """
            SELECT account || '/' || slot AS id FROM (
                SELECT account, slot, sum(taken) OVER minute AS minute, sum(taken) OVER hour AS hour
                FROM (SELECT account, slot, sum(taken) AS taken FROM provider_permits GROUP BY account, slot) p
                WINDOW minute AS (PARTITION BY account ORDER BY slot RANGE BETWEEN 11 PRECEDING AND CURRENT ROW),
                       hour AS (PARTITION BY account ORDER BY slot RANGE BETWEEN 719 PRECEDING AND CURRENT ROW)) w
            WHERE (minute > 250 OR hour > 5000) AND $1::timestamptz IS NOT NULL
            """),
        // I12: what came in by callback is worked off, and due work of any kind does not lie.
        ("callbacks_are_worked_off", """
            SELECT reference AS id FROM payment_inbox WHERE handled_at IS NULL AND received_at < $1 - interval '10 minutes'
            """),
        ("due_work_does_not_lie", """
            SELECT state || '/' || key AS id FROM grain_state
            WHERE due_at < extract(epoch FROM $1 - interval '15 minutes') * 1000 AND payload IS NOT NULL
            """),
        // I12: the application could not change what is booked if it wanted to. An owner can; nobody runs as one.
        ("ledger_is_append_only", """
            SELECT c.relname::text AS id FROM pg_class c
            WHERE c.oid IN ('wallet_transactions'::regclass, 'audit_log'::regclass) AND $1::timestamptz IS NOT NULL
              AND NOT pg_has_role(current_user, c.relowner, 'MEMBER')
              AND (has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE') OR has_table_privilege(c.oid, 'TRUNCATE'))
            """),
    ];

    /// <summary>Every promise, kept or broken: the wallets' own (<see cref="LedgerInvariants"/>) first.</summary>
    /// <param name="settledBefore">Business time; what is younger is left out. Usually now less <see cref="Settling"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<BooksFinding>> RunAsync(DateTimeOffset settledBefore, CancellationToken cancellation = default)
    {
        var broken = (await new LedgerInvariants(sources).CheckAsync(cancellation)).ToDictionary(found => found.Name);
        var findings = new List<BooksFinding>();
        foreach (var name in LedgerInvariants.Names)
        {
            findings.Add(broken.TryGetValue(name, out var found)
                ? new BooksFinding(name, found.Count, [.. found.Examples.Select(wallet => $"wallet:{wallet:D}")])
                : new BooksFinding(name, 0, []));
        }

        foreach (var (name, sql) in Checks) findings.Add(await AskAsync(name, sql, settledBefore, cancellation));
        // I2: in one snapshot every account against records that are not the ledger's; what is in flight is explained, hence no age is asked.
        var unbalanced = (await new LedgerQueries(sources).TrialBalanceAsync(cancellation)).Accounts.Where(account => account.DifferenceIdr != 0).ToList();
        findings.Add(new BooksFinding("books_agree_with_subledgers", unbalanced.Count, [.. unbalanced.Select(account => $"{account.Account}: {account.DifferenceIdr}")]));
        return findings;
    }

    private async Task<BooksFinding> AskAsync(string name, string sql, DateTimeOffset settledBefore, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand($"""
            WITH broken AS MATERIALIZED ({sql})
            SELECT count(*), coalesce((SELECT array_agg(b.id) FROM (SELECT id FROM broken ORDER BY id LIMIT 20) b), ARRAY[]::text[]) FROM broken
            """);
        command.CommandTimeout = 600;
        command.Parameters.Add(new() { Value = settledBefore.ToUniversalTime() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new BooksFinding(name, reader.GetInt64(0), reader.GetFieldValue<string[]>(1));
    }
}
