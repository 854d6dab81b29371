using CsCheck;
using Webrana.Domain.Billing;

namespace Webrana.Domain.Tests.Billing;

public sealed class SubscriptionTests
{
    static readonly DateTimeOffset Start = new(2025, 1, 31, 3, 0, 0, TimeSpan.Zero);
    static readonly RenewalPolicy Telling = RenewalPolicy.For(BillingCycle.Monthly);

    /// <summary>The same without notices, for tests about money alone.</summary>
    static readonly RenewalPolicy Policy = Telling with { Notices = [] };

    static Subscription New(bool autoRenew = true) => Subscription.Begin(BillingCycle.Monthly, Start, autoRenew);

    [Fact]
    public void It_waits_for_its_due_date_and_is_charged_from_it_on()
    {
        var subscription = New();
        Assert.Equal(RenewalStep.WaitUntil(subscription.DueAt), subscription.Next(Policy, subscription.DueAt.AddTicks(-1)));
        Assert.Equal(RenewalStep.Charge, subscription.Next(Policy, subscription.DueAt));
    }

    [Fact]
    public void A_renewed_period_starts_at_the_old_due_date_whenever_the_money_came()
    {
        var late = New().Renewed(New().DueAt.AddHours(40));
        Assert.Equal((2, 3), (late.PaidPeriod, late.NextPeriod));
        Assert.Equal(31, late.DueAt.ToOffset(BillingCalendar.Jakarta).Day);
        Assert.Equal(3, late.DueAt.ToOffset(BillingCalendar.Jakarta).Month);
    }

    [Fact]
    public void Refused_it_is_tried_through_grace_and_once_more_at_its_end_and_then_suspended()
    {
        var tried = New() with { TriedAt = New().DueAt };
        var graceEnds = tried.DueAt + Policy.Grace;
        Assert.Equal(RenewalStep.WaitUntil(tried.DueAt + Policy.RetryEvery), tried.Next(Policy, tried.DueAt.AddMinutes(1)));
        Assert.Equal(RenewalStep.Charge, tried.Next(Policy, tried.DueAt + Policy.RetryEvery));
        var lastButOne = tried with { TriedAt = graceEnds.AddMinutes(-1) };
        Assert.Equal(RenewalStep.WaitUntil(graceEnds), lastButOne.Next(Policy, graceEnds.AddSeconds(-30)));
        Assert.Equal(RenewalStep.Charge, lastButOne.Next(Policy, graceEnds));
        Assert.Equal(RenewalStep.Suspend, (tried with { TriedAt = graceEnds }).Next(Policy, graceEnds.AddSeconds(1)));
    }

    [Fact]
    public void With_auto_renewal_off_it_is_never_charged() => Gen.Int[0, 5_000].Sample(hours =>
    {
        var step = New(autoRenew: false).Next(Policy, Start.AddHours(hours));
        Assert.NotEqual(RenewalKind.Charge, step.Kind);
        Assert.Equal(Start.AddHours(hours) >= New().DueAt, step.Kind == RenewalKind.Suspend);
    });

    [Fact]
    public void Suspended_it_is_kept_for_its_time_warned_of_its_end_and_then_put_away()
    {
        var suspended = New() with { SuspendedAt = New().DueAt.AddDays(2) };
        var end = suspended.SuspendedAt!.Value + Policy.Suspended;
        Assert.Equal(RenewalStep.WaitUntil(end - Policy.LastWarning), suspended.Next(Policy, suspended.SuspendedAt.Value));
        Assert.Equal(RenewalStep.Warn, suspended.Next(Policy, end - Policy.LastWarning));
        var warned = suspended with { WarnedAt = end - Policy.LastWarning, DeliveredAt = end - Policy.LastWarning };
        Assert.Equal(RenewalStep.WaitUntil(end), warned.Next(Policy, end.AddTicks(-1)));
        Assert.Equal(RenewalStep.Hibernate, RefusedOnceMore(warned, end));
        Assert.Equal(RenewalStep.Hibernate, (warned with { AutoRenew = false }).Next(Policy, end));
        Assert.Equal(RenewalStep.Hibernate, (warned with { Blocked = true }).Next(Policy, end));
    }

