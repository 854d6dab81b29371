using Webrana.Web.Localization;
using Webrana.Wire.Security;

namespace Webrana.Web.Security;

/// <summary>What a person calls a device: "Firefox, Linux" instead of what the browser says of itself.</summary>
static class DeviceName
{
    // In this order: most browsers also claim to be the ones further down.
    static readonly (string Sign, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];

    static readonly (string Sign, string Name)[] Systems =
    [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    public static string Of(SignedInDevice device, Texts texts)
    {
        var agent = device.UserAgent ?? "";
        var browser = Browsers.FirstOrDefault(known => agent.Contains(known.Sign, StringComparison.Ordinal)).Name;
        var system = Systems.FirstOrDefault(known => agent.Contains(known.Sign, StringComparison.Ordinal)).Name;
        var name = string.Join(", ", new[] { browser, system }.Where(part => part is not null));
        return name.Length > 0 ? name : texts[device.Kind == DeviceKind.Api ? "Devices.ApiClient" : "Devices.Unknown"];
    }
}
