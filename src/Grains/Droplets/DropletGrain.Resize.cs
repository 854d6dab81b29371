using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;
using Webrana.Grains.Limits;

namespace Webrana.Grains.Droplets;

/// <summary>A change of plan as it is asked for: priced → stored → the difference held → the action begins (<c>DropletGrain.Resizing.cs</c>).</summary>
public sealed partial class DropletGrain : IDropletResizeGrain
{
    /// <inheritdoc/>
    public async Task<Result<ResizeQuote, ResizeError>> QuoteResize(string planId, bool growDisk)
    {
        if (!IsOrdered)
            return ResizeError.NotFound;
        var agreed = await PriceChange(planId, growDisk, "", "");
        if (!agreed.TryGet(out var priced))
            return Result<ResizeQuote, ResizeError>.Refused(agreed.Error!.Value, agreed.Detail);
        var (change, name, until) = priced;
        return new ResizeQuote(
            change.PlanId, name, State.Order!.PriceIdr, change.PriceIdr, change.DifferenceIdr, until, change.Vcpus, change.MemoryMb, change.DiskGb,
            change.DiskGb > State.Order.DiskGb, change.TransferTb, (await Wallet.Get()).AvailableIdr);
    }

    /// <inheritdoc/>
    public async Task<Result<ActionReceipt, ResizeError>> Resize(ResizeDroplet command)
    {
        if (!IsOrdered)
            return ResizeError.NotFound;
        if (await Known(new StartAction(command.OperationId, ActionKind.Resize, command.Actor)) is { } kind)
            return kind == ActionKind.Resize ? new ActionReceipt(command.OperationId) : ResizeError.OperationConflict;
        if (State.PlanChange is { } known && known.Id == command.OperationId)
            return known.PlanId == command.PlanId ? await BeginResize(known.Id) : ResizeError.OperationConflict;
        if (State.Phase is not (InstancePhase.Running or InstancePhase.Off))
            return Result<ActionReceipt, ResizeError>.Refused(ResizeError.InvalidState, DropletViews.StatusOf(State).ToString());
        if (State.Action is { } running)
            return Result<ActionReceipt, ResizeError>.Refused(ResizeError.ActionInProgress, running.Kind.ToString());
        if (State.PlanChange is not null || State.Returning is not null)
            return Result<ActionReceipt, ResizeError>.Refused(ResizeError.ActionInProgress, nameof(ActionKind.Resize));

        var agreed = await PriceChange(command.PlanId, command.GrowDisk, command.OperationId, command.Actor);
        if (!agreed.TryGet(out var priced))
            return Result<ActionReceipt, ResizeError>.Refused(agreed.Error!.Value, agreed.Detail);
        if (priced.Change.DifferenceIdr > command.MaxChargeIdr)
            return ResizeError.PriceChanged;
        if (await Judge(Owner, 0, priced.Change.Vcpus, priced.Change.DifferenceIdr) is { } breach)
            return Result<ActionReceipt, ResizeError>.Refused(ResizeError.LimitReached, LimitDesk.Detail(breach));
        // Stored before anything is held: a hold whose reason nobody knows would never be given back. An earlier try's refusal is not this one's.
        _begun = null;
        if (!await Apply(state => state.PlanChangeAgreed(priced.Change)))
            return ResizeError.ActionInProgress;
        await Hit("resize.stored");
        return await BeginResize(command.OperationId);
    }

    private (string Id, Task<Result<ActionReceipt, ResizeError>> Outcome)? _begun;

    /// <summary>
    /// The command and the loop may both come this way while it is under way: one goes, the other hears the same. Two of them would undo each
    /// other's work, a piece of the plan taken again behind the back of the one that has just given it up.
    /// </summary>
    private async Task<Result<ActionReceipt, ResizeError>> BeginResize(string id)
    {
        if (_begun is { } begun && begun.Id == id)
        {
            if (!begun.Outcome.IsCompleted)
                return await begun.Outcome;
            if (begun.Outcome.IsCompletedSuccessfully && await begun.Outcome is { IsOk: false } refused)
                return refused;
        }

        var outcome = TakeAndBegin(id);
        _begun = (id, outcome);
        return await outcome;
    }

