using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;
using Webrana.Grains.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>Pure changes of a server's record. Each guards its own precondition: a step that awaited something may find the world changed.</summary>
public static class DropletChanges
{
    /// <summary>How many ended actions are remembered for repeated commands.</summary>
    public const int MostRecent = 8;

    /// <summary>Adds something to tell, in the same write as what it tells of.</summary>
    public static DropletState Tell(this DropletState state, ActivityPart? activity = null, Notice? notice = null) => state with
    {
        OutboxSeq = state.OutboxSeq + 1,
        Outbox = [.. state.Outbox, new OutboxPart { Seq = state.OutboxSeq + 1, Activity = activity, Notice = notice is null ? null : NoticePart.Of(notice) }],
    };

    /// <summary>What was told is forgotten; what came meanwhile stays.</summary>
    public static DropletState Told(this DropletState state, IReadOnlyCollection<long> seqs) =>
        state with { Outbox = [.. state.Outbox.Where(item => !seqs.Contains(item.Seq))] };

    /// <summary>Whether anything goes on behind the calls.</summary>
    public static bool HasWork(this DropletState state) =>
        state.Phase.IsProvisioning()
        || state.Phase == InstancePhase.Terminating
        || (state.Phase == InstancePhase.Failed && !state.Creation.Swept)
        || state.Action is not null
        || state.PowerWish != PowerWish.None
        || state.OwesRename()
        || state.Outbox.Count > 0
        || state.NextExtra is not null
        || state.Consoles.Count > 0
        || state.IsUnfiled()
        || state.Returning is not null
        || state.PlanChange is not null
        || state.OwesFirewall()
        // Not of one that is over: its image went with the rest of it.
        || (state.Phase.IsBilled() && state.Hibernation is { Stage: HibernationStage.Imaging or HibernationStage.Discarding } or { Restore: not null })
        || state.Phase == InstancePhase.Hibernating
        || state.NamesDirty;

    /// <summary>Sets both due times from what the record says. Applied to every change, so that nothing can be left without a wake-up.</summary>
    /// <param name="now">Business time.</param>
    /// <param name="backstop">How far ahead work in progress is due again.</param>
    public static DropletState Scheduled(this DropletState state, DateTimeOffset now, TimeSpan backstop)
    {
        var ahead = (now + backstop).ToUnixTimeMilliseconds();
        return state with { WorkAt = state.HasWork() ? ahead : null, BillingAt = BillingDue(state, now, ahead) };
    }

    private static long? BillingDue(DropletState state, DateTimeOffset now, long ahead)
    {
        if (!state.Phase.IsBilled() || state.IsRestoring || state.Subscribed() is not { } subscription)
            return null;
        // A change of plan is a matter of minutes: what is due meanwhile is charged at the price it leads to.
        if (state.Renewing is not null || state.PlanChange is not null || state.Ahead is not null)
            return ahead;
        var step = subscription.Next(state.Policy(), now);
        // While the image is taken there is nothing to decide; the work behind it goes on by itself.
        if (step.Kind == RenewalKind.Hibernate && state.Hibernation is { Stage: HibernationStage.Imaging })
            return ahead;
        // What falls due in the same instant is worked through in its owner's order; a period never starts before its time.
        return step.Kind == RenewalKind.Wait
            ? step.At.ToUnixTimeMilliseconds() + (int)state.Priority
            : Math.Max(Math.Min(now.ToUnixTimeMilliseconds(), subscription.DueAt.ToUnixTimeMilliseconds() + (int)state.Priority), state.LookAgainAt ?? 0);
    }

    /// <summary>Name claimed and money held: provisioning may begin.</summary>
    public static DropletState? Held(this DropletState state, long deadline) => state.Phase != InstancePhase.Ordering ? null : (state with
    {
        Phase = InstancePhase.Held,
        Hold = HoldState.Held,
        Order = state.Order! with { Status = OrderStatus.Held },
        Creation = state.Creation with { Deadline = deadline },
    }).Tell(state.Order!.Activity());

