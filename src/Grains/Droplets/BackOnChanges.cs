using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>A suspended server that may run again. Its owner is told that it does when that was seen, never with the mere wish for it.</summary>
public static class BackOnChanges
{
    /// <summary>To be switched on.</summary>
    /// <param name="noticeId">Of what its owner is told once it is on.</param>
    public static DropletState ComingBack(this DropletState state, string noticeId) =>
        state with { Phase = InstancePhase.Off, PowerWish = PowerWish.On, BackOnNoticeId = noticeId, PowerTries = null };

    /// <summary>
    /// Adds the word that it is on to the write that ends the power-on, so that it is told once whoever dies in between. Not where the power-on
    /// failed, nor where it was suspended again behind it.
    /// </summary>
    /// <param name="done">The record after the action; null where nothing ended.</param>
    /// <param name="action">The action that ended.</param>
    public static DropletState? ToldBackOn(this DropletState? done, ActionPart? action, ActivityStatus status, InstanceId instance) =>
        done is { Phase: InstancePhase.Running, Droplet.Ipv4: { } address } && status == ActivityStatus.Completed && action?.BackOnNoticeId is { } noticeId
            ? done.Tell(notice: Notice.Restored(noticeId, instance, done.Name, address))
            : done;
}
