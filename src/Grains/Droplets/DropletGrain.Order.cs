using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Plans;
using Webrana.Contracts.SshKeys;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Droplets;
using Webrana.Grains.Limits;

namespace Webrana.Grains.Droplets;

/// <summary>Order: price → stored order → name claim → hold. From the hold on the background loop provisions.</summary>
public sealed partial class DropletGrain
{
    private Task<Result<OrderReceipt, OrderError>>? _ordering;

    /// <summary>The hold of the order, or of the way back from an image: each try has its own.</summary>
    private string HoldId => State.Hibernation is { Restore: { } restore } image
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"restore:{_instance}:{restore.Period}:{image.Restores}")
        : State.Turns == 0 ? $"order:{_instance}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"order:{_instance}:{State.Turns}");

    private PostingReference OrderReference => new(
        ReferenceType.VpsPayment, _instance.ToString(), ContraAccount.Revenue, Sentences.Purchase(State.Order!.Name, State.Order.Period));

    /// <inheritdoc/>
    public async Task<Result<OrderReceipt, OrderError>> Order(PlaceOrder command)
    {
        // An order of before that is just being given up ends first: joining it, this one would be answered with its refusal and go on all the same.
        if (State.Phase == InstancePhase.None && _ordering is { IsCompleted: false } ending)
            await ((Task)ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (State.Phase == InstancePhase.None)
        {
            if (await Closed(command.Owner) is { } closed)
                return closed;
            var priced = await Price(command);
            if (!priced.TryGet(out var order))
                return Result<OrderReceipt, OrderError>.Refused(priced.Error!.Value, priced.Detail);
            // Stored before anything is claimed: a claim or hold whose order nobody knows would never be given back.
            await Apply(state => state.Phase != InstancePhase.None ? null : state with
            {
                Phase = InstancePhase.Ordering,
                Name = order.Name,
                Order = order,
            });
            await Hit("order.stored");
        }
        else if (!IsSameOrder(command))
        {
            return OrderError.OperationConflict;
        }

        var outcome = await FinishOrdering();
        Kick();
        return outcome;
    }

    /// <summary>
    /// The part of an order that its customer waits for. Every step may be repeated; the loop comes this way after a crash, and a call that
    /// finds it here joins it: beside each other, the one that comes last would find the order given up and its next try's hold not yet taken.
    /// </summary>
    private Task<Result<OrderReceipt, OrderError>> FinishOrdering() => _ordering is { IsCompleted: false } running ? running : _ordering = GoOnOrdering();

    private async Task<Result<OrderReceipt, OrderError>> GoOnOrdering()
    {
        var order = State.Order!;
        var receipt = new OrderReceipt(_instance, order.PriceIdr);
        if (State.Phase != InstancePhase.Ordering)
            return receipt;

        if (!await _names.ClaimAsync(order.Owner, HostName.Canonical(order.Name), _instance.Value))
            return await Abandon(OrderError.NameTaken);
        await Hit("order.name_claimed");
        // How many there may be is the plan's, as it is now; counted where two orders at once cannot overtake each other.
        var plan = await GrainFactory.GetGrain<IPlanGrain>(GrainKeys.Plan(order.PlanId)).Get();
        if (!await _billing.Stock.TakeAsync(order.PlanId, _instance.Value, plan.Value?.StockLimit))
            return await Abandon(OrderError.SoldOut);
        await Hit("order.stock_taken");

        var held = await Wallet.Hold(new HoldCommand($"{HoldId}:hold", HoldId, order.PriceIdr, OrderReference));
        await Hit("order.held");
        switch (held.Error)
        {
            case null:
                if (await TakePlace(order) is { } turnedAway)
                    return turnedAway;
                await Apply(state => state.Held(NowMs + _options.ProvisioningMs));
                await Hit("order.hold_stored");
                return receipt;
            case WalletError.OutcomeUnknown or WalletError.Overloaded:
                // The order stays as it is and is carried on behind this call, or by the same command again. Overloaded says nothing about
                // an earlier try: giving up here could leave money on hold for an order that nobody knows.
                throw new InfrastructureException("The wallet did not say whether the money is held.", outcomeKnown: false);
            case WalletError.InsufficientBalance:
                return await Abandon(OrderError.InsufficientBalance, held.Detail);
            case WalletError.OutstandingDebt:
                return await Abandon(OrderError.OutstandingDebt, held.Detail);
            default:
                LogWalletRefused(_log, _instance, "hold", held.Error.ToString()!);
                return await Abandon(OrderError.OperationConflict);
        }
    }

    /// <summary>
    /// Nothing is held: the name goes back, and the instance was never ordered. How often it was turned away is all that is kept: ordered again
    /// under the same id, its hold must not be answered from the one that was given back.
    /// </summary>
    private async Task<Result<OrderReceipt, OrderError>> Abandon(OrderError error, string? detail = null)
    {
        await _names.ReleaseAsync(_instance.Value, keep: null);
        await _billing.Stock.GiveBackAsync(_instance.Value);
        await _limits.LeaveAsync(_instance);
        await _limits.GiveBackAsync(OrderSpend);
        if (State is { Phase: InstancePhase.Ordering, TurnedAway: not null })
            await Apply(state => new DropletState { Turns = state.Turns + 1 });
        else if (State is { Phase: InstancePhase.Ordering, Turns: > 0 })
            await Apply(state => new DropletState { Turns = state.Turns });
        else if (State.Phase == InstancePhase.Ordering)
            await _state.Clear();
        await _alarm.SetFor(null);
        return Result<OrderReceipt, OrderError>.Refused(error, detail);
    }

    private async Task<Next> ResumeOrdering()
    {
        await FinishOrdering();
        return State.Phase == InstancePhase.None ? Next.Idle : Next.Now;
    }

    private async Task<Result<OrderPart, OrderError>> Price(PlaceOrder command)
    {
        if (!HostName.IsValid(command.Name))
            return OrderError.InvalidName;
        var plan = await GrainFactory.GetGrain<IPlanGrain>(GrainKeys.Plan(command.PlanId)).Get();
        if (!plan.TryGet(out var view) || view.Retired || view.Hidden)
            return OrderError.PlanUnavailable;
        if (view.Prices.PriceOf(command.BillingPeriod) is not { } priceIdr)
            return OrderError.PeriodNotAllowed;

        if (await Judge(command.Owner, 1, view.Vcpus, priceIdr) is { } breach)
            return Result<OrderPart, OrderError>.Refused(OrderError.LimitReached, LimitDesk.Detail(breach));
        // Full or closed everywhere is said first, and before the provider would say it.
        if (!await _fleet.IsSellingAsync())
            return OrderError.NoCapacity;
        if (!(await _fleet.CatalogueAsync()).TryGet(out var offer))
            return OrderError.TemporarilyUnavailable;
        var sellable = view.Regions.Contains(command.Region)
            && offer.Regions.Any(region => region.Slug == command.Region && region.Available)
            && offer.Sizes.Any(size => size.Slug == view.ProviderSize && size.Available && size.Regions.Contains(command.Region));
        if (!sellable)
            return OrderError.RegionUnavailable;
        if (!offer.Images.Any(image => image.Slug == command.Image && image.MinDiskGb <= view.DiskGb))
            return OrderError.ImageUnavailable;
        if (await _fleet.PlaceAsync(_instance, view.ProviderSize, command.Region) is not { } account)
            return OrderError.NoCapacity;

        // Nothing that was asked for is left out in silence.
        var keys = await GrainFactory.GetGrain<ISshKeysGrain>(GrainKeys.SshKeys(command.Owner)).Find(command.SshKeyIds);
        if (!keys.TryGet(out var chosen))
            return Result<OrderPart, OrderError>.Refused(OrderError.SshKeyUnknown, keys.Detail);

        return new OrderPart
        {
            Owner = command.Owner.Value,
            PlanId = view.PlanId,
            PriceVersion = view.PriceVersion,
            PriceIdr = priceIdr,
            ProviderSize = view.ProviderSize,
            Vcpus = view.Vcpus,
            MemoryMb = view.MemoryMb,
            DiskGb = view.DiskGb,
            TransferTb = view.TransferTb,
            Region = command.Region,
            Image = command.Image,
            Name = command.Name,
            Period = command.BillingPeriod,
            AutoRenew = command.AutoRenew,
            Actor = command.Actor,
            AccountId = account,
            SshKeyIds = command.SshKeyIds,
            SshKeys = [.. chosen.Select(key => new ChosenKey(key.PublicKey, key.Fingerprint))],
            UserData = command.UserData,
            HadUserData = !string.IsNullOrWhiteSpace(command.UserData),
            CreatedAt = NowMs,
            Status = OrderStatus.Held,
        };
    }

    /// <inheritdoc/>
    public Task<Result<FailedOrder, DropletError>> Failed() => Task.FromResult<Result<FailedOrder, DropletError>>(State switch
    {
        { Order: null } or { Phase: InstancePhase.Ordering } => DropletError.NotFound,
        { Phase: InstancePhase.Failed, Order: { } order } => new FailedOrder(
            new PlaceOrder(
                Owner, order.PlanId, order.Region, order.Image, order.Name, order.Period, order.AutoRenew, order.SshKeyIds, null, order.Actor),
            order.HadUserData),
        _ => DropletError.InvalidState,
    });

    private bool IsSameOrder(PlaceOrder command) => State.Order is { } order
        && order.Owner == command.Owner.Value
        && order.PlanId == command.PlanId
        && order.Region == command.Region
        && order.Image == command.Image
        && order.Name == command.Name
        && order.Period == command.BillingPeriod;

    /// <summary>Gives the order up: the money back, and whatever was made destroyed.</summary>
    private async Task<Next> Fail(string reason)
    {
        LogOrderFailed(_log, _instance, reason);
        if (State.IsRestoring)
        {
            await Apply(state => state.RestoreFailed(reason, NowMs));
            return Next.Now;
        }

        var order = State.Order!;
        var notice = Notice.OrderFailed($"droplet:{_instance}:failed", _instance, order.Name, reason, order.PriceIdr);
        await Apply(state => state.Failed(reason, notice, NowMs));
        await Hit("order.failed_stored");
        return Next.Now;
    }

    private Notice ReadyNotice(string id, string ipv4) =>
        Notice.ServerReady(id, _instance, State.Name, ipv4, State.Order!.Choosing(State.Action?.Keys).SshKeys.Count > 0 ? LoginWay.Key : LoginWay.Password);
}
