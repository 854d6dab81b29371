namespace Webrana.Data.Desk;

/// <summary>A credit of one payment of the gateway.</summary>
/// <param name="OnDay">It was booked on the day asked for.</param>
public sealed record GatewayCredit(string Reference, long AmountIdr, bool OnDay);

/// <summary>The ledger's side of a settlement.</summary>
public sealed class SettlementQueries(DataSources sources)
{
    /// <summary>Credits of these references whenever they were booked, and all of the gateway's that were booked on the day. A report: it scans the day.</summary>
    public async Task<IReadOnlyList<GatewayCredit>> CreditsAsync(
        IReadOnlyList<string> references, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT substr(operation_id, 8), sum(amount)::bigint, bool_or(occurred_at >= $2 AND occurred_at < $3)
            FROM wallet_transactions
            WHERE contra_account = 'GATEWAY' AND operation_id LIKE 'tripay:%'
              AND (operation_id = ANY($1) OR (occurred_at >= $2 AND occurred_at < $3))
            GROUP BY 1
            """);
        command.CommandTimeout = 120;
        command.Parameters.Add(new() { Value = references.Select(reference => $"tripay:{reference}").ToArray() });
        command.Parameters.Add(new() { Value = from.UtcDateTime });
        command.Parameters.Add(new() { Value = to.UtcDateTime });
        var credits = new List<GatewayCredit>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) credits.Add(new GatewayCredit(row.GetString(0), row.GetInt64(1), row.GetBoolean(2)));
        return credits;
    }
}
