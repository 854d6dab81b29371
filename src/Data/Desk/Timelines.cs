using System.Globalization;
using Npgsql;

namespace Webrana.Data.Desk;

/// <summary>One thing that happened to a customer or a server.</summary>
/// <param name="Kind"><c>MONEY</c>, <c>ORDER</c>, <c>ACTION</c>, <c>DEPOSIT</c>, <c>SIGN_IN</c>, <c>ADMIN</c>, <c>NOTICE</c>, <c>REQUEST</c>.</param>
/// <param name="Id">Unique within its kind.</param>
/// <param name="What">The word for what happened: an action's kind, an audit line's action, a row's reference type, a status.</param>
/// <param name="Text">A sentence, where the source has one.</param>
/// <param name="AmountIdr">Signed rupiah; null where no money moved.</param>
/// <param name="Actor">Who; null where nobody did.</param>
/// <param name="Subject">The grain key of what it is about.</param>
/// <param name="Why">What leads to the cause: an operation id, a reason, an address.</param>
public sealed record TimelineRow(
    DateTimeOffset At, string Kind, string Id, string What, string? Text, long? AmountIdr, string? Actor, string? Subject, string? Why, string? Status);

/// <summary>A page, newest first; <c>Next</c> is the cursor of the next one.</summary>
public sealed record TimelinePage(IReadOnlyList<TimelineRow> Rows, string? Next);

/// <summary>
/// Everything that happened to one customer, or to one server, in one order, from the records that each part keeps for itself. Every source
/// is read by an index of its own up to the page's length; nothing is copied.
/// </summary>
public sealed class Timelines(DataSources sources)
{
    /// <summary>The most rows one page may have.</summary>
    public const int MaxPage = 200;

    // $1 whose or which, $2 not after, $3 how many. Each branch is bounded by itself: a customer with a million rows of one kind costs a page.
    // Of a notice, how it fares: read in the panel; its mail refused or given up; taken by any other side; still under way; in the panel alone.
    private const string Fares = """
        CROSS JOIN LATERAL (
            SELECT CASE WHEN n.read_at IS NOT NULL THEN 'READ' WHEN bool_or(d.channel = 1 AND d.stage > 2) THEN 'FAILED' WHEN bool_or(d.stage = 2) THEN 'DELIVERED'
                        WHEN bool_or(d.stage = 1) THEN 'WAITING' WHEN bool_or(d.stage > 2) THEN 'FAILED' ELSE 'PANEL' END AS status,
                   string_agg((ARRAY['MAIL', 'TELEGRAM', 'WEBHOOK'])[d.channel] || ' ' || (ARRAY['WAITING', 'ACCEPTED', 'REFUSED', 'GIVEN_UP'])[d.stage]
                              || coalesce(': ' || d.answer, ''), ' · ' ORDER BY d.channel, d.target) AS ways
            FROM notice_deliveries d WHERE d.notice = n.id) fares
        """;

    // What lapses names its lot, which is the operation that granted it; that one names the promo.
    private const string LotsPromo = """
        (SELECT 'promo:' || g.reference_id FROM wallet_transactions g
         WHERE g.wallet_id = t.wallet_id AND g.operation_id = t.reference_id AND g.reference_type = 'PROMO' AND g.reference_id <> '')
        """;

    // A debt is booked beside the operation that it was needed for, under that one's id. What is paid of debts is paid of all of them.
    private const string OwedFor = """
        (SELECT CASE c.reference_type WHEN 'DEPOSIT' THEN 'deposit:' WHEN 'PROMO' THEN 'promo:' ELSE 'droplet:' END || c.reference_id FROM wallet_transactions c
         WHERE c.wallet_id = t.wallet_id AND t.operation_id LIKE '%:owed' AND c.operation_id = left(t.operation_id, -5) AND c.reference_id <> '')
        """;

