namespace Webrana.Data.Wallets;

/// <summary>One row of a wallet's history as its owner sees it: holds and releases move no money and are left out.</summary>
/// <param name="Sequence">Its number within the wallet; together with the wallet id it is the transaction's id.</param>
/// <param name="AmountIdr">Signed rupiah.</param>
public sealed record TransactionRow(
    Guid WalletId,
    long Sequence,
    string OperationId,
    short Kind,
    long AmountIdr,
    long BalanceBeforeIdr,
    long BalanceAfterIdr,
    string ContraAccount,
    string ReferenceType,
    string ReferenceId,
    string Description,
    DateTimeOffset OccurredAt);

/// <summary>A page, newest first; <c>Next</c> is the cursor of the next page, null on the last.</summary>
public sealed record TransactionPage(IReadOnlyList<TransactionRow> Rows, long? Next);

/// <summary>One wallet in the admins' list.</summary>
public sealed record WalletRow(Guid WalletId, long BalanceIdr, long HeldIdr, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Wallets, highest id first; <c>Next</c> is the cursor of the next page.</summary>
public sealed record WalletPage(IReadOnlyList<WalletRow> Rows, Guid? Next);

/// <summary>Reading the ledger. Writes nothing, decides nothing.</summary>
public sealed class LedgerQueries(DataSources sources)
{
    /// <summary>The most rows one page may have.</summary>
    public const int MaxPage = 200;

    /// <summary>A wallet's history, newest first.</summary>
    /// <param name="before">Only rows with a smaller sequence (the cursor of the page before); null for the first page.</param>
    /// <param name="referenceType">Only rows of this reference type (<c>RENEWAL</c>); null for all.</param>
    public async Task<TransactionPage> HistoryAsync(
        Guid walletId, int limit, long? before = null, string? referenceType = null, CancellationToken cancellation = default)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        await using var command = sources.Queries.CreateCommand($"""
            SELECT seq, operation_id, kind, amount, balance_after - amount, balance_after, contra_account, reference_type, reference_id, description, occurred_at
            FROM wallet_transactions WHERE wallet_id = $1 AND seq < $2 AND amount <> 0
                {(referenceType is null ? "" : "AND reference_type = $4")} ORDER BY seq DESC LIMIT $3
            """);
        command.Parameters.Add(new() { Value = walletId });
        command.Parameters.Add(new() { Value = before ?? long.MaxValue });
        command.Parameters.Add(new() { Value = limit + 1 });
        if (referenceType is not null) command.Parameters.Add(new() { Value = referenceType });
        var rows = new List<TransactionRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new TransactionRow(
                walletId, reader.GetInt64(0), reader.GetString(1), reader.GetInt16(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.GetString(6), reader.GetString(7), reader.GetString(8), reader.GetString(9), reader.GetFieldValue<DateTimeOffset>(10)));
        }

        if (rows.Count <= limit) return new TransactionPage(rows, null);
        rows.RemoveAt(limit);
        return new TransactionPage(rows, rows[^1].Sequence);
    }

    /// <summary>All wallets, for admins.</summary>
    public async Task<WalletPage> WalletsAsync(int limit, Guid? before = null, CancellationToken cancellation = default)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        await using var command = sources.Queries.CreateCommand($"""
            SELECT wallet_id, balance, held, version, created_at, updated_at FROM wallets
            {(before is null ? "" : "WHERE wallet_id < $2")} ORDER BY wallet_id DESC LIMIT $1
            """);
        command.Parameters.Add(new() { Value = limit + 1 });
        command.Parameters.Add(new() { Value = before ?? Guid.Empty });
        var rows = new List<WalletRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new WalletRow(
                reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3),
                reader.GetFieldValue<DateTimeOffset>(4), reader.GetFieldValue<DateTimeOffset>(5)));
        }

        if (rows.Count <= limit) return new WalletPage(rows, null);
        rows.RemoveAt(limit);
        return new WalletPage(rows, rows[^1].WalletId);
    }

    /// <summary>The books against their subledgers, from one snapshot. Reads everything ever booked: for an admin's question, not for a page's refresh.</summary>
    public async Task<TrialBalance> TrialBalanceAsync(CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(TrialBalanceStatement.Sql);
        command.CommandTimeout = 120;
        var accounts = new List<BookAccount>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            accounts.Add(new BookAccount(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
        return new TrialBalance(accounts);
    }
}