    /// <summary>The intent of a create, stored before it is sent.</summary>
    public static DropletState? Sending(this DropletState state, long quietAtReal) => state.Phase != InstancePhase.Held ? null : state with
    {
        Phase = InstancePhase.Sending,
        Order = state.IsRestoring ? state.Order : state.Order! with { Status = OrderStatus.Provisioning },
        Creation = state.Creation with { Attempts = state.Creation.Attempts + 1, QuietAtReal = quietAtReal },
    };

    /// <summary>The create certainly made nothing: it may be sent again without counting.</summary>
    public static DropletState? NotSent(this DropletState state) => state.Phase switch
    {
        InstancePhase.Sending => state with
        {
            Phase = InstancePhase.Held,
            Creation = state.Creation with { Attempts = state.Creation.Attempts - 1 },
        },
        // Deleted meanwhile: this attempt needs no search.
        InstancePhase.Terminating => state with { Creation = state.Creation with { Attempts = state.Creation.Attempts - 1 } },
        _ => null,
    };

    /// <summary>
    /// The provider could not be given the create for a while, or does not say what became of it or how far it is: its owner sees that and since
    /// when. Null for a wait that is too short to tell, and where it was told.
    /// </summary>
    public static DropletState? CreateWaiting(this DropletState state, long since, long now) =>
        state is { Phase: InstancePhase.Held or InstancePhase.Sending or InstancePhase.Building, Creation.WaitingSince: null }
        && now - since >= ActionChanges.WaitIsToldAfterMs
            ? state with { Creation = state.Creation with { WaitingSince = since } }
            : null;

    /// <summary>The provider says again how far the droplet is. Null where nobody was told otherwise.</summary>
    public static DropletState? BuildAnswered(this DropletState state) => state is { Phase: InstancePhase.Building, Creation.WaitingSince: not null }
        ? state with { Creation = state.Creation with { WaitingSince = null } }
        : null;

    /// <summary>The create's outcome is not known: look by tag, and count on more than one.</summary>
    public static DropletState? Doubted(this DropletState state) =>
        state.Creation.Doubt ? null : state with { Creation = state.Creation with { Doubt = true } };

    /// <summary>This droplet is the order's. Ours for ever, also when it is to be deleted at once; a second one is an extra.</summary>
    public static DropletState? Adopted(this DropletState state, ProviderPart droplet, IReadOnlyList<ExtraPart> extras)
    {
        if (state.Droplet is { } known)
        {
            var more = state.WithExtras(extras.Append(ExtraPart.Of(droplet)).Where(extra => extra.Id != known.Id));
            return ReferenceEquals(more, state) ? null : more;
        }

        return state with
        {
            Phase = state.Phase == InstancePhase.Sending ? InstancePhase.Building : state.Phase,
            Order = state.Order! with { UserData = null },
            Creation = state.Creation with { WaitingSince = null },
            Droplet = droplet,
            Extras = state.WithExtras(extras).WithoutExtra(droplet.Id).Extras,
        };
    }

    /// <summary>Active and addressed: to be paid for now.</summary>
    public static DropletState? Ready(this DropletState state, string ipv4, string? ipv6, long now) => state.Phase != InstancePhase.Building ? null : state with
    {
        Phase = InstancePhase.Capturing,
        Droplet = state.Droplet! with { Ipv4 = ipv4, Ipv6 = ipv6 },
        Creation = state.Creation with { ReadyAt = now, WaitingSince = null },
    };

    /// <summary>Paid for: period 1 began when it was found running.</summary>
    public static DropletState? Captured(this DropletState state, Notice notice, PolicyPart? policy, string operation, long now)
    {
        if (state.Phase != InstancePhase.Capturing || state.IsRestoring)
            return null;
        var order = state.Order!;
        var began = DropletViews.Time(state.Creation.ReadyAt!.Value);
        return (state with
        {
            Phase = InstancePhase.Running,
            Hold = HoldState.Captured,
            Order = order with { Status = OrderStatus.Active },
            Subscription = Subscription.Begin(DropletViews.Cycle(order.Period), began, order.AutoRenew).Part() with { Policy = policy, Move = state.Announced },
            Announced = null,
            ChargedIdr = state.ChargedSoFar + order.PriceIdr,
            Payments = [new PaymentPart(1, operation, order.PriceIdr, 0)],
        }).Tell(order.Activity() with { Status = ActivityStatus.Completed, CompletedAt = now }, notice);
    }

