using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;
using Webrana.Grains.Common;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Actions, one at a time: intent → POST → the provider's action → what became of the droplet. The grain is the poller of record: the
/// shared action list usually tells first, its own look is the backstop.
/// </summary>
public sealed partial class DropletGrain
{
    // Of a refusal: a sentence, and the record stays small.
    private const int MostWords = 200;

    /// <inheritdoc/>
    public async Task<Result<ActionReceipt, ActionError>> Act(StartAction command)
    {
        if (!IsOrdered)
            return ActionError.NotFound;
        if (await Known(command) is { } kind)
            return kind == command.Kind ? new ActionReceipt(command.OperationId) : ActionError.OperationConflict;
        if (command.Kind == ActionKind.ResetPassword)
            return await StartPasswordReset(command);
        // Suspended, on its way out or not there yet: no button works, whatever else goes on.
        if (Powers.Of(command.Kind) is not { } power || State.Phase is not (InstancePhase.Running or InstancePhase.Off))
            return Result<ActionReceipt, ActionError>.Refused(ActionError.InvalidState, DropletViews.StatusOf(State.Phase).ToString());
        if (State.Action is { } running)
            return Result<ActionReceipt, ActionError>.Refused(ActionError.ActionInProgress, running.Kind.ToString());
        if (!State.Phase.Allows(power))
            return Result<ActionReceipt, ActionError>.Refused(ActionError.InvalidState, DropletViews.StatusOf(State.Phase).ToString());

        var accepted = await Apply(state => state.Action is null && state.Phase.Allows(power)
            ? state.Pressed(power).Acting(command.OperationId, command.Kind, command.Actor, NowMs)
            : null);
        if (!accepted)
            return Result<ActionReceipt, ActionError>.Refused(ActionError.ActionInProgress, State.Action?.Kind.ToString());
        await Hit("action.stored");
        Kick();
        return new ActionReceipt(command.OperationId);
    }

    /// <inheritdoc/>
    public async Task ProviderActionEnded(long providerActionId, bool succeeded)
    {
        var changed = await Apply(state => state switch
        {
            { Action: { Stage: ActionStage.Running } action } when action.ProviderId == providerActionId => state.ActionEnded(succeeded, NowMs),
            { Phase: InstancePhase.Building, Droplet: { } droplet, Creation.Errored: false } when droplet.CreateActionId == providerActionId && !succeeded =>
                state with { Creation = state.Creation with { Errored = true } },
            _ => null,
        });
        if (changed)
            Kick();
    }

    /// <summary>The kind under which this operation id was accepted before, here or in the log; null when it is new.</summary>
    private async Task<ActionKind?> Known(StartAction command)
    {
        if (State.Action is { } action && action.Id == command.OperationId)
            return action.Kind;
        if (State.Recent.LastOrDefault(line => line.Id == command.OperationId) is { } recent)
            return recent.Kind;
        return await _activity.FindAsync(_instance.Value, command.OperationId) is { } row ? Enum.Parse<ActionKind>(row.Kind) : null;
    }

    /// <summary>What a living server has to do: destroy extras, give names back, run its action, reach the power state we owe.</summary>
    private async Task<Next> Operate(CancellationToken cancellation)
    {
        var firewall = await KeepFirewall(cancellation);
        return firewall.Again ? firewall : (await OperateServer(cancellation)).Or(firewall);
    }

    private async Task<Next> OperateServer(CancellationToken cancellation)
    {
        if (State.NextExtra is { } extra)
            return await DestroyExtra(extra, cancellation);
        if (State.NamesDirty)
        {
            return await SettleNames(cancellation);
        }

        if (State.Action is { } action)
        {
            var next = await StepOf(action, cancellation);
            if (!next.Again)
                await Apply(state => state.ActionWaiting(NowMs));
            return next;
        }

        if (State.Returning is not null)
            return await GiveBack();
        if (State.PlanChange is not null)
            return await ResumePlanChange();
        return await KeepUp();
    }

