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
    private const string HeldByPeriod = $"""
        SELECT period, received, spent, promos, corrected, paid_out AS "paidOut", bonus_given AS "bonusGiven", bonus_spent AS "bonusSpent", bonus_lapsed AS "bonusLapsed",
               balance - bonus AS cash, bonus, balance
        FROM (SELECT b.*, ($4 - coalesce(sum(net) OVER later, 0))::bigint AS balance,
                     ($5 - coalesce(sum(bonus_given - bonus_spent - bonus_lapsed) OVER later, 0))::bigint AS bonus
              FROM (SELECT CASE WHEN occurred_at < $2 THEN {Bucket} END AS period, sum(amount)::bigint AS net,
                           coalesce(sum(amount) FILTER (WHERE contra_account = 'GATEWAY'), 0)::bigint AS received,
                           coalesce(-sum(amount) FILTER (WHERE contra_account = 'REVENUE'), 0)::bigint AS spent,
                           coalesce(sum(amount) FILTER (WHERE contra_account = 'PROMO_EXPENSE'), 0)::bigint AS promos,
                           coalesce(sum(amount) FILTER (WHERE contra_account IN ('ADJUSTMENT', 'RECEIVABLE')), 0)::bigint AS corrected,
                           coalesce(-sum(amount) FILTER (WHERE contra_account = 'PAYOUT'), 0)::bigint AS paid_out,
                           coalesce(sum(share) FILTER (WHERE kind = 3), 0)::bigint AS bonus_given,
                           coalesce(sum(CASE kind WHEN 8 THEN -share ELSE share END) FILTER (WHERE kind IN (2, 5, 8)), 0)::bigint AS bonus_spent,
                           coalesce(sum(share) FILTER (WHERE kind IN (7, 9)), 0)::bigint AS bonus_lapsed
                    FROM wallet_transactions
                    CROSS JOIN LATERAL (SELECT coalesce(sum((l ->> 'remaining')::bigint), 0)::bigint AS share FROM jsonb_array_elements(lots) l) moved
                    WHERE amount <> 0 AND occurred_at >= $1 GROUP BY 1) b
              WINDOW later AS (ORDER BY period DESC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) c
        WHERE period IS NOT NULL ORDER BY period
        """;

    /// <summary>
    /// What customers hold with us: what came in, what left, how much of it was bonus, and what we owe at the end of each period; with it what all wallets
    /// hold now, from the same snapshot: the last period that moved ends with just that.
    /// </summary>
    public async Task<(ReportTable Periods, WalletTotals Now)> LiabilityAsync(
        DateTimeOffset from, DateTimeOffset to, ReportStep step, CancellationToken cancellation = default)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var now = await WalletsAsync(connection, cancellation);
        await using var command = new NpgsqlCommand(HeldByPeriod, connection);
        return (await TableAsync(command, [from.UtcDateTime, to.UtcDateTime, Word(step), now.BalanceIdr, now.BonusIdr], cancellation), now);
    }

    private static async Task<WalletTotals> WalletsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(HeldNow, connection) { CommandTimeout = 120 };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new WalletTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));
    }
}
