using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;
using Webrana.Grains.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>
/// The subscription: one charge per (instance, period number), ever, by the operation id <c>renew:{instance}:{period}</c>. The begun
/// charge is stored first, so that nobody decides about the server's fate while the wallet's answer is unknown.
/// </summary>
public sealed partial class DropletGrain
{
    private Subscription Subscribed => State.Subscribed()!;

    /// <summary>One due step of the subscription; called again while more is due (a clock turned over several periods).</summary>
    private async Task<WakeOutcome> Bill()
    {
        if (State.Renewing is not null)
            return await SettleRenewal() ? MoreOrSettled() : WakeOutcome.Deferred;
        if (!State.Phase.IsBilled() || State.IsRestoring)
            return WakeOutcome.Settled;
        if (State.PlanChange is not null)
        {
            // The new due times would hide the work from its own wake-up.
            Kick();
            await Apply(state => state with { });
            return WakeOutcome.Deferred;
        }
        if (State.Ahead is not null)
            return await PayAhead() ? MoreOrSettled() : WakeOutcome.Deferred;

        var step = Subscribed.Next(Policy, Now);
        if (await HeldBack(step.Kind))
            return WakeOutcome.Settled;
        switch (step.Kind)
        {
            case RenewalKind.Charge:
                return await Charge() ? MoreOrSettled() : WakeOutcome.Deferred;
            case RenewalKind.Suspend:
                return await Suspend();
            case RenewalKind.Hibernate:
                return await SparedByPayment() ? MoreOrSettled() : await BeginHibernation();
            case RenewalKind.Terminate:
                if (await SparedByPayment())
                    return MoreOrSettled();
                var rates = await RatesInUse();
                // A name of its own in the activity: unpaid-{period} is a suspension's, and a line that is over takes no other.
                await Apply(state => state.Terminating(new TerminationPart($"unpaid-end-{state.Subscription!.PaidPeriod}", "system", NowMs))?.ChargingAtEnd(state, _instance, rates, NowMs));
                await Hit("terminate.stored");
                Kick();
                return WakeOutcome.Settled;
            case RenewalKind.Remind:
                return await Remind(step.Notices);
            case RenewalKind.Warn:
                await Apply(state => state.Warned(Notice.FinalWarning(WarningId, _instance, state.Name, LastDay), NowMs));
                Kick();
                return MoreOrSettled();
            case RenewalKind.Confirm:
                return await Confirm();
            case RenewalKind.Escalate:
                await Confirm();
                await Apply(state => state.Escalated(NowMs));
                return MoreOrSettled();
            default:
                // Woken early: the due time is set from the record again.
                await Apply(state => state with { });
                return WakeOutcome.Settled;
        }
    }

    private WakeOutcome MoreOrSettled() => State.BillingAt <= NowMs ? WakeOutcome.MoreDue : WakeOutcome.Settled;

    private RenewalPolicy Policy => State.Policy();

    /// <inheritdoc/>
    public async Task MoneyArrived()
    {
        // What is being asked for may have been refused before this money came.
        if (State.Renewing is not null && !await SettleRenewal())
            return;
        if (State.Phase.IsLive() && State.WaitsForMoney())
            await Charge();
    }

    /// <summary>Charges the next period now. False when the wallet's answer is not known yet.</summary>
    private async Task<bool> Charge()
    {
        if (State.Renewing is null && await ChargingStopped())
            return true;
        if (State.Renewing is null && State.PlanChange is null && State.Phase.IsLive() && Owes(State))
        {
            var begun = await Begin();
            // Add-ons and period are several rows: where the money for all of them is not there, none is taken.
            if (begun.Addons.Count > 0 && await Wallet.Get() is { } money && money.AvailableIdr < begun.TotalOf(State))
            {
                await Apply(state => state.Renewing is null && state.PlanChange is null && state.Phase.IsLive() && Owes(state)
                    ? (state with { Renewing = begun with { Addons = [], Metered = null } }).NotBegun(begun, ShortOf(begun, money), NowMs)
                    : null);
                Kick();
                return true;
            }

            await Apply(state => state.Renewing is null && state.PlanChange is null && state.Phase.IsLive() && Owes(state) ? state.Begun(begun) : null);
        }

        await Hit("renew.intent_stored");
        return await SettleRenewal();
    }

    /// <summary>The charge of the next period, fixed: asked again after a crash it must be the same.</summary>
    private async Task<RenewingPart> Begin()
    {
        var subscription = Subscribed;
        var terms = State.Terms().For(subscription.NextStart(Now));
        var meter = State.Meter?.ToMeter().Advance(NowMs);
        IReadOnlyList<AddonCharge> addons = meter is { IsIdle: false } used
            ? used.Owed(BillingDefaults.Rates((await _billing.SettingsAsync()).Addons), State.Order!.PriceIdr, subscription.PaidPeriodMs)
            : [];
        return State.Begin(_instance, terms, addons, meter, NowMs);
    }

    // Never before its time: a suspended server owes since its due date, the others from it on, and ahead of it only who asked for that.
    private bool Owes(DropletState state) => state.Block is null && state.Subscribed() is { } subscription
        && (subscription.SuspendedAt is not null || Now >= subscription.DueAt || state.Ahead is not null);