    /// <summary>What follows when the wallet, asked once more before anything is put away, has not the money either.</summary>
    static RenewalStep RefusedOnceMore(Subscription subscription, DateTimeOffset at)
    {
        Assert.Equal(RenewalStep.Charge, (subscription with { TriedAt = at.AddSeconds(-1) }).Next(Policy, at));
        return (subscription with { TriedAt = at }).Next(Policy, at);
    }

    [Fact]
    public void Hibernated_it_can_be_brought_back_for_its_time_is_warned_again_and_then_destroyed()
    {
        var asleep = New() with { SuspendedAt = New().DueAt.AddDays(2), HibernatedAt = New().DueAt.AddDays(8) };
        var end = asleep.HibernatedAt!.Value + Policy.Restorable;
        Assert.Equal(RenewalStep.WaitUntil(end - Policy.LastWarning), asleep.Next(Policy, asleep.HibernatedAt.Value));
        Assert.Equal(RenewalStep.Warn, asleep.Next(Policy, end - Policy.LastWarning));
        var warned = asleep with { WarnedAt = end - Policy.LastWarning, DeliveredAt = end - Policy.LastWarning };
        Assert.Equal(RenewalStep.Terminate, warned.Next(Policy, end));
    }

    [Fact]
    public void Nothing_that_cannot_be_undone_happens_while_the_warning_reached_nobody()
    {
        var warnedAt = New().DueAt.AddDays(6);
        var warned = New() with { SuspendedAt = New().DueAt.AddDays(2), WarnedAt = warnedAt };
        var asked = warnedAt + Policy.LastWarning;
        Assert.Equal(RenewalStep.WaitUntil(asked), warned.Next(Policy, warnedAt));
        Assert.Equal(RenewalStep.Confirm, warned.Next(Policy, asked));
        // Asked without an answer it is asked again, until an admin has to know of it.
        var unheard = warned with { ConfirmedAt = asked };
        Assert.Equal(RenewalKind.Wait, unheard.Next(Policy, asked.AddMinutes(1)).Kind);
        Assert.Equal(RenewalStep.Confirm, unheard.Next(Policy, asked.AddHours(1)));
        Assert.Equal(RenewalStep.Escalate, unheard.Next(Policy, warnedAt + Policy.Undeliverable));
        var shown = unheard with { EscalatedAt = warnedAt + Policy.Undeliverable };
        Assert.Equal(RenewalKind.Wait, shown.Next(Policy, shown.EscalatedAt!.Value.AddHours(23)).Kind);
        Assert.Equal(RenewalStep.Hibernate, RefusedOnceMore(shown, shown.EscalatedAt.Value + Policy.LastWarning));
    }

    [Fact]
    public void Delivered_late_the_warning_still_leaves_its_full_day()
    {
        var warnedAt = New().DueAt.AddDays(6);
        var late = New() with { SuspendedAt = New().DueAt.AddDays(2), WarnedAt = warnedAt, DeliveredAt = warnedAt.AddDays(2) };
        Assert.Equal(RenewalStep.WaitUntil(warnedAt.AddDays(3)), late.Next(Policy, warnedAt.AddDays(2)));
        Assert.Equal(RenewalStep.Hibernate, RefusedOnceMore(late, warnedAt.AddDays(3)));
    }

    [Fact]
    public void Blocked_it_is_never_charged_and_after_its_paid_time_it_goes_the_way_of_all()
    {
        var blocked = New() with { Blocked = true };
        Assert.Equal(RenewalStep.WaitUntil(blocked.DueAt), blocked.Next(Telling, blocked.DueAt.AddDays(-3)));
        Assert.Equal(RenewalStep.Suspend, blocked.Next(Telling, blocked.DueAt));
    }

