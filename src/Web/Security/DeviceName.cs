using Webrana.Web.Localization;
using Webrana.Wire.Security;

namespace Webrana.Web.Security;

/// <summary>A device's name for people, with words for those that tell nothing of themselves.</summary>
static class DeviceName
{
    public static string Of(SignedInDevice device, Texts texts) =>
        DeviceNames.Of(device.UserAgent) ?? texts[device.Kind == DeviceKind.Api ? "Devices.ApiClient" : "Devices.Unknown"];
}
