using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;
using Webrana.Grains.Limits;

namespace Webrana.Grains.Droplets;

/// <summary>
/// The way back from an image: wish stored → price held → made as an order is → captured as the period's one charge. Where it cannot be
/// made, the money goes back and the image is still there.
/// </summary>
public sealed partial class DropletGrain
{
    /// <inheritdoc/>
    public async Task<Result<ActionReceipt, RenewError>> Restore(RestoreServer command)
    {
        if (!IsOrdered)
            return RenewError.NotFound;
        if (State.Hibernation?.Restore?.OperationId == command.OperationId || State.Recent.Any(line => line.Id == command.OperationId))
        {
            Kick();
            return new ActionReceipt(command.OperationId);
        }

        if (State.Phase != InstancePhase.Hibernated || State.IsRestoring)
            return RenewError.InvalidState;
        if (State.Block is not null)
            return RenewError.Blocked;
        // Of a server that waits for its place there is one already; what counts is its size and what it costs.
        var limit = await Judge(Owner, 0, State.Order!.Vcpus, 0) is { } tooBig ? LimitDesk.Detail(tooBig) : await Spend(RestoreSpend(command.OperationId), State.Order.PriceIdr);
        if (limit is not null)
            return Result<ActionReceipt, RenewError>.Refused(RenewError.LimitReached, limit);
        if (!await Apply(state => state.Restoring(command.OperationId, command.Actor, NowMs)))
            return RenewError.TemporarilyUnavailable;
        await Hit("restore.stored");
        var held = await HoldRestore();
        Kick();
        return held switch
        {
            null => new ActionReceipt(command.OperationId),
            WalletError.OutstandingDebt => RenewError.OutstandingDebt,
            WalletError.InsufficientBalance => Result<ActionReceipt, RenewError>.Refused(
                RenewError.InsufficientBalance, Math.Max(0, State.Order!.PriceIdr - (await Wallet.Get()).AvailableIdr).ToString(CultureInfo.InvariantCulture)),
            _ => RenewError.TemporarilyUnavailable,
        };
    }

    private async Task<WalletError?> HoldRestore()
    {
        var restore = State.Hibernation!.Restore!;
        var held = await Wallet.Hold(new HoldCommand($"{HoldId}:hold", HoldId, State.Order!.PriceIdr, RestoreReference));
        await Hit("restore.held");
        switch (held.Error)
        {
            case null:
                // It waits from now on, if it does: of an earlier one that was given up while it waited nothing is left to tell.
                _heldUpSince = null;
                await Apply(state => state.RestoreHeld(NowMs + _options.ProvisioningMs));
                await Hit("restore.hold_stored");
                return null;
            case WalletError.OutcomeUnknown or WalletError.Overloaded:
                // The wish stays; the loop asks again for the same hold.
                return held.Error;
            default:
                await _limits.GiveBackAsync(RestoreSpend(restore.OperationId));
                await Apply(state => state.RestoreRefused(restore.OperationId));
                return held.Error;
        }
    }

    private async Task<Next> ResumeRestore()
    {
        if (!State.IsRestoring)
            return Next.Idle;
        return await HoldRestore() is WalletError.OutcomeUnknown or WalletError.Overloaded ? Next.In(Retry(++_failures)) : Next.Now;
    }

    private PostingReference RestoreReference
    {
        get
        {
            var restore = State.Hibernation!.Restore!;
            var start = Subscribed.NextStart(DropletViews.Time(State.Creation.ReadyAt ?? restore.StartedAt));
            return new PostingReference(ReferenceType.Renewal, _instance.ToString(), ContraAccount.Revenue, Sentences.Renewal(
                State.Name, restore.Period, start, BillingCalendar.PeriodStart(start, DropletViews.Cycle(State.Order!.Period), 1)));
        }
    }

    private async Task<Next> CaptureRestore(CancellationToken cancellation)
    {
        var restore = State.Hibernation!.Restore!;
        var captured = await Wallet.Capture(new CaptureCommand(PeriodOperation(restore.Period), HoldId, RestoreReference));
        await Hit("restore.captured");
        switch (captured.Error)
        {
            case null:
                var policy = await AdoptedPolicy(State.Order!.Period);
                var notice = Notice.Restored(
                    string.Create(CultureInfo.InvariantCulture, $"droplet:{_instance}:restored:{restore.Period}"), _instance, State.Name, State.Droplet!.Ipv4!);
                await Apply(state => state.Restored(policy, notice, PeriodOperation(restore.Period), NowMs));
                await Hit("restore.running_stored");
                return State.Creation.Doubt && await FindExtras(cancellation) is { } wait ? wait : Next.Now;
            case WalletError.OutcomeUnknown or WalletError.Overloaded:
                return Next.In(Retry(++_failures));
            default:
                LogWalletRefused(_log, _instance, "capture", captured.Error.ToString()!);
                return await Fail(Reasons.HoldLost);
        }
    }

    /// <summary>What is made: the order, or the image under the order's plan. The customer's first-boot script ran once and is not run again.</summary>
    private OrderPart Made => State.IsRestoring
        ? State.Order! with { Image = State.Hibernation!.ImageId!, Name = State.Name, UserData = null }
        : State.Order!;

    /// <summary>Keys of a restored server are new ones: those in the image are of a server that is gone.</summary>
    private int MadeGeneration => State.IsRestoring ? FirstGeneration + State.Hibernation!.Restores : FirstGeneration;
}
