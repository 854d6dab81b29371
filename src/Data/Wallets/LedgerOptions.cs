namespace Webrana.Data.Wallets;

/// <summary>How the ledger batches. Configuration section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    /// <summary>Statements in flight per silo. Two: while one commits, the next batch collects behind the other. Default 2.</summary>
    public int Writers { get; set; } = 2;

    /// <summary>The most wallets in one statement. Default 512.</summary>
    public int MaxWallets { get; set; } = 512;

    /// <summary>The most lines in one statement, unless one wallet alone brings more. Default 4,096.</summary>
    public int MaxLines { get; set; } = 4096;
}
