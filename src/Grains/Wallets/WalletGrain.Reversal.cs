using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Grains.Wallets;

// What goes back: refunded deposits, refunded purchases, and bonus money whose time is over.
public sealed partial class WalletGrain
{
    /// <inheritdoc/>
    public async Task<Result<ReversalReceipt, WalletError>> Reverse(ReverseCommand command)
    {
        var lapsedIdr = command.Bonus is { IsLot: true } lot ? await LapsedOf(lot.OperationId) : 0;
        var reversed = await Submit(WalletCommands.From(command, lapsedIdr), command.AmountIdr);
        return reversed.TryGet(out var receipt)
            ? new ReversalReceipt(receipt.OperationId, command.AmountIdr, _committed.Wallet.DebtIdr)
            : Result<ReversalReceipt, WalletError>.Refused(reversed.Error!.Value, reversed.Detail);
    }

    /// <inheritdoc/>
    public async Task<Result<BonusReturn, WalletError>> TakeBackBonus(TakeBackBonusCommand command)
    {
        var lapsedIdr = await LapsedOf(command.GrantOperationId);
        var posted = await Submit(WalletCommands.From(command, lapsedIdr), command.AmountIdr);
        if (!posted.TryGet(out var receipt)) return Result<BonusReturn, WalletError>.Refused(posted.Error!.Value, posted.Detail);

        // Out of the rows: asked again it is the same answer, whatever lapsed or came back to the lot since.
        var (lapsedBeforeIdr, owedIdr) = await rows.TakenBackAsync(_owner.Value, command.GrantOperationId, command.OperationId);
        var spentIdr = Math.Max(0, command.AmountIdr + receipt.AmountIdr - lapsedBeforeIdr);
        return new BonusReturn(receipt.OperationId, -receipt.AmountIdr, command.LeaveSpent ? spentIdr : 0, owedIdr, _committed.Wallet.DebtIdr);
    }

    /// <inheritdoc/>
    public Task<Result<PostingReceipt, WalletError>> ForestallBonus(ForestallBonusCommand command) => Submit(WalletCommands.From(command));

    // What has lapsed is neither there nor spent. Asked again when something was booked meanwhile: an expiry would count twice.
    private async Task<long> LapsedOf(string lotId)
    {
        long lapsedIdr, version;
        do
        {
            version = _committed.Wallet.Version;
            lapsedIdr = await rows.LapsedAsync(_owner.Value, lotId);
        }
        while (version != _committed.Wallet.Version);
        return lapsedIdr;
    }

    /// <inheritdoc/>
    public async Task<Result<PostingReceipt, WalletError>> Refund(RefundCommand command) =>
        await rows.SpentAsync(_owner.Value, command.SpentOperationId, command.OperationId) is { } spent
            ? await Submit(WalletCommands.From(command, spent), command.AmountIdr)
            : WalletError.HoldNotFound;

    /// <inheritdoc/>
    public async Task<RefundPreview> PreviewRefunds(IReadOnlyList<RefundCommand> refunds)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long ordinary = 0, bonus = 0, lapses = 0;
        foreach (var refund in refunds)
        {
            if (await rows.SpentAsync(_owner.Value, refund.SpentOperationId, refund.OperationId) is not { } spent) continue;
            var shares = ((Refund)WalletCommands.From(refund, spent)).Shares;
            ordinary += refund.AmountIdr - shares.Sum(share => share.RemainingIdr);
            bonus += shares.Where(share => !share.IsExpiredAt(now)).Sum(share => share.RemainingIdr);
            lapses += shares.Where(share => share.IsExpiredAt(now)).Sum(share => share.RemainingIdr);
        }

        return new RefundPreview(ordinary, bonus, lapses);
    }

    /// <inheritdoc/>
    public async Task<int> BookExpiries()
    {
        var due = LedgerRules.DueExpiries(_committed.Wallet, time.GetUtcNow().ToUnixTimeMilliseconds()).ToList();
        var booked = await Task.WhenAll(due.Select(expiry => Submit(expiry, amountIdr: 1)));
        return booked.Count(result => result.IsOk);
    }

    /// <inheritdoc/>
    public async Task<bool> LapseBonus()
    {
        await Task.WhenAll(LedgerRules.EarlyExpiries(_committed.Wallet).ToList().Select(expiry => Submit(expiry, amountIdr: 1)));
        return _committed.Wallet.Lots.Count == 0;
    }

    private static IReadOnlyList<BonusLot> LotsOf(Wallet wallet, long nowMs) =>
    [
        .. wallet.Lots.Where(lot => !lot.IsExpiredAt(nowMs)).OrderBy(lot => lot.ExpiresAtMs ?? long.MaxValue).ThenBy(lot => lot.Id, StringComparer.Ordinal)
            .Select(lot => new BonusLot(
                lot.Id, lot.Source, lot.RemainingIdr, lot.ExpiresAtMs is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null, lot.PromoId)),
    ];
}
