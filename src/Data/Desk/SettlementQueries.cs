namespace Webrana.Data.Desk;

/// <summary>A credit of one payment of the gateway.</summary>
/// <param name="OnDay">It was booked on the day asked for.</param>
/// <param name="GivenBack">The gateway took the payment back, and it left the wallet again.</param>
public sealed record GatewayCredit(string Reference, long AmountIdr, bool OnDay, bool GivenBack);

/// <summary>The ledger's side of a settlement.</summary>
public sealed class SettlementQueries(DataSources sources)
{
    /// <summary>Credits of these references whenever they were booked, and all of the gateway's that were booked on the day. A report: it scans the day.</summary>
    public async Task<IReadOnlyList<GatewayCredit>> CreditsAsync(
        IReadOnlyList<string> references, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT substr(t.operation_id, 8), sum(t.amount)::bigint, bool_or(t.occurred_at >= $2 AND t.occurred_at < $3),
                   bool_or(EXISTS (SELECT FROM wallet_transactions r WHERE r.wallet_id = t.wallet_id AND r.operation_id = 'refund:' || substr(t.operation_id, 8)))
            FROM wallet_transactions t
            WHERE t.contra_account = 'GATEWAY' AND t.operation_id LIKE 'tripay:%'
              -- Nothing is credited before it is paid; a day for clocks. The alarm asks this some times a day, and the ledger grows.
              AND t.occurred_at >= $2 - interval '1 day'
              AND (t.operation_id = ANY($1) OR (t.occurred_at >= $2 AND t.occurred_at < $3))
            GROUP BY 1
            """);
        command.CommandTimeout = 120;
        command.Parameters.Add(new() { Value = references.Select(reference => $"tripay:{reference}").ToArray() });
        command.Parameters.Add(new() { Value = from.UtcDateTime });
        command.Parameters.Add(new() { Value = to.UtcDateTime });
        var credits = new List<GatewayCredit>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) credits.Add(new GatewayCredit(row.GetString(0), row.GetInt64(1), row.GetBoolean(2), row.GetBoolean(3)));
        return credits;
    }
}
