using System.Data;
using Npgsql;

namespace Webrana.Data.Desk;

/// <summary>What all wallets hold, in rupiah.</summary>
/// <param name="BalanceIdr">All money, bonus and held included: what we owe to customers.</param>
/// <param name="HeldIdr">Of it set aside for open orders.</param>
/// <param name="BonusIdr">Of it bonus, held shares included: what is held is not spent. A lot that lapsed counts until its lapse is booked.</param>
/// <param name="DebtIdr">What customers owe us.</param>
public sealed record WalletTotals(long BalanceIdr, long HeldIdr, long BonusIdr, long DebtIdr);

public sealed partial class ReportQueries
{
    private const string HeldNow = """
        SELECT coalesce(sum(balance), 0)::bigint, coalesce(sum(held), 0)::bigint,
               coalesce(sum((SELECT sum((l ->> 'remaining')::bigint) FROM jsonb_array_elements(lots) l)), 0)::bigint
                   + coalesce(sum((SELECT sum((l ->> 'remaining')::bigint) FROM jsonb_array_elements(holds) h, jsonb_array_elements(h -> 'lots') l)), 0)::bigint,
               coalesce(sum(debt), 0)::bigint
        FROM wallets
        """;

    // Kinds are LedgerKind's: 3 grants bonus; 2 and 5 spend it, 8 gives it back; 7 and 9 let it lapse or take it back. A row names the lot shares that
    // it moved. Holds and releases move no money, and bonus that is held is bonus still.
    // Reckoned back from what is there now: a period ends with that less all that moved since. So nothing before $1 is read, however old the
    // ledger is, and BRIN finds the rest by time; rows after $2 are read for their sums alone.
    // Every period that has begun by $6 has its row, moved or not: each closing is the next one's opening, and a gap would read as a fault. What moved
    // stands there whatever our clock says, which is why this joins both ways.
    private const string HeldByPeriod = $"""
        WITH asked AS (
            SELECT to_char(starts, {PeriodFormat}) AS period
            FROM generate_series(
                date_trunc($3, $1 AT TIME ZONE 'Asia/Jakarta'), (least($2, $6) AT TIME ZONE 'Asia/Jakarta') - interval '1 microsecond',
                ('1 ' || $3)::interval) starts
            WHERE $1 < $6),
        moved AS (
            SELECT CASE WHEN occurred_at < $2 THEN {Bucket} END AS period, sum(amount)::bigint AS net,
                   coalesce(sum(amount) FILTER (WHERE contra_account = 'GATEWAY'), 0)::bigint AS received,
                   coalesce(-sum(amount) FILTER (WHERE contra_account = 'REVENUE'), 0)::bigint AS spent,
                   coalesce(sum(amount) FILTER (WHERE contra_account = 'PROMO_EXPENSE'), 0)::bigint AS promos,
                   coalesce(sum(amount) FILTER (WHERE contra_account IN ('ADJUSTMENT', 'RECEIVABLE')), 0)::bigint AS corrected,
                   coalesce(-sum(amount) FILTER (WHERE contra_account = 'PAYOUT'), 0)::bigint AS paid_out,
                   coalesce(sum(share) FILTER (WHERE kind = 3), 0)::bigint AS bonus_given,
                   coalesce(sum(CASE kind WHEN 8 THEN -share ELSE share END) FILTER (WHERE kind IN (2, 5, 8)), 0)::bigint AS bonus_spent,
                   coalesce(sum(share) FILTER (WHERE kind IN (7, 9)), 0)::bigint AS bonus_lapsed
            FROM wallet_transactions
            CROSS JOIN LATERAL (SELECT coalesce(sum((l ->> 'remaining')::bigint), 0)::bigint AS share FROM jsonb_array_elements(lots) l) lot
            WHERE amount <> 0 AND occurred_at >= $1 GROUP BY 1)
        SELECT period, coalesce(received, 0) AS received, coalesce(spent, 0) AS spent, coalesce(promos, 0) AS promos, coalesce(corrected, 0) AS corrected,
               coalesce(paid_out, 0) AS "paidOut", coalesce(bonus_given, 0) AS "bonusGiven", coalesce(bonus_spent, 0) AS "bonusSpent",
               coalesce(bonus_lapsed, 0) AS "bonusLapsed", balance - bonus AS cash, bonus, balance
        FROM (SELECT *, ($4 - coalesce(sum(net) OVER later, 0))::bigint AS balance,
                     ($5 - coalesce(sum(bonus_given - bonus_spent - bonus_lapsed) OVER later, 0))::bigint AS bonus
              FROM asked FULL JOIN moved USING (period)
              WINDOW later AS (ORDER BY period DESC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) held
        WHERE period IS NOT NULL ORDER BY period
        """;

    /// <summary>
    /// What customers hold with us: what came in, what left, how much of it was bonus, and what we owe at the end of each period, whether money moved
    /// in it or not; a period that has not begun by <paramref name="now"/> has no row. With it what all wallets hold, from the same snapshot: where the
    /// span reaches the present, its last period ends with just that.
    /// </summary>
    public async Task<(ReportTable Periods, WalletTotals Now)> LiabilityAsync(
        DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, ReportStep step, CancellationToken cancellation = default)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var held = await WalletsAsync(connection, cancellation);
        await using var command = new NpgsqlCommand(HeldByPeriod, connection);
        return (await TableAsync(command, [from.UtcDateTime, to.UtcDateTime, Word(step), held.BalanceIdr, held.BonusIdr, now.UtcDateTime], cancellation), held);
    }

    private static async Task<WalletTotals> WalletsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(HeldNow, connection) { CommandTimeout = 120 };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new WalletTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));
    }
}
