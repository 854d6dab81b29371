namespace Webrana.Data.Wallets;

/// <summary>
/// One account of the books, in rupiah, with what its own records say it should be. The net is debit − credit; wallets and holds are what we
/// owe to customers, hence credits.
/// </summary>
/// <param name="SubledgerIdr">What the account's independent subledger says the net is.</param>
/// <param name="InFlightIdr">
/// Rows whose business object has stored the intent and not yet the outcome: the wallet is always written first, and a snapshot may fall
/// between the two. Each is found by its own operation id, so nothing else hides here; it is settled within moments, or after a crash by the
/// sweeper.
/// </param>
public sealed record BookAccount(string Account, long DebitIdr, long CreditIdr, long SubledgerIdr, long InFlightIdr)
{
    /// <summary>What the rows say beyond what the subledger and the work in flight explain. Zero, or somebody must look.</summary>
    public long DifferenceIdr => DebitIdr - CreditIdr - InFlightIdr - SubledgerIdr;
}

/// <summary>All accounts of the books from one snapshot. Debits equal credits by construction; what proves something are the differences.</summary>
public sealed record TrialBalance(IReadOnlyList<BookAccount> Accounts)
{
    /// <summary>True when every account agrees with its subledger.</summary>
    public bool IsBalanced => Accounts.All(account => account.DifferenceIdr == 0);
}

