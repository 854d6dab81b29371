using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Billing;
using Webrana.Grains.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Money that a change of plan holds, takes or gives back, and refunds: each asked of the wallet under an id that was stored before, as often
/// as it takes, and noted in the record of what was charged when the wallet has answered.
/// </summary>
public sealed partial class DropletGrain
{
    /// <summary>Where the change was made its price is taken, else its hold is released. Null when that is done.</summary>
    private async Task<Next?> SettlePlanChange()
    {
        if (State.PlanChange is not { } change)
            return null;
        string? charged = null;
        if (change.Hold == HoldState.Held)
        {
            var holdId = PlanChangeHold(change);
            var reference = PlanChangeReference(change);
            var settled = change.Applied
                ? await Wallet.Capture(new CaptureCommand($"{holdId}:capture", holdId, reference))
                : await Wallet.Release(new ReleaseCommand($"{holdId}:release", holdId, reference));
            await Hit("resize.settled");
            if (settled.Error is WalletError.OutcomeUnknown or WalletError.Overloaded)
                return Next.In(Retry(++_failures));
            if (settled.Error is { } error)
                LogWalletRefused(_log, _instance, holdId, error.ToString());
            charged = change.Applied && settled.IsOk ? $"{holdId}:capture" : null;
        }

        // What was not spent leaves room for what will be.
        if (!change.Applied)
            await _limits.GiveBackAsync(PlanChangeHold(change));
        // It is one of its plan's servers and no other's: the new one's where the change was made, else still the old one's.
        await _billing.Stock.KeepAsync(State.Order!.PlanId, _instance.Value);
        await Hit("resize.stock_settled");
        await Apply(state => state.PlanChangeSettled(change.Id, charged, Now));
        await Hit("resize.settled_stored");
        return null;
    }

    /// <summary>A change that was agreed and whose hold is not known, left behind by a crash: begun now, or dropped.</summary>
    private async Task<Next> ResumePlanChange()
    {
        if (State.PlanChange is { Applied: true } or { Hold: HoldState.Held })
            return await SettlePlanChange() ?? Next.Now;
        if (State.PlanChange is { } change)
            await BeginResize(change.Id);
        return Next.Now;
    }

    /// <summary>It will not begin: where its hold may exist it is made sure of, so that it can be released. False when the wallet does not say.</summary>
    private async Task<bool> CallOffPlanChange() => await KnowPlanChangeHold() && await SettlePlanChange() is null;

    /// <summary>A change whose action has not begun may have its money on hold without knowing it: asked for once more, the wallet says the same.</summary>
    private async Task<bool> KnowPlanChangeHold()
    {
        if (State.PlanChange is not { Applied: false, Hold: HoldState.None, DifferenceIdr: > 0 } change || State.Action?.Id == change.Id)
            return true;
        var holdId = PlanChangeHold(change);
        var held = await Wallet.Hold(new HoldCommand($"{holdId}:hold", holdId, change.DifferenceIdr, PlanChangeReference(change)));
        if (held.Error is WalletError.OutcomeUnknown or WalletError.Overloaded)
            return false;
        await Apply(state => held.IsOk && state.PlanChange is { Hold: HoldState.None } now && now.Id == change.Id
            ? state with { PlanChange = now with { Hold = HoldState.Held } }
            : null);
        return true;
    }

    /// <summary>One refund of those that were decided.</summary>
    private async Task<Next> GiveBack()
    {
        if (State.Returning is not { Items: [var item, ..] } returning)
            return Next.Now;
        var refunded = await Wallet.Refund(new RefundCommand(item.Operation, item.AmountIdr, RefundReference(returning), returning.Purpose));
        await Hit("refund.after_posting");
        if (refunded.Error is WalletError.OutcomeUnknown or WalletError.Overloaded)
            return Next.In(Retry(++_failures));
        if (refunded.Error is { } error)
            LogWalletRefused(_log, _instance, item.Operation, error.ToString());
        // Another server of the owner's may be waiting for just this money.
        if (refunded.IsOk)
            await GrainFactory.GetGrain<IMoneyArrivalGrain>(GrainKeys.MoneyArrival(Owner)).Announce();
        await Apply(state => state.Returned(_instance, item, refunded.IsOk, Now));
        await Hit("refund.stored");
        return Next.Now;
    }

    /// <summary>
    /// One add-on that was used since the last renewal, charged with the end. What the wallet has not becomes its owner's debt (ADR 44): a
    /// server must not be deletable to get rid of what it used.
    /// </summary>
    private async Task<Next> ChargeAtEnd(AddonPart addon)
    {
        var charged = await Wallet.Debit(new DebitCommand(addon.OperationId, addon.AmountIdr, AddonReference(addon), OnCredit: true));
        await Hit("end.addon_charged");
        if (charged.Error is WalletError.OutcomeUnknown or WalletError.Overloaded)
            return Next.In(Retry(++_failures));
        if (charged.Error is { } error)
            LogWalletRefused(_log, _instance, addon.OperationId, error.ToString());
        await Apply(state => state.ChargedAtEnd(addon, charged.IsOk));
        await Hit("end.addon_stored");
        return Next.Now;
    }

    private PostingReference AddonReference(AddonPart addon) =>
        new(ReferenceType.Addon, _instance.ToString(), ContraAccount.Revenue, AddonSentences.Of(State.Name, addon));

    /// <summary>What add-ons cost now; free where none was ever used.</summary>
    private async Task<AddonRates> RatesInUse(bool sentOver = false) =>
        State.Meter is null && !sentOver ? AddonRates.Free : BillingDefaults.Rates((await _billing.SettingsAsync()).Addons);

    /// <summary>Nobody can use it any more: what was held is released, what was decided is given back, what was one too many goes.</summary>
    private async Task<Next> SettleLost(CancellationToken cancellation) =>
        await SettlePlanChange() is { } wait ? wait
        : State.Returning is not null ? await GiveBack()
        : State.NextExtra is { } extra ? await DestroyExtra(extra, cancellation)
        : Next.Idle;

    /// <summary>What was begun with money is finished before the end begins: an outcome that is not known must not be lost sight of.</summary>
    private async Task<bool> SettleBeforeEnd()
    {
        if (_begun is { Outcome: { IsCompleted: false } beginning })
            await Task.WhenAny(beginning);
        if (!await KnowPlanChangeHold())
            return false;
        // One that was made is paid before the refund is counted. One that was not is given back behind the stored end: before it, a crash
        // in between would leave a resize going on for nothing.
        if (State.PlanChange is { Applied: true } && await SettlePlanChange() is not null)
            return false;
        while (State.Returning is not null)
        {
            if (await GiveBack() is { Again: false })
                return false;
        }

        return true;
    }
}