    [Fact]
    public void Spared_it_is_tried_on_and_suspended_only_afterwards()
    {
        var graceEnds = New().DueAt + Policy.Grace;
        var spared = New() with { TriedAt = graceEnds, SparedUntil = graceEnds.AddHours(2) };
        Assert.Equal(RenewalStep.WaitUntil(graceEnds.AddHours(2)), spared.Next(Policy, graceEnds.AddMinutes(1)));
        Assert.Equal(RenewalStep.Charge, spared.Next(Policy, graceEnds.AddHours(2)));
        Assert.Equal(RenewalStep.Suspend, (spared with { TriedAt = graceEnds.AddHours(2) }).Next(Policy, graceEnds.AddHours(2)));
    }

    [Fact]
    public void Spared_without_auto_renewal_it_waits_for_its_owner_to_press_and_is_suspended_afterwards()
    {
        var due = New().DueAt;
        var spared = New(autoRenew: false) with { SparedUntil = due + RenewalPolicy.PaymentPatience, PaymentAwaited = true };
        Assert.Equal(RenewalStep.WaitUntil(due.AddHours(2)), spared.Next(Telling, due));
        Assert.Equal(RenewalStep.WaitUntil(due.AddHours(2)), spared.Next(Telling, due.AddHours(2).AddTicks(-1)));
        Assert.Equal(RenewalStep.Suspend, spared.Next(Telling, due.AddHours(2)));
        // Pressed in time it is a period like any other: it begins at the old due date, and is spared again.
        var pressed = spared.Renewed(due.AddHours(1));
        Assert.Equal((New().StartOf(3), null, true), (pressed.DueAt, pressed.SparedUntil, pressed.AwaitsPayment));
    }

    [Fact]
    public void A_payment_under_way_is_waited_for_once_whoever_renews_it_and_never_where_money_changes_nothing()
    {
        foreach (var subscription in new[] { New(), New(autoRenew: false) })
        {
            Assert.True(subscription.AwaitsPayment);
            Assert.False((subscription with { PaymentAwaited = true }).AwaitsPayment);
            Assert.False((subscription with { Blocked = true }).AwaitsPayment);
        }
    }

    [Fact]
    public void Spared_while_it_is_suspended_it_is_asked_for_once_more_and_put_away_only_afterwards()
    {
        var end = New().DueAt.AddDays(2) + Policy.Suspended;
        var warned = New() with { SuspendedAt = New().DueAt.AddDays(2), WarnedAt = end - Policy.LastWarning, DeliveredAt = end - Policy.LastWarning, TriedAt = end };
        Assert.Equal(RenewalStep.Hibernate, warned.Next(Policy, end));
        var spared = warned with { SparedUntil = end + RenewalPolicy.PaymentPatience };
        Assert.Equal(RenewalStep.WaitUntil(end.AddHours(2)), spared.Next(Policy, end.AddMinutes(1)));
        Assert.Equal(RenewalStep.Hibernate, RefusedOnceMore(spared, end.AddHours(2)));
        // What put the suspension off lies behind it, and puts nothing else off.
        Assert.Equal(RenewalStep.Hibernate, (warned with { SparedUntil = warned.SuspendedAt }).Next(Policy, end));
    }

    [Fact]
    public void Spared_while_it_is_hibernated_it_is_destroyed_only_afterwards()
    {
        var asleep = New() with { SuspendedAt = New().DueAt.AddDays(2), HibernatedAt = New().DueAt.AddDays(8) };
        var end = asleep.HibernatedAt!.Value + Policy.Restorable;
        var spared = asleep with { WarnedAt = end - Policy.LastWarning, DeliveredAt = end - Policy.LastWarning, SparedUntil = end.AddDays(1) };
        Assert.Equal(RenewalStep.WaitUntil(end.AddDays(1)), spared.Next(Policy, end));
        Assert.Equal(RenewalStep.Terminate, spared.Next(Policy, end.AddDays(1)));
    }

    [Fact]
    public void However_late_the_warning_came_nothing_is_destroyed_before_it_is_a_day_old()
    {
        var suspended = New() with { SuspendedAt = New().DueAt.AddDays(2) };
        var late = suspended.SuspendedAt!.Value.AddDays(100);
        Assert.Equal(RenewalStep.Warn, suspended.Next(Policy, late));
        var warned = suspended with { WarnedAt = late, DeliveredAt = late };
        Assert.Equal(RenewalStep.WaitUntil(late + Policy.LastWarning), warned.Next(Policy, late.AddHours(1)));
        Assert.Equal(RenewalStep.Hibernate, RefusedOnceMore(warned, late + Policy.LastWarning));
    }