    private async Task<Next> StepOf(ActionPart action, CancellationToken cancellation)
    {
        if (OwnStep(action, cancellation) is { } own)
            return await own;
        if (UpkeepStep(action, cancellation) is { } upkeep)
            return await upkeep;
        if (ResizeStepOf(action, cancellation) is { } resize)
            return await resize;
        return action.Stage switch
        {
            ActionStage.Requested => await SendAction(action),
            ActionStage.Sending => await SearchAction(action, cancellation),
            ActionStage.Running => await FollowAction(action, cancellation),
            _ => await FinishAction(action, cancellation),
        };
    }

    /// <summary>The name of the record is ours, every other goes back; a rename that comes in between leaves it dirty.</summary>
    private async Task<Next> SettleNames(CancellationToken cancellation)
    {
        var name = State.Name;
        await _names.ClaimAsync(Owner.Value, HostName.Canonical(name), _instance.Value, cancellation);
        await _names.ReleaseAsync(_instance.Value, HostName.Canonical(name), cancellation);
        await Apply(state => state.Name == name ? state with { NamesDirty = false } : null);
        return Next.Now;
    }

    private async Task<Next> SendAction(ActionPart action)
    {
        var order = State.Order!;
        if (await _cloud.WhyNotEntered(order.AccountId, CallShare.Action) is { } unasked)
        {
            // A refused token, an outage: they take as long as they take, and must not use up the patience with the droplet. A budget that is
            // spent comes back within the minute or the hour, again and again: it says nothing about the droplet, which was busy before.
            if (unasked != PermitError.BudgetSpent && action.BusySince is not null)
                await Apply(state => state.ActionUnasked(action.Id));
            return Poll;
        }

        var window = TimeSpan.FromMilliseconds(_options.SendWindowMs);
        var sendBefore = SendDeadline.In(window);
        var quietAt = RealMs + (long)(window + _cloud.WriteTimeout).TotalMilliseconds;
        await Apply(state => state.ActionSending(action.Id, quietAt));
        await Hit("action.intent_stored");
        var result = await _cloud.Start(State.Droplet!.Id, order.AccountId, Request(action), sendBefore);
        await Hit("action.after_post");

        switch (result)
        {
            case ProviderResult<DropletAction>.Ok ok:
                await Apply(state => state.ActionRunning(action.Id, ok.Value.Id));
                await Hit("action.id_stored");
                return Next.Now;
            case ProviderResult<DropletAction>.Unknown:
                return Poll;
            case ProviderResult<DropletAction>.Refused { Refusal: { IsAlreadyPoweredOff: true } }
                when action is { Kind: ActionKind.PowerOff or ActionKind.Shutdown } or { Step: ResizeStep.ShutDown or ResizeStep.PowerOff }:
            case ProviderResult<DropletAction>.Refused { Refusal: { IsSameSize: true } } when action.Step == ResizeStep.Resize:
                await Apply(state => state.ActionEnded(succeeded: true, NowMs, action.Id));
                return Next.Now;
            case ProviderResult<DropletAction>.Refused { Refusal: { IsBackupsAlreadyDisabled: true } } when action.Kind == ActionKind.DisableBackups:
                await Apply(state => state.ActionEnded(succeeded: true, NowMs, action.Id));
                return Next.Now;
            case ProviderResult<DropletAction>.Refused { Refusal: var stubborn } when IsNotWaitedForEver(stubborn) && NowMs - action.BusySince > _options.ActionPatienceMs:
                var why = stubborn.IsPendingEvent ? Reasons.Busy : Reasons.ProviderSaid(OutsideText.Plain(stubborn.Message, MostWords).Trim());
                return action.Step is null ? await EndAction(ActivityStatus.Errored, why) : await GiveUpResize(action, why);
            case ProviderResult<DropletAction>.Refused { Refusal: var refusal } when !MayPass(refusal):
                var said = OutsideText.Plain(refusal.Message, MostWords).Trim();
                await Apply(state => state.ActionEnded(succeeded: false, NowMs, action.Id, said));
                return Next.Now;
            default:
                // Patience runs while the provider answers and says no; whatever keeps it from answering starts it anew.
                long? busySince = result.WhyRefused is { } refused && IsNotWaitedForEver(refused) ? action.BusySince ?? NowMs : null;
                await Apply(state => state.ActionRequestedAgain(action.Id, busySince));
                return Next.In(Retry(Math.Min(action.Attempts + 1, 4)));
        }
    }

