namespace Webrana.Wire.Security;

/// <summary>What a person calls a device: "Firefox, Linux" instead of what the browser says of itself.</summary>
public static class DeviceNames
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

    /// <summary>The short name, or null when nothing in it is known.</summary>
    /// <param name="userAgent">As the browser calls itself.</param>
    public static string? Of(string? userAgent)
    {
        var agent = userAgent ?? "";
        var parts = new[] { Browsers, Systems }.Select(signs => signs.FirstOrDefault(known => agent.Contains(known.Sign, StringComparison.Ordinal)).Name).Where(name => name is not null);
        var name = string.Join(", ", parts);
        return name.Length == 0 ? null : name;
    }
}