    private const string Customer = $$"""
        (SELECT occurred_at AS at, 'MONEY' AS kind, wallet_id || '-' || seq AS id, reference_type AS what, description AS text, amount AS amount,
                NULL AS actor, CASE WHEN reference_type = 'DEPOSIT' THEN 'deposit:' || reference_id
                                    WHEN reference_type IN ('VPS_PAYMENT', 'RENEWAL', 'PLAN_CHANGE', 'ADDON') THEN 'droplet:' || reference_id
                                    WHEN reference_type = 'REFUND' AND contra_account = 'REVENUE' THEN 'droplet:' || reference_id
                                    WHEN reference_type = 'PROMO' AND reference_id <> '' THEN 'promo:' || reference_id
                                    WHEN reference_type = 'BONUS_EXPIRY' THEN {{LotsPromo}}
                                    WHEN contra_account = 'RECEIVABLE' THEN {{OwedFor}}
                                    WHEN reference_id LIKE 'payment-case:%' THEN reference_id END AS subject,
                operation_id AS why, contra_account AS status
         FROM wallet_transactions t WHERE wallet_id = $1::uuid AND amount <> 0 AND occurred_at <= $2 ORDER BY seq DESC LIMIT $3)
        UNION ALL
        (SELECT to_timestamp(sort_at / 1000.0), 'DEPOSIT', key, 'DEPOSIT', payload ->> 'merchantRef', (payload ->> 'amount')::bigint, NULL, key, payload ->> 'review', status
         FROM grain_state WHERE state = 'deposit' AND owner = $1 AND sort_at <= floor(extract(epoch FROM $2) * 1000)::bigint ORDER BY sort_at DESC LIMIT $3)
        UNION ALL
        (SELECT min(created_at), 'SIGN_IN', family::text, upper(min(kind)), max(user_agent), NULL, NULL, NULL, max(ip), CASE WHEN bool_and(revoked_at IS NOT NULL) THEN 'ENDED' ELSE 'OPEN' END
         FROM identity.sessions WHERE user_id = $1::uuid GROUP BY family HAVING min(created_at) <= $2 ORDER BY 1 DESC LIMIT $3)
        UNION ALL
        (SELECT occurred_at, 'ADMIN', id::text, action, reason, NULL, actor, subject, 'audit:' || id, NULL
         FROM audit_log WHERE subject = ANY (ARRAY(
             SELECT unnest(ARRAY['account:' || $1, 'wallet:' || $1, 'rewards:' || $1])
             UNION ALL SELECT key FROM grain_state WHERE state = 'deposit' AND owner = $1
             UNION ALL SELECT 'payment-case:' || id FROM payment_cases WHERE user_id = $1::uuid OR credit_user = $1::uuid)) AND occurred_at <= $2 ORDER BY id DESC LIMIT $3)
        UNION ALL
        (SELECT occurred_at, 'ADMIN', id::text, action, reason, NULL, actor, subject, 'audit:' || id, NULL
         FROM audit_log WHERE action = 'notice.resent' AND detail ->> 'userId' = $1 AND occurred_at <= $2 ORDER BY id DESC LIMIT $3)
        UNION ALL
        (SELECT requested_at, 'REQUEST', id::text, kind, reason, amount, 'admin:' || requested_by, 'wallet:' || user_id, 'request:' || id, status
         FROM money_requests WHERE user_id = $1::uuid AND requested_at <= $2 ORDER BY requested_at DESC LIMIT $3)
        UNION ALL
        (SELECT n.created_at, 'NOTICE', n.id::text, n.kind, fares.ways, NULL, NULL, 'droplet:' || (n.facts ->> 'instance'), 'outbox:' || n.user_id, fares.status
         FROM (SELECT * FROM notices WHERE user_id = $1::uuid AND created_at <= $2 AND facts ->> 'instance' IS NULL AND notice_id NOT LIKE 'droplet:%' ORDER BY created_at DESC, id DESC LIMIT $3) n {{Fares}})
        """;

    // What concerns servers beyond their money: for whoever looks after them.
    private const string CustomersServers = $$"""
        (SELECT to_timestamp(sort_at / 1000.0), 'ORDER', key, 'ORDER', payload ->> 'name', -(payload #>> '{order,priceIdr}')::bigint, payload #>> '{order,actor}', key,
                payload #>> '{order,failureReason}', status
         FROM grain_state WHERE state = 'droplet' AND owner = $1 AND sort_at <= floor(extract(epoch FROM $2) * 1000)::bigint ORDER BY sort_at DESC LIMIT $3)
        UNION ALL
        (SELECT a.started_at, 'ACTION', a.instance || '/' || a.action_id, a.kind, a.message, NULL, a.actor, 'droplet:' || a.instance, a.action_id, a.status
         FROM (SELECT split_part(key, ':', 2)::uuid AS instance FROM grain_state WHERE state = 'droplet' AND owner = $1) mine
         CROSS JOIN LATERAL (SELECT * FROM instance_activity x WHERE x.instance = mine.instance AND x.started_at <= $2 ORDER BY x.started_at DESC LIMIT $3) a
         ORDER BY a.started_at DESC LIMIT $3)
        UNION ALL
        (SELECT occurred_at, 'ADMIN', id::text, action, reason, NULL, actor, subject, 'audit:' || id, NULL
         FROM audit_log WHERE subject = ANY (ARRAY(
             SELECT unnest(ARRAY[key, 'instance:' || split_part(key, ':', 2)]) FROM grain_state WHERE state = 'droplet' AND owner = $1)) AND occurred_at <= $2 ORDER BY id DESC LIMIT $3)
        UNION ALL
        (SELECT n.created_at, 'NOTICE', n.id::text, n.kind, fares.ways, NULL, NULL, 'droplet:' || (n.facts ->> 'instance'), 'outbox:' || n.user_id, fares.status
         FROM (SELECT * FROM notices WHERE user_id = $1::uuid AND created_at <= $2 AND (facts ->> 'instance' IS NOT NULL OR notice_id LIKE 'droplet:%') ORDER BY created_at DESC, id DESC LIMIT $3) n {{Fares}})
        """;

