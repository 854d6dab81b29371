using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Providers;
using Webrana.Contracts.Wallets;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// The end: charges stop → hold given back → DELETE, only of what is certainly ours → 404 seen → terminated. Tried for ever. A failed
/// order goes the same way, so that a late success cannot leave a server that nobody pays for.
/// </summary>
public sealed partial class DropletGrain
{
    /// <inheritdoc/>
    public async Task<Result<ActionReceipt, DeleteError>> Delete(DeleteDroplet command)
    {
        if (!IsOrdered)
            return DeleteError.NotFound;
        if (State.Termination is { } known)
            return known.Id == command.OperationId ? new ActionReceipt(known.Id) : DeleteError.InvalidState;
        if (!State.Phase.AllowsDelete())
            return DeleteError.InvalidState;
        if (!string.Equals(command.ConfirmName, State.Name, StringComparison.Ordinal))
            return DeleteError.ConfirmationMismatch;
        if (State.Protected)
            return DeleteError.DeleteProtected;
        var sent = await LastTransfer();
        if (!await SettleMoney())
            return DeleteError.TemporarilyUnavailable;

        var ended = new TerminationPart(command.OperationId, command.Actor, NowMs);
        var rates = await RatesInUse(sent.Count > 0);
        var stored = await Apply(state => HavingSent(state, sent, NowMs) is var known && known.Terminating(ended) is { } next
            ? WithRefundAtEnd(known, next).ChargingAtEnd(known, _instance, rates, NowMs)
            : null);
        if (!stored)
            return DeleteError.TemporarilyUnavailable;
        await Hit("terminate.stored");
        Kick();
        return new ActionReceipt(command.OperationId);
    }

    /// <summary>What was begun with money is finished before the end begins: a charge or capture of unknown outcome must not be lost sight of.</summary>
    private async Task<bool> SettleMoney()
    {
        if (State.Renewing is not null)
            await SettleRenewal();
        if (State.Phase == InstancePhase.Capturing)
            await Capture(CancellationToken.None);
        return await SettleBeforeEnd() && State.Renewing is null && State.Phase != InstancePhase.Capturing && State.Phase.AllowsDelete();
    }

    private async Task<Next> Terminate(CancellationToken cancellation)
    {
        if (await ReleaseAndDestroy(cancellation) is { } wait)
            return wait;
        await Apply(state => state.Terminated(Notice.ServerDeleted($"droplet:{_instance}:deleted", state.Name, state.Termination?.AddonsIdr ?? 0), NowMs) is { } next
            ? next.Termination is { RefundIdr: > 0 and var refundIdr } ? next.Tell(notice: Notice.Refunded($"droplet:{_instance}:refunded", refundIdr, next.Name)) : next
            : null);
        await Hit("terminate.done_stored");
        return Next.Now;
    }

    private async Task<Next> CleanUpFailed(CancellationToken cancellation)
    {
        if (State.Creation.Swept)
            return Next.Idle;
        if (await ReleaseAndDestroy(cancellation) is { } wait)
            return wait;
        await Apply(state => state with { Creation = state.Creation with { Swept = true }, NamesDirty = false });
        return Next.Idle;
    }

    /// <summary>Null when no money is held, no droplet of the tag exists, and the name is free.</summary>
    private async Task<Next?> ReleaseAndDestroy(CancellationToken cancellation)
    {
        if (State.Hold == HoldState.Held && await Release() is { } heldUp)
            return heldUp;
        if (await SettlePlanChange() is { } unsettled)
            return unsettled;
        if (State.Returning is not null)
            return await GiveBack();
        // After what comes back: it pays for them.
        if (State.Termination is { Addons: [var addon, ..] })
            return await ChargeAtEnd(addon);
        if (State.Droplet is { Gone: false } droplet)
            return await Destroy(droplet, cancellation);
        if (State.NextExtra is { } extra)
            return await DestroyExtra(extra, cancellation);
        if (await SweepTag(cancellation) is { } wait)
            return wait;
        if (!await RemoveFirewall(cancellation))
            return Next.In(Retry(++_failures));
        if (!await DeleteImage())
            return Next.In(Retry(++_failures));
        await _names.ReleaseAsync(_instance.Value, keep: null, cancellation);
        await _billing.Stock.GiveBackAsync(_instance.Value, cancellation);
        await _limits.LeaveAsync(_instance, cancellation);
        await _doors.Rows.DeleteAsync(_instance.Value, keep: null, cancellation);
        await Hit("terminate.name_released");
        return null;
    }

