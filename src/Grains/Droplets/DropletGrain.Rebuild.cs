using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.Contracts.SshKeys;
using Webrana.Data.Droplets;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;
using Webrana.Ssh;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Rebuild in place: the provider's action → entered again with our key, host key pinned anew, new password set, chosen keys put there.
/// Nobody knows whether the provider runs user data again; if our key is not accepted in time, a new droplet takes the server's place. A copy
/// of the disk that was put back is entered again in the same way.
/// </summary>
public sealed partial class DropletGrain : IDropletRebuildGrain
{
    // cloud-init may still be setting the first password: the one that counts is set after it. 75: not yet.
    private const string SetPasswordAfterBoot =
        "if command -v cloud-init >/dev/null; then timeout 6 cloud-init status --wait >/dev/null 2>&1; [ $? = 124 ] && exit 75; fi; chpasswd";

    private const string JustLookIn = "true";

    /// <inheritdoc/>
    public async Task<Result<RebuildChoices, RebuildError>> RebuildOptions()
    {
        if (!IsOrdered)
            return RebuildError.NotFound;
        return await Images() is { } images
            ? new RebuildChoices(State.Order!.Image, [.. images.Select(image => new RebuildChoice(image.Slug, image.Name, image.Distribution, MethodFor(image.Slug)))])
            : RebuildError.TemporarilyUnavailable;
    }

    /// <inheritdoc/>
    public async Task<Result<ActionReceipt, RebuildError>> Rebuild(RebuildDroplet command)
    {
        if (!IsOrdered)
            return RebuildError.NotFound;
        if (await Known(new StartAction(command.OperationId, ActionKind.Rebuild, command.Actor)) is { } kind)
            return kind == ActionKind.Rebuild ? new ActionReceipt(command.OperationId) : RebuildError.OperationConflict;
        if (State.Phase is not (InstancePhase.Running or InstancePhase.Off))
            return Result<ActionReceipt, RebuildError>.Refused(RebuildError.InvalidState, DropletViews.StatusOf(State).ToString());
        if (State.Action is { } running)
            return Result<ActionReceipt, RebuildError>.Refused(RebuildError.ActionInProgress, running.Kind.ToString());
        if (await Images() is not { } images)
            return RebuildError.TemporarilyUnavailable;
        if (!images.Any(image => image.Slug == command.Image))
            return RebuildError.ImageUnavailable;

        // Put there by us before: the disk that comes has those of the create again.
        var keys = State.Access is { KeysPlaced: true } ? new KeysPart(State.Order!.SshKeyIds, State.Order.SshKeys) : null;
        if (command.SshKeyIds is { } ids)
        {
            // Nothing that was asked for is left out in silence.
            var found = await GrainFactory.GetGrain<ISshKeysGrain>(GrainKeys.SshKeys(Owner)).Find(ids);
            if (!found.TryGet(out var chosen))
                return Result<ActionReceipt, RebuildError>.Refused(RebuildError.SshKeyUnknown, found.Detail);
            keys = new KeysPart(ids, [.. chosen.Select(key => new ChosenKey(key.PublicKey, key.Fingerprint))]);
        }

        var action = new ActionPart
        {
            Id = command.OperationId,
            Kind = ActionKind.Rebuild,
            Actor = command.Actor,
            StartedAt = NowMs,
            Image = command.Image,
            Replacing = MethodFor(command.Image) == RebuildMethod.Replace,
            Keys = keys,
        };
        if (!await Apply(state => state.ActingOnAccess(action)))
            return Result<ActionReceipt, RebuildError>.Refused(RebuildError.ActionInProgress, State.Action?.Kind.ToString());
        await Hit("rebuild.stored");
        Kick();
        return new ActionReceipt(command.OperationId);
    }

    private RebuildMethod MethodFor(string image) =>
        OsFamily.KindOf(State.Order!.Image, image, State.Access is not null) == RebuildKind.InPlace ? RebuildMethod.InPlace : RebuildMethod.Replace;

