using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Droplets;
using Webrana.Grains.Droplets;
using SeenDroplet = Webrana.DigitalOcean.Droplet;
using SeenStatus = Webrana.DigitalOcean.DropletStatus;

namespace Webrana.Grains.Tests.Billing;

/// <summary>A power state that the shop owes stays owed until the server was seen in it.</summary>
public sealed class OwedPowerTests
{
    const long Now = 1_795_939_200_000;
    const long Minute = 60_000;

    static readonly InstanceId Server = new(Guid.Parse("0b4e6b0e-6f0e-4b8e-8a59-0a8f6a3c8f12"));

    [Fact]
    public void A_power_off_that_failed_is_owed_again_and_counted()
    {
        // Given up as busy, nobody looked at the droplet.
        var failed = Failed(Blocked(), Now, seen: null);
        Assert.Equal((InstancePhase.Suspended, PowerWish.Off, 1), (failed.Phase, failed.PowerWish, failed.PowerTries!.Failures));
        Assert.True(failed.HasWork());
        var again = Failed(failed, Now + Minute, SeenStatus.Active);
        Assert.Equal((PowerWish.Off, 2), (again.PowerWish, again.PowerTries!.Failures));
    }

    [Fact]
    public void What_was_reached_is_owed_no_more_and_the_next_time_counts_anew()
    {
        var off = Ended(Failed(Blocked(), Now, seen: null).FulfilWish(Now + Minute)!, ActivityStatus.Completed, SeenStatus.Off, Now + Minute);
        Assert.Equal((PowerWish.None, null, null), (off.PowerWish, off.PowerTries, off.Action));
        Assert.Equal((PowerWish.On, null), (Lifted(off).PowerWish, Lifted(off).PowerTries));
        Assert.Null(Lifted(Failed(Blocked(), Now, seen: null)).PowerTries);
    }

    [Fact]
    public void That_it_failed_is_told_once_a_day_and_that_it_succeeded_always()
    {
        var state = Failed(Blocked(), Now, seen: null);
        Assert.Equal([ActivityStatus.InProgress, ActivityStatus.Errored], Told(state));

        for (var at = Now + Minute; at < Now + OwedPowerChanges.FailureIsToldEveryMs; at += 60 * Minute)
            state = Failed(state, at, SeenStatus.Active);
        Assert.Equal(2, Told(state).Count);
        state = Failed(state, Now + OwedPowerChanges.FailureIsToldEveryMs, SeenStatus.Active);
        Assert.Equal([ActivityStatus.InProgress, ActivityStatus.Errored, ActivityStatus.InProgress, ActivityStatus.Errored], Told(state));

        var later = Now + OwedPowerChanges.FailureIsToldEveryMs + Minute;
        state = Ended(state.FulfilWish(later)!, ActivityStatus.Completed, SeenStatus.Off, later);
        Assert.Equal((5, ActivityStatus.Completed), (Told(state).Count, Told(state)[^1]));
    }

    [Fact]
    public void A_suspension_that_was_lifted_behind_a_failing_power_off_is_not_tried_again()
    {
        var lifted = Lifted(Blocked().FulfilWish(Now)!);
        var ended = Ended(lifted, ActivityStatus.Errored, seen: null, Now);
        Assert.Equal((PowerWish.On, null), (ended.PowerWish, ended.PowerTries));
    }

    [Fact]
    public void A_server_blocked_behind_a_failing_power_on_is_not_switched_on()
    {
        var on = Lifted(Off(Blocked())).FulfilWish(Now)!;
        var ended = Ended(Block(on), ActivityStatus.Errored, SeenStatus.Off, Now);
        Assert.Equal((InstancePhase.Suspended, PowerWish.Off, null), (ended.Phase, ended.PowerWish, ended.BackOnNoticeId));
    }