    private Task<bool> _settling = Task.FromResult(true);

    /// <summary>
    /// Asks the wallet for the charge that was begun, as often as needed, and stores what it said. One at a time: the loop and a call may both come
    /// here, and a no of before the money came, noted over the yes behind it, would make a paid period an unpaid one.
    /// </summary>
    private async Task<bool> SettleRenewal()
    {
        while (!_settling.IsCompleted)
            await Task.WhenAny(_settling);
        return await (_settling = SettleBegun());
    }

    private async Task<bool> SettleBegun()
    {
        if (State.Renewing is not { } begun)
            return true;
        var paid = new List<AddonPart>();
        var refused = (WalletError?)null;
        foreach (var addon in begun.Addons)
        {
            refused = (await Wallet.Debit(new DebitCommand(addon.OperationId, addon.AmountIdr, AddonReference(addon)))).Error;
            await Hit("renew.after_addon");
            if (refused is not null)
                break;
            paid.Add(addon);
        }

        refused ??= await DebitPeriod(begun);
        switch (refused)
        {
            case null:
                var policy = await AdoptedPolicy(begun.LengthOf(State));
                await Apply(state => state.Renewed(begun, policy, NowMs, _instance));
                await Hit("renew.stored");
                break;
            case WalletError.OutcomeUnknown or WalletError.Overloaded:
                await Apply(state => state with { });
                return false;
            default:
                if (refused is not (WalletError.InsufficientBalance or WalletError.OutstandingDebt))
                    LogWalletRefused(_log, _instance, PeriodOperation(begun.Period), refused.ToString()!);
                var notice = ShortOf(begun, await Wallet.Get());
                await Apply(state => state.NotPaid(begun, paid, notice, NowMs));
                break;
        }

        Kick();
        return true;
    }

    private async Task<WalletError?> DebitPeriod(RenewingPart begun)
    {
        var debit = await Wallet.Debit(State.PeriodDebit(_instance, begun));
        await Hit("renew.after_debit");
        return debit.Error;
    }

    /// <summary>One charge per (instance, period), ever.</summary>
    private string PeriodOperation(int period) => MoneyChanges.ChargeOf(_instance, period);

    /// <summary>What a period that begins now goes by; null while the shop's defaults are in force.</summary>
    private async Task<PolicyPart?> AdoptedPolicy(BillingPeriod period) =>
        PolicyPart.Adopted(await _billing.SettingsAsync(), period);

    /// <summary>What is missing; a debt is paid first, out of the same money.</summary>
    private Notice ShortOf(RenewingPart begun, WalletView money) => ShortNotice(
        "due", Subscribed.DueAt + Policy.Grace, money.DebtIdr + Math.Max(0, begun.TotalOf(State) - money.AvailableIdr));

    private Notice ShortNotice(string stage, DateTimeOffset consequenceAt, long shortfallIdr) =>
        Notice.BalanceShort(NoticeId(stage), _instance, State.Name, Math.Max(0, shortfallIdr), consequenceAt);

    /// <inheritdoc/>
    public async Task<Result<DropletView, DropletError>> Change(ChangeDroplet command)
    {
        if (!IsOrdered)
            return DropletError.NotFound;
        if (command.Name is not null && command.Name != State.Name && await Rename(command.Name, command.Actor) is { } refused)
            return refused;
        if ((command.Protected ?? State.Protected) != State.Protected || command.Tags is not null)
            await Apply(state => state.WithLabels(command.Protected, command.Tags));
        if (command.Priority is { } priority && priority != State.Priority)
            await Apply(state => state with { Priority = priority });
        if (command.AutoRenew is not { } autoRenew || autoRenew == (State.Subscription?.AutoRenew ?? State.Order!.AutoRenew))
            return View();
        if (State.Phase.IsOver() || State.Phase is InstancePhase.Terminating or InstancePhase.Hibernating)
            return DropletError.InvalidState;
        if (State.Renewing is not null && !await SettleRenewal())
            return DropletError.TemporarilyUnavailable;
        await Apply(state => state.WithAutoRenew(autoRenew));
        // Switched on again when the money is already due.
        if (autoRenew && State is { Phase: InstancePhase.Suspended, Subscription.SuspendedAt: not null })
            await Charge();
        return View();
    }

    private async Task<DropletError?> Rename(string name, string actor)
    {
        if (!HostName.IsValid(name))
            return DropletError.InvalidName;
        if (State.Phase.IsOver() || State.Phase is InstancePhase.Terminating or InstancePhase.Lost)
            return DropletError.InvalidState;
        // Dirty first: a claim whose rename never came is given back by the loop.
        await Apply(state => state with { NamesDirty = true });
        if (!await _names.ClaimAsync(Owner.Value, HostName.Canonical(name), _instance.Value))
        {
            Kick();
            return DropletError.NameTaken;
        }

        await Hit("rename.claimed");
        await Apply(state => state.Renamed(name, actor, NowMs));
        Kick();
        return null;
    }
}
