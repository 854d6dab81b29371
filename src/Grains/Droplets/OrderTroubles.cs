using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>Pure decisions about orders that do not come through.</summary>
public static class OrderTroubles
{
    /// <summary>How many acts of the desk are remembered for presses that are asked again.</summary>
    public const int MostActs = 8;

    /// <summary>What is the matter. An order must exist.</summary>
    /// <param name="now">Business time.</param>
    /// <param name="provisioningMs">How long a try may take before it gives up by itself.</param>
    /// <param name="stuckAfterMs">How long it may take before that is worth a look.</param>
    public static OrderTroubleView Trouble(this DropletState state, long now, long provisioningMs, long stuckAfterMs)
    {
        var since = state.Creation.Deadline > 0 ? state.Creation.Deadline - provisioningMs : state.Order!.CreatedAt;
        return new OrderTroubleView(
            state.KindOf(now >= since + stuckAfterMs),
            DropletViews.Time(since),
            state.InTheMaking() && state.Creation.Deadline > now ? DropletViews.Time(state.Creation.Deadline) : null,
            state.Hold == HoldState.Held ? state.Order!.PriceIdr : 0,
            state.IsRestoring,
            state.Order!.HadUserData);
    }

    /// <summary>What the desk did to it under this operation is remembered, to be stored with the act itself.</summary>
    public static DropletState Acted(this DropletState state, string? operationId) => operationId is null || state.WasActed(operationId)
        ? state
        : state with { DeskActs = [.. state.DeskActs.TakeLast(MostActs - 1), operationId] };

    /// <summary>Whether the desk did something to it under this operation.</summary>
    public static bool WasActed(this DropletState state, string? operationId) => operationId is not null && state.DeskActs.Contains(operationId);

    /// <summary>It gets its time anew; how often it may be asked of the provider is not counted anew, because one order is at most one droplet.</summary>
    public static DropletState? GivenTime(this DropletState state, long deadline) =>
        state.InTheMaking() ? state with { Creation = state.Creation with { Deadline = deadline } } : null;

    /// <summary>
    /// Given up by the desk. Null while its capture may be under way: it may be paid for at this moment, and paid money is never of a failed
    /// order.
    /// </summary>
    public static DropletState? GivenUp(this DropletState state, Notice notice, long now) => state.Phase == InstancePhase.Capturing ? null
        : state.IsRestoring ? state.RestoreFailed(Reasons.GivenUp, now)
        : state.Failed(Reasons.GivenUp, notice, now);

    private static OrderTrouble KindOf(this DropletState state, bool late) => state.Phase switch
    {
        InstancePhase.Failed when !state.Creation.Swept || state.Hold == HoldState.Held => OrderTrouble.Unsettled,
        // Nobody has to place again what its customer took back.
        InstancePhase.Failed => state.IsCancelled() ? OrderTrouble.None : OrderTrouble.Failed,
        _ when state.InTheMaking() && late => OrderTrouble.Late,
        _ => OrderTrouble.None,
    };

    // Before its hold is known an order is nobody's yet: its customer has no answer and may repeat it.
    private static bool InTheMaking(this DropletState state) => state.Phase.IsProvisioning() && state.Phase != InstancePhase.Ordering;
}