    /// <summary>The fault: it was off, nothing ran, and the wish to switch it on survived its suspension.</summary>
    [Fact]
    public void A_server_blocked_before_it_was_switched_on_is_wanted_off()
    {
        var blocked = Block(Failed(Lifted(Off(Blocked())), Now, SeenStatus.Off));
        Assert.Equal((InstancePhase.Suspended, PowerWish.Off, null, null), (blocked.Phase, blocked.PowerWish, blocked.BackOnNoticeId, blocked.PowerTries));
        Assert.Equal(ActionKind.PowerOff, blocked.FulfilWish(Now)!.Action!.Kind);
    }

    [Fact]
    public void A_server_that_its_owner_had_switched_off_is_suspended_without_a_word_to_the_provider() =>
        Assert.Equal(PowerWish.None, Block(Running() with { Phase = InstancePhase.Off }).PowerWish);

    [Fact]
    public void The_word_that_it_is_on_goes_with_the_try_that_switches_it_on()
    {
        var failed = Failed(Lifted(Off(Blocked())), Now, SeenStatus.Off);
        Assert.Equal((InstancePhase.Off, PowerWish.On), (failed.Phase, failed.PowerWish));
        Assert.DoesNotContain(failed.Outbox, item => item.Notice?.Kind == NoticeKind.Restored);
        var on = Ended(failed.FulfilWish(Now + Minute)!, ActivityStatus.Completed, SeenStatus.Active, Now + Minute);
        Assert.Single(on.Outbox, item => item.Notice?.Kind == NoticeKind.Restored);
        Assert.Equal((InstancePhase.Running, PowerWish.None, null), (on.Phase, on.PowerWish, on.BackOnNoticeId));
    }

    [Fact]
    public void Switched_on_by_its_owner_between_two_tries_it_is_not_switched_on_once_more()
    {
        var waiting = Failed(Lifted(Off(Blocked())), Now, SeenStatus.Off);
        var on = Ended(waiting.Pressed(PowerAction.On).Acting("mine", ActionKind.PowerOn, "user:1", Now), ActivityStatus.Completed, SeenStatus.Active, Now);
        Assert.Equal((InstancePhase.Running, PowerWish.None, null, null), (on.Phase, on.PowerWish, on.PowerTries, on.BackOnNoticeId));
        // Where the owner's press failed as well, it is still owed.
        var off = Ended(waiting.Pressed(PowerAction.On).Acting("mine", ActionKind.PowerOn, "user:1", Now), ActivityStatus.Errored, SeenStatus.Off, Now);
        Assert.Equal((PowerWish.On, 1), (off.PowerWish, off.PowerTries!.Failures));
    }

    [Theory]
    [InlineData(PowerAction.Off)]
    [InlineData(PowerAction.Shutdown)]
    public void Switched_off_by_its_owner_it_is_not_switched_on_behind_that(PowerAction power)
    {
        // Built anew between two tries, it runs.
        var running = Failed(Lifted(Off(Blocked())), Now, SeenStatus.Off) with { Phase = InstancePhase.Running };
        Assert.Equal((PowerWish.None, null, null), (running.Pressed(power).PowerWish, running.Pressed(power).PowerTries, running.Pressed(power).BackOnNoticeId));
    }

    [Theory]
    [InlineData(SeenStatus.Off, true, true)]
    [InlineData(SeenStatus.Active, true, false)]
    [InlineData(SeenStatus.Off, false, false)]
    public void A_server_that_ran_before_its_plan_changed_and_does_not_behind_it_is_owed_that(SeenStatus seen, bool wasOn, bool owed)
    {
        var ended = Resized(Resizing(wasOn), seen);
        Assert.Equal(owed ? PowerWish.On : PowerWish.None, ended.PowerWish);
        // Its own step was the first try: the next one waits, and says nothing unless it succeeds.
        Assert.Equal(owed ? new PowerTriesPart(1, Now) : null, ended.PowerTries);
        Assert.Equal(owed, ended.BackOnNoticeId is not null);
        if (!owed)
            return;
        Assert.True(ended.FulfilWish(Now + Minute)!.Action!.Quiet);
        var on = Ended(ended.FulfilWish(Now + Minute)!, ActivityStatus.Completed, SeenStatus.Active, Now + Minute);
        Assert.Single(on.Outbox, item => item.Notice?.Kind == NoticeKind.Restored);
        Assert.Equal((InstancePhase.Running, PowerWish.None, null), (on.Phase, on.PowerWish, on.PowerTries));
    }

