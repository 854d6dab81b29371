using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Droplets;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>State → what owners see.</summary>
public static class DropletViews
{
    /// <summary>The id of the order's own activity line.</summary>
    public const string CreateActionId = "create";

    /// <summary>The step of what cannot be given to the provider now: a refused token, an outage, a spent budget.</summary>
    public const string WaitingStep = "Waiting";

    /// <summary>The status customers see.</summary>
    public static DropletStatus StatusOf(InstancePhase phase) => phase switch
    {
        InstancePhase.Running => DropletStatus.Running,
        InstancePhase.Off => DropletStatus.Off,
        InstancePhase.Suspended => DropletStatus.Suspended,
        InstancePhase.Terminating => DropletStatus.Terminating,
        InstancePhase.Terminated => DropletStatus.Terminated,
        InstancePhase.Failed => DropletStatus.Failed,
        InstancePhase.Lost => DropletStatus.Lost,
        InstancePhase.Hibernating or InstancePhase.Hibernated => DropletStatus.Hibernated,
        _ => DropletStatus.Provisioning,
    };

    /// <summary>The same, with what is being done to it: while it is installed anew, no other state is of use to anybody.</summary>
    public static DropletStatus StatusOf(DropletState state) =>
        state is { Phase: InstancePhase.Running or InstancePhase.Off, Action.Kind: ActionKind.Rebuild } ? DropletStatus.Rebuilding : StatusOf(state.Phase);

    /// <summary>A server and its order. The order must exist.</summary>
    public static DropletView View(this DropletState state, InstanceId instance)
    {
        var order = state.Order!;
        return new DropletView(
            instance,
            new UserId(order.Owner),
            state.Name,
            StatusOf(state),
            order.Status,
            order.FailureReason,
            state.Droplet?.Ipv4,
            state.Droplet?.Ipv6,
            order.Region,
            order.Image,
            order.PlanId,
            order.Vcpus,
            order.MemoryMb,
            order.DiskGb,
            order.TransferTb,
            order.Period,
            order.PriceIdr,
            state.Phase.IsLive() ? state.Subscribed()?.DueAt : null,
            state.Subscription?.AutoRenew ?? order.AutoRenew,
            state.RunningActivity()?.View(),
            state.Tags,
            Time(order.CreatedAt),
            order.AccountId,
            state.Droplet?.Id,
            state.Protected,
            state.Priority,
            state.Phase.IsBilled() ? state.Reason() : SuspensionReason.None,
            order.HadUserData,
            state.IsUnsent());
    }

    /// <summary>What is being done to it now: an action, its creation or its deletion.</summary>
    public static ActivityPart? RunningActivity(this DropletState state) => state switch
    {
        { Phase: InstancePhase.Terminating, Termination: { } end } => new ActivityPart
        {
            Id = end.Id,
            Kind = ActionKind.Delete,
            Status = ActivityStatus.InProgress,
            StartedAt = end.StartedAt,
            Actor = end.Actor,
        },
        { Action: { } action } => action.Activity(),
        { Hibernation.Restore: { } restore } => restore.Activity().Waiting(state),
        { Order: { } order } when state.Phase.IsProvisioning() => order.Activity().Waiting(state),
        _ => null,
    };

    /// <summary>Of a create: whether it waits for the provider, which does not take it, or does not say whether it did or how far it is.</summary>
    private static ActivityPart Waiting(this ActivityPart creating, DropletState state) => state switch
    {
        { Phase: InstancePhase.Held or InstancePhase.Sending or InstancePhase.Building, Creation.WaitingSince: { } since } =>
            creating with { Step = WaitingStep, WaitingSince = since },
        // Its owner was told by then that the provider's trouble holds it up.
        { Phase: InstancePhase.Held, Creation.ToldDelay: true } => creating with { Step = WaitingStep },
        _ => creating,
    };

    /// <summary>A line as the log keeps it.</summary>
    public static ActivityRow Row(this ActivityPart line) => new(
        line.Id,
        line.Kind.ToString(),
        line.Status.ToString(),
        Time(line.StartedAt),
        line.CompletedAt is { } at ? Time(at) : null,
        line.Actor,
        line.Message);

    /// <summary>The running action as a line.</summary>
    public static ActivityPart Activity(this ActionPart action) => new()
    {
        Id = action.Id,
        Kind = action.Kind,
        Status = ActivityStatus.InProgress,
        StartedAt = action.StartedAt,
        Actor = action.Actor,
        Step = action.Waiting ? WaitingStep : action.Step?.ToString(),
        WaitingSince = action.Waiting ? action.StepAt ?? action.StartedAt : null,
    };

    /// <summary>The way back as a line.</summary>
    public static ActivityPart Activity(this RestorePart restore) => new()
    {
        Id = restore.OperationId,
        Kind = ActionKind.Restore,
        Status = ActivityStatus.InProgress,
        StartedAt = restore.StartedAt,
        Actor = restore.Actor,
    };

    /// <summary>The order as a line.</summary>
    public static ActivityPart Activity(this OrderPart order) => new()
    {
        Id = CreateActionId,
        Kind = ActionKind.Create,
        Status = ActivityStatus.InProgress,
        StartedAt = order.CreatedAt,
        Actor = order.Actor,
    };

    /// <summary>A line as owners see it.</summary>
    public static ActivityEntry View(this ActivityPart line) => new(
        line.Id, line.Kind, line.Status, Time(line.StartedAt), line.CompletedAt is { } at ? Time(at) : null, line.Actor, line.Message,
        line.CompletedAt is null ? line.Step : null, line is { CompletedAt: null, WaitingSince: { } since } ? Time(since) : null);

    /// <summary>Contract → domain.</summary>
    public static BillingCycle Cycle(BillingPeriod period) => period switch
    {
        BillingPeriod.Daily => BillingCycle.Daily,
        BillingPeriod.Yearly => BillingCycle.Yearly,
        _ => BillingCycle.Monthly,
    };

    /// <summary>Unix ms → time.</summary>
    public static DateTimeOffset Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
}
