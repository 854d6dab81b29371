using Webrana.Domain.Ledger;

namespace Webrana.Data.Wallets;

/// <summary>A wallet as PostgreSQL has it.</summary>
/// <param name="Exists">False for a wallet that has no row yet; its first commit makes one.</param>
public sealed record StoredWallet(Guid Id, Wallet Wallet, bool Exists, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt)
{
    /// <summary>A wallet without a row.</summary>
    public static StoredWallet Missing(Guid id) => new(id, Wallet.Empty, false, null, null);
}

/// <summary>One operation of an item: its line, or, when it was refused in memory, only the question whether it happened before.</summary>
/// <param name="Line">What to write; null = ask only.</param>
public readonly record struct LedgerEntry(string OperationId, LedgerLine? Line);

/// <summary>One wallet's step from the version it was decided on to the version after; all of it happens or nothing.</summary>
/// <param name="OccurredAt">Business time of the lines.</param>
public sealed record LedgerItem(StoredWallet Before, Wallet After, IReadOnlyList<LedgerEntry> Entries, DateTimeOffset OccurredAt)
{
    /// <summary>The wallet.</summary>
    public Guid WalletId => Before.Id;
}

/// <summary>What became of an item.</summary>
public enum CommitOutcome
{
    /// <summary>Written, and every refusal in it is true: the wallet was as the decision assumed.</summary>
    Committed,

    /// <summary>Some of its operations had happened before (their rows are in the answer); nothing was written.</summary>
    Seen,

    /// <summary>The wallet is not at the version that was assumed, or its row is locked by another writer; nothing was written.</summary>
    Fenced,

    /// <summary>PostgreSQL refuses this item's values (SQLSTATE class 22 or 23); nothing was written.</summary>
    Refused,

    /// <summary>The answer was lost: it may or may not have been written.</summary>
    Unknown,
}

/// <summary>An item's outcome, with the rows of operations that had happened before.</summary>
public sealed record CommitAnswer(CommitOutcome Outcome, IReadOnlyList<PostedOperation> Seen, Exception? Cause = null)
{
    internal static readonly CommitAnswer Committed = new(CommitOutcome.Committed, []);
    internal static readonly CommitAnswer Fenced = new(CommitOutcome.Fenced, []);
}
