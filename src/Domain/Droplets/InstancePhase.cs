namespace Webrana.Domain.Droplets;

/// <summary>Where an instance stands in its life; finer than what customers see, one value per arrow that a crash may cut.</summary>
public enum InstancePhase
{
    /// <summary>Never ordered.</summary>
    None,

    /// <summary>The order is stored; name and hold may or may not be taken yet.</summary>
    Ordering,

    /// <summary>Name claimed, money held; nothing was sent to the provider.</summary>
    Held,

    /// <summary>A create may be on the wire: its intent is stored, its outcome is not.</summary>
    Sending,

    /// <summary>The provider has it and builds it.</summary>
    Building,

    /// <summary>It runs and has its address; the hold is being captured.</summary>
    Capturing,

    /// <summary>Paid for and, as far as we know, powered on.</summary>
    Running,

    /// <summary>Paid for and powered off.</summary>
    Off,

    /// <summary>Not paid for; powered off by us and kept for a while.</summary>
    Suspended,

    /// <summary>On its way out; charges have stopped.</summary>
    Terminating,

    /// <summary>Gone at the provider.</summary>
    Terminated,

    /// <summary>Never came to be; the hold was given back.</summary>
    Failed,

    /// <summary>Vanished at the provider without our doing.</summary>
    Lost,

    /// <summary>Its image is kept; the server itself is on its way out.</summary>
    Hibernating,

    /// <summary>An image is all that is left; it can be brought back.</summary>
    Hibernated,
}

/// <summary>What a customer may ask of the power button.</summary>
public enum PowerAction
{
    On,
    Off,
    Shutdown,
    Reboot,
}

/// <summary>What is allowed when.</summary>
public static class InstanceRules
{
    /// <summary>Between the stored order and the capture.</summary>
    public static bool IsProvisioning(this InstancePhase phase) => phase is >= InstancePhase.Ordering and <= InstancePhase.Capturing;

    /// <summary>Its droplet is still to be made, or is not known to be: it needs a place at the provider that no count of droplets shows.</summary>
    public static bool AwaitsDroplet(this InstancePhase phase) => phase is InstancePhase.Held or InstancePhase.Sending;

    /// <summary>Captured and not on its way out.</summary>
    public static bool IsLive(this InstancePhase phase) => phase is InstancePhase.Running or InstancePhase.Off or InstancePhase.Suspended;

    /// <summary>Nothing will ever happen to it again.</summary>
    public static bool IsOver(this InstancePhase phase) => phase is InstancePhase.Terminated or InstancePhase.Failed;

    /// <summary>Whether the power button may be pressed so. Off and shutdown need a running server, on needs one that is off.</summary>
    public static bool Allows(this InstancePhase phase, PowerAction action) => action == PowerAction.On
        ? phase == InstancePhase.Off
        : phase == InstancePhase.Running;

    /// <summary>Whether it may be deleted: anything that exists or may come to exist.</summary>
    public static bool AllowsDelete(this InstancePhase phase) =>
        phase is (>= InstancePhase.Held and <= InstancePhase.Suspended) or InstancePhase.Lost or InstancePhase.Hibernated;
}