    private async Task<Next?> Release()
    {
        var released = await Wallet.Release(new ReleaseCommand($"{HoldId}:release", HoldId, State.IsRestoring ? RestoreReference : OrderReference));
        await Hit("order.released");
        if (released.Error is WalletError.OutcomeUnknown or WalletError.Overloaded)
            return Next.In(Retry(++_failures));
        if (released.Error is { } error)
            LogWalletRefused(_log, _instance, "release", error.ToString());
        // What was not spent leaves room for what will be.
        await _limits.GiveBackAsync(State.Hibernation?.Restore is { } restore ? RestoreSpend(restore.OperationId) : OrderSpend);
        await Apply(state => state with { Hold = HoldState.Released });
        return null;
    }

    private async Task<Next> Destroy(ProviderPart known, CancellationToken cancellation)
    {
        // Once the DELETE is taken, waiting for the 404 must not keep other creates and deletes waiting.
        switch (await _cloud.Get(known.Id, State.Order!.AccountId, known.DeleteAccepted ? CallShare.Poll : CallShare.Lifecycle, cancellation))
        {
            case ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true }:
                // 404 proves the end of what was seen to live; of what was just accepted only after the lists' lag.
                if ((State.Subscription is null || State.IsRestoring) && !known.DeleteAccepted && RealMs < State.Creation.QuietAtReal)
                    return Poll;
                await Apply(state => state with { Droplet = state.Droplet! with { Gone = true } });
                await Hit("terminate.gone_stored");
                return Next.Now;
            case ProviderResult<Droplet>.Ok { Value: var droplet }:
                if (!droplet.Tags.Contains(_cloud.Tag(_instance)) || droplet.CreatedAt.ToUnixTimeMilliseconds() != known.CreatedAt)
                {
                    LogNotOurs(_log, _instance, known.Id);
                    return Next.In(Retry(int.MaxValue));
                }

                if (!known.DeleteAccepted && Doomed(droplet) is { Count: > 0 } doomed)
                    return await DeleteSnapshots(doomed);
                await Hit("terminate.before_delete");
                if (!known.DeleteAccepted || ++_failures % 5 == 0)
                    return await SendDelete(known.Id);
                return Next.In(Retry(_failures));
            default:
                return Next.In(Retry(++_failures));
        }
    }

    private async Task<Next> SendDelete(long id)
    {
        var deleted = await _cloud.Delete(id, State.Order!.AccountId);
        await Hit("terminate.after_delete");
        if (deleted is not ProviderResult<DigitalOcean.Done>.Ok && deleted?.WhyRefused is not { IsNotFound: true })
            return Next.In(Retry(++_failures));
        await Apply(state => state.Droplet is { DeleteAccepted: false } droplet && droplet.Id == id
            ? state with { Droplet = droplet with { DeleteAccepted = true } }
            : null);
        return Next.Now;
    }

    /// <summary>One droplet too many: id, tag and creation time say that it is ours to destroy, and it is not the one we keep.</summary>
    private async Task<Next> DestroyExtra(ExtraPart extra, CancellationToken cancellation)
    {
        var id = extra.Id;
        switch (await _cloud.Get(id, State.Order!.AccountId, CallShare.Lifecycle, cancellation))
        {
            case ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true }:
                await Apply(state => state.WithoutExtra(id));
                return Next.Now;
            case ProviderResult<Droplet>.Ok { Value: var stranger } when id == State.Droplet?.Id || !stranger.Tags.Contains(_cloud.Tag(_instance)):
                LogNotOurs(_log, _instance, id);
                await Apply(state => state.WithoutExtra(id));
                return Next.Now;
            case ProviderResult<Droplet>.Ok when extra.CreatedAt == 0:
                return await DateExtra(id, cancellation);
            case ProviderResult<Droplet>.Ok { Value: var other } when ExtraPart.Of(other).CreatedAt != extra.CreatedAt:
                LogNotOurs(_log, _instance, id);
                await Apply(state => state.LeavingExtra(id));
                return Next.Now;
            case ProviderResult<Droplet>.Ok { Value: var droplet }:
                // Of a server that was replaced: its snapshots fit nothing any more, and would be billed for ever.
                if (Doomed(droplet) is { Count: > 0 } doomed)
                    return await DeleteSnapshots(doomed);
                await _cloud.Delete(id, State.Order!.AccountId);
                return Poll;
            default:
                return Next.In(Retry(++_failures));
        }
    }

    /// <summary>
    /// One of a record from before creation times were kept. The tag's list, the very source such records were made of, says when it was
    /// made; only the droplet that the next look then shows with that time is destroyed.
    /// </summary>
    private async Task<Next> DateExtra(long id, CancellationToken cancellation)
    {
        var found = await _cloud.FindByTag(_instance, State.Order!.AccountId, cancellation);
        if (found is not ProviderResult<IReadOnlyList<Droplet>>.Ok ok)
            return Next.In(Retry(++_failures));
        if (ok.Value.FirstOrDefault(droplet => droplet.Id == id) is { } listed)
        {
            await Apply(state => state.DatingExtra(ExtraPart.Of(listed)));
            return Next.Now;
        }

        // Lists lag, but not for ever; and a server that its owner wants to operate or to end does not wait for one that nobody can date.
        if (_undated is not { } missed || missed.Id != id)
            _undated = (id, RealMs);
        else if (RealMs - missed.SinceReal > _options.ListLagMs)
        {
            LogNotOurs(_log, _instance, id);
            await Apply(state => state.LeavingExtra(id));
            return Next.Now;
        }

        return Poll;
    }

    // Real time since when the tag's list lacks a droplet of an older record that is there by its id.
    private (long Id, long SinceReal)? _undated;

    // What the lists that SweepTag has read since they could last be read have shown.
    private readonly EmptyTag _empty = new();

    /// <summary>Where a create's outcome was ever in doubt: nothing may be left under the tag. Null when that is certain.</summary>
    private async Task<Next?> SweepTag(CancellationToken cancellation)
    {
        // Every create was answered, and its droplet is gone: there is nothing to look for.
        if (State.Creation.Attempts == 0 || (State.Droplet is not null && !State.Creation.Doubt))
            return null;
        var found = await _cloud.FindByTag(_instance, State.Order!.AccountId, cancellation);
        if (found is not ProviderResult<IReadOnlyList<Droplet>>.Ok ok)
        {
            _empty.Forget();
            return Next.In(Retry(++_failures));
        }

        // What was left alone is an operator's, and holds nothing up.
        if (ok.Value.All(droplet => droplet.Id == State.Hibernation?.OldDropletId || State.IsExtra(droplet.Id)))
        {
            var left = _empty.LeftMs(RealMs, State.Creation.QuietAtReal, _options.ListLagMs);
            if (left > 0)
                return RealMs < State.Creation.QuietAtReal ? Poll : Next.In(TimeSpan.FromMilliseconds(left));
            _empty.Forget();
            return null;
        }

        _empty.Forget();
        await Apply(state => state.WithExtras(
            ok.Value.Where(droplet => droplet.Id != state.Droplet?.Id && droplet.Id != state.Hibernation?.OldDropletId).Select(ExtraPart.Of)));
        // A list that still shows what is gone by id lags; look again.
        return State.NextExtra is not null ? Next.Now : Poll;
    }
}
