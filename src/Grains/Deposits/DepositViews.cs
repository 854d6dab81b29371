using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Domain.Deposits;

namespace Webrana.Grains.Deposits;

/// <summary>A deposit as its owner sees it.</summary>
static class DepositViews
{
    public static DepositView Of(DepositState state)
    {
        // The payment that brought the money; before that the one the customer was shown.
        var shown = state.Payments.FirstOrDefault(payment => payment.CreditedIdr > 0) ?? state.Payments.FirstOrDefault(payment => payment.Ours);
        var feeIdr = shown?.FeeIdr ?? state.QuotedFeeIdr;
        return new DepositView(
            new DepositId(state.DepositId),
            new UserId(state.Owner),
            state.MerchantRef,
            state.AmountIdr,
            state.BonusAmountIdr,
            state.AmountIdr + state.BonusAmountIdr,
            DepositFlow.StatusOf(state),
            state.MethodCode,
            state.MethodName,
            shown?.Reference,
            shown?.PayCode,
            shown?.QrString,
            shown?.CheckoutUrl,
            feeIdr,
            shown?.ToPayIdr ?? state.AmountIdr + feeIdr,
            At(state.ExpiresAtMs),
            shown is { CreditedIdr: > 0, PaidAtMs: { } paidAt } ? At(paidAt) : null,
            At(state.CreatedAtMs),
            At(state.UpdatedAtMs),
            [.. state.Instructions.Select(instruction => instruction.ToView())],
            BonusOf(state));
    }

    static DepositBonus? BonusOf(DepositState state) => state.Promo is not { } promo ? null : new DepositBonus(
        promo.PromoId,
        promo.Name,
        promo.AmountIdr,
        promo.IsBonus,
        promo.LotDays,
        promo.Stage switch
        {
            PromoStage.Intended or PromoStage.Reserved => DepositBonusState.Held,
            PromoStage.Released => DepositBonusState.IfLeft,
            PromoStage.Given or PromoStage.Settled => DepositBonusState.Given,
            PromoStage.TakenBack => DepositBonusState.TakenBack,
            _ => DepositBonusState.Lost,
        },
        At(DepositFlow.HeldUntil(state)));

    static DateTimeOffset At(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
}
