using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Deposits;
using Webrana.Grains.Promos;

namespace Webrana.Grains.Deposits;

// A promo's usage is reserved before the gateway is called, given after the deposit's own money arrived, then used up; or given back.
// Every call carries the deposit's id, so that each of them may be repeated.
public sealed partial class DepositGrain
{
    const int MostPromosTried = 4;

    // Why the code of this activation's own creation was refused; a later activation answers the general refusal.
    DepositError? _codeRefusal;

    IPromoGrain PromoOf(DepositPromo promo) => GrainFactory.GetGrain<IPromoGrain>(GrainKeys.Promo(promo.PromoId));

    UserId Owner => new(_state.Value.Owner);

    PromoClaim Claim => new(Owner, _state.Value.AmountIdr, _state.Value.MethodCode, _state.Value.PromoCode);

    long HeldUntilMs() => NowMs + (_promos.ReservationMinutes * 60_000L);

    /// <summary>
    /// Holds one usage. False when a code has none left, which refuses the deposit: a code is never dropped in silence. A promo that
    /// applied by itself gives way to the next best, and at last to none; the customer sees it before paying.
    /// </summary>
    async Task<bool> ReservePromo()
    {
        for (var attempt = 0; _state.Value.Promo is { Stage: PromoStage.Intended } promo; attempt++)
        {
            var reserved = await PromoOf(promo).Reserve(Id.ToString(), Claim);
            await Arrow("deposit.promo_reserved");
            if (reserved.TryGet(out var grant))
            {
                await Update(state => state with { Promo = DepositPromo.Of(grant, PromoStage.Reserved, promo.HeldUntilMs) });
                return true;
            }
            Log.PromoLost(_logger, Id, promo.PromoId, reserved.Error!.Value);
            if (_state.Value.PromoCode is not null)
            {
                _codeRefusal = DepositAdmission.ErrorOf(reserved.Error.Value, reserved.Detail).Error;
                await Update(state => DepositChanges.GivenUp(DepositChanges.PromoMoved(state, PromoStage.Lost)));
                return false;
            }
            var offered = attempt < MostPromosTried ? await _admission.Offer(Claim) : DepositError.PromoCodeInvalid;
            var next = offered.TryGet(out var offer) && offer.Grant?.PromoId != promo.PromoId ? offer.Grant : null;
            await Update(state => state with { Promo = next is null ? null : DepositPromo.Of(next, PromoStage.Intended, promo.HeldUntilMs) });
        }
        return true;
    }

    async Task<bool> GiveBonus()
    {
        var promo = _state.Value.Promo!;
        try
        {
            // Asked even for a place that is ours as far as we know: we may have given it back and died before that was written here. It may
            // also have been given back when the deposit expired, or never have been held.
            var reserved = await PromoOf(promo).Reserve(Id.ToString(), Claim);
            await Arrow("deposit.promo_reserved_again");
            if (!reserved.TryGet(out var grant))
            {
                Log.PromoLost(_logger, Id, promo.PromoId, reserved.Error!.Value);
                await Update(state => DepositChanges.PromoMoved(state, PromoStage.Lost));
                return true;
            }
            if (promo.Stage != PromoStage.Reserved || promo.AmountIdr != grant.AmountIdr)
            {
                promo = DepositPromo.Of(grant, PromoStage.Reserved, promo.HeldUntilMs);
                await Update(state => state with { Promo = promo });
            }
            return await PostBonus(promo);
        }
        catch (Exception exception) when (Infrastructure.IsCause(exception))
        {
            Log.BonusDelayed(_logger, Id, promo.PromoId, exception.GetType().Name);
            return false;
        }
    }

    async Task<bool> PostBonus(DepositPromo promo)
    {
        var operationId = BonusOperation(promo);
        var reference = new PostingReference(
            ReferenceType.Promo, promo.PromoId, ContraAccount.PromoExpense, PromoSentences.OfDeposit(promo.Name, promo.IsBonus, promo.IsWelcome));
        var wallet = GrainFactory.GetGrain<IWalletGrain>(GrainKeys.Wallet(Owner));
        var posted = promo.IsBonus
            ? await wallet.GrantBonus(new GrantBonusCommand(operationId, promo.AmountIdr, LotEnd(promo), reference))
            : await wallet.Credit(new CreditCommand(operationId, promo.AmountIdr, reference));
        await Arrow("deposit.bonus_given");
        if (!posted.TryGet(out var receipt))
        {
            Log.BonusDelayed(_logger, Id, promo.PromoId, posted.Error!.Value.ToString());
            return false;
        }
        await Update(state => DepositChanges.BonusGiven(state, promo.AmountIdr, receipt.BalanceAfterIdr));
        return true;
    }

    // From the stored time of payment: the same operation id must always carry the same expiry.
    DateTimeOffset? LotEnd(DepositPromo promo) => promo.LotDays is { } days
        ? DateTimeOffset.FromUnixTimeMilliseconds(_state.Value.Payments.First(payment => payment.CreditedIdr > 0).PaidAtMs!.Value).AddDays(days)
        : null;

    Task<bool> SettlePromo() => MovePromo(promo => PromoOf(promo).Commit(Id.ToString()), PromoStage.Settled);

    Task<bool> ReleasePromo() => MovePromo(promo => PromoOf(promo).Release(Id.ToString()), PromoStage.Released);

    Task<bool> TakeBackPromo() => MovePromo(promo => PromoOf(promo).TakeBack(Id.ToString()), PromoStage.TakenBack);

    async Task<bool> MovePromo(Func<DepositPromo, Task<Result<Done, PromoError>>> move, PromoStage stage)
    {
        var promo = _state.Value.Promo!;
        try
        {
            await move(promo);
            await Arrow("deposit.promo_moved");
        }
        catch (Exception exception) when (Infrastructure.IsCause(exception))
        {
            Log.BonusDelayed(_logger, Id, promo.PromoId, exception.GetType().Name);
            return false;
        }
        await Update(state => DepositChanges.PromoMoved(state, stage));
        return true;
    }
}