/// <summary>
/// The statement behind <see cref="TrialBalance"/>. It reads all rows and, for once, payloads of grain states: a report for an admin that
/// scans on purpose, never a list or a lookup (those have their plain columns).
/// </summary>
internal static class TrialBalanceStatement
{
    public const string Sql = """
        WITH books AS (
            SELECT contra_account AS account, sum(greatest(amount, 0)) AS debit, sum(greatest(-amount, 0)) AS credit
            FROM wallet_transactions WHERE amount <> 0 GROUP BY 1
            UNION ALL SELECT 'WALLETS', 0, coalesce(sum(amount - held_change), 0) FROM wallet_transactions
            UNION ALL SELECT 'HOLDS', 0, coalesce(sum(held_change), 0) FROM wallet_transactions),

        payment AS MATERIALIZED (
            SELECT split_part(d.key, ':', 2) AS id, (d.payload ->> 'owner')::uuid AS owner, p ->> 'reference' AS reference, p ->> 'stage' AS stage,
                   coalesce((p ->> 'credited')::bigint, 0) AS credited, coalesce((p ->> 'reversed')::bigint, 0) AS reversed
            FROM grain_state d CROSS JOIN LATERAL jsonb_array_elements(d.payload -> 'payments') p
            WHERE d.state = 'deposit' AND d.payload IS NOT NULL),
        server AS MATERIALIZED (
            SELECT split_part(s.key, ':', 2) AS id, (s.payload #>> '{order,owner}')::uuid AS owner,
                   'order:' || split_part(s.key, ':', 2) || coalesce(':' || nullif(s.payload ->> 'turns', '0'), '') AS order_hold, (s.payload #>> '{order,priceIdr}')::bigint AS price,
                   s.payload ->> 'hold' AS hold, s.payload ->> 'phase' AS phase, s.payload #>> '{renewing,period}' AS renewing,
                   s.payload #> '{renewing,addons}' AS addons, s.payload #>> '{hibernation,restores}' AS restores,
                   s.payload #>> '{hibernation,restore,period}' AS restoring,
                   -- What it says was charged less given back; an older record knows price and periods only.
                   coalesce((s.payload ->> 'chargedIdr')::bigint,
                            (s.payload #>> '{order,priceIdr}')::bigint * coalesce((s.payload #>> '{subscription,paidPeriod}')::bigint, 0)) AS charged,
                   s.payload #>> '{planChange,id}' AS change, s.payload #>> '{planChange,hold}' AS change_hold,
                   greatest(coalesce((s.payload #>> '{planChange,differenceIdr}')::bigint, 0), 0) AS change_idr, s.payload -> 'returning' AS refunds,
                   s.payload #> '{termination,addons}' AS last_addons
            FROM grain_state s WHERE s.state = 'droplet' AND s.payload #>> '{order,owner}' IS NOT NULL),
        usage AS MATERIALIZED (
            SELECT u.subject_id, u.user_id, 'promo:' || u.promo_id || ':' || u.subject_id AS operation_id, u.amount, u.stage, u.kept, u.taken_back_at,
                   t.seq AS taken_back_by
            FROM promo_usages u LEFT JOIN wallet_transactions t
              ON u.stage = 4 AND t.wallet_id = u.user_id AND t.operation_id = 'take-back:promo:' || u.promo_id || ':' || u.subject_id),
        adjustment AS MATERIALIZED (
            SELECT detail ->> 'operation' AS operation_id, split_part(subject, ':', 2)::uuid AS wallet_id,
                   max((detail ->> 'amount')::bigint) AS amount, bool_or(action = 'wallet.adjusted') AS done
            FROM audit_log WHERE action IN ('wallet.adjustment_requested', 'wallet.adjusted') GROUP BY 1, 2),

        subledger AS (
            -- What deposits were credited, and what the payment desk credited that no deposit explains.
            SELECT 'GATEWAY' AS account, coalesce(sum(credited - reversed), 0)
                   + coalesce((SELECT sum(c.credited) FROM payment_cases c WHERE c.resolution = 'CREDIT' AND c.status = 'RESOLVED'), 0) AS figure FROM payment
            UNION ALL SELECT 'REVENUE', coalesce(-sum(charged), 0) FROM server
            UNION ALL SELECT 'HOLDS', coalesce(-sum(price) FILTER (WHERE hold = 'Held'), 0) - coalesce(sum(change_idr) FILTER (WHERE change_hold = 'Held'), 0) FROM server
            -- Given, less what has lapsed of it; a bonus taken back with its deposit comes to nothing however it was spent, a reward to what was
            -- left to its owner. What a refunded purchase brings back to its lot after that was paid for by the debt or left, and lapses like any other.
            UNION ALL SELECT 'PROMO_EXPENSE', coalesce(sum(CASE stage WHEN 2 THEN amount ELSE kept END) FILTER (WHERE stage IN (2, 4)), 0)
                             + coalesce((SELECT sum(t.amount) FROM wallet_transactions t
                                         WHERE t.kind = 7 AND NOT EXISTS (
                                             SELECT FROM usage u WHERE u.stage = 4 AND u.operation_id = t.reference_id
                                                                   AND CASE WHEN u.taken_back_by IS NULL THEN t.occurred_at <= coalesce(u.taken_back_at, 'infinity')
                                                                            ELSE t.seq < u.taken_back_by END)), 0)
                      FROM usage
            UNION ALL SELECT 'PAYOUT', coalesce(-sum(amount) FILTER (WHERE status = 'DONE'), 0) FROM money_requests WHERE kind = 'PAYOUT'
            UNION ALL SELECT 'RECEIVABLE', coalesce(sum(debt), 0) FROM wallets
            UNION ALL SELECT 'ADJUSTMENT', coalesce(sum(amount) FILTER (WHERE done), 0) FROM adjustment
            UNION ALL SELECT 'WALLETS', coalesce(-sum(balance - held), 0) FROM wallets),

        -- By operation id: what a business object has begun and not yet stored the outcome of.
        begun AS (
            SELECT 'GATEWAY' AS account, owner AS wallet_id, 'tripay:' || reference AS operation_id FROM payment WHERE stage = 'Confirmed' AND credited = 0
            UNION ALL SELECT 'GATEWAY', owner, 'refund:' || reference FROM payment WHERE credited > reversed
            UNION ALL SELECT 'GATEWAY', credit_user, 'tripay:' || reference FROM payment_cases WHERE status = 'CREDITING'
            UNION ALL SELECT 'PAYOUT', user_id, 'payout:' || id FROM money_requests WHERE kind = 'PAYOUT' AND status = 'APPROVED'
            UNION ALL SELECT 'REVENUE', owner, 'order:' || id || ':capture' FROM server WHERE hold = 'Held'
            UNION ALL SELECT 'REVENUE', owner, 'renew:' || id || ':' || renewing FROM server WHERE renewing IS NOT NULL
            UNION ALL SELECT 'REVENUE', owner, 'plan-change:' || id || ':' || change || ':capture' FROM server WHERE change_hold = 'Held'
            UNION ALL SELECT 'REVENUE', owner, 'refund:' || (item ->> 'operation') || ':' || (refunds ->> 'purpose')
                      FROM server, LATERAL jsonb_array_elements(CASE jsonb_typeof(refunds) WHEN 'object' THEN refunds -> 'items' ELSE '[]' END) item
            UNION ALL SELECT 'HOLDS', owner, 'plan-change:' || id || ':' || change || ':hold' FROM server WHERE change_hold = 'None'
            UNION ALL SELECT 'HOLDS', owner, 'plan-change:' || id || ':' || change || ':' || word
                      FROM server, unnest(ARRAY['capture', 'release']) word WHERE change_hold = 'Held'
            UNION ALL SELECT 'REVENUE', owner, a ->> 'operationId' FROM server, jsonb_array_elements(addons) a WHERE renewing IS NOT NULL AND jsonb_typeof(addons) = 'array'
            UNION ALL SELECT 'REVENUE', owner, a ->> 'operationId' FROM server, jsonb_array_elements(CASE jsonb_typeof(last_addons) WHEN 'array' THEN last_addons ELSE '[]' END) a
            UNION ALL SELECT 'REVENUE', owner, 'renew:' || id || ':' || restoring FROM server WHERE restoring IS NOT NULL AND hold = 'Held'
            UNION ALL SELECT 'HOLDS', owner, 'restore:' || id || ':' || restoring || ':' || restores || ':hold' FROM server WHERE restoring IS NOT NULL AND phase = 'Hibernated'
            UNION ALL SELECT 'HOLDS', owner, 'renew:' || id || ':' || restoring FROM server WHERE restoring IS NOT NULL AND hold = 'Held'
            UNION ALL SELECT 'HOLDS', owner, 'restore:' || id || ':' || restoring || ':' || restores || ':release' FROM server WHERE restoring IS NOT NULL AND hold = 'Held'
            UNION ALL SELECT 'HOLDS', owner, order_hold || ':' || word FROM server, unnest(ARRAY['hold', 'release']) word WHERE hold = 'None' AND phase = 'Ordering'
            UNION ALL SELECT 'HOLDS', owner, 'order:' || id || ':capture' FROM server WHERE hold = 'Held'
            UNION ALL SELECT 'HOLDS', owner, order_hold || ':release' FROM server WHERE hold = 'Held'
            UNION ALL SELECT 'PROMO_EXPENSE', user_id, operation_id FROM usage WHERE stage = 1
            UNION ALL SELECT 'PROMO_EXPENSE', p.owner, 'refund:' || p.reference || ':' || word
                      FROM payment p JOIN usage u ON u.subject_id = p.id AND u.stage = 2, unnest(ARRAY['bonus', 'spent']) word WHERE p.stage = 'Refunded'
            UNION ALL SELECT 'PROMO_EXPENSE', u.user_id, 'take-back:' || u.operation_id || word
                      FROM usage u JOIN grain_state r ON r.state = 'rewards' AND r.key = 'rewards:' || split_part(u.subject_id, ':', 2),
                           unnest(ARRAY['', ':spent']) word
                      WHERE u.stage = 2 AND split_part(u.subject_id, ':', 1) IN ('referral', 'referee') AND r.payload #>> '{referral,stage}' = 'TakenBack'
            UNION ALL SELECT 'ADJUSTMENT', wallet_id, operation_id FROM adjustment WHERE NOT done),
        flight AS (
            SELECT b.account, sum(CASE b.account WHEN 'HOLDS' THEN -t.held_change ELSE t.amount END) AS figure
            FROM begun b JOIN wallet_transactions t ON t.wallet_id = b.wallet_id AND t.operation_id = b.operation_id GROUP BY 1)

        SELECT account, coalesce(b.debit, 0)::bigint, coalesce(b.credit, 0)::bigint, coalesce(s.figure, 0)::bigint, coalesce(f.figure, 0)::bigint
        FROM books b FULL JOIN subledger s USING (account) FULL JOIN flight f USING (account)
        ORDER BY account COLLATE "C"
        """;
}
