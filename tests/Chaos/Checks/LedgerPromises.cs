namespace Webrana.Chaos.Checks;

/// <summary>
/// What must hold in the database after every fault, asked in SQL of our own so that a mistake in the product's queries cannot hide a
/// mistake in its books. Each query counts offenders.
/// </summary>
public static class LedgerPromises
{
    public static IReadOnlyList<(string Name, string CountOffenders)> All { get; } =
    [
        ("I1: a balance is the sum of its rows", """
            select count(*) from wallets w
            where w.balance <> coalesce((select sum(t.amount) from wallet_transactions t where t.wallet_id = w.wallet_id), 0)
               or w.held <> coalesce((select sum(t.held_change) from wallet_transactions t where t.wallet_id = w.wallet_id), 0)
               or w.version <> coalesce((select max(t.seq) from wallet_transactions t where t.wallet_id = w.wallet_id), 0)
            """),
        ("I1: the chain of rows is unbroken", """
            select count(*) from (
                select t.seq, t.amount, t.held_change, t.balance_after, t.held_after,
                       lag(t.seq, 1, 0::bigint) over own as seq_before,
                       lag(t.balance_after, 1, 0::bigint) over own as balance_before,
                       lag(t.held_after, 1, 0::bigint) over own as held_before
                from wallet_transactions t window own as (partition by t.wallet_id order by t.seq)) c
            where c.seq <> c.seq_before + 1
               or c.balance_after <> c.balance_before + c.amount
               or c.held_after <> c.held_before + c.held_change
            """),
        ("I3: nothing is below zero", "select count(*) from wallets where balance < 0 or held < 0 or held > balance"),
        ("I4: an operation moves money once", """
            select count(*) from (
                select wallet_id, operation_id from wallet_transactions group by wallet_id, operation_id having count(*) > 1) d
            """),
        ("I5: a gateway reference credits once, and what was asked", """
            select count(*) from (
                select t.operation_id from wallet_transactions t where t.operation_id like 'tripay:%'
                group by t.operation_id having count(*) > 1) d
            """),
        ("I5: a deposit and the ledger agree on what was credited", """
            select count(*) from grain_state s
            where s.state = 'deposit' and (
                (s.payload->>'credited')::bigint <> coalesce((
                    select sum(t.amount) from wallet_transactions t
                    where t.reference_type = 'DEPOSIT' and t.reference_id = split_part(s.key, ':', 2)), 0)
                or (s.status = 'PAID' and (s.payload->>'credited')::bigint < (s.payload->>'amount')::bigint))
            """),
        ("I6: a promo gave what its usages say, to each at most as often as allowed", """
            select count(*) from (
                select u.promo_id from promo_usages u
                where u.stage = 2 and u.amount <> coalesce((
                    select sum(t.amount) from wallet_transactions t
                    where t.wallet_id = u.user_id and t.operation_id = 'promo:' || u.promo_id || ':' || u.subject_id), 0)
                union all
                select c.promo_id from promo_counters c
                where c.used <> (select count(*) from promo_usages u where u.promo_id = c.promo_id and u.stage in (1, 2, 4))) d
            """),
        ("I7: one charge per server and period", """
            select count(*) from (
                select operation_id from wallet_transactions where operation_id like 'renew:%' group by operation_id having count(*) > 1) d
            """),
        ("I9: nothing is captured for a server that never was", """
            select count(*) from wallet_transactions t join grain_state s on s.state = 'droplet' and s.key = 'droplet:' || split_part(t.operation_id, ':', 2)
            where t.operation_id like 'order:%:capture' and s.payload->>'phase' = 'Failed'
            """),
        ("I9: a hold is captured or released, never both", """
            select count(*) from (
                select wallet_id, hold_id from wallet_transactions
                where operation_id like 'order:%:capture' or operation_id like 'order:%:release'
                group by 1, 2 having count(*) > 1) d
            """),
    ];
}
