namespace Webrana.Domain.Ledger;

/// <summary>One line of a wallet's history: what moved, and what was left.</summary>
/// <param name="Sequence">Its number within the wallet, without gaps; the wallet's version after it.</param>
/// <param name="AmountIdr">Signed; 0 for a hold and a release.</param>
/// <param name="HeldChangeIdr">Signed change of what is held.</param>
/// <param name="HoldId">The hold it concerns, if any.</param>
/// <param name="Lots">The lot shares it moved, in the direction of its kind.</param>
public sealed record LedgerLine(
    long Sequence,
    string OperationId,
    LedgerKind Kind,
    long AmountIdr,
    long HeldChangeIdr,
    long BalanceAfterIdr,
    long HeldAfterIdr,
    string? HoldId,
    EquatableList<Lot> Lots,
    PostingMemo Memo);

/// <summary>Why a command was refused.</summary>
public enum LedgerRefusal
{
    /// <summary>Less is available than asked.</summary>
    InsufficientBalance,

    /// <summary>No such hold is open.</summary>
    HoldNotFound,

    /// <summary>A hold of this name is open already.</summary>
    HoldExists,

    /// <summary>Zero, negative, or too large to add.</summary>
    InvalidAmount,

    /// <summary>No such lot, or it has not expired.</summary>
    LotNotExpired,

    /// <summary>Refunded money was spent and is owed: nothing is spent before it is paid.</summary>
    OutstandingDebt,
}

/// <summary>A command's outcome: the wallet after it with its line, or a refusal and the wallet unchanged.</summary>
public readonly record struct Decision(Wallet After, LedgerLine? Line, LedgerRefusal? Refusal);
