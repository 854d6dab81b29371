using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// An order that its customer takes back while it waits for the provider. Whether the create was sent and whether it is cancelled are two
/// writes of one record, the second of which sees the first (ADR 42); from there it goes the way of every failed order, but is told
/// and logged as what its customer did.
/// </summary>
public sealed partial class DropletGrain
{
    /// <inheritdoc/>
    public async Task<Result<DropletView, CancelError>> Cancel()
    {
        if (!IsOrdered)
            return CancelError.NotFound;
        // Asked twice, or repeated after an unknown answer: it is done.
        if (!State.IsCancelled())
        {
            var notice = Notice.OrderCancelled($"droplet:{_instance}:cancelled", _instance, State.Order!.Name, State.Order.PriceIdr);
            if (await Apply(state => state.Cancelled(notice, NowMs)))
            {
                LogOrderCancelled(_log, _instance);
                await Hit("order.cancelled");
                Kick();
            }
        }

        if (State.IsCancelled())
            return State.View(_instance);
        return State.Phase.IsProvisioning() && !State.IsRestoring
            ? CancelError.AlreadySent
            : Result<DropletView, CancelError>.Refused(CancelError.InvalidState, DropletViews.StatusOf(State).ToString());
    }
}
