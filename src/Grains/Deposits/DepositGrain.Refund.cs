using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Deposits;

namespace Webrana.Grains.Deposits;

// The gateway gave the money back: the wallet gives it up as well. Its unspent bonus first; what was spent is owed.
public sealed partial class DepositGrain
{
    async Task<bool> Reverse(string reference)
    {
        var state = _state.Value;
        var payment = DepositFlow.Find(state, reference)!;

        // A bonus is given once per deposit: it goes with the last payment that is left.
        var isLast = state.Payments.All(other => other.Reference == reference || other.CreditedIdr == other.ReversedIdr);
        var bonus = isLast && state.Promo is { Stage: PromoStage.Settled } promo
            ? new ReversedBonus(BonusOperation(promo), promo.PromoId, promo.AmountIdr, promo.IsBonus)
            : null;
        Result<ReversalReceipt, WalletError> reversed;
        try
        {
            reversed = await GrainFactory.GetGrain<IWalletGrain>(GrainKeys.Wallet(Owner)).Reverse(new ReverseCommand(
                $"refund:{reference}",
                payment.CreditedIdr,
                bonus,
                new PostingReference(ReferenceType.Deposit, Id.ToString(), ContraAccount.Gateway, $"Pengembalian isi saldo lewat {state.MethodName}")));
        }
        catch (Exception exception) when (Infrastructure.IsCause(exception))
        {
            Log.ReversalDelayed(_logger, Id, reference, exception.GetType().Name);
            return false;
        }
        await Arrow("deposit.reversed");
        if (!reversed.TryGet(out var receipt))
        {
            Log.ReversalDelayed(_logger, Id, reference, reversed.Error!.Value.ToString());
            return false;
        }
        if (isLast && !await TellRewards(reference)) return false;
        await Update(next => DepositFlow.Find(next, reference) is { } refunded ? DepositChanges.Reversed(next, refunded, receipt.OwedIdr) : null);
        Log.Reversed(_logger, Id, reference, receipt.AmountIdr, receipt.OwedIdr);
        return true;
    }

    // Whatever the deposit had earned somebody goes with the last payment that is left: a duplicate that is given back changes nothing. Durable
    // there before the deposit forgets it.
    async Task<bool> TellRewards(string reference)
    {
        try
        {
            await GrainFactory.GetGrain<IRewardsGrain>(GrainKeys.Rewards(Owner)).DepositRefunded(Id);
        }
        catch (Exception exception) when (Infrastructure.IsCause(exception))
        {
            Log.ReversalDelayed(_logger, Id, reference, exception.GetType().Name);
            return false;
        }
        await Arrow("deposit.refund_told");
        return true;
    }

    string BonusOperation(DepositPromo promo) => $"promo:{promo.PromoId}:{Id}";
}
