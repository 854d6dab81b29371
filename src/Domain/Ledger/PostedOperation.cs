namespace Webrana.Domain.Ledger;

/// <summary>What the ledger remembers of an operation: enough to answer it again, and to tell whether a command is the same one.</summary>
public sealed record PostedOperation(
    string OperationId,
    long Sequence,
    LedgerKind Kind,
    long AmountIdr,
    long HeldChangeIdr,
    long BalanceAfterIdr,
    long HeldAfterIdr,
    string? HoldId,
    string ReferenceType,
    string ReferenceId)
{
    /// <summary>The memory of a line.</summary>
    public static PostedOperation Of(LedgerLine line) => new(
        line.OperationId, line.Sequence, line.Kind, line.AmountIdr, line.HeldChangeIdr, line.BalanceAfterIdr, line.HeldAfterIdr,
        line.HoldId, line.Memo.ReferenceType, line.Memo.ReferenceId);

    /// <summary>True when <paramref name="command"/> asks for exactly this; false when its id was used for something else.</summary>
    public bool IsFor(LedgerCommand command) =>
        command.OperationId == OperationId
        && command.Kind == Kind
        && command.Memo.ReferenceType == ReferenceType
        && command.Memo.ReferenceId == ReferenceId
        && command switch
        {
            Credit credit => credit.AmountIdr == AmountIdr,
            GrantBonus grant => grant.AmountIdr == AmountIdr,
            Refund refund => refund.AmountIdr == AmountIdr,
            Debit debit => debit.AmountIdr == -AmountIdr,
            ReverseCredit reverse => reverse.AmountIdr == -AmountIdr,
            PlaceHold hold => hold.AmountIdr == HeldChangeIdr && hold.HoldId == HoldId,
            CaptureHold capture => capture.HoldId == HoldId,
            ReleaseHold release => release.HoldId == HoldId,
            _ => true,
        };
}
