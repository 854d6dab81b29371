using Microsoft.Playwright;

namespace Webrana.BrowserTesting;

/// <summary>The machine's own Chromium, driven by Playwright. Nothing is downloaded: without a browser the tests fail and say why.</summary>
static class Chromium
{
    // The shell draws no window and no tabs: the panel's tests take two thirds of the time with it.
    static readonly string[] Names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    // Nothing but the pages under test may go over the network; and no renderer is started in advance for pages that nobody opens.
    static readonly string[] Arguments =
    [
        "--disable-features=SpareRendererForSitePerProcess", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    // An expectation that holds is met at once; on a busy machine Playwright's five seconds would fail pages that are only slow.
    const float ExpectTimeoutMs = 60_000;

    /// <summary>Starts the browser named by WEBRANA_CHROMIUM, else the first one on PATH.</summary>
    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        Assertions.SetDefaultExpectTimeout(ExpectTimeoutMs);
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Find(), Args = Arguments });
    }

    static string Find()
    {
        var named = Environment.GetEnvironmentVariable("WEBRANA_CHROMIUM");
        if (!string.IsNullOrEmpty(named)) return named;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("No Chromium: set WEBRANA_CHROMIUM to its path, or install it (Debian: apt-get install chromium).");
    }
}