    /// <summary>The order failed: nothing will be charged, and whatever was made is destroyed.</summary>
    public static DropletState? Failed(this DropletState state, string reason, Notice notice, long now) => !state.Phase.IsProvisioning() || state.IsRestoring ? null : (state with
    {
        Phase = InstancePhase.Failed,
        Order = state.Order! with { Status = OrderStatus.Failed, FailureReason = reason, UserData = null },
        NamesDirty = true,
    }).Tell(state.Order!.Activity() with { Status = ActivityStatus.Errored, CompletedAt = now, Message = reason }, notice);

    /// <summary>
    /// An order of which the provider certainly knows nothing: its money is held, and no create is on the wire or was of unknown outcome. The
    /// intent of a create is one write with its count, so what is not counted was not sent.
    /// </summary>
    public static bool IsUnsent(this DropletState state) =>
        state is { Phase: InstancePhase.Held, Creation.Attempts: 0, Droplet: null, IsRestoring: false };

    /// <summary>Taken back by its customer: it goes the way of a failed order, and null where a create may have been sent.</summary>
    public static DropletState? Cancelled(this DropletState state, Notice notice, long now) =>
        state.IsUnsent() && state.Failed(Reasons.Cancelled, notice, now) is { } failed
            ? failed with { Order = failed.Order! with { Status = OrderStatus.Cancelled } }
            : null;

    /// <summary>Its customer took it back before the provider knew of it. Not one that was deleted while it was made: that is a server on its way out.</summary>
    public static bool IsCancelled(this DropletState state) => state is { Phase: InstancePhase.Failed, Order.Status: OrderStatus.Cancelled };

    /// <summary>On its way out: charges stop here, a running action is over.</summary>
    public static DropletState? Terminating(this DropletState state, TerminationPart end)
    {
        // While a capture or a charge is under way, nobody may decide about its money.
        if (!state.Phase.AllowsDelete() || state.Phase == InstancePhase.Capturing || state.Renewing is not null)
            return null;
        var cancelled = state.Phase.IsProvisioning() && !state.IsRestoring;
        var next = state.WithoutReplacement() with
        {
            Phase = InstancePhase.Terminating,
            Termination = end,
            Action = null,
            PowerWish = PowerWish.None,
            Ahead = null,
            Order = cancelled ? state.Order! with { Status = OrderStatus.Cancelled, UserData = null } : state.Order,
        };
        if (cancelled)
            next = next.Tell(state.Order!.Activity() with { Status = ActivityStatus.Errored, CompletedAt = end.StartedAt, Message = Reasons.Cancelled });
        if (state.Action is { } running)
            next = next.Remember(running.Activity() with { Status = ActivityStatus.Errored, CompletedAt = end.StartedAt, Message = Reasons.DeletedMeanwhile });
        return next.Tell(next.RunningActivity());
    }

    /// <summary>Nothing of it is left at the provider.</summary>
    public static DropletState? Terminated(this DropletState state, Notice notice, long now) => state.Phase != InstancePhase.Terminating ? null : (state with
    {
        Phase = InstancePhase.Terminated,
        NamesDirty = false,
        Creation = state.Creation with { Swept = true },
    }).Remember(state.RunningActivity()! with { Status = ActivityStatus.Completed, CompletedAt = now }).Tell(notice: notice);

    /// <summary>An action ended: kept for repeated commands and told to the log.</summary>
    public static DropletState Remember(this DropletState state, ActivityPart ended) =>
        (state with { Recent = [.. state.Recent.TakeLast(MostRecent - 1), ended] }).Tell(ended);
}
