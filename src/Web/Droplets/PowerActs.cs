using Webrana.Client;
using Webrana.Wire.Droplets;

namespace Webrana.Web.Droplets;

/// <summary>Starts a power act by its type.</summary>
static class PowerActs
{
    public static Task<ApiResult<ActionAccepted>> ActAsync(this WebranaSession api, string id, InstanceActionType act, IdempotencyKey key) => act switch
    {
        InstanceActionType.PowerOn => api.PowerOnAsync(id, key),
        InstanceActionType.PowerOff => api.PowerOffAsync(id, key),
        InstanceActionType.Shutdown => api.ShutdownAsync(id, key),
        InstanceActionType.Reboot => api.RebootAsync(id, key),
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, "Not a power act."),
    };
}