    /// <summary>A piece of the plan, then its money, then the action. Every step may be repeated; the loop comes this way after a crash.</summary>
    private async Task<Result<ActionReceipt, ResizeError>> TakeAndBegin(string id)
    {
        if (State.PlanChange is not { Applied: false } change || change.Id != id)
            return new ActionReceipt(id);
        // Suspended before it began: it never will, and what an earlier try took goes back.
        if (State.Phase is not (InstancePhase.Running or InstancePhase.Off))
        {
            if (!await CallOffPlanChange())
                throw new InfrastructureException("The wallet did not say whether the difference is free again.", outcomeKnown: false);
            return Result<ActionReceipt, ResizeError>.Refused(ResizeError.InvalidState, DropletViews.StatusOf(State).ToString());
        }

        var plan = GrainFactory.GetGrain<IPlanGrain>(GrainKeys.Plan(change.PlanId));
        if (!await _billing.Stock.ReserveMoveAsync(change.PlanId, _instance.Value, (await plan.Get()).Value?.StockLimit))
            return await DropPlanChange(change, ResizeError.SoldOut);
        await Hit("resize.stock_reserved");
        // An announcement from here on finds the piece. One that went by between the agreement and the piece did not: we look ourselves.
        if ((await plan.Get()).Value is { MovesAt: { } from } now)
        {
            var told = new AnnouncedPrice(now.PriceVersion, from, now.Prices.DailyIdr, now.Prices.MonthlyIdr, now.Prices.YearlyIdr, now.PlanId);
            await Apply(state => state.PriceAnnounced(_instance, told));
        }

        if (change is { DifferenceIdr: > 0, Hold: HoldState.None })
        {
            var holdId = PlanChangeHold(change);
            if (await Spend(holdId, change.DifferenceIdr) is { } limit)
                return await DropPlanChange(change, ResizeError.LimitReached, limit);
            await Hit("resize.spend_noted");
            var held = await Wallet.Hold(new HoldCommand($"{holdId}:hold", holdId, change.DifferenceIdr, PlanChangeReference(change)));
            await Hit("resize.held");
            switch (held.Error)
            {
                case null:
                    break;
                case WalletError.OutcomeUnknown or WalletError.Overloaded:
                    throw new InfrastructureException("The wallet did not say whether the difference is held.", outcomeKnown: false);
                default:
                    if (held.Error is not (WalletError.InsufficientBalance or WalletError.OutstandingDebt))
                        LogWalletRefused(_log, _instance, "hold", held.Error.ToString()!);
                    return await DropPlanChange(change, held.Error == WalletError.OutstandingDebt ? ResizeError.OutstandingDebt : ResizeError.InsufficientBalance);
            }
        }

        await Apply(state => state.Resizing(change.Id, NowMs));
        await Hit("resize.hold_stored");
        Kick();
        return new ActionReceipt(change.Id);
    }

    /// <summary>Nothing is held and it does not begin: what was taken for it goes back before it is forgotten.</summary>
    private async Task<Result<ActionReceipt, ResizeError>> DropPlanChange(PlanChangePart change, ResizeError why, string? detail = null)
    {
        await _limits.GiveBackAsync(PlanChangeHold(change));
        await _billing.Stock.KeepAsync(State.Order!.PlanId, _instance.Value);
        await Hit("resize.given_back");
        await Apply(state => state.PlanChangeDropped(change.Id));
        return Result<ActionReceipt, ResizeError>.Refused(why, detail);
    }

    private string PlanChangeHold(PlanChangePart change) => $"plan-change:{_instance}:{change.Id}";

    private PostingReference PlanChangeReference(PlanChangePart change) => new(
        ReferenceType.PlanChange, _instance.ToString(), ContraAccount.Revenue, PlanChangeSentence(change));

    private string PlanChangeSentence(PlanChangePart change) => Sentences.PlanChange(State.Name, change.PlanId, Subscribed.DueAt);

    /// <summary>What a plan is and costs from now on, as it would be agreed.</summary>
    private async Task<Result<(PlanChangePart Change, string PlanName, DateTimeOffset Until), ResizeError>> PriceChange(
        string planId, bool growDisk, string id, string actor)
    {
        var order = State.Order!;
        // What is due is settled first: a difference for time that nobody paid would be a guess.
        if (State.Phase is not (InstancePhase.Running or InstancePhase.Off) || State.Subscribed() is not { } subscription || subscription.PaidAhead(Now) is not { Count: > 0 } ahead)
            return Result<(PlanChangePart, string, DateTimeOffset), ResizeError>.Refused(ResizeError.InvalidState, DropletViews.StatusOf(State).ToString());
        if (planId == order.PlanId)
            return ResizeError.SamePlan;
        var plan = await GrainFactory.GetGrain<IPlanGrain>(GrainKeys.Plan(planId)).Get();
        if (!plan.TryGet(out var view) || view.Retired || view.Hidden)
            return ResizeError.PlanUnavailable;
        if (view.Prices.PriceOf(order.Period) is not { } priceIdr)
            return ResizeError.PeriodNotAllowed;
        if (view.DiskGb < order.DiskGb)
            return ResizeError.DiskTooSmall;
        if (!await _billing.Stock.HasRoomAsync(view.PlanId, _instance.Value, view.StockLimit))
            return ResizeError.SoldOut;
        if (!(await _fleet.CatalogueAsync()).TryGet(out var offer))
            return ResizeError.TemporarilyUnavailable;
        if (!view.Regions.Contains(order.Region) || !offer.Sizes.Any(size => size.Slug == view.ProviderSize && size.Available && size.Regions.Contains(order.Region)))
            return ResizeError.RegionUnavailable;

        var now = Now;
        var change = new PlanChangePart
        {
            Id = id,
            Actor = actor,
            StartedAt = now.ToUnixTimeMilliseconds(),
            PlanId = view.PlanId,
            PriceVersion = view.PriceVersion,
            PriceIdr = priceIdr,
            ProviderSize = view.ProviderSize,
            Vcpus = view.Vcpus,
            MemoryMb = view.MemoryMb,
            DiskGb = growDisk ? view.DiskGb : order.DiskGb,
            TransferTb = view.TransferTb,
            GrowDisk = growDisk && view.DiskGb > order.DiskGb,
            DifferenceIdr = ahead.Sum(period => Proration.DifferenceIdr(order.PriceIdr, priceIdr, period.From, period.Until, now)),
        };
        return (change, view.Name, ahead[^1].Until);
    }
}
