using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Replacement: intent → POST under the instance's tag → active and addressed → swap → the old one destroyed. The same rules as an order:
/// at most two POSTs, the second only after the first has certainly had its chance. The old droplet is not touched before the swap.
/// </summary>
public sealed partial class DropletGrain
{
    private Task<Next> Replace(ActionPart action, CancellationToken cancellation) => State.Replacement switch
    {
        null or { Stage: ReplacementStage.Wanted } => SendReplacement(action, cancellation),
        { Stage: ReplacementStage.Sending } => SearchReplacement(cancellation),
        _ => BuildReplacement(cancellation),
    };

    private bool IsReplacementLate => State.Replacement is { } part && NowMs >= part.Deadline;

    // What the lists that were read before a create, where one of before was never answered, have shown; and since when they have shown somebody.
    private readonly EmptyTag _unanswered = new();
    private long? _strangerSince;

    private async Task<Next> SendReplacement(ActionPart action, CancellationToken cancellation)
    {
        if (IsReplacementLate)
            return await FailReplacement(Reasons.ReplacementLate);
        if (State is { Replacement: null, Creation.Doubt: true } && await AwaitUnanswered(cancellation) is { } wait)
            return wait;
        var order = State.Order!.Choosing(action.Keys) with { Image = action.Image!, Name = State.Name, UserData = null };
        var generation = (State.Access?.Generation ?? 0) + 1;
        if (await _doors.SeedAsync(_instance, generation, order) is not { } seed || !await _cloud.TryEnter(order.AccountId, CallShare.Lifecycle))
            return Poll;
        // A rebuild in place may have pinned the old droplet's key for this generation before it was given up.
        await _doors.Rows.ClearPinAsync(_instance.Value, generation, cancellation);

        // The window opens before the intent is stored, so that a slow write eats from it instead of widening it.
        var window = TimeSpan.FromMilliseconds(_options.SendWindowMs);
        var sendBefore = SendDeadline.In(window);
        var quietAt = RealMs + (long)(window + _cloud.Quiet).TotalMilliseconds;
        if (!await Apply(state => state.ReplacementSending(generation, NowMs + _options.ProvisioningMs, quietAt)))
            return Next.Now;
        _unanswered.Forget();
        await Hit("replace.intent_stored");
        var result = await _cloud.Create(_instance, order, seed, sendBefore);
        await Hit("replace.after_post");

        switch (result)
        {
            case ProviderResult<CreatedDroplet>.Ok ok:
                await AdoptReplacement(ok.Value.Droplet, []);
                await Hit("replace.id_stored");
                return Next.Now;
            case ProviderResult<CreatedDroplet>.Unknown unknown:
                LogCreateUnknown(_log, _instance, unknown.Detail);
                await DoubtReplacement();
                return Poll;
            case ProviderResult<CreatedDroplet>.Refused { Refusal: var refusal }:
                LogCreateRefused(_log, _instance, refusal.Status, refusal.Message);
                await Apply(state => state.ReplacementNotSent());
                if (refusal.IsKeyNotYetKnown)
                    _doors.KeyUnknown(order.AccountId);
                return refusal.IsKeyNotYetKnown || MayPass(refusal)
                    ? Next.In(Retry(3))
                    : await FailReplacement(refusal.IsSizeUnavailable || refusal.IsDropletLimit ? Reasons.NoCapacity : Reasons.ReplacementRefused);
            default:
                await Apply(state => state.ReplacementNotSent());
                return Next.In(Retry(++_failures));
        }
    }

    /// <summary>
    /// A create of before may have left a droplet under the tag. Beside it nothing is sent: should the answer be lost again, that one, with its own
    /// system and keys, would be taken for ours. Whether it may be destroyed the sweep of the account asks. Null: there is none.
    /// </summary>
    private async Task<Next?> AwaitUnanswered(CancellationToken cancellation)
    {
        var found = await Strangers(cancellation);
        if (found is { Count: 0 })
        {
            _strangerSince = null;
            var left = _unanswered.LeftMs(RealMs, State.Creation.QuietAtReal, _options.ListLagMs);
            return left > 0 ? Next.In(TimeSpan.FromMilliseconds(left)) : null;
        }

        _unanswered.Forget();
        // One that stays, though the account's sweep has had its time, is a person's to judge, and the server is not kept from everything else for it.
        return found is not null && NowMs - (_strangerSince ??= NowMs) >= _options.ProvisioningMs
            ? await FailReplacement(Reasons.NotConfirmed)
            : Next.In(Retry(4));
    }

    private Task<bool> AdoptReplacement(Droplet droplet, IReadOnlyList<ExtraPart> extras) =>
        Apply(state => state.ReplacementAdopted(new ProviderPart(droplet.Id, droplet.CreatedAt.ToUnixTimeMilliseconds(), null), extras));

