namespace Webrana.Data.Reconciliation;

/// <summary>The ledger as comma-separated values, for accountants: streamed by PostgreSQL, never held in memory.</summary>
public sealed class LedgerExport(DataSources sources)
{
    /// <summary>Writes a header and every row booked in [<paramref name="from"/>, <paramref name="to"/>), oldest first. Ids only, no names.</summary>
    /// <param name="output">Where to; left open.</param>
    /// <param name="from">Business time, inclusive.</param>
    /// <param name="to">Business time, exclusive.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WriteAsync(TextWriter output, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        using var rows = await connection.BeginTextExportAsync(Copy(from, to), cancellation);
        var buffer = new char[16 * 1024];
        int read;
        while ((read = await rows.ReadAsync(buffer, cancellation)) > 0)
            await output.WriteAsync(buffer.AsMemory(0, read), cancellation);
    }

    // COPY takes no parameters; the two times are formatted here and can hold nothing else.
    private static string Copy(DateTimeOffset from, DateTimeOffset to) => $"""
        COPY (SELECT occurred_at AT TIME ZONE 'UTC' AS occurred_at_utc, wallet_id, seq, amount, balance_after, held_change, held_after,
                     contra_account, reference_type, reference_id, operation_id, description
              FROM wallet_transactions
              WHERE occurred_at >= '{from.UtcDateTime:O}' AND occurred_at < '{to.UtcDateTime:O}'
              ORDER BY occurred_at, wallet_id, seq)
        TO STDOUT WITH (FORMAT csv, HEADER)
        """;
}