    [Fact]
    public void A_server_blocked_while_its_plan_changes_is_not_switched_on_behind_that()
    {
        var ended = Resized(Block(Resizing(wasOn: true)), SeenStatus.Off);
        Assert.Equal((InstancePhase.Suspended, PowerWish.Off, null), (ended.Phase, ended.PowerWish, ended.BackOnNoticeId));
        // Lifted again while it went on: owed once, and told under that suspension's id.
        var lifted = Lifted(Block(Resizing(wasOn: true)));
        Assert.Equal((PowerWish.On, lifted.BackOnNoticeId), (Resized(lifted, SeenStatus.Off).PowerWish, Resized(lifted, SeenStatus.Off).BackOnNoticeId));
    }

    [Fact]
    public void Switched_off_by_its_owner_behind_a_change_of_plan_it_stays_off()
    {
        var owed = Resized(Resizing(wasOn: true), SeenStatus.Off) with { Phase = InstancePhase.Running };
        Assert.Equal((PowerWish.None, null, null), (owed.Pressed(PowerAction.Off).PowerWish, owed.Pressed(PowerAction.Off).PowerTries, owed.Pressed(PowerAction.Off).BackOnNoticeId));
    }

    static DropletState Resizing(bool wasOn) => Running() with
    {
        Action = new ActionPart { Id = "resize", Kind = ActionKind.Resize, Actor = "user:1", StartedAt = Now, Step = ResizeStep.Settle, WasOn = wasOn },
    };

    static DropletState Resized(DropletState state, SeenStatus seen)
    {
        var droplet = new SeenDroplet { Id = 7, Status = seen, CreatedAt = DateTimeOffset.UnixEpoch };
        return state.ActionDone(ActivityStatus.Completed, null, droplet, Now).OwingOnAfterResize(state.Action, droplet, Server, Now)!;
    }

    static DropletState Running() => new()
    {
        Phase = InstancePhase.Running,
        Name = "web-1",
        Order = new OrderPart { Name = "web-1" },
        Droplet = new ProviderPart(7, Now, null) { Ipv4 = "203.0.113.7" },
        Subscription = new SubscriptionPart(Now, 1, 1, true, null, null),
    };

    static DropletState Blocked() => Block(Running()) with { Outbox = [] };

    static DropletState Block(DropletState state) =>
        state.Blocked(new BlockPart("Spam", "admin:x", Now), Notice.Blocked("blocked", Server, "web-1", "Spam"))!;

    static DropletState Lifted(DropletState state) => state.Unblocked(Server, "admin:x", Now)!;

    static DropletState Off(DropletState state) => Ended(state.FulfilWish(Now)!, ActivityStatus.Completed, SeenStatus.Off, Now);

    static DropletState Failed(DropletState state, long at, SeenStatus? seen) => Ended(state.FulfilWish(at)!, ActivityStatus.Errored, seen, at);

    static DropletState Ended(DropletState state, ActivityStatus status, SeenStatus? seen, long at) => state
        .ActionDone(status, null, seen is { } power ? new SeenDroplet { Id = 7, Status = power, CreatedAt = DateTimeOffset.UnixEpoch } : null, at)
        .ToldBackOn(state.Action, status, Server)!;

    static List<ActivityStatus> Told(DropletState state) => [.. state.Outbox.Select(item => item.Activity).OfType<ActivityPart>().Select(line => line.Status)];
}