    private Task<bool> DoubtReplacement() => Apply(state => state.Replacement is { Doubt: false } part
        ? state with { Replacement = part with { Doubt = true } }
        : null);

    /// <summary>A create may have been sent by us or by an activation that died: what is under the tag beside the server itself?</summary>
    private async Task<Next> SearchReplacement(CancellationToken cancellation)
    {
        await DoubtReplacement();
        // As of an order. What shows under the tag later is one too many: the doubt stays with the server, for its account's sweep, its next
        // replacement and its end.
        if (await Strangers(cancellation) is not { } found)
            return IsReplacementLate ? await FailReplacement(Reasons.NotConfirmed) : Poll;
        // What is older than the server was destroyed before this replacement was wanted: a list that lags shows it still.
        var choice = Adoption.Choose(recorded: null, found.Where(IsNoOlderThanServer).Select(droplet => new Candidate(droplet.Id, droplet.CreatedAt)));
        if (choice.Keep is { } keep)
        {
            await AdoptReplacement(found.First(droplet => droplet.Id == keep), [.. choice.Destroy.Select(ExtraPart.Of)]);
            await Hit("replace.id_stored");
            return Next.Now;
        }

        if (State.Replacement is not { } part || RealMs < part.QuietAtReal)
            return Poll;
        if (IsReplacementLate || part.Attempts >= MostAttempts)
            return await FailReplacement(Reasons.NotConfirmed);
        // The one re-POST. Nothing of the first attempt can arrive any more.
        await Apply(state => state.Replacement is { Stage: ReplacementStage.Sending } sending
            ? state with { Replacement = sending with { Stage = ReplacementStage.Wanted } }
            : null);
        return Next.Now;
    }

    private async Task<Next> BuildReplacement(CancellationToken cancellation)
    {
        var part = State.Replacement!;
        if (part.Doubt)
        {
            var found = await Strangers(cancellation);
            // With the time over it is looked at once more, whatever the lists say: what runs is not given up.
            if (found is null && !IsReplacementLate)
                return Poll;
            if (found?.Where(droplet => droplet.Id != part.Droplet!.Id).Select(ExtraPart.Of).ToList() is { Count: > 0 } extras)
                await Apply(state => state.WithExtras(extras));
        }

        switch (await _cloud.Get(part.Droplet!.Id, State.Order!.AccountId, CallShare.Poll, cancellation))
        {
            case ProviderResult<Droplet>.Ok { Value: { IsReady: true } droplet }:
                return await Swap(droplet, cancellation);
            case ProviderResult<Droplet>.Ok when part.MissingSinceReal is not null:
                await Apply(state => state.Replacement is { } seen ? state with { Replacement = seen with { MissingSinceReal = null } } : null);
                break;
            case ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true }:
                if (part.MissingSinceReal is not { } since)
                    await Apply(state => state.Replacement is { } unseen ? state with { Replacement = unseen with { MissingSinceReal = RealMs } } : null);
                else if (RealMs - since > _options.NotFoundMs)
                    return await FailReplacement(Reasons.NotBuilt);
                break;
        }

        return IsReplacementLate ? await FailReplacement(Reasons.ReplacementLate) : Poll;
    }

    private async Task<Next> Swap(Droplet droplet, CancellationToken cancellation)
    {
        await Hit("replace.ready");
        var notice = ReadyNotice($"droplet:{_instance}:replaced:{State.Action?.Id}", droplet.PublicIPv4!);
        await Apply(state => state.Replaced(droplet.PublicIPv4!, droplet.PublicIPv6, notice, NowMs));
        await Hit("replace.swapped");
        if (State.Access is { } access)
            await _doors.Rows.DeleteAsync(_instance.Value, access.Generation, cancellation);
        return Next.Now;
    }

    private async Task<Next> FailReplacement(string reason)
    {
        LogNotReplaced(_log, _instance, reason);
        await Apply(state => state.ReplacementFailed(reason, NowMs));
        await Hit("action.done_stored");
        return Next.Now;
    }

    /// <summary>Droplets under our tag that are neither the server nor known to be too many. Null: the listing could not be read.</summary>
    private bool IsNoOlderThanServer(Droplet droplet) => State.Droplet is not { } server || droplet.CreatedAt.ToUnixTimeMilliseconds() >= server.CreatedAt;

    private async Task<IReadOnlyList<Droplet>?> Strangers(CancellationToken cancellation)
    {
        var found = await _cloud.FindByTag(_instance, State.Order!.AccountId, cancellation);
        return found is ProviderResult<IReadOnlyList<Droplet>>.Ok ok
            ? [.. ok.Value.Where(droplet => droplet.Id != State.Droplet?.Id && !State.IsExtra(droplet.Id))]
            : null;
    }
}
