using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>What the owner and the shop change about a subscription: periods paid ahead, another length, another price.</summary>
public sealed partial class DropletGrain : IDropletBillingGrain
{
    /// <inheritdoc/>
    public async Task<ServerBilling?> Billing() => State.Billing(Now, await RatesInUse());

    /// <inheritdoc/>
    public async Task<Result<ServerBilling, RenewError>> Renew(RenewServer command)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(command.Periods, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(command.Periods, RenewServer.MostPeriods);
        if (!IsOrdered)
            return RenewError.NotFound;
        if (State.Recent.Any(line => line.Id == command.OperationId))
            return await Shown();
        if (!State.Phase.IsLive() || State.Subscribed() is null)
            return RenewError.InvalidState;
        if (State.Block is not null)
            return RenewError.Blocked;
        if (State.Renewing is not null && !await SettleRenewal())
            return RenewError.TemporarilyUnavailable;
        if (await ChargingStopped())
            return RenewError.TemporarilyUnavailable;

        if (State.Ahead?.OperationId != command.OperationId)
        {
            // All or nothing, as far as can be told beforehand: a promise for twelve periods is no promise when it ends after two.
            var total = State.CostOf(command.Periods, Now, await RatesInUse());
            var money = await Wallet.Get();
            if (money.DebtIdr > 0)
                return RenewError.OutstandingDebt;
            if (money.AvailableIdr < total)
                return Result<ServerBilling, RenewError>.Refused(RenewError.InsufficientBalance, (total - money.AvailableIdr).ToString(CultureInfo.InvariantCulture));
            var ahead = new AheadPart(command.OperationId, State.Subscription!.PaidPeriod + command.Periods, command.Actor);
            if (!await Apply(state => state.PayingAhead(ahead)))
                return RenewError.TemporarilyUnavailable;
            await Hit("ahead.stored");
        }

        var before = State.Subscription!.PaidPeriod;
        if (!await PayAhead())
            return RenewError.TemporarilyUnavailable;
        if (State.Subscription!.PaidPeriod == before)
            return RenewError.InsufficientBalance;
        return await Shown();
    }

    /// <summary>Charges the wished periods one by one. False when the wallet's answer is not known yet: the wish stays and is carried on.</summary>
    private async Task<bool> PayAhead()
    {
        while (State.Ahead is { } ahead)
        {
            // Not now; the wish stays and is looked at again.
            if (State.Renewing is null && (State.PlanChange is not null || await ChargingStopped()))
            {
                await Apply(state => state with { });
                return false;
            }

            if (!await Charge())
                return false;
            await Hit("ahead.charged");
            // Done, refused, or not to be paid any more: the wish is fulfilled or void, and its receipt is kept.
            if (State.Ahead is { } left && (left.UntilPeriod <= State.Subscription!.PaidPeriod || State.Block is not null || !State.Phase.IsLive()))
                await Apply(state => state with { Ahead = null });
            if (State.Ahead is null)
                await Apply(state => state.AheadDone(ahead, NowMs));
        }

        Kick();
        return true;
    }

    private async Task<ServerBilling> Shown() => (await Billing())!;

    /// <inheritdoc/>
    public async Task<Result<ServerBilling, SwitchError>> SwitchPeriod(SwitchPeriod command)
    {
        if (!IsOrdered)
            return SwitchError.NotFound;
        if (!State.Phase.IsLive() || State.Subscription is null)
            return SwitchError.InvalidState;
        if (State.Renewing is not null && !await SettleRenewal())
            return SwitchError.TemporarilyUnavailable;
        if (command.Period == State.Order!.Period)
        {
            await Apply(state => state.Subscription?.Switch is null ? null : state with { Subscription = state.Subscription with { Switch = null } });
            return await Shown();
        }

        var planId = State.Order.PlanId;
        var plan = await GrainFactory.GetGrain<IPlanGrain>(GrainKeys.Plan(planId)).Get();
        if (plan.Value?.Prices.PriceOf(command.Period) is not { } priceIdr)
            return SwitchError.PeriodNotAllowed;
        var wish = new SwitchPart(command.Period, priceIdr, plan.Value.PriceVersion);
        if (!await Apply(state => state.Switching(planId, wish)) && State.Subscription?.Switch != wish)
            return SwitchError.TemporarilyUnavailable;
        return await Shown();
    }

    /// <inheritdoc/>
    public async Task PriceAnnounced(AnnouncedPrice price)
    {
        // Decided over what is committed: the plan may change while this waits.
        if (!IsOrdered || !await Apply(state => state.PriceAnnounced(_instance, price)))
            return;
        await Hit("price.stored");
        Kick();
    }

    /// <inheritdoc/>
    public Task TransferOver(int month, long megabytes) =>
        Apply(state => state.Phase.IsBilled() || state.Phase == InstancePhase.Hibernating ? state.SentOver(month, megabytes, NowMs) : null);
}
