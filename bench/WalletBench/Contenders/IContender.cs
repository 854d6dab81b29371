namespace Webrana.WalletBench.Contenders;

/// <summary>What became of a debit.</summary>
internal enum DebitOutcome
{
    Done,
    AlreadyDone,
    Insufficient,
    Conflict,
    Unavailable,
}

/// <summary>The balance after a debit, and what became of it.</summary>
internal readonly record struct DebitResult(DebitOutcome Outcome, long BalanceAfterIdr);

/// <summary>
/// One way of taking money out of a wallet. All do the same work: one command id happens once, the balance never goes below what is held,
/// one ledger row with its running balance and contra account, in the same tables with the same indexes, durable before the answer.
/// </summary>
internal interface IContender
{
    /// <summary>Its name in the address and in the table.</summary>
    string Name { get; }

    Task<DebitResult> DebitAsync(Guid wallet, string operationId, long amountIdr);
}
