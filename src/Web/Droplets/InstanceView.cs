using Webrana.Wire.Droplets;

namespace Webrana.Web.Droplets;

/// <summary>What the panel decides from an instance: its colour, whether something is under way, and which acts make sense.</summary>
static class InstanceView
{
    const string WaitingStep = "WAITING";
    const string CancelledReason = "cancelled";

    /// <summary>Tone of the status dot.</summary>
    public static string Tone(InstanceStatus status) => status switch
    {
        InstanceStatus.Running => "good",
        InstanceStatus.Provisioning or InstanceStatus.Rebuilding => "busy",
        InstanceStatus.Suspended or InstanceStatus.Hibernated => "warn",
        InstanceStatus.Failed or InstanceStatus.Lost or InstanceStatus.Terminating => "danger",
        _ => "off",
    };

    /// <summary>Something is being done to it, so what is shown will change soon.</summary>
    public static bool IsMoving(Instance instance) => instance.RunningAction is not null || IsMoving(instance.Status);

    /// <summary>The status itself is one that passes.</summary>
    public static bool IsMoving(InstanceStatus status) =>
        status is InstanceStatus.Provisioning or InstanceStatus.Rebuilding or InstanceStatus.Terminating;

    /// <summary>What is being done to it waits for the provider: nothing moves, and nobody is at it.</summary>
    public static bool IsWaiting(Instance instance) => instance.RunningAction is { Step: WaitingStep };

    /// <summary>Its order is what waits: its price is only held.</summary>
    public static bool IsOrderWaiting(Instance instance) => IsWaiting(instance) && instance.RunningAction is { Type: InstanceActionType.Create };

    /// <summary>Its customer took the order back: it did not fail.</summary>
    public static bool IsCancelled(Instance instance) => IsCancelled(instance.Status, instance.FailureReason);

    /// <summary>The same of a server that admins see.</summary>
    public static bool IsCancelled(InstanceStatus status, string? reason) => status == InstanceStatus.Failed && reason == CancelledReason;

    /// <summary>The same of the order's line among what was done.</summary>
    public static bool IsCancelled(InstanceAction action) => action is { Status: ActionStatus.Errored, Message: CancelledReason };

    /// <summary>It is gone for good.</summary>
    public static bool IsGone(InstanceStatus status) => status is InstanceStatus.Terminated or InstanceStatus.Failed;

    /// <summary>The power acts that make sense now, whether or not something else is running.</summary>
    public static IReadOnlyList<InstanceActionType> Acts(InstanceStatus status) => status switch
    {
        InstanceStatus.Running => [InstanceActionType.Reboot, InstanceActionType.Shutdown, InstanceActionType.PowerOff],
        InstanceStatus.Off => [InstanceActionType.PowerOn],
        _ => [],
    };

    /// <summary>May be destroyed now; also while an action waits for the provider, which may take as long as an outage does.</summary>
    public static bool CanDestroy(Instance instance) =>
        instance.RunningAction is null or { Step: WaitingStep }
        && instance.Status is InstanceStatus.Running or InstanceStatus.Off or InstanceStatus.Suspended or InstanceStatus.Hibernated or InstanceStatus.Lost;

    /// <summary>A stable name for tests and links: <c>power-on</c>.</summary>
    public static string Slug(InstanceActionType act) => act switch
    {
        InstanceActionType.PowerOn => "power-on",
        InstanceActionType.PowerOff => "power-off",
        InstanceActionType.Shutdown => "shutdown",
        InstanceActionType.Reboot => "reboot",
        _ => act.ToString(),
    };
}
