using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>Pure changes around a suspension that money does not lift.</summary>
public static class BlockChanges
{
    /// <summary>Suspended by an admin. A server that is suspended for want of money is from now on suspended for both.</summary>
    public static DropletState? Blocked(this DropletState state, BlockPart block, Notice notice)
    {
        if (state.Block is not null || state.Renewing is not null || state.Phase is not (InstancePhase.Running or InstancePhase.Off or InstancePhase.Suspended))
            return null;
        return (state.ToBeOff() with
        {
            Block = block,
            Ahead = null,
            Phase = InstancePhase.Suspended,
        }).Tell(Line(ActionKind.Block, block.Actor, block.At, block.Reason), notice);
    }

    /// <summary>The reason is gone: it comes back, unless its period is not paid either.</summary>
    public static DropletState? Unblocked(this DropletState state, InstanceId instance, string actor, long now)
    {
        if (state.Block is not { } block)
            return null;
        var lifted = (state with { Block = null }).Tell(Line(ActionKind.Unblock, actor, now, null));
        return state is { Phase: InstancePhase.Suspended, Subscription.SuspendedAt: null }
            ? lifted.ComingBack(string.Create(CultureInfo.InvariantCulture, $"droplet:{instance}:unblocked:{block.At}"))
            : lifted;
    }

    private static ActivityPart Line(ActionKind kind, string actor, long now, string? message) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"{kind}-{now}"),
        Kind = kind,
        Status = ActivityStatus.Completed,
        StartedAt = now,
        CompletedAt = now,
        Actor = actor,
        Message = message,
    };
}
