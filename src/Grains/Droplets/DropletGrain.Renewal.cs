using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;

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
        if (!State.Phase.IsLive())
            return WakeOutcome.Settled;
        if (State.PlanChange is not null)
        {
            // The new due times would hide the work from its own wake-up.
            Kick();
            await Apply(state => state with { });
            return WakeOutcome.Deferred;
        }

        var step = Subscribed.Next(Policy, Now);
        if (await HeldBack(step.Kind))
            return WakeOutcome.Settled;
        switch (step.Kind)
        {
            case RenewalKind.Charge:
                return await Charge() ? MoreOrSettled() : WakeOutcome.Deferred;
            case RenewalKind.Suspend:
                await Apply(state => state.Suspended(Notice.Suspended(NoticeId("suspended"), _instance, state.Name, Now + Policy.Kept), NowMs));
                Kick();
                return MoreOrSettled();
            case RenewalKind.Terminate:
                await Apply(state => state.Terminating(new TerminationPart($"unpaid-{state.Subscription!.PaidPeriod}", "system", NowMs)));
                Kick();
                return WakeOutcome.Settled;
            case RenewalKind.Remind:
                return await Remind(step.Notices);
            case RenewalKind.Warn:
                await Apply(state => state.Warned(Notice.FinalWarning(NoticeId("last"), _instance, state.Name, LastDay), NowMs));
                Kick();
                return MoreOrSettled();
            default:
                // Woken early: the due time is set from the record again.
                await Apply(state => state with { });
                return WakeOutcome.Settled;
        }
    }

    private WakeOutcome MoreOrSettled() => State.BillingAt <= NowMs ? WakeOutcome.MoreDue : WakeOutcome.Settled;

    private RenewalPolicy Policy => RenewalPolicy.For(Subscribed.Cycle);

    /// <inheritdoc/>
    public async Task MoneyArrived()
    {
        var waits = State.Phase.IsLive() && State.Subscription is { AutoRenew: true } part && (part.TriedAt is not null || part.SuspendedAt is not null);
        if (State.Renewing is not null || waits)
            await Charge();
    }

    /// <summary>Charges the next period now. False when the wallet's answer is not known yet.</summary>
    private async Task<bool> Charge()
    {
        if (State.Renewing is null && await ChargingStopped())
            return true;
        await Apply(state => state.Renewing is null && state.PlanChange is null && state.Phase.IsLive() && Owes(state)
            ? state with { Renewing = new RenewingPart(state.Subscribed()!.NextPeriod, NowMs) }
            : null);
        await Hit("renew.intent_stored");
        return await SettleRenewal();
    }

    // Never before its time: a suspended server owes since its due date, the others from it on.
    private bool Owes(DropletState state) => state.Subscribed() is { } subscription && (subscription.SuspendedAt is not null || Now >= subscription.DueAt);

    /// <summary>Asks the wallet for the charge that was begun, as often as needed, and stores what it said.</summary>
    private async Task<bool> SettleRenewal()
    {
        if (State.Renewing is not { } begun)
            return true;
        var (order, subscription) = (State.Order!, Subscribed);
        var from = subscription.SuspendedAt is null ? subscription.DueAt : DropletViews.Time(begun.StartedAt);
        var until = subscription.Renewed(DropletViews.Time(begun.StartedAt)).DueAt;
        var operation = MoneyChanges.ChargeOf(_instance, begun.Period);
        var debit = await Wallet.Debit(new DebitCommand(
            operation,
            order.PriceIdr,
            new PostingReference(ReferenceType.Renewal, _instance.ToString(), ContraAccount.Revenue, Sentences.Renewal(State.Name, begun.Period, from, until))));
        await Hit("renew.after_debit");

        switch (debit.Error)
        {
            case null:
                await Apply(state => state.Renewed(begun, NowMs, _instance));
                await Hit("renew.stored");
                break;
            case WalletError.OutcomeUnknown or WalletError.Overloaded:
                await Apply(state => state with { });
                return false;
            default:
                if (debit.Error is not (WalletError.InsufficientBalance or WalletError.OutstandingDebt))
                    LogWalletRefused(_log, _instance, operation, debit.Error.ToString()!);
                // A debt is paid first, out of the same money.
                var wallet = await Wallet.Get();
                var shortfall = wallet.DebtIdr + Math.Max(0, order.PriceIdr - wallet.AvailableIdr);
                await Apply(state => state.NotPaid(begun, ShortNotice("due", subscription.DueAt + Policy.Grace, shortfall), NowMs));
                break;
        }

        Kick();
        return true;
    }

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
        if (command.AutoRenew is not { } autoRenew || autoRenew == (State.Subscription?.AutoRenew ?? State.Order!.AutoRenew))
            return View();
        if (State.Phase.IsOver() || State.Phase == InstancePhase.Terminating)
            return DropletError.InvalidState;
        if (State.Renewing is not null && !await SettleRenewal())
            return DropletError.TemporarilyUnavailable;
        await Apply(state => state.WithAutoRenew(autoRenew));
        // Switched on again when the money is already due.
        if (autoRenew && State.Phase == InstancePhase.Suspended)
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
