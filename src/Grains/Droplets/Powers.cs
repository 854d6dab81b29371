using Webrana.Contracts.Droplets;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>The power button in our words and in the provider's.</summary>
internal static class Powers
{
    /// <summary>What an action asks of the power button; null for what is not a command of its own (create, rename, …).</summary>
    public static PowerAction? Of(ActionKind kind) => kind switch
    {
        ActionKind.PowerOn => PowerAction.On,
        ActionKind.PowerOff => PowerAction.Off,
        ActionKind.Shutdown => PowerAction.Shutdown,
        ActionKind.Reboot => PowerAction.Reboot,
        _ => null,
    };

    /// <summary>The provider's request.</summary>
    public static DropletActionRequest Request(ActionKind kind) => kind switch
    {
        ActionKind.PowerOn => DropletActionRequest.PowerOn,
        ActionKind.PowerOff => DropletActionRequest.PowerOff,
        ActionKind.Shutdown => DropletActionRequest.Shutdown,
        ActionKind.Reboot => DropletActionRequest.Reboot,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an action of the power button."),
    };
}
