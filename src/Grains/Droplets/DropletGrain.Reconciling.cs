using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// What a sweep over the provider's droplets tells. Nobody's list is believed: this grain asks the provider about the one droplet, and
/// destroys only where id, tag and creation time are what is stored here.
/// </summary>
public sealed partial class DropletGrain
{
    /// <inheritdoc/>
    public Task<ReconcileOutcome> Reconcile(ReconcileHint hint) => hint.Kind switch
    {
        ReconcileKind.Missing => LookForMissing(hint),
        ReconcileKind.Tombstoned => DestroyAgain(hint),
        _ => TakeDuplicate(hint),
    };

    private async Task<ReconcileOutcome> LookForMissing(ReconcileHint hint)
    {
        if (!State.Phase.IsLive() || State.Droplet?.Id != hint.DropletId)
            return ReconcileOutcome.Nothing;
        // A charge under way is known first, and what is in the making takes its place; or it is missed again.
        if (State.Renewing is not null || State.Replacement is not null)
            return ReconcileOutcome.Later;
        switch (await _cloud.Get(hint.DropletId, State.Order!.AccountId, CallShare.Reconcile, CancellationToken.None))
        {
            case ProviderResult<Droplet>.Ok:
                return ReconcileOutcome.Nothing;
            case ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true }:
                // A database that was restored may name one that was replaced since: what else is under its tag may be the server, and a person judges.
                if (await Strangers(CancellationToken.None) is not { } others)
                    return ReconcileOutcome.Later;
                if (others.Count > 0)
                    return ReconcileOutcome.NotOurs;
                if (!await SettleBeforeEnd()
                    || !await Apply(state => state.Droplet?.Id == hint.DropletId && state.Replacement is null ? state.LostGivingBack(_instance, Now) : null))
                {
                    return ReconcileOutcome.Later;
                }

                LogLost(_log, _instance, hint.DropletId);
                await Hit("reconcile.lost_stored");
                Kick();
                return ReconcileOutcome.Lost;
            default:
                return ReconcileOutcome.Later;
        }
    }

    private async Task<ReconcileOutcome> DestroyAgain(ReconcileHint hint)
    {
        if (State is { Phase: InstancePhase.Failed, Droplet: null })
            return await TakeStray(hint);
        if (State.Phase is not (InstancePhase.Terminated or InstancePhase.Failed or InstancePhase.Lost) || State.Droplet is not { } known)
            return ReconcileOutcome.Nothing;
        if (known.Id != hint.DropletId || known.CreatedAt != hint.CreatedAt.ToUnixTimeMilliseconds())
            return ReconcileOutcome.NotOurs;
        switch (await _cloud.Get(known.Id, State.Order!.AccountId, CallShare.Reconcile, CancellationToken.None))
        {
            case ProviderResult<Droplet>.Ok { Value: var droplet }:
                if (!IsRecorded(droplet, known))
                {
                    LogNotOurs(_log, _instance, known.Id);
                    return ReconcileOutcome.NotOurs;
                }

                // Lost and found: a server that somebody may still want is not destroyed by a program.
                if (State.Phase == InstancePhase.Lost)
                    return ReconcileOutcome.Nothing;
                await Hit("reconcile.before_delete");
                return await _cloud.Delete(known.Id, State.Order!.AccountId) is ProviderResult<DigitalOcean.Done>.Ok ? ReconcileOutcome.Destroying : ReconcileOutcome.Later;
            case ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true }:
                return ReconcileOutcome.Nothing;
            default:
                return ReconcileOutcome.Later;
        }
    }

    /// <summary>
    /// One of a failed order that never knew its droplet, shown after its tag was swept: the order is cleaned up anew, with it as a droplet too
    /// many, which is looked at by id, tag and creation time before it is destroyed.
    /// </summary>
    private async Task<ReconcileOutcome> TakeStray(ReconcileHint hint)
    {
        // Of an order without a create of unknown outcome it cannot be: whoever made it, a person judges.
        if (State.Creation.Attempts == 0 || State.Extras.Any(extra => extra.Id == hint.DropletId && extra.Left))
            return ReconcileOutcome.NotOurs;
        var found = new ExtraPart(hint.DropletId, hint.CreatedAt.ToUnixTimeMilliseconds());
        await Apply(state => state is { Phase: InstancePhase.Failed, Droplet: null }
            ? state.WithExtras([found]) with { Creation = state.Creation with { Swept = false } }
            : null);
        Kick();
        return ReconcileOutcome.Destroying;
    }

    /// <summary>
    /// A second droplet of a living server goes the way of all extras: looked at by id, tag and creation time, then destroyed. Not while a
    /// replacement is in the making: it is a second droplet too, maybe one whose id the create has not told yet, and finds strangers itself. And
    /// only while the recorded one is there: a database that was restored may name one that was replaced since, and then this is the server.
    /// </summary>
    private async Task<ReconcileOutcome> TakeDuplicate(ReconcileHint hint)
    {
        if (!State.Phase.IsLive() || State.Droplet is not { } known || known.Id == hint.DropletId)
            return ReconcileOutcome.Nothing;
        if (State.Replacement is not null)
            return ReconcileOutcome.Later;
        if (State.Extras.Any(extra => extra.Id == hint.DropletId && extra.Left))
            return ReconcileOutcome.NotOurs;
        switch (await _cloud.Get(known.Id, State.Order!.AccountId, CallShare.Reconcile, CancellationToken.None))
        {
            case ProviderResult<Droplet>.Ok { Value: var first } when IsRecorded(first, known):
                break;
            case ProviderResult<Droplet>.Ok or ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true }:
                return ReconcileOutcome.NotOurs;
            default:
                return ReconcileOutcome.Later;
        }

        var found = new ExtraPart(hint.DropletId, hint.CreatedAt.ToUnixTimeMilliseconds());
        await Apply(state => state.Phase.IsLive() && state.Replacement is null && state.Droplet?.Id == known.Id && !state.IsExtra(hint.DropletId)
            ? state.WithExtras([found])
            : null);
        Kick();
        return ReconcileOutcome.Destroying;
    }

    private bool IsRecorded(Droplet seen, ProviderPart known) =>
        seen.Id == known.Id && seen.Tags.Contains(_cloud.Tag(_instance)) && seen.CreatedAt.ToUnixTimeMilliseconds() == known.CreatedAt;
}
