using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;
using Webrana.Ssh;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Password reset: offered password stored → set over SSH → accepted → done. Where SSH does not get there the provider resets it, whose
/// mail reaches us and not the customer: the activity says so.
/// </summary>
public sealed partial class DropletGrain
{
    // Passwords go in by standard input: a command line is readable by everybody on the server.
    private const string SetPassword = "chpasswd";

    /// <summary>Starts a reset; the caller checked that the server exists and the operation is new.</summary>
    private async Task<Result<ActionReceipt, ActionError>> StartPasswordReset(StartAction command)
    {
        if (State.Action is { } running)
            return Result<ActionReceipt, ActionError>.Refused(ActionError.ActionInProgress, running.Kind.ToString());
        if (State.Phase != InstancePhase.Running)
            return Result<ActionReceipt, ActionError>.Refused(ActionError.InvalidState, DropletViews.StatusOf(State).ToString());
        var action = new ActionPart { Id = command.OperationId, Kind = ActionKind.ResetPassword, Actor = command.Actor, StartedAt = NowMs };
        if (!await Apply(state => state.ActingOnAccess(action)))
            return Result<ActionReceipt, ActionError>.Refused(ActionError.ActionInProgress, State.Action?.Kind.ToString());
        await Hit("action.stored");
        Kick();
        return new ActionReceipt(command.OperationId);
    }

    private async Task<Next> ResetOverSsh(ActionPart action, CancellationToken cancellation)
    {
        if (State.Access is not { } access || State.Droplet?.Ipv4 is not { } ipv4
            || await _doors.OfferPasswordAsync(_instance, access.Generation, action.Id) is not { } password)
        {
            await Apply(state => state.ResetThroughProvider(action.Id));
            return Next.Now;
        }

        await Hit("reset.offered");
        var outcome = await _doors.RunAsync(_instance, access.Generation, ipv4, SetPassword, $"root:{password}\n", cancellation);
        await Hit("reset.set");
        switch (outcome)
        {
            case SshOutcome.Ran { ExitStatus: 0 }:
                await _doors.Rows.AcceptPasswordAsync(_instance.Value, access.Generation, action.Id, cancellation);
                await Hit("reset.accepted");
                await Apply(state => state.LetIn());
                return await EndAction(ActivityStatus.Completed, Reasons.PasswordReady);
            case SshOutcome.NoPlace:
            case SshOutcome.Failed { Why: SshFailure.Unreachable } when NowMs - action.StartedAt < _options.SshPatienceMs:
                return Poll;
            default:
                LogNoSsh(_log, _instance, outcome.ToString());
                await Apply(state => state.ResetThroughProvider(action.Id));
                return Next.Now;
        }
    }

    /// <summary>The provider has reset it: what we knew is void.</summary>
    private async Task<Next> FinishProviderReset(ActionPart action, CancellationToken cancellation)
    {
        if (await _cloud.Get(State.Droplet!.Id, State.Order!.AccountId, CallShare.Action, cancellation) is not ProviderResult<Droplet>.Ok { Value: var droplet })
            return Next.In(Retry(++_failures));
        if (State.Access is { } access)
            await _doors.Rows.ForgetPasswordAsync(_instance.Value, access.Generation, cancellation);
        return await EndAction(ActivityStatus.Completed, Reasons.PasswordMailedToUs, droplet);
    }

    /// <summary>Steps of actions that are more than one button at the provider; null where the common way fits.</summary>
    private Task<Next>? OwnStep(ActionPart action, CancellationToken cancellation) => action switch
    {
        { Kind: ActionKind.ResetPassword, Stage: ActionStage.Requested, ThroughProvider: false } => ResetOverSsh(action, cancellation),
        { Kind: ActionKind.ResetPassword, Stage: ActionStage.Ended, Succeeded: true } => FinishProviderReset(action, cancellation),
        { Kind: ActionKind.Rebuild, Replacing: true } => Replace(action, cancellation),
        { Kind: ActionKind.Rebuild, Stage: ActionStage.Ended, Succeeded: true } => Reenter(action, cancellation),
        { Kind: ActionKind.RestoreSnapshot or ActionKind.RestoreBackup, Stage: ActionStage.Ended, Succeeded: true } when State.Access is not null =>
            Reenter(action, cancellation),
        _ => null,
    };
}
