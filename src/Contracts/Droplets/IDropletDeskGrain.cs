using Orleans.Concurrency;

namespace Webrana.Contracts.Droplets;

/// <summary>
/// What the desk may do to an order that does not come through. The same grain as <see cref="IDropletGrain"/>, key <c>droplet:{instanceId}</c>.
/// </summary>
[Alias("droplet-desk")]
public interface IDropletDeskGrain : IGrainWithStringKey
{
    /// <summary>Whether its order is stuck or failed; the kind is <see cref="OrderTrouble.None"/> for one that fares well.</summary>
    /// <param name="operationId">Of a press: whether it was done already is answered as well. Null from a release before this one.</param>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("trouble")]
    Task<Result<OrderTroubleView, DropletError>> Trouble(string? operationId = null);

    /// <summary>A stuck order gets its time anew and is worked on now; of a failed one, what is still to be cleaned up is.</summary>
    /// <param name="operationId">Repeated under it, the answer is the first one, whatever became of the order since. Null from a release before this one.</param>
    [Alias("push")]
    Task<Result<Done, OrderDeskError>> Push(string? operationId = null);

    /// <summary>Gives a stuck order up: its money is released, whatever was made is destroyed, its owner is told.</summary>
    /// <param name="operationId">Repeated under it, the answer is the first one, whatever became of the order since. Null from a release before this one.</param>
    [Alias("give-up")]
    Task<Result<Done, OrderDeskError>> GiveUp(string? operationId = null);
}

/// <summary>What is the matter with an order. Names are stored in the audit log.</summary>
[GenerateSerializer, Alias("order-trouble")]
public enum OrderTrouble
{
    None,

    /// <summary>Its money is held, and it takes longer than a build ever should.</summary>
    Late,

    /// <summary>Failed, and its money or its remains at the provider are not settled yet.</summary>
    Unsettled,

    /// <summary>Failed; its money is free again and nothing is left of it.</summary>
    Failed,
}

/// <summary>An order as the desk sees it.</summary>
/// <param name="Since">Since when this try runs, or when it was ordered.</param>
/// <param name="GivesUpAt">When it gives up by itself; null when it is past that.</param>
/// <param name="HeldIdr">What of the customer's money is on hold for it.</param>
/// <param name="Restoring">Not a new server: one on its way back from its image.</param>
/// <param name="HadUserData">It came with user data, which a failed order does not keep.</param>
/// <param name="WasDone">What the desk did to it under the operation that was asked about is done, whatever it did since.</param>
[GenerateSerializer, Immutable, Alias("order-trouble-view")]
public sealed record OrderTroubleView(
    [property: Id(0)] OrderTrouble Kind,
    [property: Id(1)] DateTimeOffset Since,
    [property: Id(2)] DateTimeOffset? GivesUpAt,
    [property: Id(3)] long HeldIdr,
    [property: Id(4)] bool Restoring,
    [property: Id(5)] bool HadUserData,
    [property: Id(6)] bool WasDone = false);

/// <summary>Why the desk's act was refused; nothing was changed.</summary>
[GenerateSerializer, Alias("order-desk-error")]
public enum OrderDeskError
{
    NotFound,

    /// <summary>It came through, failed already, or still has its time.</summary>
    NotStuck,

    /// <summary>The ledger could not say whether it is paid; try again.</summary>
    TemporarilyUnavailable,
}
