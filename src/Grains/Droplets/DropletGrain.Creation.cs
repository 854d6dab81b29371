using System.Globalization;
using Webrana.Contracts.Providers;
using Webrana.Contracts.Wallets;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Provisioning: intent and tag → POST → active and addressed → capture. At most two POSTs for one order, the second only after the
/// first has certainly had its chance: sendBefore + HTTP timeout + the lists' lag of empty tag listings.
/// </summary>
public sealed partial class DropletGrain
{
    private const int MostAttempts = 2;
    private const int FirstGeneration = 1;

    private bool IsLate => NowMs >= State.Creation.Deadline;

    private async Task<Next> Send()
    {
        if (IsLate)
            return await Fail(Reasons.TimedOut);
        var order = Made;
        // The permit first: keys and hashes cost far too much to be made again at every try while a thousand orders wait.
        if (!await _cloud.TryEnter(order.AccountId, CallShare.Lifecycle) || await _doors.SeedAsync(_instance, MadeGeneration, order) is not { } seed)
            return await WaitForPermit();
        await Hit("order.permitted");

        // The window opens before the intent is stored, so that a slow write eats from it instead of widening it.
        var window = TimeSpan.FromMilliseconds(_options.SendWindowMs);
        var sendBefore = SendDeadline.In(window);
        var quietAt = RealMs + (long)(window + _cloud.Quiet).TotalMilliseconds;
        if (!await Apply(state => state.Sending(quietAt) is { } next
                ? next with { Access = new AccessPart(MadeGeneration, DropletDoors.PasswordLogin(order)) }
                : null))
        {
            return Next.Now;
        }

        await Hit("order.intent_stored");
        var result = await _cloud.Create(_instance, order, seed, sendBefore);
        await Hit("order.after_post");

        switch (result)
        {
            case ProviderResult<CreatedDroplet>.Ok ok:
                await Adopt(ok.Value.Droplet, ok.Value.CreateActionId, []);
                await Hit("order.id_stored");
                return Next.Now;
            case ProviderResult<CreatedDroplet>.Unknown unknown:
                LogCreateUnknown(_log, _instance, unknown.Detail);
                await Apply(state => state.Doubted());
                return Poll;
            case ProviderResult<CreatedDroplet>.Refused refused:
                return await Refused(refused.Refusal);
            default:
                await Apply(state => state.NotSent());
                return Next.In(Retry(++_failures));
        }
    }

    private async Task<Next> Refused(Refusal refusal)
    {
        LogCreateRefused(_log, _instance, refusal.Status, refusal.Message);
        await Apply(state => state.NotSent());
        if (refusal.IsKeyNotYetKnown)
            _doors.KeyUnknown(State.Order!.AccountId);
        // Not about this order: the budget, our token, a key that has not spread yet. The deadline ends the waiting.
        if (refusal.IsRateLimited || refusal.IsUnauthorized || refusal.IsForbidden || refusal.IsKeyNotYetKnown)
            return Next.In(refusal.RetryAfter is { } wait && wait < Retry(6) ? wait : Retry(3));
        return await Fail(refusal.IsSizeUnavailable || refusal.IsDropletLimit ? Reasons.NoCapacity : Reasons.Refused);
    }

    private Task<bool> Adopt(Droplet droplet, long? createActionId, IReadOnlyList<ExtraPart> extras)
    {
        if (extras.Count > 0)
            LogExtras(_log, _instance, extras.Count);
        var part = new ProviderPart(droplet.Id, droplet.CreatedAt.ToUnixTimeMilliseconds(), createActionId);
        return Apply(state => state.Adopted(part, extras));
    }

    /// <summary>A create may have been sent by us or by an activation that died: what does the tag say?</summary>
    private async Task<Next> Search(CancellationToken cancellation)
    {
        await Apply(state => state.Doubted());
        var found = await _cloud.FindByTag(_instance, State.Order!.AccountId, cancellation);
        // Whoever cannot be asked keeps nobody's money: a droplet that shows later carries the tag of a failed order, and goes, found by the
        // sweep of that tag or, after its end, by the one of the account.
        if (found is not ProviderResult<IReadOnlyList<Droplet>>.Ok ok)
            return IsLate ? await Fail(Reasons.NotConfirmed) : Poll;

        // A list that lags may still show the droplet that a restored server was before; what is known to be too many is nobody's server (ADR 51).
        var choice = Adoption.Choose(
            recorded: null,
            ok.Value.Where(droplet => droplet.Id != State.Hibernation?.OldDropletId && !State.IsExtra(droplet.Id)).Select(droplet => new Candidate(droplet.Id, droplet.CreatedAt)));
        if (choice.Keep is { } keep)
        {
            await Adopt(ok.Value.First(droplet => droplet.Id == keep), createActionId: null, [.. choice.Destroy.Select(ExtraPart.Of)]);
            return Next.Now;
        }

        if (RealMs < State.Creation.QuietAtReal)
            return Poll;
        if (IsLate || State.Creation.Attempts >= MostAttempts)
            return await Fail(Reasons.NotConfirmed);
        // The one re-POST. Nothing of the first attempt can arrive any more.
        await Apply(state => state.Phase == InstancePhase.Sending ? state with { Phase = InstancePhase.Held } : null);
        return Next.Now;
    }

