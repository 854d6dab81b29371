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
        // I7: the periods that were charged are the periods that a server says are paid; period 1 is the order's own capture.
        ("renewals_are_the_paid_periods", """
            SELECT s.key AS id
            FROM (SELECT key, split_part(key, ':', 2) AS instance, (payload->'subscription'->>'paidPeriod')::int AS paid, payload->'renewing' AS renewing
                  FROM grain_state WHERE state = 'droplet' AND payload->>'subscription' IS NOT NULL) s
            LEFT JOIN (SELECT reference_id, count(*) AS charges, max(occurred_at) AS last
                       FROM wallet_transactions WHERE operation_id LIKE 'renew:%' GROUP BY reference_id) r ON r.reference_id = s.instance
            WHERE s.paid - 1 <> coalesce(r.charges, 0) AND coalesce(r.last, '-infinity') < $1 AND coalesce(jsonb_typeof(s.renewing), 'null') = 'null'
            """),
        ("period_is_charged_once", """
            SELECT operation_id AS id FROM wallet_transactions WHERE operation_id LIKE 'renew:%' AND $1::timestamptz IS NOT NULL
            GROUP BY operation_id HAVING count(*) > 1
            """),
        // What a server says it has brought in is what was booked for it: periods and add-ons, less what was given back.
        ("server_agrees_with_ledger", """
            SELECT s.key AS id
            FROM (SELECT key, split_part(key, ':', 2) AS instance, payload->'renewing' AS renewing, payload->>'hold' AS hold,
                         coalesce((payload->>'chargedIdr')::bigint,
                                  (payload->'order'->>'priceIdr')::bigint * coalesce((payload->'subscription'->>'paidPeriod')::bigint, 0)) AS revenue
                  FROM grain_state WHERE state = 'droplet' AND payload->'order'->>'priceIdr' IS NOT NULL) s
            LEFT JOIN (SELECT reference_id, sum(amount) AS amount, max(occurred_at) AS last
                       FROM wallet_transactions WHERE contra_account = 'REVENUE' GROUP BY reference_id) r ON r.reference_id = s.instance
            WHERE s.revenue <> -coalesce(r.amount, 0) AND coalesce(r.last, '-infinity') < $1
              AND coalesce(jsonb_typeof(s.renewing), 'null') = 'null' AND coalesce(s.hold, '') <> 'Held'
            """),
        // I9: what is held is held for an order that is open.
        ("hold_has_an_open_order", """
            SELECT h.hold->>'id' AS id
            FROM (SELECT wallet_id, jsonb_array_elements(holds) AS hold FROM wallets WHERE held > 0) h
            JOIN wallet_transactions t ON t.wallet_id = h.wallet_id AND t.operation_id = (h.hold->>'id') || ':hold'
            LEFT JOIN grain_state s ON s.state = 'droplet' AND s.key = 'droplet:' || split_part(h.hold->>'id', ':', 2)
            WHERE t.occurred_at < $1 AND coalesce(s.payload->>'hold', '') <> 'Held'
            """),
        // I9: an order that says its money is held finds it there.
        ("open_order_has_its_hold", """
            SELECT s.key AS id FROM grain_state s
            WHERE s.state = 'droplet' AND s.payload->>'hold' = 'Held' AND NOT EXISTS (
                SELECT FROM wallet_transactions t
                WHERE t.wallet_id = (s.payload->'order'->>'owner')::uuid AND t.operation_id = 'order:' || split_part(s.key, ':', 2) || ':hold')
              AND to_timestamp((s.payload->'order'->>'createdAt')::bigint / 1000.0) < $1
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
