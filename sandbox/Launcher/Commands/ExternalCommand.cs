using System.Diagnostics;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>Commands that are programs of their own below bench/ and tests/.</summary>
static class ExternalCommand
{
    internal static async Task<int> BenchAsync(string[] args, TextWriter output)
    {
        var known = Directory.Exists(Path.Combine(Repository.Root, "bench"))
            ? Directory.EnumerateFiles(Path.Combine(Repository.Root, "bench"), "*.csproj", SearchOption.AllDirectories).ToArray()
            : [];
        // `wallet` is bench/WalletBench, and so on.
        var project = args is [var name, ..]
            ? known.FirstOrDefault(file => string.Equals(Path.GetFileNameWithoutExtension(file), name + "Bench", StringComparison.OrdinalIgnoreCase))
            : null;
        if (project is null)
        {
            var names = known.Select(file => Path.GetFileNameWithoutExtension(file).Replace("Bench", "", StringComparison.Ordinal).ToLowerInvariant()).Order();
            await output.WriteLineAsync($"./webrana bench NAME, one of: {string.Join(", ", names)}. See bench/README.md.");
            return 2;
        }

        return await RunAsync(project, args, "Release"); // a Debug build's figures mean nothing
    }

    internal static async Task<int> ChaosAsync(string[] args, TextWriter output)
    {
        var project = Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "EndToEnd.Tests.csproj");
        await output.WriteLineAsync("Running the kill and split-brain tests …");
        return await RunAsync(project, ["-trait", "Category=Chaos", .. args]);
    }

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
