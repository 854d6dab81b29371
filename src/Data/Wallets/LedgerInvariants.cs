namespace Webrana.Data.Wallets;

/// <summary>A broken promise, with the wallets (at most 20) that break it.</summary>
public sealed record BrokenInvariant(string Name, long Count, IReadOnlyList<Guid> Examples);

/// <summary>
/// The ledger's invariants in SQL (reliability I1-I3), each from one snapshot. Empty = every promise is kept. Run after every fault test,
/// after every benchmark round, and nightly.
/// </summary>
public sealed class LedgerInvariants(DataSources sources)
{
    internal static readonly (string Name, string Sql)[] Checks =
    [
        // I1: the balance is the sum of its rows, and the version is the last row's number.
        ("balance_is_sum_of_rows", """
            SELECT w.wallet_id FROM wallets w
            LEFT JOIN (SELECT wallet_id, sum(amount) AS amount, sum(held_change) AS held, max(seq) AS seq, count(*) AS rows
                       FROM wallet_transactions GROUP BY wallet_id) t USING (wallet_id)
            WHERE w.balance <> coalesce(t.amount, 0) OR w.held <> coalesce(t.held, 0)
               OR w.version <> coalesce(t.seq, 0) OR w.version <> coalesce(t.rows, 0)
            """),
        // I1: each row continues the one before it, from 1 on, without gaps.
        ("chain_is_unbroken", """
            SELECT c.wallet_id FROM (
                SELECT wallet_id, seq, balance_after - amount AS balance_before, held_after - held_change AS held_before,
                       lag(seq, 1, 0::bigint) OVER chain AS seq0, lag(balance_after, 1, 0::bigint) OVER chain AS balance0,
                       lag(held_after, 1, 0::bigint) OVER chain AS held0
                FROM wallet_transactions WINDOW chain AS (PARTITION BY wallet_id ORDER BY seq)) c
            WHERE c.seq <> c.seq0 + 1 OR c.balance_before <> c.balance0 OR c.held_before <> c.held0
            """),
        ("rows_have_a_wallet", """
            SELECT DISTINCT t.wallet_id FROM wallet_transactions t WHERE NOT EXISTS (SELECT FROM wallets w WHERE w.wallet_id = t.wallet_id)
            """),
        // Every row that moved money has had its paper decided, or waits for it: numbers run without gaps, and no row has two.
        ("papers_have_no_gaps", """
            SELECT wallet_id FROM (SELECT wallet_id, number, row_number() OVER (PARTITION BY year ORDER BY number) AS place FROM papers) p WHERE number <> place
            """),
        // By sets: the queue is empty nearly always, and with figures from then the planner would look through all of it for each row of the ledger.
        ("sales_and_top_ups_have_papers", """
            SELECT wallet_id FROM (
                SELECT wallet_id, seq FROM wallet_transactions
                WHERE amount <> 0 AND ((kind IN (1, 10) AND contra_account = 'GATEWAY') OR (kind IN (1, 2, 5, 8) AND contra_account = 'REVENUE'))
                EXCEPT
                (SELECT wallet_id, seq FROM papers UNION ALL SELECT wallet_id, seq FROM ledger_queue)) unprinted
            """),
        // I3: nothing is owed and nothing is held that is not there.
        ("nothing_is_negative", """
            SELECT wallet_id FROM wallets WHERE balance < 0 OR held < 0 OR held > balance
            """),
        // What is held is what the open holds say, and lots are part of what is not held.
        ("holds_and_lots_add_up", """
            SELECT w.wallet_id FROM wallets w
            WHERE w.held <> coalesce((SELECT sum((h->>'amount')::bigint) FROM jsonb_array_elements(w.holds) h), 0)
               OR w.balance - w.held < coalesce((SELECT sum((l->>'remaining')::bigint) FROM jsonb_array_elements(w.lots) l), 0)
            """),
        // What is owed is what was lent and not yet paid back, and nobody owes who has ordinary money to pay with.
        ("debt_is_sum_of_its_rows", """
            SELECT w.wallet_id FROM wallets w
            LEFT JOIN (SELECT wallet_id, sum(amount) AS amount FROM wallet_transactions WHERE contra_account = 'RECEIVABLE' GROUP BY wallet_id) t USING (wallet_id)
            WHERE w.debt <> coalesce(t.amount, 0)
               OR (w.debt > 0 AND w.balance - w.held > coalesce((SELECT sum((l->>'remaining')::bigint) FROM jsonb_array_elements(w.lots) l), 0))
            """),
    ];

    /// <summary>Names of all checks, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Checks.Select(check => check.Name)];

    /// <summary>Runs every check.</summary>
    public async Task<IReadOnlyList<BrokenInvariant>> CheckAsync(CancellationToken cancellation = default)
    {
        var broken = new List<BrokenInvariant>();
        foreach (var (name, sql) in Checks)
        {
            await using var command = sources.Queries.CreateCommand(
                $"WITH broken AS MATERIALIZED ({sql}) SELECT count(*), (SELECT array_agg(b.wallet_id) FROM (SELECT wallet_id FROM broken LIMIT 20) b) FROM broken");
            command.CommandTimeout = 600;
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            if (reader.GetInt64(0) is > 0 and var count) broken.Add(new BrokenInvariant(name, count, reader.GetFieldValue<Guid[]>(1)));
        }

        return broken;
    }
}
