using System.Diagnostics;

namespace Webrana.Sandbox.Launcher.Testing;

/// <summary>Installs what tests need, where we may.</summary>
static class DebianPackages
{
    /// <summary>Refreshes the lists and installs; whether it worked shows in whether the program is there afterwards.</summary>
    /// <param name="apt">apt-get.</param>
    /// <param name="packages">Names.</param>
    internal static async Task InstallAsync(string apt, params string[] packages)
    {
        await RunAsync(apt, "update");
        await RunAsync(apt, ["install", "-y", "--no-install-recommends", .. packages]);
    }

    static async Task RunAsync(string apt, params string[] arguments)
    {
        var start = new ProcessStartInfo(apt, arguments);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start) ?? throw new LauncherException($"{apt} did not start");
        await process.WaitForExitAsync();
    }
}
