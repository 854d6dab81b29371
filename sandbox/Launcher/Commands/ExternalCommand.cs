using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
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
        ["reminders"] = "WalletBench",
        ["renewals"] = "WalletBench",
        ["targets"] = "WalletBench",
        ["wallet"] = "WalletBench",
    };

    // Everything, in the order of docs/PERFORMANCE.md; the provisioning of a thousand servers lasts ten minutes by the provider's limits.
    static readonly string[][] All =
    [
        ["wallet"],
        ["wallet", "--connections", "64", "--loads", "uniform", "--contenders", "for-update,update,group,webrana"],
        ["wallet", "--connections", "1", "--loads", "uniform", "--wallets", "1000", "--contenders", "update,webrana"],
        // Latencies at the same offered load, which every one of them can carry, also on a machine that others use.
        ["wallet", "--rate", "500", "--wallets", "1000", "--contenders", "update,group,webrana"],
        ["targets"], ["promo"], ["renewals"], ["reminders"], ["console"], ["provisioning"],
    ];

    static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static async Task<int> BenchAsync(string[] args, TextWriter output)
    {
        if (args is ["all", .. var rest])
            return await BenchAllAsync(rest, output);
        if (args is not [var name, ..] || !Benchmarks.TryGetValue(name, out var project))
        {
            await output.WriteLineAsync($"./webrana bench NAME, one of: all, {string.Join(", ", Benchmarks.Keys)}. See bench/README.md.");
            return 2;
        }

        // A Debug build's figures mean nothing.
        return await RunAsync(Path.Combine(Repository.Root, "bench", project, $"{project}.csproj"), args, "Release");
    }

    /// <summary>One after the other, each in full though another failed; <c>--quick</c> is passed on and leaves out what lasts ten minutes.</summary>
    static async Task<int> BenchAllAsync(string[] args, TextWriter output)
    {
        var results = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "bench")).FullName;
        var isQuick = args.Contains("--quick");
        var ended = new List<Ended>();
        foreach (var (bench, number) in All.Where(one => !isQuick || one[0] != "provisioning").Select((one, number) => (one, number + 1)))
        {
            await output.WriteLineAsync($"== {string.Join(' ', bench)}");
            var file = $"{number}-{bench[0]}.json";
            var project = Benchmarks[bench[0]];
            // The other programs know no option of the wallet's.
            var passed = args.Where(arg => project == "WalletBench" || arg == "--quick");
            var watch = Stopwatch.StartNew();
            var code = await RunAsync(
                Path.Combine(Repository.Root, "bench", project, $"{project}.csproj"), [.. bench, .. passed, "--json", Path.Combine(results, file)], "Release");
            ended.Add(new Ended(string.Join(' ', bench), code, Math.Round(watch.Elapsed.TotalSeconds), file));
        }

        await output.WriteLineAsync("== all");
        foreach (var one in ended)
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{(one.ExitCode == 0 ? "ok" : $"ended with {one.ExitCode}"),-13} {one.Seconds,6:0} s  {one.Benchmark}"));
        await File.WriteAllTextAsync(Path.Combine(results, "all.json"), JsonSerializer.Serialize(ended, Indented));
        await output.WriteLineAsync($"Results as JSON: {results}");
        return ended.Max(one => one.ExitCode);
    }

    sealed record Ended(string Benchmark, int ExitCode, double Seconds, string File);

    /// <summary>The fault kit: tests/Chaos.</summary>
    internal static async Task<int> ChaosAsync(string[] args) =>
        await RunAsync(Path.Combine(Repository.Root, "tests", "Chaos", "Chaos.csproj"), args);

    internal static async Task<int> FuzzAsync(string[] args, TextWriter output)
    {
        var settings = new Dictionary<string, string> { ["WEBRANA_FUZZ_MINUTES"] = "1" };
        for (var at = 0; at < args.Length; at += 2)
        {
            var given = at + 1 < args.Length ? args[at + 1] : "";
            var (name, isRight) = args[at] switch
            {
                "--minutes" => ("WEBRANA_FUZZ_MINUTES", double.TryParse(given, CultureInfo.InvariantCulture, out var minutes) && minutes >= 0),
                "--steps" => ("WEBRANA_FUZZ_STEPS", int.TryParse(given, CultureInfo.InvariantCulture, out var steps) && steps > 0),
                // As CsCheck writes them.
                "--seed" => ("WEBRANA_FUZZ_SEED", given.Length is >= 12 and <= 17 && given.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')),
                _ => ("", false),
            };
            if (!isRight)
            {
                await output.WriteLineAsync("./webrana fuzz [--minutes N] [--seed S [--steps N]]");
                return 2;
            }

            settings[name] = given;
        }

        await output.WriteLineAsync(
            settings.TryGetValue("WEBRANA_FUZZ_STEPS", out var number) ? $"Fuzzing the API for {number} steps …" : $"Fuzzing the API for {settings["WEBRANA_FUZZ_MINUTES"]} minutes …");
        return await RunAsync(Path.Combine(Repository.Root, "tests", "Api.Tests", "Api.Tests.csproj"), ["-class", "*FuzzTests"], settings: settings);
    }

    static async Task<int> RunAsync(string project, IEnumerable<string> args, string? configuration = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var start = new ProcessStartInfo(Dotnet.Path, ["run", "--project", project, "-c", configuration ?? Repository.Configuration, "--", .. args])
        {
            WorkingDirectory = Repository.Root,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new LauncherException("dotnet did not start");
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
