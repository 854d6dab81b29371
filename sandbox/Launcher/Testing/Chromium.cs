using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Launcher.Testing;

/// <summary>The browser of the browser tests.</summary>
static class Chromium
{
    internal const string Variable = "WEBRANA_CHROMIUM";

    internal const string HowToGet = "install Chromium (Debian, Ubuntu: apt-get install chromium), or set WEBRANA_CHROMIUM to a Chromium or Chrome";

    static readonly string[] Names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    /// <summary>Its path, or null.</summary>
    internal static string? Find() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given && File.Exists(given)
            ? given
            : Names.Select(Executables.Find).FirstOrDefault(path => path is not null);

    /// <summary>Finds it, or installs Debian's package where we may.</summary>
    /// <exception cref="LauncherException">It is not here and cannot be installed: browser tests are never skipped in silence.</exception>
    internal static async Task<string> ObtainAsync(TextWriter output)
    {
        if (Find() is { } found)
            return found;
        if (UnprivilegedUser.NeededHere && Executables.Find("apt-get") is { } apt)
        {
            await output.WriteLineAsync("Installing Debian's chromium …");
            await DebianPackages.InstallAsync(apt, "chromium", "fonts-liberation", "fonts-noto-core");
        }

        return Find() ?? throw new LauncherException($"The browser tests need Chromium: {HowToGet}.");
    }
}
