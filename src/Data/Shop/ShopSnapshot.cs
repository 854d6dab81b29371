using System.Collections.Frozen;

namespace Webrana.Data.Shop;

/// <summary>What of the shop can be stopped. Names are stored: never rename.</summary>
public enum ShopSwitch
{
    /// <summary>New servers.</summary>
    Sales,

    /// <summary>New top-ups; what is paid is credited all the same.</summary>
    Deposits,

    /// <summary>Charges for the next period. A charge held back is not a refused one: nobody is told of missing money.</summary>
    Renewals,

    /// <summary>Switching servers off whose period is not paid.</summary>
    Suspensions,

    /// <summary>Destroying servers that stayed unpaid, and the last warning before it. A customer's own deletion goes on.</summary>
    Terminations,
}

/// <summary>One thing that is stopped.</summary>
/// <param name="MessageId">What customers read, Indonesian; null: the panel's own words.</param>
public sealed record StoppedSwitch(ShopSwitch Switch, string? MessageId, string? MessageEn, string Reason, Guid ActorId, DateTimeOffset Since);

/// <summary>A customer who may not sign in or order.</summary>
public sealed record FrozenCustomer(Guid UserId, string Reason, Guid ActorId, DateTimeOffset Since);

/// <summary>What customers read between two moments, without anything being stopped.</summary>
public sealed record Maintenance(string MessageId, string MessageEn, DateTimeOffset From, DateTimeOffset Until, string Reason, Guid ActorId, DateTimeOffset SetAt)
{
    /// <summary>Whether it is shown at this moment of business time.</summary>
    public bool IsShownAt(DateTimeOffset now) => From <= now && now < Until;
}

/// <summary>What is stopped, who is frozen and what is announced, as of a moment ago.</summary>
public sealed record ShopSnapshot(IReadOnlyList<StoppedSwitch> Stopped, FrozenSet<Guid> Frozen, Maintenance? Maintenance = null)
{
    /// <summary>Whether this is stopped.</summary>
    public bool IsStopped(ShopSwitch one) => Stopped.Any(stopped => stopped.Switch == one);

    /// <summary>Whether this customer is frozen.</summary>
    public bool IsFrozen(Guid user) => Frozen.Contains(user);
}
