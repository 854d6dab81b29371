using Webrana.Contracts.Droplets;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// The change itself, one step at a time, each an action of the provider that goes the way of all actions: shut down, cut the power where the
/// guest does not obey, resize, power on, settle. Money moves only in the last. Whatever fails on the way is put back: what was switched off
/// is switched on, what was held is released.
/// </summary>
public sealed partial class DropletGrain
{
    /// <summary>Null: the step goes the way of all actions.</summary>
    private Task<Next>? ResizeStepOf(ActionPart action, CancellationToken cancellation) => action switch
    {
        { Step: ResizeStep.Settle } => FinishResize(action, cancellation),
        { Step: not null, Stage: ActionStage.Ended } => LookAtResize(action, cancellation),
        _ => null,
    };

    private async Task<Next> LookAtResize(ActionPart action, CancellationToken cancellation)
    {
        switch (await LookAtDroplet(cancellation))
        {
            case ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true }:
                return await LoseIt();
            case ProviderResult<Droplet>.Ok { Value: var droplet }:
                return await NextStep(action, droplet);
            default:
                return Next.In(Retry(++_failures));
        }
    }

    private async Task<Next> NextStep(ActionPart action, Droplet droplet)
    {
        var isOff = droplet.Status == DigitalOcean.DropletStatus.Off;
        switch (action.Step)
        {
            case ResizeStep.ShutDown when !isOff && action.Succeeded && NowMs - action.EndedAt < _options.ShutdownMs:
                return Poll;
            case ResizeStep.ShutDown:
                return await Step(action, isOff ? ResizeStep.Resize : ResizeStep.PowerOff);
            case ResizeStep.PowerOff when isOff:
                return await Step(action, ResizeStep.Resize);
            case ResizeStep.Resize when State.PlanChange is { } change && droplet.SizeSlug == change.ProviderSize:
                // It is one of the new plan's servers from here on; the old plan's piece is free once that is stored.
                await Apply(state => state.PlanApplied(_instance, action.Id, PlanChangeSentence(change), Now));
                await Hit("resize.applied_stored");
                return Next.Now;
            case ResizeStep.PowerOff or ResizeStep.Resize when action.Succeeded && NowMs - action.EndedAt < _options.ShutdownMs:
                // Done, says the provider; what it shows of the droplet may be older than that, and nobody would compare sizes later.
                return Poll;
            case ResizeStep.PowerOn:
                return await Step(action, ResizeStep.Settle);
            default:
                return await GiveUpResize(action, Reasons.ProviderSaid(action.ProviderSaid));
        }
    }

    private async Task<Next> Step(ActionPart action, ResizeStep step)
    {
        await Apply(state => state.Stepped(action.Id, step, NowMs));
        await Hit($"resize.before_{step.ToString().ToLowerInvariant()}");
        return Next.Now;
    }

    private async Task<Next> GiveUpResize(ActionPart action, string reason)
    {
        await Apply(state => state.ResizeGivenUp(action.Id, reason, NowMs));
        await Hit("resize.given_up");
        return Next.Now;
    }

    /// <summary>The money, then the end of the action: nobody is told of a change that is not paid for.</summary>
    private async Task<Next> FinishResize(ActionPart action, CancellationToken cancellation)
    {
        if (await SettlePlanChange() is { } wait)
            return wait;
        if (State.Returning is not null)
            return await GiveBack();
        if (await LookAtDroplet(cancellation) is not { } seen)
            return Next.In(Retry(++_failures));
        if (seen is ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true })
            return await LoseIt();
        if (seen is not ProviderResult<Droplet>.Ok { Value: var droplet })
            return Next.In(Retry(++_failures));
        var stillOff = action.WasOn && droplet.Status != DigitalOcean.DropletStatus.Active;
        // Shown as it was before it was switched on: taken at that word it would be off for its owner, and run.
        if (stillOff && NowMs - action.StepAt < _options.ShutdownMs)
            return Poll;
        if (action.Failure is { } failure)
            return await EndAction(ActivityStatus.Errored, failure, droplet);
        // Suspended meanwhile it is off for another reason, and comes on when that is over.
        var owedOn = stillOff && State.Phase is InstancePhase.Running or InstancePhase.Off;
        return await EndAction(ActivityStatus.Completed, owedOn ? Reasons.ResizedButOff : null, droplet);
    }

    private DropletActionRequest ResizeRequest(ActionPart action) => action.Step switch
    {
        ResizeStep.ShutDown => DropletActionRequest.Shutdown,
        ResizeStep.PowerOff => DropletActionRequest.PowerOff,
        ResizeStep.PowerOn => DropletActionRequest.PowerOn,
        _ => DropletActionRequest.Resize(State.PlanChange!.ProviderSize, State.PlanChange.GrowDisk),
    };
}
