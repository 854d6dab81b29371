using Webrana.Api.Paging;
using Webrana.Contracts.Wallets;
using Webrana.Data.Wallets;
using Webrana.Wire.Wallets;
using BonusLot = Webrana.Wire.Wallets.BonusLot;
using ReferenceType = Webrana.Wire.Wallets.ReferenceType;

namespace Webrana.Api.Wallets;

/// <summary>Wallets and their rows → the wire. A wallet's id is its owner's.</summary>
internal static class WalletMapping
{
    private const string Currency = "IDR";

    /// <param name="openedAt">Stands in while nothing was ever booked: a wallet is there as long as its owner.</param>
    public static Wallet ToWire(this WalletView wallet, DateTimeOffset openedAt) => new(
        wallet.Owner.ToString(), wallet.Owner.ToString(), wallet.BalanceIdr, wallet.HeldIdr, wallet.AvailableIdr, wallet.BonusIdr, Currency,
        wallet.CreatedAt ?? openedAt, wallet.UpdatedAt ?? wallet.CreatedAt ?? openedAt, wallet.DebtIdr);

    public static BonusLot ToWire(this Contracts.Wallets.BonusLot lot) => new(lot.LotId, lot.Source, lot.RemainingIdr, lot.ExpiresAt);

    public static Transaction ToWire(this TransactionRow row) => new(
        $"{row.WalletId:D}-{row.Sequence}", row.WalletId.ToString("D"), row.AmountIdr >= 0 ? TransactionType.Credit : TransactionType.Debit,
        row.AmountIdr, row.BalanceBeforeIdr, row.BalanceAfterIdr, TypeOf(row.ReferenceType), row.ReferenceId, row.Description, row.OccurredAt,
        CauseOf(row.OperationId));

    /// <summary>The ids under which a reward is taken back (<c>TakeBackBonusCommand</c>).</summary>
    private static TransactionCause? CauseOf(string operationId) =>
        !operationId.StartsWith("take-back:", StringComparison.Ordinal) ? null
        : operationId.EndsWith(":spent", StringComparison.Ordinal) ? TransactionCause.RewardSpent
        : operationId.EndsWith(":owed", StringComparison.Ordinal) ? TransactionCause.RewardOwed
        : TransactionCause.RewardTakenBack;

    /// <summary>The ledger writes the wire's names.</summary>
    private static ReferenceType TypeOf(string name) => WireNames.TryRead<ReferenceType>(name, out var type) && type is { } known
        ? known
        : throw new InvalidOperationException($"A ledger row of a type nobody knows: {name}.");
}