    /// <summary>
    /// Another event of the droplet, or a token that lacks the scope for this kind of action: nobody is alarmed by it, and while it waits the
    /// server could be neither operated nor suspended.
    /// </summary>
    private static bool IsNotWaitedForEver(Refusal refusal) => refusal.IsPendingEvent || refusal.IsForbidden;

    /// <summary>Another event runs, or it is not about this droplet at all: worth another try.</summary>
    private static bool MayPass(Refusal refusal) => refusal.IsPendingEvent || refusal.IsRateLimited || refusal.IsUnauthorized || refusal.IsForbidden;

    /// <summary>The POST's outcome is unknown. Whatever of our kind is newer than all we knew is ours; else nothing was started.</summary>
    private async Task<Next> SearchAction(ActionPart action, CancellationToken cancellation)
    {
        var recent = await _cloud.RecentActions(State.Droplet!.Id, State.Order!.AccountId, cancellation);
        if (recent is not ProviderResult<Page<DropletAction>>.Ok ok)
            return Poll;
        var type = Request(action).Type;
        if (ok.Value.Items.FirstOrDefault(item => item.Type == type && item.Id > State.LastActionId) is { } ours)
            await Apply(state => state.ActionRunning(action.Id, ours.Id));
        else if (RealMs < action.QuietAtReal)
            return Poll;
        else
            await Apply(state => state.ActionRequestedAgain(action.Id));
        return Next.Now;
    }

    private async Task<Next> FollowAction(ActionPart action, CancellationToken cancellation)
    {
        ProviderAccount.WatchAction(_instance, action.ProviderId!.Value).Ignore();
        if (!IsLookDue())
            return Next.In(UntilLook);
        var result = await _cloud.GetAction(action.ProviderId.Value, State.Order!.AccountId, OwnLook, cancellation);
        if (result is not ProviderResult<DropletAction>.Ok { Value: { IsFinished: true } finished })
            return Next.In(UntilLook);
        await Apply(state => state.ActionEnded(finished.Status == DigitalOcean.ActionStatus.Completed, NowMs, action.Id));
        return Next.Now;
    }

    /// <summary>The provider is done. What customers see is what the droplet is, not what was asked for.</summary>
    private async Task<Next> FinishAction(ActionPart action, CancellationToken cancellation)
    {
        var result = await LookAtDroplet(cancellation);
        if (result is ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true })
            return await LoseIt();

        if (result is not ProviderResult<Droplet>.Ok { Value: var droplet })
            return Next.In(Retry(++_failures));
        // Of what we owe, that it is so is all that counts, whatever the provider said of the way there; and nothing else is enough.
        var brought = action.HasBrought(droplet);
        if (!action.Succeeded && brought != true)
            return await EndAction(ActivityStatus.Errored, Reasons.ProviderSaid(action.ProviderSaid), droplet);
        if (!await Meter(action))
            return Poll;
        // A guest takes its time to shut down, and may not do it at all; a read may be older than the action's end.
        var stillOn = action.Kind == ActionKind.Shutdown && droplet.Status == DigitalOcean.DropletStatus.Active;
        if ((stillOn || brought == false) && NowMs - action.EndedAt < _options.ShutdownMs)
            return Poll;
        if (brought == false)
            return await EndAction(ActivityStatus.Errored, Reasons.ActionFailed, droplet);
        return await EndAction(ActivityStatus.Completed, stillOn ? Reasons.GuestIgnored : null, droplet);
    }

    private async Task<Next> EndAction(ActivityStatus status, string? message, Droplet? seen = null)
    {
        await Apply(state => state.ActionDone(status, message, seen, NowMs)
            .OwingOnAfterResize(state.Action, seen, _instance, NowMs)
            .ToldBackOn(state.Action, status, _instance));
        await Hit("action.done_stored");
        return Next.Now;
    }
}