    private const string Server = $$"""
        (SELECT started_at AS at, 'ACTION' AS kind, instance || '/' || action_id AS id, kind AS what, message AS text, NULL::bigint AS amount, actor AS actor,
                (SELECT 'account:' || s.owner FROM grain_state s WHERE s.state = 'droplet' AND s.key = 'droplet:' || $1) AS subject, action_id AS why, status AS status
         FROM instance_activity WHERE instance = $1::uuid AND started_at <= $2 ORDER BY started_at DESC LIMIT $3)
        UNION ALL
        (SELECT to_timestamp(sort_at / 1000.0), 'ORDER', key, 'ORDER', payload ->> 'name', -(payload #>> '{order,priceIdr}')::bigint, payload #>> '{order,actor}', 'account:' || owner,
                payload #>> '{order,failureReason}', status
         FROM grain_state WHERE state = 'droplet' AND key = 'droplet:' || $1 AND sort_at <= floor(extract(epoch FROM $2) * 1000)::bigint)
        UNION ALL
        (SELECT t.occurred_at, 'MONEY', t.wallet_id || '-' || t.seq, t.reference_type, t.description, t.amount, NULL, 'wallet:' || t.wallet_id, t.operation_id, t.contra_account
         FROM grain_state s JOIN wallet_transactions t ON t.wallet_id = s.owner::uuid AND t.reference_id = $1 AND t.amount <> 0
         WHERE s.state = 'droplet' AND s.key = 'droplet:' || $1 AND t.occurred_at <= $2 ORDER BY t.seq DESC LIMIT $3)
        UNION ALL
        (SELECT occurred_at, 'ADMIN', id::text, action, reason, NULL, actor, subject, 'audit:' || id, NULL
         FROM audit_log WHERE subject IN ('instance:' || $1, 'droplet:' || $1) AND occurred_at <= $2 ORDER BY id DESC LIMIT $3)
        UNION ALL
        (SELECT n.created_at, 'NOTICE', n.id::text, n.kind, fares.ways, NULL, NULL, NULL, 'outbox:' || n.user_id, fares.status
         FROM (SELECT t.* FROM grain_state s JOIN notices t ON t.user_id = s.owner::uuid AND t.notice_id >= 'droplet:' || $1 || ':' AND t.notice_id < 'droplet:' || $1 || ';'
               WHERE s.state = 'droplet' AND s.key = 'droplet:' || $1 AND t.created_at <= $2 ORDER BY t.created_at DESC, t.id DESC LIMIT $3) n {{Fares}})
        """;

    /// <summary>A customer's.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="servers">Also what happened to their servers; false leaves of these only the money.</param>
    /// <param name="limit">At most so many rows.</param>
    /// <param name="cursor">From the page before; null for the first.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<TimelinePage> OfCustomerAsync(Guid user, bool servers, int limit, string? cursor = null, CancellationToken cancellation = default) =>
        ReadAsync(servers ? $"{Customer} UNION ALL {CustomersServers}" : Customer, user, limit, cursor, cancellation);

    /// <summary>A server's.</summary>
    public Task<TimelinePage> OfServerAsync(Guid instance, int limit, string? cursor = null, CancellationToken cancellation = default) =>
        ReadAsync(Server, instance, limit, cursor, cancellation);

    private async Task<TimelinePage> ReadAsync(string branches, Guid whose, int limit, string? cursor, CancellationToken cancellation)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        var (moment, shown) = Position(cursor);
        await using var command = sources.Queries.CreateCommand($"SELECT * FROM ({branches}) t ORDER BY at DESC, kind, id OFFSET $4 LIMIT $5");
        command.Parameters.Add(new() { Value = whose.ToString("D") });
        command.Parameters.Add(new() { Value = moment });
        // One more than asked says whether there is more.
        command.Parameters.Add(new() { Value = limit + 1 + shown });
        command.Parameters.Add(new() { Value = shown });
        command.Parameters.Add(new() { Value = limit + 1 });
        var rows = new List<TimelineRow>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            rows.Add(new TimelineRow(
                row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetString(2), row.GetString(3), Text(row, 4), row.IsDBNull(5) ? null : row.GetInt64(5),
                Text(row, 6), Text(row, 7), Text(row, 8), Text(row, 9)));
        }

        if (rows.Count <= limit) return new TimelinePage(rows, null);
        rows.RemoveAt(limit);
        var last = rows[^1].At;
        var here = rows.Count(one => one.At == last) + (last.UtcDateTime == moment ? shown : 0);
        return new TimelinePage(rows, string.Create(CultureInfo.InvariantCulture, $"{last.UtcTicks}.{here}"));
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    // A page's last moment, and how many rows of that moment were shown: an order and its first action share one, and a page may end between them.
    private static (DateTime Moment, int Shown) Position(string? cursor)
    {
        if (cursor?.Split('.') is [var ticks, var shown]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var moment) && moment <= DateTime.MaxValue.Ticks
            && int.TryParse(shown, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostOfAMoment)
            return (new DateTime(moment, DateTimeKind.Utc), count);
        return (new DateTime(9999, 1, 1, 0, 0, 0, DateTimeKind.Utc), 0);
    }

    // A cursor made up by a caller does not make the database read more than this.
    private const int MostOfAMoment = 10_000;
}