    private async Task<Next> Build(CancellationToken cancellation)
    {
        var known = State.Droplet!;
        ProviderAccount.WatchCreation(_instance, known.Id, known.CreateActionId).Ignore();
        if (State.Creation.Doubt)
        {
            if (await FindExtras(cancellation) is not { } wait)
                await Answered();
            else if (!IsLate)
                return await TellingWaits(Task.FromResult(wait));
        }

        // The account grain tells when it is usable. This is the backstop, and the judge of what the lists do not show.
        // With the time over it is looked at once more, whatever the lists say: what runs is not given up.
        if (IsLate || IsLookDue() || State.Creation is { Errored: true } or { MissingSinceReal: not null })
        {
            switch (await LookAtBuild(known.Id, cancellation))
            {
                case ProviderResult<Droplet>.Ok { Value: { IsReady: true } droplet }:
                    await Apply(state => state.Ready(droplet.PublicIPv4!, droplet.PublicIPv6, NowMs));
                    await Hit("order.ready_stored");
                    return Next.Now;
                case ProviderResult<Droplet>.Ok when State.Creation.MissingSinceReal is not null:
                    await Apply(state => state with { Creation = state.Creation with { MissingSinceReal = null } });
                    break;
                case ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true }:
                    // Accepted but not to be seen: normal for some seconds; for ever when it could not be placed.
                    if (State.Creation.MissingSinceReal is not { } since)
                        await Apply(state => state with { Creation = state.Creation with { MissingSinceReal = RealMs } });
                    else if (State.Creation.Errored || RealMs - since > _options.NotFoundMs)
                        return await Fail(Reasons.NotBuilt);
                    break;
            }
        }

        if (IsLate)
            return await Fail(Reasons.TimedOut);
        return State.Creation.MissingSinceReal is null ? Next.In(UntilLook) : Poll;
    }

    /// <summary>After an unknown outcome there may be a second droplet. Null when the listing was read and is right.</summary>
    private async Task<Next?> FindExtras(CancellationToken cancellation)
    {
        var found = await _cloud.FindByTag(_instance, State.Order!.AccountId, cancellation);
        if (found is not ProviderResult<IReadOnlyList<Droplet>>.Ok ok)
            return Poll;
        var choice = Adoption.Choose(State.Droplet!.Id, ok.Value.Where(droplet => droplet.Id != State.Hibernation?.OldDropletId).Select(droplet => new Candidate(droplet.Id, droplet.CreatedAt)));
        var fresh = choice.Destroy.Where(droplet => !State.IsExtra(droplet.Id)).Select(ExtraPart.Of).ToList();
        if (fresh.Count > 0)
        {
            LogExtras(_log, _instance, fresh.Count);
            await Apply(state => state.WithExtras(fresh));
        }

        return null;
    }

    private async Task<Next> Capture(CancellationToken cancellation)
    {
        if (State.IsRestoring)
            return await CaptureRestore(cancellation);
        var order = State.Order!;
        var operation = MoneyChanges.ChargeOf(_instance, period: 1);
        var captured = await Wallet.Capture(new CaptureCommand(operation, HoldId, OrderReference));
        await Hit("order.captured");
        switch (captured.Error)
        {
            case null:
                var policy = await AdoptedPolicy(order.Period);
                await Apply(state => state.Captured(ReadyNotice($"droplet:{_instance}:ready", State.Droplet!.Ipv4!), policy, operation, NowMs));
                await Hit("order.active_stored");
                return State.Creation.Doubt && await FindExtras(cancellation) is { } wait ? wait : Next.Now;
            case WalletError.OutcomeUnknown or WalletError.Overloaded:
                return Next.In(Retry(++_failures));
            default:
                LogWalletRefused(_log, _instance, "capture", string.Create(CultureInfo.InvariantCulture, $"{captured.Error} of {order.PriceIdr}"));
                return await Fail(Reasons.HoldLost);
        }
    }
}
