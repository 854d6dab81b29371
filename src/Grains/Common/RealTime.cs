namespace Webrana.Grains.Common;

/// <summary>
/// Real time beside business time, for what is done to others: a budget protects a real server, whatever the sandbox's clock says. Injected
/// as <c>[FromKeyedServices(RealTime.Key)] TimeProvider</c>.
/// </summary>
public static class RealTime
{
    /// <summary>The key of its <see cref="TimeProvider"/>.</summary>
    public const string Key = "real-time";
}
