using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;
using Webrana.Ssh;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Rebuild in place: the provider's action → entered again with our key, host key pinned anew, new password set. Nobody knows whether the
/// provider runs user data again; if our key is not accepted in time, a new droplet takes the server's place.
/// </summary>
public sealed partial class DropletGrain : IDropletRebuildGrain
{
    // cloud-init may still be setting the first password: the one that counts is set after it. 75: not yet.
    private const string SetPasswordAfterBoot =
        "if command -v cloud-init >/dev/null; then timeout 6 cloud-init status --wait >/dev/null 2>&1; [ $? = 124 ] && exit 75; fi; chpasswd";

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

        var action = new ActionPart
        {
            Id = command.OperationId,
            Kind = ActionKind.Rebuild,
            Actor = command.Actor,
            StartedAt = NowMs,
            Image = command.Image,
            Replacing = MethodFor(command.Image) == RebuildMethod.Replace,
        };
        if (!await Apply(state => state.ActingOnAccess(action)))
            return RebuildError.ActionInProgress;
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

    /// <summary>The disk is new. The next generation has the same key and no pin; its first visit sets its own password.</summary>
    private async Task<Next> Reenter(ActionPart action, CancellationToken cancellation)
    {
        var access = State.Access!;
        var generation = access.Generation + 1;
        if (await _doors.ContinueAsync(_instance, access.Generation) is not { } row || State.Droplet?.Ipv4 is not { } ipv4)
        {
            await Apply(state => state.ReplaceInstead(action.Id));
            return Next.Now;
        }

        await Hit("rebuild.access_prepared");
        var waited = NowMs - action.EndedAt!.Value;
        var command = waited < _options.ReaccessMs / 2 ? SetPasswordAfterBoot : SetPassword;
        var outcome = await _doors.RunAsync(_instance, generation, ipv4, command, $"root:{row.Password}\n", cancellation);
        await Hit("rebuild.entered");
        var isSet = outcome is SshOutcome.Ran { ExitStatus: 0 };
        if (!isSet && waited < _options.ReaccessMs)
            return Poll;
        if (outcome is not SshOutcome.Ran)
        {
            LogNotReentered(_log, _instance, outcome.ToString());
            await Apply(state => state.ReplaceInstead(action.Id));
            return Next.Now;
        }

        // Let in, but the password could not be set: a reset makes one.
        if (!isSet)
            await _doors.Rows.ForgetPasswordAsync(_instance.Value, generation, cancellation);
        if (await _cloud.Get(State.Droplet.Id, State.Order!.AccountId, CallShare.Action, cancellation) is not ProviderResult<Droplet>.Ok { Value: var droplet })
            return Next.In(Retry(++_failures));
        await Apply(state => state.Reinstalled(action.Id, generation, droplet, isSet ? Reasons.PasswordReady : null, NowMs));
        await Hit("action.done_stored");
        await _doors.Rows.DeleteAsync(_instance.Value, generation, cancellation);
        return Next.Now;
    }
}
