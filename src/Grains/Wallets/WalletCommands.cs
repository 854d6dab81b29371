using System.Text.Json;
using Webrana.Contracts.Wallets;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Grains.Wallets;

/// <summary>Contract commands as ledger commands: words for enums, unix ms for times.</summary>
internal static class WalletCommands
{
    private static readonly Dictionary<ReferenceType, string> ReferenceTypes = Words<ReferenceType>();
    private static readonly Dictionary<ContraAccount, string> ContraAccounts = Words<ContraAccount>();

    public static LedgerCommand From(CreditCommand command) => new Credit(command.OperationId, command.AmountIdr, Memo(command.Reference));

    public static LedgerCommand From(GrantBonusCommand command) => new GrantBonus(
        command.OperationId, command.AmountIdr, command.ExpiresAt?.ToUnixTimeMilliseconds(),
        command.Reference.Type == ReferenceType.Promo ? command.Reference.Id : null, Memo(command.Reference));

    public static LedgerCommand From(DebitCommand command) => new Debit(command.OperationId, command.AmountIdr, Memo(command.Reference), command.CashOnly, command.OnCredit);

    public static LedgerCommand From(HoldCommand command) =>
        new PlaceHold(command.OperationId, command.HoldId, command.AmountIdr, Memo(command.Reference));

    public static LedgerCommand From(CaptureCommand command) => new CaptureHold(command.OperationId, command.HoldId, Memo(command.Reference));

    public static LedgerCommand From(ReleaseCommand command) => new ReleaseHold(command.OperationId, command.HoldId, Memo(command.Reference));

    public static LedgerCommand From(ReverseCommand command, long lapsedIdr) => new ReverseCredit(
        command.OperationId, command.AmountIdr, command.Bonus is { IsLot: true } lot ? lot.OperationId : null, command.Bonus?.AmountIdr ?? 0, lapsedIdr,
        Memo(command.Reference),
        new PostingMemo(ReferenceTypes[ReferenceType.Promo], command.Bonus?.PromoId ?? "", ContraAccounts[ContraAccount.PromoExpense], "Bonus dari isi saldo yang dikembalikan"));

    public static LedgerCommand From(TakeBackBonusCommand command, long lapsedIdr) => new TakeBackGrant(
        command.OperationId, command.GrantOperationId, command.AmountIdr, lapsedIdr, command.LeaveSpent, Memo(command.Reference));

    public static LedgerCommand From(ForestallBonusCommand command) =>
        new TakeBackLot(command.OperationId, command.OperationId, Memo(command.Reference), MayBeGone: true);

    public static LedgerCommand From(RefundCommand command, SpentRow spent) =>
        new Refund(command.OperationId, command.AmountIdr, spent.AmountIdr, spent.Lots, Memo(command.Reference), spent.ReturnedIdr);

    public static WalletError ErrorOf(LedgerRefusal refusal) => refusal switch
    {
        LedgerRefusal.InsufficientBalance => WalletError.InsufficientBalance,
        LedgerRefusal.HoldNotFound => WalletError.HoldNotFound,
        LedgerRefusal.HoldExists => WalletError.OperationConflict,
        LedgerRefusal.InvalidAmount => WalletError.InvalidAmount,
        LedgerRefusal.OutstandingDebt => WalletError.OutstandingDebt,
        LedgerRefusal.LotNotExpired => WalletError.HoldNotFound, // An expiry that somebody else booked first; no caller of ours asks by lot.
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "No wallet command is refused like this."),
    };

    public static PostingReceipt Receipt(PostedOperation posted, bool alreadyDone) => new(
        posted.OperationId, posted.Sequence, posted.AmountIdr, posted.BalanceAfterIdr, posted.HeldAfterIdr, alreadyDone);

    private static PostingMemo Memo(PostingReference reference) =>
        new(ReferenceTypes[reference.Type], reference.Id, ContraAccounts[reference.Contra], reference.Description);

    private static Dictionary<T, string> Words<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()));
}
