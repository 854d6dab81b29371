using System.Diagnostics;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>Commands that are programs of their own below bench/ and tests/.</summary>
static class ExternalCommand
{
    // What is asked for, and the project that measures it: `wallet` is bench/WalletBench, which measures two more things with the same host.
    internal static readonly IReadOnlyDictionary<string, string> Benchmarks = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["console"] = "ConsoleBench",
        ["latency"] = "WalletBench",
        ["promo"] = "WalletBench",
        ["provisioning"] = "ProvisioningBench",
        ["wallet"] = "WalletBench",
    };

    internal static async Task<int> BenchAsync(string[] args, TextWriter output)
    {
        if (args is not [var name, ..] || !Benchmarks.TryGetValue(name, out var project))
        {
            await output.WriteLineAsync($"./webrana bench NAME, one of: {string.Join(", ", Benchmarks.Keys)}. See bench/README.md.");
            return 2;
        }

        // A Debug build's figures mean nothing.
        return await RunAsync(Path.Combine(Repository.Root, "bench", project, $"{project}.csproj"), args, "Release");
    }

    /// <summary>The fault kit: tests/Chaos.</summary>
    internal static async Task<int> ChaosAsync(string[] args) =>
        await RunAsync(Path.Combine(Repository.Root, "tests", "Chaos", "Chaos.csproj"), args);

    static async Task<int> RunAsync(string project, IEnumerable<string> args, string? configuration = null)
    {
        using var process = Process.Start(new ProcessStartInfo(Dotnet.Path, ["run", "--project", project, "-c", configuration ?? Repository.Configuration, "--", .. args])
        {
            WorkingDirectory = Repository.Root,
        }) ?? throw new LauncherException("dotnet did not start");
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