    [Fact]
    public void It_is_told_of_before_its_date_one_notice_at_a_time()
    {
        var (subscription, told) = (New(), new List<int>());
        for (var now = Start; now < subscription.DueAt; now = now.AddHours(1))
        {
            if (subscription.Next(Telling, now) is not { Kind: RenewalKind.Remind } step) continue;
            told.Add((int)(subscription.DueAt - now).TotalDays);
            subscription = subscription with { Noticed = step.Notices };
        }

        Assert.Equal([7, 3, 1], told);
        Assert.Equal(RenewalStep.Charge, subscription.Next(Telling, subscription.DueAt));
    }

    [Fact]
    public void Notices_that_were_overtaken_are_one_and_never_hold_up_the_charge()
    {
        var subscription = New();
        Assert.Equal(RenewalStep.Remind(2), subscription.Next(Telling, subscription.DueAt.AddDays(-2)));
        Assert.Equal(RenewalStep.Charge, subscription.Next(Telling, subscription.DueAt.AddDays(1)));
        Assert.Equal(0, (subscription with { Noticed = 3 }).Renewed(subscription.DueAt).Noticed);
    }

    [Fact]
    public void In_grace_it_is_told_once_more()
    {
        var tried = New() with { TriedAt = New().DueAt.AddHours(23), Noticed = 3 };
        Assert.Equal(RenewalStep.WaitUntil(tried.DueAt.AddDays(1)), tried.Next(Telling, tried.DueAt.AddHours(23.5)));
        Assert.Equal(RenewalStep.Remind(4), tried.Next(Telling, tried.DueAt.AddDays(1)));
    }

    [Fact]
    public void After_a_suspension_the_time_it_ran_unpaid_is_part_of_the_period_and_the_time_it_was_off_is_not()
    {
        var suspended = New() with { SuspendedAt = New().DueAt.AddDays(2) };
        var paid = suspended.Renewed(New().DueAt.AddDays(5));
        Assert.Null(paid.SuspendedAt);
        Assert.Equal((2, 2), (paid.PaidPeriod, paid.AnchorPeriod));
        // Two days of grace were used; the three days it was off were not.
        Assert.Equal(BillingCalendar.PeriodStart(New().DueAt.AddDays(3), BillingCycle.Monthly, 1), paid.DueAt);
    }

    [Fact]
    public void Another_length_begins_at_the_old_due_date_and_keeps_its_day()
    {
        var yearly = New().Renewed(New().DueAt, BillingCycle.Yearly);
        Assert.Equal((BillingCycle.Yearly, 2, 2), (yearly.Cycle, yearly.PaidPeriod, yearly.AnchorPeriod));
        Assert.Equal(BillingCalendar.PeriodStart(New().DueAt, BillingCycle.Yearly, 1), yearly.DueAt);
    }

    /// <summary>Invariant I7: period numbers are contiguous, due dates strictly increase, nothing is charged before its time.</summary>
    [Fact]
    public void However_the_clock_jumps_every_period_is_charged_once_in_order() =>
        Gen.Select(Gen.Int[0, 2].Select(cycle => (BillingCycle)cycle), Gen.Int[0, 24 * 400].Array[1, 12]).Sample((cycle, jumps) =>
        {
            var subscription = Subscription.Begin(cycle, Start, autoRenew: true);
            var (now, charged) = (Start, new List<int>());
            foreach (var hours in jumps)
            {
                now = now.AddHours(hours);
                while (subscription.Next(RenewalPolicy.For(cycle), now).Kind == RenewalKind.Charge)
                {
                    Assert.True(now >= subscription.DueAt);
                    var due = subscription.DueAt;
                    charged.Add(subscription.NextPeriod);
                    subscription = subscription.Renewed(now);
                    Assert.True(subscription.DueAt > due);
                }

                Assert.True(subscription.DueAt > now);
            }

            Assert.Equal(Enumerable.Range(2, charged.Count), charged);
        });
}