    private async Task<IReadOnlyList<ProviderImage>?> Images()
    {
        var account = GrainFactory.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(State.Order!.AccountId));
        return (await account.Catalogue()).TryGet(out var offer) ? [.. offer.Images.Where(image => image.MinDiskGb <= State.Order.DiskGb)] : null;
    }

    /// <summary>
    /// The disk is another one. The next generation has the same key and no pin; its first visit sets its own password. A rebuild that does
    /// not let us in becomes a replacement; a copy that was put back is what its owner asked for, and stays.
    /// </summary>
    private async Task<Next> Reenter(ActionPart action, CancellationToken cancellation)
    {
        var access = State.Access!;
        if (await _doors.ContinueAsync(_instance, access.Generation) is not { } row)
            return await StayOutside(action, access.Generation, cancellation);
        if (State.Droplet?.Ipv4 is not { } ipv4)
            return await StayOutside(action, row.Generation, cancellation);

        await Hit("rebuild.access_prepared");
        var waited = NowMs - action.EndedAt!.Value;
        // Given up and forgotten already (a replay after a crash): none is set, least of all an empty one.
        var (command, input) = row.Password is not { } password ? (JustLookIn, "")
            : (waited < _options.ReaccessMs / 2 ? SetPasswordAfterBoot : SetPassword, $"root:{password}\n");
        var outcome = await _doors.RunAsync(_instance, row.Generation, ipv4, command, input, cancellation);
        await Hit("rebuild.entered");
        // We did not try, and so know nothing of the server: least of all a reason to replace it, however long it has waited.
        if (outcome is SshOutcome.NoPlace)
            return Poll;
        var isSet = row.Password is not null && outcome is SshOutcome.Ran { ExitStatus: 0 };
        if (!isSet && waited < _options.ReaccessMs && (outcome is SshOutcome.Ran || action.Kind == ActionKind.Rebuild || !await LetsNobodyIn(cancellation)))
            return Poll;
        if (outcome is not SshOutcome.Ran)
        {
            LogNotReentered(_log, _instance, action.Kind, outcome.ToString());
            return await StayOutside(action, row.Generation, cancellation);
        }

        // Let in, but the password could not be set: a reset makes one.
        if (!isSet)
            await _doors.Rows.ForgetPasswordAsync(_instance.Value, row.Generation, cancellation);
        if (action.Kind != ActionKind.Rebuild)
            return await CopyEntered(action, access, row, ipv4, isSet, cancellation);
        var placed = action.Keys is { } keys ? await PlaceKeys(keys, row, ipv4, cancellation) : null;
        if (placed is SshOutcome.NoPlace)
            return Poll;
        var arePlaced = placed is SshOutcome.Ran { ExitStatus: 0 };
        if (action.Keys is not null && !arePlaced && waited < _options.ReaccessMs)
            return Poll;
        var said = action.Keys is not null && !arePlaced ? Reasons.KeysNotPlaced : isSet ? Reasons.PasswordReady : null;
        // Asked whatever was placed: this disk's sshd is not the one we knew. Where it does not say, what it was told counts.
        var told = await AskForPasswords(row, ipv4, cancellation);
        if (told is SshOutcome.NoPlace)
            return Poll;
        var login = TakesPasswords(told) ?? (arePlaced ? TakesPasswordsWith(action.Keys!) : access.PasswordLogin);
        return await EnterAnew(
            row.Generation, (state, seen) => state.Reinstalled(action.Id, row.Generation, login, seen, said, NowMs, arePlaced), cancellation);
    }

    /// <summary>What its sshd was told is of the copy's day as well.</summary>
    private async Task<Next> CopyEntered(ActionPart action, AccessPart access, AccessRow row, string ipv4, bool isSet, CancellationToken cancellation)
    {
        var told = await AskForPasswords(row, ipv4, cancellation);
        if (told is SshOutcome.NoPlace)
            return Poll;
        var entry = access with { Generation = row.Generation, Shut = false, PasswordLogin = TakesPasswords(told) ?? access.PasswordLogin };
        return await EnterAnew(
            row.Generation, (state, seen) => state.CopyPutBack(action.Id, entry, seen, isSet ? Reasons.PasswordReady : null, NowMs), cancellation);
    }

    private Task<SshOutcome> AskForPasswords(AccessRow row, string ipv4, CancellationToken cancellation) =>
        _doors.RunAsync(_instance, row.Generation, ipv4, OwnersKeys.AsksForPasswords, "", cancellation);

    /// <summary>What its sshd says; null when it does not.</summary>
    private static bool? TakesPasswords(SshOutcome told) => told is SshOutcome.Ran { ExitStatus: 0 or 1 } answered ? answered.ExitStatus == 0 : null;

    private static bool TakesPasswordsWith(KeysPart chosen) => chosen.Keys.Count == 0;

    /// <summary>
    /// The chosen keys, and no others beside ours; not where the sshd says that it does otherwise about passwords than it was told. Cut off
    /// anywhere, they are put there again.
    /// </summary>
    private async Task<SshOutcome> PlaceKeys(KeysPart chosen, AccessRow row, string ipv4, CancellationToken cancellation)
    {
        var placed = await _doors.RunAsync(
            _instance, row.Generation, ipv4, OwnersKeys.Command(TakesPasswordsWith(chosen)),
            OwnersKeys.Input(row.PublicKey, chosen.Keys.Select(key => key.PublicKey)), cancellation);
        await Hit("rebuild.keys_placed");
        return placed;
    }

    private async Task<Next> StayOutside(ActionPart action, int generation, CancellationToken cancellation)
    {
        if (action.Kind == ActionKind.Rebuild)
        {
            await Apply(state => state.ReplaceInstead(action.Id));
            return Next.Now;
        }

        // The passwords are those of the copy, and so may be the host key: whatever we knew is void.
        await _doors.Rows.ForgetPasswordAsync(_instance.Value, generation, cancellation);
        await _doors.Rows.ClearPinAsync(_instance.Value, generation, cancellation);
        return await EnterAnew(
            generation,
            (state, seen) =>
            {
                var off = state.PowerWish != PowerWish.None || seen.Status == DigitalOcean.DropletStatus.Off;
                var entry = state.Access! with { Generation = generation, Shut = !off };
                return state.CopyPutBack(action.Id, entry, seen, off ? Reasons.PutBackWhileOff : Reasons.NotReentered, NowMs);
            },
            cancellation);
    }

    /// <summary>A server that is off, or that we owe another power state, is not waited for; and that it lets nobody in says nothing about its keys.</summary>
    private async Task<bool> LetsNobodyIn(CancellationToken cancellation) =>
        State.PowerWish != PowerWish.None
        || (IsLookDue() && await _cloud.Get(State.Droplet!.Id, State.Order!.AccountId, CallShare.Action, cancellation)
            is ProviderResult<Droplet>.Ok { Value.Status: DigitalOcean.DropletStatus.Off });

    private async Task<Next> EnterAnew(int generation, Func<DropletState, Droplet, DropletState?> decide, CancellationToken cancellation)
    {
        var result = await LookAtDroplet(cancellation);
        if (result is ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true })
            return await LoseIt();
        if (result is not ProviderResult<Droplet>.Ok { Value: var droplet })
            return Next.In(Retry(++_failures));
        await Apply(state => decide(state, droplet));
        await Hit("action.done_stored");
        await _doors.Rows.DeleteAsync(_instance.Value, generation, cancellation);
        return Next.Now;
    }
}
