using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Orders that a person pushes on or gives up. What is given up goes the way of every failed order: the failure is stored, the background
/// loop releases the hold under the order's own operation id and destroys what was made, and a crash between any two of these resumes there.
/// What the desk did is stored with the operation that asked for it, so that the same press, asked again, hears what it heard or would have.
/// </summary>
public sealed partial class DropletGrain : IDropletDeskGrain
{
    /// <inheritdoc/>
    public Task<Result<OrderTroubleView, DropletError>> Trouble(string? operationId = null) =>
        Task.FromResult<Result<OrderTroubleView, DropletError>>(IsOrdered ? Troubled with { WasDone = State.WasActed(operationId) } : DropletError.NotFound);

    /// <inheritdoc/>
    public async Task<Result<Done, OrderDeskError>> Push(string? operationId = null)
    {
        if (!IsOrdered)
            return OrderDeskError.NotFound;
        if (!State.WasActed(operationId))
        {
            if (Troubled.Kind is not (OrderTrouble.Late or OrderTrouble.Unsettled))
                return OrderDeskError.NotStuck;
            await Apply(state => (state.GivenTime(NowMs + _options.ProvisioningMs) ?? state).Acted(operationId));
            await Hit("order.pushed");
        }

        // Whatever it waited for between its tries, it looks now.
        _failures = 0;
        _lookFor = null;
        Kick();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<Result<Done, OrderDeskError>> GiveUp(string? operationId = null)
    {
        if (!IsOrdered)
            return OrderDeskError.NotFound;
        // Repeated after an unknown answer: it is done.
        if (State.WasActed(operationId) || (State.Order!.FailureReason == Reasons.GivenUp && !State.Phase.IsProvisioning()))
            return Done.Instance;
        if (Troubled.Kind != OrderTrouble.Late)
            return OrderDeskError.NotStuck;
        // It may be paid for already, and then it is a server.
        if (State.Phase == InstancePhase.Capturing)
            await Capture(CancellationToken.None);
        var notice = Notice.OrderFailed($"droplet:{_instance}:failed", _instance, State.Order!.Name, Reasons.GivenUp, State.Order.PriceIdr);
        var given = await Apply(state => state.GivenUp(notice, NowMs)?.Acted(operationId));
        await Hit("order.given_up");
        Kick();
        return given ? Done.Instance
            : State.Phase.IsProvisioning() ? OrderDeskError.TemporarilyUnavailable
            : OrderDeskError.NotStuck;
    }

    private OrderTroubleView Troubled => State.Trouble(NowMs, _options.ProvisioningMs, _options.StuckAfterMs);
}
